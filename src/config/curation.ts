/** Curation from the configuration file, whose form is checked already. */
import { defined } from "../base/defined.ts";
import {
  type Json,
  type JsonObject,
  isArray,
  isObject,
  own,
  ownBoolean,
  ownNumber,
  ownString,
  ownTexts,
  pointerTo,
} from "../base/json.ts";
import type {
  AnswerCuration,
  ArgumentCuration,
  Curation,
  Place,
  PromptCuration,
  ToolCuration,
} from "../mcp/curation/curation.ts";
import { parseSelector } from "./selector.ts";

/** Gives a pointer of the file its place. */
export type PlaceOf = (pointer: string) => Place;

/** How long an old name stays callable where the file says nothing, in days. */
const aliasDays = 90;

/** The curation that a file says; what it does not is left open. */
export function curationOf(root: JsonObject, placeOf: PlaceOf): Partial<Curation> {
  const tools = own(root, "tools");
  const prompts = own(root, "prompts");
  const scopes = own(root, "scopes");
  const aliases = own(root, "aliases");
  return {
    ...(isObject(tools)
      ? {
          tools: Object.keys(tools).map((key) =>
            toolOf(key, own(tools, key) ?? null, pointerTo("/tools", key), placeOf),
          ),
        }
      : {}),
    ...(isArray(prompts)
      ? { prompts: prompts.map((prompt, index) => promptOf(prompt, pointerTo("/prompts", index), placeOf)) }
      : {}),
    ...(isObject(scopes)
      ? {
          scopes: Object.keys(scopes).map((scope) => ({
            scope,
            needed: ownString(scopes, scope) ?? "*",
            place: placeOf(pointerTo("/scopes", scope)),
          })),
        }
      : {}),
    ...(aliases === undefined ? {} : { aliases: aliasesOf(aliases) }),
  };
}

/** A curation with everything that a file left open. */
export function completeCuration(curation: Partial<Curation>): Curation {
  return { tools: [], prompts: [], aliases: { days: aliasDays }, ...curation };
}

function aliasesOf(value: Json): Curation["aliases"] {
  const until = ownString(value, "until");
  return until === undefined ? { days: ownNumber(value, "days") ?? aliasDays } : { until };
}

function toolOf(operation: string, value: Json, pointer: string, placeOf: PlaceOf): ToolCuration {
  const selector = parseSelector(operation, placeOf(pointer));
  const enabled = ownBoolean(value, "enabled");
  const listed = ownBoolean(value, "listed");
  const hints = own(value, "hints");
  const tags = ownTexts(value, "tags");
  const scopes = ownTexts(value, "scopes");
  const resource = own(value, "resource");
  const limits = own(value, "limits");
  const timeout = ownNumber(value, "timeout");
  const idempotencyKey = ownString(value, "idempotency-key");
  const pagination = own(value, "pagination");
  const answer = own(value, "answer");
  const given = own(value, "arguments");
  return {
    operation,
    ...("fault" in selector ? {} : { selector }),
    place: placeOf(pointer),
    ...textFields(value, ["api", "name", "title", "description"]),
    ...defined({ enabled, listed }),
    ...(hints === undefined ? {} : { hints: hintsOf(hints) }),
    arguments: new Map(
      (isObject(given) ? Object.keys(given) : []).map((name) => [
        name,
        argumentOf(own(given, name) ?? null, placeOf(pointerTo(pointer, "arguments", name))),
      ]),
    ),
    ...defined({ tags }),
    ...(resource === undefined ? {} : { resource: typeof resource === "string" ? resource : (false as const) }),
    ...(limits === undefined ? {} : { limits: limitsOf(limits) }),
    ...defined({ timeout, idempotencyKey, scopes }),
    ...(pagination === undefined ? {} : { pagination: paginationOf(pagination) }),
    ...(answer === undefined ? {} : { answer: answerOf(answer, placeOf(pointerTo(pointer, "answer"))) }),
  };
}

function hintsOf(value: Json): NonNullable<ToolCuration["hints"]> {
  const names = {
    "read-only": "readOnly",
    destructive: "destructive",
    idempotent: "idempotent",
    "open-world": "openWorld",
  };
  return Object.fromEntries(
    Object.entries(names).flatMap(([key, name]) => {
      const hint = ownBoolean(value, key);
      return hint === undefined ? [] : [[name, hint]];
    }),
  );
}

function limitsOf(value: Json): NonNullable<ToolCuration["limits"]> {
  const callsPerMinute = ownNumber(value, "calls-per-minute");
  const answerBytes = ownNumber(value, "answer-bytes");
  return {
    ...defined({ callsPerMinute, answerBytes }),
  };
}

function paginationOf(value: Json): NonNullable<ToolCuration["pagination"]> {
  const all = ownBoolean(value, "all");
  const pages = ownNumber(value, "pages");
  const items = ownNumber(value, "items");
  const seconds = ownNumber(value, "seconds");
  return { ...defined({ all, pages, items, seconds }) };
}

function answerOf(value: Json, place: Place): AnswerCuration {
  const fields = ownTexts(value, "fields");
  const keep = ownTexts(value, "keep");
  const drop = ownTexts(value, "drop");
  const tokens = ownNumber(value, "tokens");
  return { ...textFields(value, ["jmespath"]), ...defined({ fields, keep, drop, tokens }), place };
}

function argumentOf(value: Json, place: Place): ArgumentCuration {
  const hidden = ownBoolean(value, "hidden");
  const fixed = own(value, "fixed");
  const standard = own(value, "default");
  const examples = own(value, "examples");
  return {
    place,
    ...textFields(value, ["name", "description", "environment"]),
    ...defined({ hidden, fixed, default: standard }),
    ...(isArray(examples) ? { examples } : {}),
  };
}

function promptOf(value: Json, pointer: string, placeOf: PlaceOf): PromptCuration {
  const given = own(value, "arguments");
  return {
    name: ownString(value, "name") ?? "",
    ...textFields(value, ["title", "description"]),
    arguments: (isArray(given) ? given : []).map((argument) => {
      const required = ownBoolean(argument, "required");
      return {
        name: ownString(argument, "name") ?? "",
        ...textFields(argument, ["description"]),
        ...defined({ required }),
      };
    }),
    text: ownString(value, "text") ?? "",
    place: placeOf(pointer),
  };
}

function textFields<Name extends string>(value: Json, names: readonly Name[]): { readonly [name in Name]?: string } {
  const fields: { [name in Name]?: string } = {};
  for (const name of names) {
    const text = ownString(value, name);
    if (text !== undefined) fields[name] = text;
  }
  return fields;
}

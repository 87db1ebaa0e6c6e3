/** What differs between two tools that stand for one operation. */
import { type JsonObject, isSame, own } from "../base/json.ts";
import { standalone } from "../base/schema/node.ts";
import type { JsonSchema, ToolListing } from "../mcp/model.ts";
import { visible } from "../base/visible.ts";
import { type Difference, type DifferenceKind, type Subject, difference } from "./difference.ts";
import { listingHashes } from "../lock/build.ts";
import { compareSchemas } from "./schema-difference.ts";
import { type Effect, shown } from "./schema-keywords.ts";
import type { SurfaceTool, ToolDetail } from "./surface.ts";

/** All differences but that of the name, in the order: request, texts, hints, arguments, answers, credentials. */
export function compareTools(before: SurfaceTool, after: SurfaceTool): readonly Difference[] {
  const subject: Subject = { kind: "tool", name: after.name };
  const moved = shapeOf(before.request) === shapeOf(after.request) ? [] : [movedTo(before, after, subject)];
  if (isSameByHash(before, after) && (before.detail === undefined || after.detail === undefined)) return moved;
  if (before.detail === undefined || after.detail === undefined) return [...moved, ...byHash(before, after, subject)];
  return [...moved, ...byDetail(before.detail, after.detail, subject)];
}

/** §4.8.8: the names of path parameters do not make another path. */
function shapeOf(request: string): string {
  return request.replace(/\{[^{}]*\}/g, "{}");
}

function movedTo({ request: from }: SurfaceTool, { request: to }: SurfaceTool, subject: Subject): Difference {
  const text = `calls ${visible(to)} instead of ${visible(from)}`;
  return difference("tool-moved", subject, text, { before: from, after: to });
}

type Hashes = NonNullable<SurfaceTool["hashes"]>;

function hashesOf({ hashes, detail }: SurfaceTool): Hashes | undefined {
  return hashes ?? (detail && listingHashes(detail.listing));
}

function isSameByHash(before: SurfaceTool, after: SurfaceTool): boolean {
  if (before.hashes === undefined && after.hashes === undefined) return false;
  const [old, fresh] = [hashesOf(before), hashesOf(after)];
  return (["description", "input", "output", "hints"] as const).every((part) => old?.[part] === fresh?.[part]);
}

function byHash(before: SurfaceTool, after: SurfaceTool, subject: Subject): readonly Difference[] {
  const [old, fresh] = [hashesOf(before), hashesOf(after)];
  const parts: readonly (readonly [part: keyof Hashes, kind: DifferenceKind, text: string])[] = [
    ["description", "text-changed", "has another title or description"],
    ["hints", "hints-changed", "has other hints"],
    ["input", "input-changed", "has other arguments"],
    ["output", "output-changed", "has another output schema"],
  ];
  return parts.flatMap(([part, kind, text]) =>
    old?.[part] === fresh?.[part] ? [] : [difference(kind, subject, `${text}; a lock does not say which`)],
  );
}

function byDetail(before: ToolDetail, after: ToolDetail, subject: Subject): readonly Difference[] {
  const [old, fresh] = [before.listing, after.listing];
  return [
    ...compareText("title", old.title, fresh.title, subject),
    ...compareText("description", old.description, fresh.description, subject),
    ...compareHints(old, fresh, subject),
    ...compareArguments(before, after, subject),
    ...compareOutputs(old.outputSchema, fresh.outputSchema, subject),
    ...compareCredentials(before, after, subject),
  ];
}

function compareText(
  what: "title" | "description",
  before: string,
  after: string,
  subject: Subject,
): readonly Difference[] {
  return before === after
    ? []
    : [difference(`${what}-changed`, subject, `has another ${what}`, { at: what, before, after })];
}

/** Hints with the value that promises least (MCP 2026-07-28, `ToolAnnotations`), which also holds where one is absent. */
const hints = [
  ["readOnlyHint", false],
  ["destructiveHint", true],
  ["idempotentHint", false],
  ["openWorldHint", true],
] as const;

function compareHints(old: ToolListing, fresh: ToolListing, subject: Subject): readonly Difference[] {
  return hints.flatMap(([hint, least]) => {
    const before = own(old.annotations, hint) ?? least;
    const after = own(fresh.annotations, hint) ?? least;
    if (before === after) return [];
    const kind = after === least ? "hint-riskier" : "hint-safer";
    const text = `has ${hint} ${shown(after)} instead of ${shown(before)}`;
    return [difference(kind, subject, text, { at: hint, before, after })];
  });
}

const kindOfEffect: Readonly<Record<Effect, DifferenceKind>> = {
  narrowed: "argument-narrowed",
  widened: "argument-widened",
  changed: "argument-changed",
  default: "argument-default",
  described: "argument-described",
};

function compareArguments(before: ToolDetail, after: ToolDetail, subject: Subject): readonly Difference[] {
  const [old, fresh] = [argumentsOf(before.listing), argumentsOf(after.listing)];
  const renamed = renamedArguments(before, after);
  const former = new Map([...renamed].map(([from, to]) => [to, from]));
  const differences: Difference[] = [];
  const add = (kind: DifferenceKind, at: string, text: string, more: Partial<Difference> = {}): void =>
    void differences.push(difference(kind, subject, text, { ...more, at }));
  for (const [name, { required, schema }] of fresh) {
    if (renamed.has(name))
      add("argument-replaced", name, `has ${quoted(name)} stand for another argument than before`, {
        before: before.places.get(name) ?? "",
        after: after.places.get(name) ?? "",
      });
    const from = former.get(name) ?? (renamed.has(name) ? undefined : name);
    const known = from === undefined ? undefined : old.get(from);
    if (known === undefined) {
      const kind = required ? "required-argument-added" : "argument-added";
      const more = typeof schema === "boolean" ? {} : { after: schema };
      if (!old.has(name)) add(kind, name, `has a new ${required ? "required " : ""}argument ${quoted(name)}`, more);
      continue;
    }
    if (from !== undefined && from !== name) {
      const text = `calls its argument ${quoted(from)} now ${quoted(name)}`;
      add("argument-renamed", name, text, { before: from, after: name });
    }
    if (required && !known.required) add("argument-required", name, `requires its argument ${quoted(name)}`);
    if (!required && known.required)
      add("argument-optional", name, `does not require its argument ${quoted(name)} any more`);
    for (const { effect, at, text, ...sides } of compareSchemas(known.schema, schema)) {
      const place = `${name}${at}`;
      add(kindOfEffect[effect], place, `${quoted(place)} ${text}`, sides);
    }
  }
  for (const name of old.keys())
    if (!fresh.has(name) && !renamed.has(name))
      add("argument-removed", name, `has no argument ${quoted(name)} any more`);
  return differences;
}

interface ListedArgument {
  readonly schema: JsonSchema;
  readonly required: boolean;
}

function argumentsOf({ inputSchema }: ToolListing): ReadonlyMap<string, ListedArgument> {
  const required = new Set(inputSchema.required ?? []);
  return new Map(
    Object.entries(inputSchema.properties).map(([name, schema]) => [name, { schema, required: required.has(name) }]),
  );
}

/** Arguments that go to the same place under another name: from the old name to the new one. */
function renamedArguments(before: ToolDetail, after: ToolDetail): ReadonlyMap<string, string> {
  const [old, fresh] = [argumentsOf(before.listing), argumentsOf(after.listing)];
  const byPlace = new Map([...after.places].map(([argument, place]) => [place, argument]));
  return new Map(
    [...before.places].flatMap(([argument, place]) => {
      const now = byPlace.get(place);
      const isRenamed = now !== undefined && now !== argument && old.has(argument) && fresh.has(now);
      return isRenamed ? [[argument, now] as const] : [];
    }),
  );
}

function compareOutputs(
  before: JsonObject | undefined,
  after: JsonObject | undefined,
  subject: Subject,
): readonly Difference[] {
  if (isSame(before, after)) return [];
  if (before === undefined) return [difference("output-described-now", subject, "lists an output schema now")];
  if (after === undefined) return [difference("output-not-described", subject, "lists no output schema any more")];
  const [old, fresh] = [fieldsOf(before), fieldsOf(after)];
  const differences: Difference[] = [];
  for (const [name, text] of old) {
    const other = fresh.get(name);
    if (other === undefined) {
      const more = { at: name, before: text };
      differences.push(difference("output-field-removed", subject, `answers without the field ${quoted(name)}`, more));
    } else if (text !== other) {
      const more = { at: name, before: text, after: other };
      differences.push(
        typeWords(text) === typeWords(other)
          ? difference(
              "output-field-described",
              subject,
              `describes the field ${quoted(name)} of answers in other words`,
              more,
            )
          : difference(
              "output-field-type",
              subject,
              `answers with the field ${quoted(name)} as ${typeWords(other)}, not ${typeWords(text)}`,
              more,
            ),
      );
    }
  }
  for (const [name, text] of fresh)
    if (!old.has(name))
      differences.push(
        difference("output-field-added", subject, `answers with a field ${quoted(name)}`, { at: name, after: text }),
      );
  return differences;
}

function fieldsOf(schema: JsonObject): ReadonlyMap<string, string> {
  const { properties } = standalone.of(schema);
  return new Map(properties.map(([name, { description }]) => [name, description ?? ""]));
}

/**
 * The types that the listed output schema names first: `integer or null` of `integer or null: the id`. They stand in
 * words there, since clients would refuse a whole answer for a `type` that one field does not have.
 */
function typeWords(text: string): string {
  const types = "(?:any|null|boolean|object|array|number|string|integer)";
  return new RegExp(`^${types}(?: or ${types})*(?=:|$)`).exec(text)?.[0] ?? "any";
}

/** Credentials that were enough are enough still where a new alternative asks for no more than one of the old ones. */
function compareCredentials(before: ToolDetail, after: ToolDetail, subject: Subject): readonly Difference[] {
  const [old, fresh] = [before.security, after.security];
  if (isSame(old, fresh)) return [];
  const refused = alternativesOf(old).find((offer) => !alternativesOf(fresh).some((demand) => isWithin(demand, offer)));
  const eased = alternativesOf(fresh).some((offer) => !alternativesOf(old).some((demand) => isWithin(demand, offer)));
  const sides = { before: credentialText(old), after: credentialText(fresh) };
  const text = `takes ${visible(sides.after)} instead of ${visible(sides.before)} as credentials`;
  if (refused !== undefined) return [difference("credentials-required", subject, text, sides)];
  return eased ? [difference("credentials-eased", subject, text, sides)] : [];
}

type Security = ToolDetail["security"];

/** An operation without alternatives takes a call without credentials (§4.8.10.1). */
function alternativesOf(security: Security): Security {
  return security.length === 0 ? [[]] : security;
}

function isWithin(demand: Security[number], offer: Security[number]): boolean {
  return demand.every(({ scheme, scopes }) =>
    offer.some((other) => other.scheme === scheme && scopes.every((scope) => other.scopes.includes(scope))),
  );
}

function credentialText(security: Security): string {
  const alternatives = alternativesOf(security).map((alternative) =>
    alternative
      .map(({ scheme, scopes }) => (scopes.length === 0 ? scheme : `${scheme} (${scopes.join(", ")})`))
      .join(" with "),
  );
  return alternatives.map((text) => text || "none").join(" or ");
}

function quoted(name: string): string {
  return `"${visible(name)}"`;
}

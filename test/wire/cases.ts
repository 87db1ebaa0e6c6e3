/**
 * Wire cases as data: `*.yaml` beside this file, each a list of groups.
 *
 * A group holds a part of a document and cases of it. `rows` are cases in short: a name, a value, and what arrives.
 * What a case gives replaces what its group gives, key by key. `from` names the section of the standard.
 */
import { readFileSync, readdirSync } from "node:fs";
import { CORE_SCHEMA, load } from "js-yaml";
import type { JsonObject, JsonValue } from "../../templates/always/src/runtime/data/model.ts";

/** What arrives at the API. Only what is given is compared. */
export interface WantedRequest {
  readonly method?: string;
  /** Raw request target behind the base path. */
  readonly target?: string;
  /** Absolute URL, for cases whose server is what matters: they are not sent. */
  readonly url?: string;
  /** By name; `null`: there is none. */
  readonly headers?: { readonly [name: string]: string | null };
  /** Text of the body; `null`: there is none. `base64` for bytes. */
  readonly body?: string | null;
  readonly base64?: string;
  /** Parts of a multipart body. */
  readonly parts?: readonly WantedPart[];
}

/** A part with its header lines, without the boundary of its own parts. */
export interface WantedPart {
  readonly head: readonly string[];
  readonly body?: string;
  readonly base64?: string;
  readonly parts?: readonly WantedPart[];
}

/** What the API answers. */
export interface GivenResponse {
  readonly status?: number;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: string;
  readonly base64?: string;
}

/** What a client gets. `value` is the structured content; without it there is none. */
export interface WantedResult {
  /** Texts of the blocks; other blocks are `<type>`. */
  readonly text?: readonly string[];
  readonly content?: readonly JsonValue[];
  readonly value?: JsonValue;
  readonly error?: boolean;
  readonly meta?: JsonObject;
}

/** The parts of a document: one operation and what it refers to. */
export interface DocumentParts {
  /** Version of OpenAPI, by default 3.2.0; `"2.0"` is Swagger. */
  readonly openapi?: string;
  readonly path?: string;
  readonly method?: string;
  /** A parameter whose schema is by default the type of the row's value. */
  readonly parameter?: JsonObject;
  readonly parameters?: readonly JsonObject[];
  /** `content` of a required request body. */
  readonly content?: JsonObject;
  readonly operation?: JsonObject;
  readonly pathItem?: JsonObject;
  /** Further fields of the root. */
  readonly document?: JsonObject;
  /** Components, by file beside the cases. */
  readonly components?: string;
}

export interface Case extends DocumentParts {
  readonly name: string;
  readonly from: string;
  readonly args: JsonObject;
  readonly request?: WantedRequest;
  /** Part of the message where no request can be made. */
  readonly refused?: string;
  readonly response?: GivenResponse;
  readonly result?: WantedResult;
  readonly environment?: { readonly [name: string]: string };
  /** Names of the arguments that the tool lists. */
  readonly lists?: readonly string[];
  /** Codes of what the compiler reports, beyond which it must report nothing. */
  readonly reports?: readonly string[];
  /** Text that some recorded loss holds. */
  readonly loses?: string;
}

interface Group extends Partial<Case> {
  readonly about: string;
  readonly rows?: readonly (readonly JsonValue[])[];
  readonly cases?: readonly Partial<Case>[];
}

export interface CaseFile {
  readonly file: string;
  readonly groups: readonly { readonly about: string; readonly cases: readonly Case[] }[];
}

const folder = new URL("./", import.meta.url);

export function readCases(): readonly CaseFile[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".yaml") && !file.endsWith(".components.yaml"))
    .sort()
    .map((file) => ({
      file,
      groups: (readYaml(file) as readonly Group[]).map((group) => ({
        about: group.about,
        cases: casesOf(group, file),
      })),
    }));
}

export function readYaml(file: string): unknown {
  return load(readFileSync(new URL(file, folder), "utf8"), { schema: CORE_SCHEMA, filename: file });
}

function casesOf(group: Group, file: string): readonly Case[] {
  const { about: _, rows = [], cases = [], ...shared } = group;
  const all = [
    ...rows.map((row) => ({ ...shared, ...rowCase(group, row) })),
    ...cases.map((own) => ({ ...shared, ...own })),
  ];
  return all.map((merged): Case => {
    // A null takes away what the group gives.
    const made = Object.fromEntries(Object.entries(merged).filter(([, part]) => part !== null)) as Partial<Case>;
    const { name, from } = made;
    if (typeof name !== "string" || typeof from !== "string")
      throw new Error(`${file}: a case of "${group.about}" lacks its name or its section`);
    return { ...made, name, from, args: made.args ?? {} };
  });
}

/** `[name, value, want, more]`; for answers `[name, media type, body, texts, value, more]`. */
function rowCase(group: Group, row: readonly JsonValue[]): Partial<Case> {
  const [name, value = null, want = null, more = {}] = row;
  const base = { ...(more as Partial<Case>), name: String(name) };
  if (group.response !== undefined) return answerCase(group, row);
  if (group.parameter !== undefined) {
    const argument = String(group.parameter["argument"] ?? group.parameter["name"]);
    const place = String(group.parameter["in"]);
    const wire = String(group.parameter["name"]);
    const header = place === "cookie" ? "Cookie" : place === "header" ? wire : undefined;
    const { argument: _, ...parameter } = group.parameter;
    return {
      ...base,
      parameter:
        "schema" in parameter || "content" in parameter ? parameter : { ...parameter, schema: schemaOf(value) },
      args: { [argument]: value },
      ...(isRefusal(want)
        ? { refused: want.refused }
        : {
            request: header === undefined ? { target: String(want) } : { headers: { [header]: want as string | null } },
          }),
    };
  }
  return {
    ...base,
    args: value as JsonObject,
    ...(isRefusal(want) ? { refused: want.refused } : { request: { ...group.request, body: want as string | null } }),
  };
}

function answerCase(group: Group, row: readonly JsonValue[]): Partial<Case> {
  const [name, mediaType, body, texts, value, more = {}] = row;
  const bytes = typeof body === "object" && body !== null ? (body as GivenResponse) : { body: String(body) };
  return {
    name: String(name),
    response: {
      ...group.response,
      ...(mediaType === null ? {} : { headers: { ...group.response?.headers, "Content-Type": String(mediaType) } }),
      ...bytes,
    },
    result: {
      text: (Array.isArray(texts) ? texts : [texts]) as readonly string[],
      ...(row.length < 5 || value === "none" ? {} : { value: value as JsonValue }),
    },
    ...(more as Partial<Case>),
  };
}

function isRefusal(want: JsonValue): want is { readonly refused: string } {
  return typeof want === "object" && want !== null && "refused" in want;
}

/** The plainest schema that a value meets. */
function schemaOf(value: JsonValue): JsonObject {
  if (value === null) return {};
  if (Array.isArray(value)) return { type: "array", items: {} };
  return { type: typeof value as string };
}

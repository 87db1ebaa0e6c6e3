/**
 * Reads the parameters of a raw request back by the styles of the document, and tells what differs from the values
 * that were given (§4.8.12; RFC 6570 for `simple`, `label`, `matrix` and `form`; RFC 6265 for cookies).
 */
import { type Json, type JsonObject, isArray, isObject, own } from "../../src/base/json.ts";
import type { DocumentParameter } from "./document.ts";
import { type Pair, decodeForm, decodePercent, pairsOf, treeOf } from "./read-pairs.ts";
import { isEmptyValue, sameText, sameValue } from "./same.ts";

export interface RawRequest {
  readonly method: string;
  /** Path and query as they stood in the request line. */
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

export interface GivenParameter {
  readonly parameter: DocumentParameter;
  readonly value: Json | undefined;
}

/** Where a request differs from what was given, one sentence each; empty when all arrived. */
export function parameterFaults(
  request: RawRequest,
  template: string,
  given: readonly GivenParameter[],
  allowed: (name: string) => boolean,
): readonly string[] {
  const [path = "", query = ""] = divide(request.target);
  const styles = given.flatMap(({ parameter }) =>
    parameter.in === "path" ? [[parameter.name, parameter.style] as const] : [],
  );
  const segments = pathValues(template, path, new Map(styles)) ?? pathValues(template, path);
  if (segments === undefined) return [`the path ${path} is not one of ${template}`];
  const templateQuery = template.split("#")[0]?.split("?")[1];
  const pairs = pairsOf(query);
  const faults = given.flatMap((entry): string[] => {
    const { parameter, value } = entry;
    const read = readParameter(entry, segments, query, pairs, request.headers);
    if (read === true) return [];
    return [`${parameter.in} ${parameter.name} (${parameter.style}): gave ${shown(value)}, arrived ${shown(read)}`];
  });
  const expected = new Set(given.flatMap(({ parameter, value }) => queryNames(parameter, value)));
  const stray = pairs.filter(([raw]) => {
    const name = decodePercent(raw);
    const root = name.split("[")[0] ?? "";
    return (
      !expected.has(name) &&
      !expected.has(root) &&
      !expected.has("*") &&
      !allowed(name) &&
      !`&${templateQuery}`.includes(`&${name}`)
    );
  });
  return [...faults, ...stray.map(([name]) => `query ${name}: nobody asked for it`)];
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? "nothing").slice(0, 160);
}

function divide(target: string): readonly [string, string] {
  const mark = target.indexOf("?");
  return mark < 0 ? [target, ""] : [target.slice(0, mark), target.slice(mark + 1)];
}

/** The sign that a value of a style begins with. */
const openings = new Map([
  ["matrix", ";"],
  ["label", "\\."],
]);

/**
 * Raw text of each path parameter, or `undefined` where the path is none of the template's (§4.8.8.2).
 *
 * @param styles of parameters by name: they tell neighbours apart that nothing else stands between
 */
export function pathValues(
  template: string,
  path: string,
  styles: ReadonlyMap<string, string> = new Map(),
): ReadonlyMap<string, string> | undefined {
  const plain = template.split("#")[0]?.split("?")[0] ?? template;
  const names: string[] = [];
  const source = plain
    .split(/(\{[^{}]*\})/)
    .map((part) => {
      const name = /^\{([^{}]*)\}$/.exec(part)?.[1];
      if (name === undefined) return escapePattern(part);
      names.push(name);
      return `(${openings.get(styles.get(name) ?? "") ?? ""}[^/]*?)`;
    })
    .join("");
  const found = new RegExp(`^${source}$`).exec(path) ?? new RegExp(`^${source}$`).exec(decodePath(path));
  return found === null ? undefined : new Map(names.map((name, index) => [name, found[index + 1] ?? ""]));
}

/** A template may spell as it is what a path has to encode. */
function decodePath(path: string): string {
  return path.split("/").map(decodePercent).join("/");
}

function escapePattern(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function queryNames(parameter: DocumentParameter, value: Json | undefined): readonly string[] {
  if (parameter.in === "querystring") return ["*"];
  if (parameter.in !== "query") return [];
  const isExploded = parameter.mediaType === undefined && parameter.style === "form" && parameter.explode;
  return isObject(value) && isExploded ? Object.keys(value) : [parameter.name];
}

/** `true` where the value arrived, else what did. */
function readParameter(
  { parameter, value }: GivenParameter,
  segments: ReadonlyMap<string, string>,
  query: string,
  pairs: readonly Pair[],
  headers: RawRequest["headers"],
): unknown {
  switch (parameter.in) {
    case "path": {
      const raw = segments.get(parameter.name);
      return raw !== undefined && sameParameter(raw, parameter, value, decodePercent) ? true : raw;
    }
    case "header": {
      const name = parameter.name.toLowerCase();
      const found = headers.filter(([key]) => key.toLowerCase() === name).map(([, text]) => text);
      if (isEmptyValue(value)) return found.length === 0 || found.join("") === "" ? true : found;
      const raw = found.length === 0 ? undefined : found.join(", ");
      // Fields are octets: this reader takes them for UTF-8 where they are, else for Latin-1.
      return raw !== undefined && sameParameter(raw, parameter, value, (text) => text) ? true : raw;
    }
    case "cookie": {
      const all = headers.find(([key]) => key.toLowerCase() === "cookie")?.[1] ?? "";
      const cookies = all
        .split("; ")
        .filter((text) => text !== "")
        .map((text) => [text.split("=", 1)[0] ?? "", text.slice(text.indexOf("=") + 1)] as const);
      return sameInPairs(parameter, value, cookies, parameter.style === "cookie" ? (text) => text : decodePercent);
    }
    case "querystring":
      return sameWhole(parameter, value, query) ? true : query;
    case "query":
      return sameInPairs(parameter, value, pairs, decodeForm);
    default:
      return parameter.in satisfies never;
  }
}

function sameWhole(parameter: DocumentParameter, value: Json | undefined, query: string): boolean {
  if (value === undefined) return query === "";
  if (parameter.mediaType?.includes("json")) return sameText(decodePercent(query), value);
  if (isObject(value)) {
    const read = new Map(pairsOf(query).map(([name, text]) => [decodeForm(name), decodeForm(text ?? "")]));
    return Object.entries(value).every(
      ([name, member]) => isEmptyValue(member) || sameText(read.get(name) ?? "", member) || isArray(member),
    );
  }
  return decodePercent(query) === value || decodeForm(query) === value;
}

/** A parameter in a query or a cookie header: `form`, the delimited styles, `deepObject`, or a media type. */
function sameInPairs(
  parameter: DocumentParameter,
  value: Json | undefined,
  pairs: readonly Pair[],
  decode: (text: string) => string,
): unknown {
  const named = (name: string): readonly string[] =>
    pairs.filter(([key]) => decodePercent(key) === name).map(([, text]) => text ?? "");
  const found = named(parameter.name);
  if (isEmptyValue(value)) return sameValue(found.map(decode), value) ? true : found;
  if (parameter.mediaType !== undefined)
    return found.length === 1 && sameText(decode(found[0] ?? ""), value) ? true : found;
  if (parameter.style === "deepObject" && (isObject(value) || isArray(value))) {
    const tree = treeOf(
      pairs.map(([name, text]) => [decodePercent(name), decode(text ?? "")]),
      parameter.name,
    );
    // The style says nothing of what is nested deeper, but the first level stands in brackets.
    return typeof tree !== "string" && sameValue(tree, value) ? true : tree;
  }
  if (isArray(value) && parameter.explode) return sameValue(found.map(decode), value) ? true : found;
  if (isObject(value) && parameter.explode && parameter.style === "form") {
    // A list within it is as many pairs of its name.
    const read = Object.fromEntries(
      Object.entries(value).map(([name, member]) => {
        const texts = named(name).map(decode);
        return [name, isArray(member) ? texts : (texts[0] ?? null)];
      }),
    );
    return sameValue(read, value) ? true : read;
  }
  // What a value has encoded passes as it is where reserved characters do (RFC 6570 §3.2.3).
  const plain = parameter.allowReserved && typeof value === "string" ? decodePercent(value) : value;
  return found.length === 1 &&
    [value, plain].some((text) => sameDelimited(found[0] ?? "", delimiterOf(parameter.style), text, decode))
    ? true
    : found;
}

/** What stands between the members of a value, as it is sent. */
export function delimiterOf(style: string): RegExp {
  switch (style) {
    case "spaceDelimited":
      return /%20|\+/;
    case "pipeDelimited":
      return /%7C|\|/i;
    case "tabDelimited":
      return /%09/;
    default:
      return /,/;
  }
}

function sameDelimited(
  raw: string,
  delimiter: RegExp,
  value: Json | undefined,
  decode: (text: string) => string,
): boolean {
  if (isArray(value)) {
    const defined = value.filter((member) => member !== null);
    // A member that holds the delimiter cannot be told apart: then the joined text has to be the same.
    const read = raw.split(delimiter).map(decode);
    return sameValue(read, value) || (read.length > defined.length && sameJoined(decode(raw), defined));
  }
  if (isObject(value)) {
    const read = raw.split(delimiter).map(decode);
    const entries = Array.from({ length: Math.ceil(read.length / 2) }, (_, index): [string, string] => [
      read[index * 2] ?? "",
      read[index * 2 + 1] ?? "",
    ]);
    return sameValue(Object.fromEntries(entries), value);
  }
  return sameText(decode(raw), value);
}

function sameJoined(text: string, members: readonly Json[]): boolean {
  return [",", " ", "|", "\t"].some(
    (sign) =>
      text === members.map((member) => (typeof member === "string" ? member : JSON.stringify(member))).join(sign),
  );
}

/** A parameter in a path or a header: `simple`, `label`, `matrix` (RFC 6570 §3.2.2, §3.2.5, §3.2.7), or a media type. */
function sameParameter(
  raw: string,
  parameter: DocumentParameter,
  value: Json | undefined,
  decode: (text: string) => string,
): boolean {
  if (parameter.mediaType !== undefined) return sameText(decode(raw), value);
  const { style, explode, name } = parameter;
  if (style === "label") {
    if (!raw.startsWith(".")) return false;
    return sameExploded(raw.slice(1), explode ? "." : ",", explode, value, decode);
  }
  if (style === "matrix") {
    if (!raw.startsWith(";")) return false;
    const composite = isArray(value) || isObject(value);
    if (composite && explode) {
      const parts = raw
        .slice(1)
        .split(";")
        .map((part): [string, string] => [
          decode(part.split("=", 1)[0] ?? ""),
          decode(part.includes("=") ? part.slice(part.indexOf("=") + 1) : ""),
        ]);
      if (isArray(value))
        return (
          parts.every(([key]) => key === name) &&
          sameValue(
            parts.map(([, text]) => text),
            value,
          )
        );
      return sameValue(Object.fromEntries(parts), value);
    }
    const [key = "", ...rest] = raw.slice(1).split("=");
    return decode(key) === name && sameExploded(rest.join("="), ",", false, value, decode);
  }
  return sameExploded(raw, ",", explode, value, decode);
}

function sameExploded(
  raw: string,
  separator: string,
  explode: boolean,
  value: Json | undefined,
  decode: (text: string) => string,
): boolean {
  if (isObject(value) && explode) {
    const parts = raw
      .split(separator)
      .map((part): [string, string] => [
        decode(part.split("=", 1)[0] ?? ""),
        decode(part.slice(part.indexOf("=") + 1)),
      ]);
    const read: JsonObject = Object.fromEntries(parts);
    return sameValue(read, value);
  }
  const delimiter = separator === "." ? /\./ : /,\s*/;
  if (isArray(value) && own(value, "length") === undefined && sameDelimited(raw, delimiter, value, decode)) return true;
  return sameDelimited(raw, separator === "." ? /\./ : /,/, value, decode);
}

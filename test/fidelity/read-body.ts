/** Reads a request body back by its media type: JSON, forms, multipart, text and bytes (§4.8.14, §4.8.15, RFC 7578). */
import { type Json, type JsonObject, isArray, isObject, own, ownString } from "../../src/base/json.ts";
import type { DocumentBody, DocumentContent } from "./document.ts";
import type { RawRequest } from "./read-parameters.ts";
import { decodeForm, pairsOf, treeOf } from "./read-pairs.ts";
import { xmlTree } from "./read-xml.ts";
import { isEmptyValue, sameJson, sameText, sameValue } from "./same.ts";
import type { SchemaCheck } from "./schema-check.ts";

export interface Part {
  readonly name: string;
  readonly filename: string | undefined;
  readonly data: Buffer;
}

/** Where the body differs from the value that was given, one sentence each. */
export function bodyFaults(
  request: RawRequest,
  body: DocumentBody | undefined,
  value: Json | undefined,
  check: SchemaCheck,
): readonly string[] {
  const sent = request.body;
  const contentType = request.headers.find(([name]) => name.toLowerCase() === "content-type")?.[1];
  if (value === undefined)
    return isNothing(sent) ? [] : [`body: nothing was given, ${sent.toString().slice(0, 80)} arrived`];
  if (body === undefined) return ["body: the document has none"];
  const declared = contentOf(body, contentType ?? "");
  if (declared === undefined)
    return [`body: ${contentType ?? "no content type"} is none of ${[...body.contents.keys()].join(", ")}`];
  const essence = essenceOf(contentType ?? "");
  if (essence === "application/x-www-form-urlencoded") return formFaults(sent.toString(), declared.encoding, value);
  if (essence.startsWith("multipart/")) return multipartFaults(sent, contentType ?? "", declared.encoding, value);
  if (/[/+]xml$/.test(essence) && (isObject(value) || isArray(value)))
    return xmlFaults(sent.toString(), declared.schema, value, check);
  if (essence.includes("json") && !(typeof value === "string" && sent.toString() === value))
    return jsonFaults(sent.toString(), value);
  return sameBytes(sent, value)
    ? []
    : [`body: ${sent.length} bytes of ${essence} are not those of ${JSON.stringify(value).slice(0, 80)}`];
}

/** An empty form, an empty object, or no octet: what is left of a body without a field. */
function isNothing(sent: Buffer): boolean {
  return /^\s*(?:|\{\}|--\S+--\s*)$/.test(sent.toString());
}

/** What a body says of a media type: by its name, else by a range (§4.8.14). */
export function contentOf(body: DocumentBody, contentType: string): DocumentContent | undefined {
  const fitting = [...body.contents].filter(([mediaType]) => matches(contentType, mediaType));
  const rank = (mediaType: string): number => (mediaType === "*/*" ? 2 : mediaType.endsWith("/*") ? 1 : 0);
  return fitting.sort(([one], [other]) => rank(one) - rank(other))[0]?.[1];
}

export function essenceOf(contentType: string): string {
  return (contentType.split(";")[0] ?? "").trim().toLowerCase();
}

function matches(contentType: string, declared: string): boolean {
  const [given, range] = [essenceOf(contentType), essenceOf(declared)];
  return given === range || range === "*/*" || (range.endsWith("/*") && given.startsWith(range.slice(0, -1)));
}

function jsonFaults(text: string, value: Json): readonly string[] {
  try {
    return sameJson(JSON.parse(text) as Json, value)
      ? []
      : [`body: gave ${JSON.stringify(value).slice(0, 200)}, arrived ${text.slice(0, 200)}`];
  } catch {
    const lines = text.split(/[\n\u001e]+/).filter((line) => line !== "");
    const isSequence =
      isArray(value) && lines.length === value.length && lines.every((line, index) => sameText(line, value[index]));
    return isSequence ? [] : [`body: ${text.slice(0, 100)} is not JSON`];
  }
}

/** The bytes that a file argument stands for: its text, or what its Base64 holds. */
function bytesOf(value: Json): Buffer {
  const data = ownString(value, "data");
  return data === undefined
    ? Buffer.from(typeof value === "string" ? value : JSON.stringify(value))
    : Buffer.from(data, "base64");
}

function sameBytes(sent: Buffer, value: Json): boolean {
  return sent.equals(bytesOf(value)) || (typeof value === "string" && sent.toString("latin1") === value);
}

function formFaults(text: string, encodings: ReadonlyMap<string, JsonObject>, value: Json): readonly string[] {
  const raw = pairsOf(text);
  const pairs = raw.map(([name, member]): [string, string] => [decodeForm(name), decodeForm(member ?? "")]);
  if (!isObject(value)) return ["body: a form was given no object"];
  return Object.keys(value).flatMap((name) => {
    const member = own(value, name);
    if (isEmptyValue(member)) return [];
    return sameField(name, member, raw, pairs, encodings.get(name))
      ? []
      : [`body field ${name}: gave ${JSON.stringify(member)?.slice(0, 160)}, arrived ${text.slice(0, 300)}`];
  });
}

function sameField(
  name: string,
  value: Json | undefined,
  raw: ReturnType<typeof pairsOf>,
  pairs: readonly (readonly [string, string])[],
  encoding: JsonObject | undefined,
): boolean {
  const tree = treeOf(pairs, name);
  const style = ownString(encoding, "style");
  if (style === "deepObject" || !(isArray(value) || isObject(value))) return sameValue(tree, value);
  const texts = raw.filter(([key]) => decodeForm(key) === name).map(([, text]) => text ?? "");
  if (
    own(encoding, "explode") === false ||
    (style !== undefined && style !== "form" && own(encoding, "explode") !== true)
  ) {
    const parts = (texts[0] ?? "").split(/,|%20|\+|%7C|\||%09/i).map(decodeForm);
    if (isArray(value)) return sameValue(parts, value) || sameText(decodeForm(texts[0] ?? ""), value.join(","));
    return Object.entries(value).every(
      ([key, member]) =>
        isEmptyValue(member) || parts.some((part, index) => part === key && sameText(parts[index + 1] ?? "", member)),
    );
  }
  // JSON text, a repeated name, brackets, or, for an object that is exploded, its own names.
  if (sameValue(tree, value) || (isArray(value) && sameValue(texts.map(decodeForm), value))) return true;
  return (
    isObject(value) &&
    Object.entries(value).every(([key, member]) => isEmptyValue(member) || sameValue(treeOf(pairs, key), member))
  );
}

/** Read by the names that the schema gives elements and attributes (§4.8.26). */
function xmlFaults(text: string, schema: Json | undefined, value: Json, check: SchemaCheck): readonly string[] {
  const tree = xmlTree(text, schema, check);
  if (tree === undefined) return [`body: ${text.slice(0, 200)} is not XML`];
  return sameValue(tree, value)
    ? []
    : [`body: gave ${JSON.stringify(value).slice(0, 200)}, arrived ${text.slice(0, 200)}`];
}

function multipartFaults(
  sent: Buffer,
  contentType: string,
  encodings: ReadonlyMap<string, JsonObject>,
  value: Json,
): readonly string[] {
  const boundary = /boundary="?([^";]+)"?/.exec(contentType)?.[1];
  if (boundary === undefined) return ["body: multipart without a boundary"];
  const parts = partsOf(sent, boundary);
  if (!isObject(value))
    return isArray(value) && parts.length === value.length ? [] : ["body: multipart was given no object"];
  return Object.keys(value).flatMap((name) => {
    const member = own(value, name);
    if (isEmptyValue(member)) return [];
    const found = parts.filter((part) => part.name === name);
    const styled = sameStyled(parts, name, member ?? null, encodings.get(name));
    const arrived =
      styled ??
      (isArray(member) && found.length === member.length
        ? member.every((item, index) => samePart(found[index], item))
        : found.length === 1 && samePart(found[0], member ?? null));
    return arrived
      ? []
      : [
          `body part ${name}: gave ${JSON.stringify(member)?.slice(0, 160)}, arrived ${found.map(({ data }) => data.toString().slice(0, 80)).join(" and ") || "nothing"}`,
        ];
  });
}

/** A field whose encoding names a style: since 3.1 it is written as in a query, but not encoded (§4.8.15.1.2). */
function sameStyled(
  parts: readonly Part[],
  name: string,
  value: Json,
  encoding: JsonObject | undefined,
): boolean | undefined {
  const style = ownString(encoding, "style");
  if (style === undefined || !(isArray(value) || isObject(value))) return undefined;
  const pairs = parts.map((part): [string, string] => [part.name, part.data.toString()]);
  const texts = pairs.filter(([key]) => key === name).map(([, text]) => text);
  if (style === "deepObject") return sameValue(treeOf(pairs, name), value);
  if (own(encoding, "explode") === true || (style === "form" && own(encoding, "explode") !== false))
    return isArray(value)
      ? sameValue(texts, value)
      : Object.entries(value).every(([key, member]) => isEmptyValue(member) || sameValue(treeOf(pairs, key), member));
  const sign = style === "spaceDelimited" ? " " : style === "pipeDelimited" ? "|" : ",";
  const written = (member: Json): string => (typeof member === "string" ? member : JSON.stringify(member));
  if (isArray(value)) return texts[0] === value.map(written).join(sign);
  // Members stand in the order of the document: any order says the same.
  const pairsIn = (members: readonly string[]): readonly string[] =>
    members.flatMap((name, index) => (index % 2 === 0 ? [JSON.stringify([name, members[index + 1]])] : [])).sort();
  const given = Object.entries(value).flatMap(([name, member]) => [name, written(member)]);
  return pairsIn((texts[0] ?? "").split(sign)).join() === pairsIn(given.join(sign).split(sign)).join();
}

function samePart(part: Part | undefined, value: Json): boolean {
  if (part === undefined) return false;
  const filename = ownString(value, "data") === undefined ? undefined : ownString(value, "filename");
  if (filename !== undefined && part.filename === undefined) return false;
  return (
    part.data.equals(bytesOf(value)) ||
    sameText(part.data.toString(), value) ||
    (isArray(value) && sameText(part.data.toString(), value.join(",")))
  );
}

/** RFC 2046 §5.1.1 */
export function partsOf(body: Buffer, boundary: string): readonly Part[] {
  const text = body.toString("latin1");
  return text
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((piece): Part => {
      const end = piece.indexOf("\r\n\r\n");
      const head = Buffer.from(piece.slice(0, end), "latin1").toString();
      const parameter = (name: string): string | undefined =>
        new RegExp(`[; ]${name}="((?:[^"\\\\]|\\\\.)*)"`)
          .exec(head)?.[1]
          ?.replaceAll("%22", '"')
          .replaceAll("%0D", "\r")
          .replaceAll("%0A", "\n")
          .replaceAll(/\\(.)/g, "$1");
      return {
        name: parameter("name") ?? "",
        filename: parameter("filename"),
        data: Buffer.from(piece.slice(end + 4, -2), "latin1"),
      };
    });
}

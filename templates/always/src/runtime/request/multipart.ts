/**
 * Multipart bodies: `multipart/form-data` (RFC 7578) and the other types with its framing (RFC 2046 §5.1).
 *
 * Parts stand in the order of the fields. Names and file names are quoted as browsers do it (WHATWG HTML, "multipart
 * form data"): UTF-8, with `%22`, `%0D` and `%0A` for what would end the quotes. There is no `filename*`.
 */
import { randomUUID } from "node:crypto";
import { isArray, isObject } from "./json-shape.js";
import { parseMediaType } from "../media-type.js";
import type { FieldEncoding, JsonValue } from "../model.js";
import { jsonText, refuse, textOf } from "./argument.js";
import { contentText } from "./content.js";
import { expandPairs, type PairEncoding } from "./expansion.js";
import { firstType, typeOfFile } from "./field-type.js";
import { asFile, type FileLoader } from "./file-argument.js";
import { type ArgumentOf, hasStyle } from "./form.js";
import {
  headerFault,
  type HeaderField,
  isForbiddenHeader,
  isToken,
} from "./header.js";

interface Part {
  /** Absent in types whose parts are told apart by their position. */
  readonly name?: string;
  readonly filename?: string;
  readonly contentType?: string;
  readonly headers: readonly HeaderField[];
  readonly content: Uint8Array;
}

export interface MultipartBody {
  readonly boundary: string;
  readonly body: Uint8Array;
}

/** A multipart body of an object, with a part for each field or item, or of an array, with a part for each item. */
export async function multipartBody(
  value: JsonValue,
  fields: ReadonlyMap<string, FieldEncoding>,
  argumentOf: ArgumentOf,
  load: FileLoader,
): Promise<MultipartBody> {
  const parts: Part[] = [];
  if (isObject(value)) {
    for (const [name, member] of Object.entries(value))
      parts.push(
        ...(await fieldParts(
          name,
          member,
          fields.get(name) ?? {},
          argumentOf(name),
          load,
        )),
      );
  } else if (isArray(value)) {
    for (const item of value)
      parts.push(valuePart(undefined, item, {}, argumentOf("")));
  } else {
    return refuse(argumentOf(""), "is sent in parts: give an object");
  }
  return write(parts);
}

/** A file or value is one part; an array is one for each item (§4.8.15.3). `null` is none. */
async function fieldParts(
  name: string,
  value: JsonValue,
  encoding: FieldEncoding,
  argument: string,
  load: FileLoader,
): Promise<readonly Part[]> {
  if (value === null) return [];
  if (encoding.file !== true && hasStyle(encoding))
    return styledParts(name, value, encoding, argument);
  const parts: Part[] = [];
  for (const item of isArray(value) ? value : [value]) {
    if (encoding.file === true)
      parts.push(await filePart(name, item, encoding, argument, load));
    else if (item !== null)
      parts.push(valuePart(name, item, encoding, argument));
  }
  return parts;
}

/** By style, as a query would hold it, but with nothing percent-encoded (§4.8.15.1.2). */
function styledParts(
  name: string,
  value: JsonValue,
  encoding: FieldEncoding,
  argument: string,
): readonly Part[] {
  const style = encoding.style ?? "form";
  const explode = encoding.explode ?? style === "form";
  return expandPairs({ argument, name, style, explode }, value, unencoded).map(
    ([partName, text]) => ({
      name: partName,
      headers: partHeaders(encoding, argument),
      content: new TextEncoder().encode(text),
    }),
  );
}

const unencoded: PairEncoding = {
  name: (text) => text,
  value: (text) => text,
  delimiter: (text) => text,
};

async function filePart(
  name: string,
  value: JsonValue,
  encoding: FieldEncoding,
  argument: string,
  load: FileLoader,
): Promise<Part> {
  const file = await load(asFile(value, argument), name, argument);
  return {
    name,
    filename: file.filename,
    contentType: typeOfFile(encoding.contentType, file.mediaType),
    headers: partHeaders(encoding, argument),
    content: file.bytes,
  };
}

/** Text has no `Content-Type`: `text/plain` is the default of RFC 7578 §4.4, and some receivers take one for a file. */
function valuePart(
  name: string | undefined,
  value: JsonValue,
  encoding: FieldEncoding,
  argument: string,
): Part {
  const composite = isObject(value) || isArray(value);
  const declared = firstType(encoding.contentType);
  const contentType = declared ?? (composite ? "application/json" : undefined);
  const text =
    declared !== undefined
      ? contentText(declared, value, argument)
      : composite
        ? jsonText(value, argument)
        : textOf(value, argument);
  return {
    ...(name === undefined ? {} : { name }),
    ...(contentType === undefined ? {} : { contentType }),
    headers: partHeaders(encoding, argument),
    content: new TextEncoder().encode(text),
  };
}

/** Fixed headers of a part. `Content-Type` shall be ignored here (§4.8.15); `Content-Disposition` is ours. */
function partHeaders(
  encoding: FieldEncoding,
  argument: string,
): readonly HeaderField[] {
  return Object.entries(encoding.headers ?? {}).filter(([name, value]) => {
    const lower = name.toLowerCase();
    if (lower === "content-type" || lower === "content-disposition")
      return false;
    if (
      !isToken(name) ||
      isForbiddenHeader(name) ||
      headerFault(value) !== undefined
    )
      return refuse(argument, "has a part header that cannot be sent");
    return true;
  });
}

function write(parts: readonly Part[]): MultipartBody {
  let boundary = newBoundary();
  while (parts.some((part) => Buffer.from(part.content).includes(boundary)))
    boundary = newBoundary();
  const chunks = parts.flatMap((part) => [
    Buffer.from(`--${boundary}\r\n${head(part)}\r\n`),
    part.content,
    Buffer.from("\r\n"),
  ]);
  return {
    boundary,
    body: Buffer.concat([...chunks, Buffer.from(`--${boundary}--\r\n`)]),
  };
}

function newBoundary(): string {
  return `----part-${randomUUID()}`;
}

function head(part: Part): string {
  const lines: string[] = [];
  if (part.name !== undefined) {
    const filename =
      part.filename === undefined
        ? ""
        : `; filename="${quoted(part.filename)}"`;
    lines.push(
      `Content-Disposition: form-data; name="${quoted(part.name)}"${filename}`,
    );
  }
  if (part.contentType !== undefined)
    lines.push(`Content-Type: ${part.contentType}`);
  lines.push(...part.headers.map(([name, value]) => `${name}: ${value}`));
  return lines.map((line) => `${line}\r\n`).join("");
}

function quoted(text: string): string {
  return text
    .replaceAll('"', "%22")
    .replaceAll("\r", "%0D")
    .replaceAll("\n", "%0A");
}

/** The media type of the body with its boundary in place of any that the document wrote. */
export function multipartType(mediaType: string, boundary: string): string {
  const parsed = parseMediaType(mediaType);
  const parameters = [...(parsed?.parameters ?? [])]
    .filter(([name]) => name !== "boundary")
    .map(
      ([name, value]) => `; ${name}="${value.replaceAll(/["\\]/g, "\\$&")}"`,
    );
  return `${parsed?.essence ?? "multipart/form-data"}${parameters.join("")}; boundary=${boundary}`;
}

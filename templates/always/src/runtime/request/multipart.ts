/**
 * Multipart bodies: `multipart/form-data` (RFC 7578) and the other types with its framing (RFC 2046 §5.1).
 *
 * Parts stand in the order of the fields. Names and file names are quoted as browsers do it (WHATWG HTML, "multipart
 * form data"): UTF-8, with `%22`, `%0D` and `%0A` for what would end the quotes. There is no `filename*`.
 */
import { concatBytes, includesBytes, utf8 } from "../data/bytes.js";
import { defined } from "../data/defined.js";
import type {
  BodyContent,
  FieldEncoding,
  JsonValue,
  PartEncodings,
} from "../data/model.js";
import { parseMediaType } from "../upstream/media-type.js";
import {
  jsonText,
  refuse,
  textOf,
  inOrder,
  isArray,
  isObject,
} from "./argument.js";
import {
  type ComposedBody,
  concrete,
  type ArgumentOf,
  formBody,
  hasStyle,
} from "./body-writer.js";
import {
  contentText,
  formMediaType,
  firstType,
  typeOfFile,
  expandPairs,
  type PairEncoding,
} from "./expansion.js";
import { asFile, type FileLoader } from "./file-argument.js";
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
  encodings: PartEncodings,
  argumentOf: ArgumentOf,
  load: FileLoader,
): Promise<MultipartBody> {
  const parts: Part[] = [];
  if (isObject(value)) {
    const fields = new Map(Object.entries(encodings.fields ?? {}));
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
    const argument = argumentOf("");
    for (const [index, item] of value.entries()) {
      const encoding = encodings.prefix?.[index] ?? encodings.items ?? {};
      parts.push(
        encoding.file === true
          ? await filePart(undefined, item, encoding, argument, load)
          : await valuePart(undefined, item, encoding, argument, load),
      );
    }
  } else {
    return refuse(argumentOf(""), "is sent in parts: give an object");
  }
  return assembled(parts);
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
  // Of a list each item is a part, unless the list itself is a part that has parts.
  const isOne =
    !isArray(value) ||
    encoding.prefix !== undefined ||
    encoding.items !== undefined;
  for (const item of isOne ? [value] : value) {
    if (encoding.file === true)
      parts.push(await filePart(name, item, encoding, argument, load));
    else if (item !== null)
      parts.push(await valuePart(name, item, encoding, argument, load));
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
  return expandPairs(
    { argument, name, style, explode },
    inOrder(value, encoding.order),
    unencoded,
  ).map(([partName, text]) => ({
    name: partName,
    headers: partHeaders(encoding, argument),
    content: new TextEncoder().encode(text),
  }));
}

const unencoded: PairEncoding = {
  name: (text) => text,
  value: (text) => text,
  delimiter: (text) => text,
};

async function filePart(
  name: string | undefined,
  value: JsonValue,
  encoding: FieldEncoding,
  argument: string,
  load: FileLoader,
): Promise<Part> {
  const file = await load(asFile(value, argument), name ?? "file", argument);
  return {
    ...defined({ name }),
    filename: file.filename,
    contentType: typeOfFile(encoding.contentType, file.mediaType),
    headers: partHeaders(encoding, argument),
    content: file.bytes,
  };
}

/**
 * Text has no `Content-Type`: `text/plain` is the default of RFC 7578 §4.4, and some receivers take one for a file. A
 * part that is a form or has parts is written by the encodings within it.
 */
async function valuePart(
  name: string | undefined,
  value: JsonValue,
  encoding: FieldEncoding,
  argument: string,
  load: FileLoader,
): Promise<Part> {
  const composite = isObject(value) || isArray(value);
  const declared = firstType(encoding.contentType);
  const part = {
    ...defined({ name }),
    headers: partHeaders(encoding, argument),
  };
  const essence = parseMediaType(declared ?? "")?.essence ?? "";
  if (declared !== undefined && composite && essence.startsWith("multipart/")) {
    const within = await multipartBody(
      inOrder(value, encoding.order),
      encoding,
      () => argument,
      load,
    );
    return {
      ...part,
      contentType: multipartType(declared, within.boundary),
      content: within.body,
    };
  }
  if (
    isObject(value) &&
    essence === formMediaType &&
    encoding.fields !== undefined
  ) {
    const fields = new Map(Object.entries(encoding.fields));
    const text = await formBody(
      inOrder(value, encoding.order),
      fields,
      () => argument,
      load,
    );
    return {
      ...part,
      contentType: declared ?? formMediaType,
      content: new TextEncoder().encode(text),
    };
  }
  const contentType = declared ?? (composite ? "application/json" : undefined);
  const text =
    declared !== undefined
      ? contentText(declared, value, argument)
      : composite
        ? jsonText(value, argument)
        : textOf(value, argument);
  return {
    ...part,
    ...defined({ contentType }),
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

function assembled(parts: readonly Part[]): MultipartBody {
  let boundary = newBoundary();
  while (holds(parts, boundary)) boundary = newBoundary();
  const chunks = parts.flatMap((part) => [
    utf8(`--${boundary}\r\n${head(part)}\r\n`),
    part.content,
    utf8("\r\n"),
  ]);
  return {
    boundary,
    body: concatBytes([...chunks, utf8(`--${boundary}--\r\n`)]),
  };
}

function holds(parts: readonly Part[], boundary: string): boolean {
  const wanted = utf8(boundary);
  return parts.some(({ content }) => includesBytes(content, wanted));
}

function newBoundary(): string {
  return `----part-${crypto.randomUUID()}`;
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
  } else if (part.filename !== undefined && part.filename !== "file") {
    lines.push(
      `Content-Disposition: attachment; filename="${quoted(part.filename)}"`,
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

// The part that writes bodies of several parts: `multipart/form-data` and its kin.

export async function write(
  content: BodyContent,
  value: JsonValue,
  argumentOf: ArgumentOf,
  load: FileLoader,
): Promise<ComposedBody> {
  const { boundary, body } = await multipartBody(
    inOrder(value, content.order),
    content,
    argumentOf,
    load,
  );
  const mediaType = concrete(content.mediaType, "multipart/form-data");
  return { body, contentType: multipartType(mediaType, boundary) };
}

/** How bodies are written: those of media types that only some servers need, by optional parts; texts and forms here. */
import { fromLatin1, toBase64 } from "../data/bytes.js";
import type {
  BodyContent,
  FieldEncoding,
  JsonObject,
  JsonValue,
} from "../data/model.js";
import { isRange, parseMediaType } from "../upstream/media-type.js";
import { inOrder, isArray, isObject, jsonText, refuse } from "./argument.js";
import {
  contentText,
  firstType,
  expandPairs,
  type Pair,
  type PairEncoding,
} from "./expansion.js";
import { asFile, type FileLoader } from "./file-argument.js";
import { formEncode, formEncodeReserved } from "./percent.js";

export interface ComposedBody {
  readonly body: string | Uint8Array;
  /** Value of `Content-Type`. */
  readonly contentType: string;
}

export interface BodyWriter {
  /** @throws ArgumentError for a value that cannot be written as its media type */
  write(
    content: BodyContent,
    value: JsonValue,
    argumentOf: ArgumentOf,
    load: FileLoader,
  ): ComposedBody | Promise<ComposedBody>;
}

/** By what `BodyContent.encoding` calls them; each is loaded with the first body that needs it. */
export interface BodyWriters {
  readonly multipart?: () => Promise<BodyWriter>;
  readonly xml?: () => Promise<BodyWriter>;
}

// Bodies that are text: their media type, and their bytes in its charset.

/** A media type to send. A range, or text that is no media type, says only what would be accepted. */
export function concrete(mediaType: string, fallback: string): string {
  const parsed = parseMediaType(mediaType);
  return parsed === undefined || isRange(parsed.essence)
    ? fallback
    : mediaType.trim();
}

/** UTF-16, the lower byte of each unit first (RFC 2781 §4.2). */
function utf16(text: string): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(text.length * 2));
  for (let index = 0; index < text.length; index += 1)
    bytes.setUint16(index * 2, text.charCodeAt(index), true);
  return new Uint8Array(bytes.buffer);
}

/** Lower-case charset of a media type; UTF-8 where it names none. */
export function charsetOf(mediaType: string): string {
  const charset = parseMediaType(mediaType)?.parameters.get("charset");
  return charset?.trim().toLowerCase() ?? "utf-8";
}

/** @throws ArgumentError for characters that the charset does not have, and for a charset that is not written here */
export function encodedText(
  text: string,
  contentType: string,
  charset: string,
  argument: string,
): ComposedBody {
  switch (charset) {
    case "utf-8":
    case "utf8":
      return { body: text, contentType };
    case "iso-8859-1":
    case "latin1":
    case "us-ascii":
    case "ascii": {
      const beyond = charset.includes("ascii")
        ? /[^\0-\u007f]/
        : /[^\0-\u00ff]/;
      if (beyond.test(text))
        return refuse(
          argument,
          `holds characters that ${charset} does not have`,
        );
      return { body: fromLatin1(text), contentType };
    }
    case "utf-16le":
      return { body: utf16(text), contentType };
    default:
      return refuse(
        argument,
        `would have to be written in ${charset}, which this server does not write`,
      );
  }
}

// Bodies of `application/x-www-form-urlencoded` (§4.8.15.2, WHATWG URL §5).

/** What names the argument of a field, for messages. */
export type ArgumentOf = (field: string) => string;

const plain: PairEncoding = {
  name: formEncode,
  value: formEncode,
  delimiter: (text) => (text === "," ? "," : formEncode(text)),
};
const reserved: PairEncoding = { ...plain, value: formEncodeReserved };

/**
 * A form as text. With `style`, `explode` or `allowReserved` a field is written like a query parameter; without, each
 * item of an array by its content type, which is JSON for objects. Files are base64 text.
 */
export async function formBody(
  value: JsonObject,
  fields: ReadonlyMap<string, FieldEncoding>,
  argumentOf: ArgumentOf,
  load: FileLoader,
): Promise<string> {
  const pairs: Pair[] = [];
  for (const [name, member] of Object.entries(value)) {
    const encoding = fields.get(name) ?? {};
    const argument = argumentOf(name);
    if (member === null) continue;
    if (encoding.file === true) {
      for (const item of isArray(member) ? member : [member]) {
        const file = await load(asFile(item, argument), name, argument);
        const text = toBase64(file.bytes);
        pairs.push([formEncode(name), formEncode(text)]);
      }
    } else {
      pairs.push(...fieldPairs(name, member, encoding, argument));
    }
  }
  return pairs.map(([name, text]) => `${name}=${text}`).join("&");
}

function fieldPairs(
  name: string,
  value: JsonValue,
  encoding: FieldEncoding,
  argument: string,
): readonly Pair[] {
  if (hasStyle(encoding)) {
    const style = encoding.style ?? "form";
    const explode = encoding.explode ?? style === "form";
    return expandPairs(
      { argument, name, style, explode },
      inOrder(value, encoding.order),
      encoding.allowReserved === true ? reserved : plain,
    );
  }
  const contentType = firstType(encoding.contentType);
  return (isArray(value) ? value : [value])
    .filter((item) => item !== null)
    .map((item): Pair => {
      const text =
        contentType === undefined && (isObject(item) || isArray(item))
          ? jsonText(item, argument)
          : contentText(contentType ?? "text/plain", item, argument);
      return [formEncode(name), formEncode(text)];
    });
}

/** Whether a field is serialised by style: then its content type does not count (§4.8.15.1.2). */
export function hasStyle(encoding: FieldEncoding): boolean {
  return (
    encoding.style !== undefined ||
    encoding.explode !== undefined ||
    encoding.allowReserved !== undefined
  );
}

/** What writes a body of a media type that only some servers need. Such writers are optional parts of the runtime. */
import { fromLatin1 } from "../data/bytes.js";
import type { BodyContent, JsonValue } from "../data/model.js";
import { isRange, parseMediaType } from "../upstream/media-type.js";
import { refuse } from "./argument.js";
import type { FileLoader } from "./file-argument.js";
import type { ArgumentOf } from "./form.js";

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

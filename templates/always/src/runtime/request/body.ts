/** The request body (§4.8.13): which media type, which value, which bytes. */
import { fromLatin1 } from "../data/bytes.js";
import { inOrder, isArray, isObject } from "./json-shape.js";
import {
  covers,
  isRange,
  isSequence,
  parseMediaType,
} from "../upstream/media-type.js";
import type {
  BodyContent,
  BodyPlan,
  FieldEncoding,
  JsonObject,
  JsonValue,
} from "../data/model.js";
import { argumentValue, jsonText, refuse, scalarText } from "./argument.js";
import { asFile, type FileLoader } from "./file-argument.js";
import { type ArgumentOf, formBody } from "./form.js";
import { headerFault } from "./header.js";
import { multipartBody, multipartType } from "./multipart.js";
import { xmlText } from "./xml.js";

export interface ComposedBody {
  readonly body: string | Uint8Array;
  /** Value of `Content-Type`. */
  readonly contentType: string;
}

/**
 * The body, or `undefined` where the arguments give none and none is required.
 *
 * @throws ArgumentError for a body that is missing, of an unknown media type, or not to be written as its media type.
 */
export async function composeBody(
  plan: BodyPlan,
  args: JsonObject,
  load: FileLoader,
): Promise<ComposedBody | undefined> {
  const value = bodyValue(plan, args);
  const content = chosenContent(plan, args);
  if (value === undefined || (value === null && content.encoding !== "json")) {
    if (plan.required)
      refuse(
        plan.argument ?? "body",
        "is required: it is the body of the request",
      );
    return undefined;
  }
  const argumentOf = argumentNames(plan);
  const composed = await write(content, value, argumentOf, load);
  const fault = headerFault(composed.contentType);
  return fault === undefined
    ? composed
    : refuse(plan.mediaTypeArgument ?? argumentOf(""), fault);
}

/** The whole body, or an object of those fields that the call gives. No field at all is a body only if one is required. */
function bodyValue(plan: BodyPlan, args: JsonObject): JsonValue | undefined {
  if (plan.argument !== undefined) return argumentValue(args, plan.argument);
  const members = (plan.fields ?? []).flatMap(
    (field): [string, JsonValue][] => {
      const value = argumentValue(args, field.argument);
      return value === undefined ? [] : [[field.name, value]];
    },
  );
  // `fromEntries` defines its keys, so that a field "__proto__" is only a field.
  return members.length > 0 || plan.required
    ? Object.fromEntries(members)
    : undefined;
}

function chosenContent(plan: BodyPlan, args: JsonObject): BodyContent {
  const argument = plan.mediaTypeArgument;
  const wanted =
    argument === undefined ? undefined : argumentValue(args, argument);
  const found =
    wanted === undefined || wanted === null
      ? plan.contents[0]
      : plan.contents.find((content) => content.mediaType === wanted);
  if (found !== undefined) return found;
  const known = plan.contents.map((content) => content.mediaType).join(", ");
  return refuse(argument ?? "body", `must be one of the media types ${known}`);
}

function argumentNames(plan: BodyPlan): ArgumentOf {
  const names = new Map(
    (plan.fields ?? []).map((field) => [field.name, field.argument]),
  );
  return (field) => plan.argument ?? names.get(field) ?? "body";
}

async function write(
  content: BodyContent,
  value: JsonValue,
  argumentOf: ArgumentOf,
  load: FileLoader,
): Promise<ComposedBody> {
  const fields = new Map<string, FieldEncoding>(
    Object.entries(content.fields ?? {}),
  );
  const argument = argumentOf("");
  switch (content.encoding) {
    case "json":
      return {
        body: jsonBody(content.mediaType, value, argument),
        contentType: concrete(content.mediaType, "application/json"),
      };
    case "form":
      if (!isObject(value))
        return refuse(argument, "is sent as a form: give an object");
      return {
        body: await formBody(
          inOrder(value, content.order),
          fields,
          argumentOf,
          load,
        ),
        contentType: concrete(
          content.mediaType,
          "application/x-www-form-urlencoded",
        ),
      };
    case "multipart": {
      const { boundary, body } = await multipartBody(
        inOrder(value, content.order),
        content,
        argumentOf,
        load,
      );
      return {
        body,
        contentType: multipartType(
          concrete(content.mediaType, "multipart/form-data"),
          boundary,
        ),
      };
    }
    case "xml":
      return xmlBody(content, value, argumentOf);
    case "text":
      return textBody(content.mediaType, value, argument);
    case "binary": {
      const file = await load(asFile(value, argument), "file", argument);
      return {
        body: file.bytes,
        contentType: typeOfFile(content.mediaType, file.mediaType),
      };
    }
    default:
      content.encoding satisfies never;
      return refuse(argument, "has no encoding");
  }
}

/** Sequences of JSON texts are written item by item (§4.8.14.3, RFC 7464). */
function jsonBody(
  mediaType: string,
  value: JsonValue,
  argument: string,
): string {
  const essence = parseMediaType(mediaType)?.essence ?? "";
  if (!isSequence(essence) || !isArray(value)) return jsonText(value, argument);
  const separator = essence.endsWith("json-seq") ? "\u001e" : "";
  return value
    .map((item) => `${separator}${jsonText(item, argument)}\n`)
    .join("");
}

/** The charset of the media type counts before that of the declaration (RFC 7303 §3.2); here they are the same. */
function xmlBody(
  content: BodyContent,
  value: JsonValue,
  argumentOf: ArgumentOf,
): ComposedBody {
  const { mediaType, xml } = content;
  const argument = argumentOf("");
  if (xml === undefined)
    return refuse(argument, `cannot be written as ${mediaType}`);
  const contentType = concrete(mediaType, "application/xml");
  const charset = charsetOf(contentType);
  const text = `<?xml version="1.0" encoding="${charset.toUpperCase()}"?>${xmlText(xml, value, argumentOf)}`;
  return encodedText(text, contentType, charset, argument);
}

function textBody(
  mediaType: string,
  value: JsonValue,
  argument: string,
): ComposedBody {
  if (isArray(value) || isObject(value))
    return refuse(argument, `is sent as ${mediaType}: give it as text`);
  const text = scalarText(value, argument);
  const contentType = concrete(mediaType, "text/plain");
  return encodedText(text, contentType, charsetOf(contentType), argument);
}

/** Lower-case charset of a media type; UTF-8 where it names none. */
function charsetOf(mediaType: string): string {
  const charset = parseMediaType(mediaType)?.parameters.get("charset");
  return charset?.trim().toLowerCase() ?? "utf-8";
}

function encodedText(
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

/** What stands for a range when the file does not say which of it it is. */
const usualTypes: ReadonlyMap<string, string> = new Map([
  ["image/*", "image/png"],
  ["audio/*", "audio/mpeg"],
  ["video/*", "video/mp4"],
  ["font/*", "font/ttf"],
]);

/** The media type of a file: the document's, or the file's own where the document leaves a choice and it is of that. */
function typeOfFile(mediaType: string, own: string): string {
  const usual = usualTypes.get(mediaType);
  if (usual === undefined) return concrete(mediaType, own);
  return covers(mediaType, own) ? own : usual;
}

/** A media type to send. A range, or text that is no media type, says only what would be accepted. */
function concrete(mediaType: string, fallback: string): string {
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

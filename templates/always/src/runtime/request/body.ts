/** The request body (§4.8.13): which media type, which value, which bytes. */
import {
  inOrder,
  isArray,
  isObject,
  argumentValue,
  jsonText,
  refuse,
  scalarText,
} from "./argument.js";
import { covers, isSequence, parseMediaType } from "../upstream/media-type.js";
import type {
  BodyContent,
  BodyPlan,
  FieldEncoding,
  JsonObject,
  JsonValue,
} from "../data/model.js";
import { asFile, type FileLoader } from "./file-argument.js";
import {
  type ArgumentOf,
  formBody,
  type BodyWriters,
  type ComposedBody,
  charsetOf,
  concrete,
  encodedText,
} from "./body-writer.js";
import { headerFault } from "./header.js";
import { missingPart } from "../errors.js";

/**
 * The body, or `undefined` where the arguments give none and none is required.
 *
 * @param writers of media types that only some servers need
 * @throws ArgumentError for a body that is missing, of an unknown media type, or not to be written as its media type.
 */
export async function composeBody(
  plan: BodyPlan,
  args: JsonObject,
  load: FileLoader,
  writers: BodyWriters,
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
  const composed = await write(content, value, argumentOf, load, writers);
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
  writers: BodyWriters,
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
    case "multipart":
    case "xml": {
      const writer = await writers[content.encoding]?.();
      if (writer === undefined)
        throw missingPart(`writes ${content.mediaType}`);
      return writer.write(content, value, argumentOf, load);
    }
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

/** Parameters that are described by a media type instead of a style (§4.8.12.2.3). */
import type { JsonValue } from "../data/model.js";
import {
  covers,
  isJson,
  isRange,
  isText,
  parseMediaType,
} from "../upstream/media-type.js";
import { jsonText, refuse, textOf, isArray, isObject } from "./argument.js";
import { expandPairs } from "./expansion.js";
import { formEncode } from "./percent.js";

export const formMediaType = "application/x-www-form-urlencoded";

/**
 * A value as its media type writes it, not yet percent-encoded: JSON, a form, or text that the caller gives ready.
 *
 * @throws ArgumentError for an array or object of a media type that is neither JSON nor a form.
 */
export function contentText(
  mediaType: string,
  value: JsonValue,
  argument: string,
): string {
  const essence = parseMediaType(mediaType)?.essence ?? mediaType;
  if (isJson(essence)) return jsonText(value, argument);
  if (essence === formMediaType && isObject(value))
    return formText(value, argument);
  if ((isArray(value) || isObject(value)) && isText(essence))
    return refuse(argument, `is sent as ${essence}: give it as text`);
  return textOf(value, argument);
}

/** An object as a form with the defaults of §4.8.15: arrays repeat their name, objects are JSON text. */
export function formText(value: JsonValue, argument: string): string {
  const encoding = {
    name: formEncode,
    value: formEncode,
    delimiter: formEncode,
  };
  return Object.entries(isObject(value) ? value : {})
    .flatMap(([name, member]) =>
      isObject(member)
        ? [[formEncode(name), formEncode(jsonText(member, argument))] as const]
        : expandPairs(
            { argument, name, style: "form", explode: true },
            member,
            encoding,
          ),
    )
    .map(([name, text]) => `${name}=${text}`)
    .join("&");
}

// `contentType` of an encoding object (§4.8.15): a list of media types and ranges.

/** The first media type of the list that is no range; `undefined` where there is none. */
export function firstType(contentType: string | undefined): string | undefined {
  return listed(contentType).find((text) => !isRange(essenceOf(text)));
}

/**
 * The type to send a file with: its own where the list covers it, else the first that the list names, else its own.
 */
export function typeOfFile(
  contentType: string | undefined,
  own: string,
): string {
  const types = listed(contentType);
  const fits = types.find((text) => covers(essenceOf(text), essenceOf(own)));
  if (fits !== undefined) return isRange(essenceOf(fits)) ? own : fits;
  return firstType(contentType) ?? own;
}

/** Commas inside quoted parameters do not divide. */
function listed(contentType: string | undefined): readonly string[] {
  return Array.from(
    (contentType ?? "").matchAll(/(?:[^,"]|"(?:[^"\\]|\\.)*")+/g),
    ([text]) => text.trim(),
  ).filter((text) => parseMediaType(text) !== undefined);
}

function essenceOf(text: string): string {
  return parseMediaType(text)?.essence ?? "";
}

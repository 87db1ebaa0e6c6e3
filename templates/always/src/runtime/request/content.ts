/** Parameters that are described by a media type instead of a style (§4.8.12.2.3). */
import { isArray, isObject } from "./json-shape.js";
import { parseMediaType, isJson, isText } from "../upstream/media-type.js";
import type { JsonValue } from "../data/model.js";
import { jsonText, refuse, textOf } from "./argument.js";
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

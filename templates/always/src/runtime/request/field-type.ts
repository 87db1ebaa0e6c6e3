/** `contentType` of an encoding object (§4.8.15): a list of media types and ranges. */
import { covers, isRange, parseMediaType } from "../upstream/media-type.js";

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

/** The list that an answer's text consists of, by the places of its items: such a text is cut between them. */
import { isJsonObject } from "../json-place.js";
import type { JsonValue } from "../model.js";
import { endOfString } from "./json.js";

export interface TextList {
  /** Property that holds the list; absent where the root is the list. */
  readonly property?: string;
  /** Index of the first item. */
  readonly start: number;
  /** Index behind each item. */
  readonly ends: readonly number[];
  /** Characters between two items. */
  readonly separator: number;
}

/**
 * The list of a JSON text that is an array, or an object with one: the longest of them.
 *
 * @param text JSON without white space between its tokens
 */
export function jsonList(text: string): TextList | undefined {
  const isArray = text.startsWith("[");
  if (!isArray && !text.startsWith("{")) return undefined;
  const within = isArray ? 1 : 2;
  let best: TextList | undefined;
  let current: { start: number; ends: number[]; key: string } | undefined;
  let key = "";
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    switch (text[index]) {
      case '"': {
        const end = endOfString(text, index);
        if (depth === 1 && text[end] === ":") key = text.slice(index, end);
        index = end - 1;
        break;
      }
      case "{":
        depth += 1;
        break;
      case "[":
        depth += 1;
        if (depth === within && current === undefined)
          current = { start: index + 1, ends: [], key };
        break;
      case ",":
        if (depth === within) current?.ends.push(index);
        break;
      case "}":
        depth -= 1;
        break;
      case "]":
        if (depth === within && current !== undefined) {
          if (index > current.start) current.ends.push(index);
          best = longer(best, {
            start: current.start,
            ends: current.ends,
            separator: 1,
            ...(isArray ? {} : { property: JSON.parse(current.key) as string }),
          });
          current = undefined;
        }
        depth -= 1;
        break;
      default:
    }
  }
  return best;
}

/** The records of a sequence: lines, or events with an empty line behind each. */
export function recordList(text: string, isEvents: boolean): TextList {
  const breaks = isEvents ? /\r\n\r\n|\n\n|\r\r/g : /\n/g;
  const ends = [...text.matchAll(breaks)].map(
    ({ index, 0: { length } }) => index + length,
  );
  if ((ends.at(-1) ?? 0) < text.length) ends.push(text.length);
  return { start: 0, ends, separator: 0 };
}

function longer(one: TextList | undefined, other: TextList): TextList {
  return one === undefined || lengthOf(other) > lengthOf(one) ? other : one;
}

function lengthOf({ start, ends }: TextList): number {
  return (ends.at(-1) ?? start) - start;
}

/** A value with only the first items of its list; `undefined` where its list is not the one of the text. */
export function withFirstItems(
  value: JsonValue,
  { property, ends }: TextList,
  count: number,
): JsonValue | undefined {
  const list =
    property === undefined
      ? value
      : isJsonObject(value) && Object.hasOwn(value, property)
        ? value[property]
        : undefined;
  if (!Array.isArray(list) || list.length !== ends.length) return undefined;
  const first = list.slice(0, count) as JsonValue[];
  if (property === undefined || !isJsonObject(value)) return first;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      name === property ? first : member,
    ]),
  );
}

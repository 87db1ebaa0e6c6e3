/** The list that an answer's text consists of, by the places of its items: such a text is cut between them. */
import { isJsonObject } from "../data/json-place.js";
import type { JsonValue } from "../data/model.js";
import { endOfString } from "./json.js";

export interface TextList {
  /** Name of the property that holds the list, with those around it; absent where the root is the list. */
  readonly property?: string;
  /** Keys of the properties that lead to the list; none where the root is the list. */
  readonly path: readonly string[];
  /** Index of the first item. */
  readonly start: number;
  /** Index behind each item. */
  readonly ends: readonly number[];
  /** Characters between two items. */
  readonly separator: number;
}

/** Objects around a list that is looked for. */
const mostAround = 4;

/**
 * The list of a JSON text that is an array, or an object that holds one, perhaps within further objects: the longest of
 * them.
 *
 * @param text JSON without white space between its tokens
 */
export function jsonList(text: string): TextList | undefined {
  let best: TextList | undefined;
  let current:
    | { start: number; ends: number[]; depth: number; keys: string[] }
    | undefined;
  const keys: string[] = [];
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    switch (text[index]) {
      case '"': {
        const end = endOfString(text, index);
        if (current === undefined && text[end] === ":")
          keys[depth] = text.slice(index, end);
        index = end - 1;
        break;
      }
      case "{":
        depth += 1;
        break;
      case "[":
        depth += 1;
        current ??= {
          start: index + 1,
          ends: [],
          depth,
          keys: keys.slice(1, depth),
        };
        break;
      case ",":
        if (depth === current?.depth) current.ends.push(index);
        break;
      case "}":
        depth -= 1;
        break;
      case "]":
        if (depth === current?.depth) {
          if (index > current.start) current.ends.push(index);
          if (current.keys.length <= mostAround)
            best = longer(best, listOf(current));
          current = undefined;
        }
        depth -= 1;
        break;
      default:
    }
  }
  return best;
}

function listOf(found: {
  readonly start: number;
  readonly ends: readonly number[];
  readonly keys: readonly string[];
}): TextList {
  const path = found.keys.map((key) => JSON.parse(key) as string);
  return {
    start: found.start,
    ends: found.ends,
    separator: 1,
    path,
    ...(path.length === 0 ? {} : { property: path.join(".") }),
  };
}

/** The records of a sequence: lines, or events with an empty line behind each. */
export function recordList(text: string, isEvents: boolean): TextList {
  const breaks = isEvents ? /\r\n\r\n|\n\n|\r\r/g : /\n/g;
  const ends = [...text.matchAll(breaks)].map(
    ({ index, 0: { length } }) => index + length,
  );
  if ((ends.at(-1) ?? 0) < text.length) ends.push(text.length);
  return { start: 0, ends, separator: 0, path: [] };
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
  { path, ends }: Pick<TextList, "path" | "ends">,
  count: number,
): JsonValue | undefined {
  const [key, ...rest] = path;
  if (key === undefined) {
    if (!Array.isArray(value) || value.length !== ends.length) return undefined;
    return value.slice(0, count) as JsonValue[];
  }
  if (!isJsonObject(value) || !Object.hasOwn(value, key)) return undefined;
  const inner = withFirstItems(value[key] ?? null, { path: rest, ends }, count);
  return inner === undefined
    ? undefined
    : Object.fromEntries(
        Object.entries(value).map(([name, member]) => [
          name,
          name === key ? inner : member,
        ]),
      );
}

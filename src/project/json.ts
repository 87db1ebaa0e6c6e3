/**
 * Prints JSON (RFC 8259) exactly as Prettier's `json` parser with default options leaves it, so that the emitted data
 * needs no formatter: objects one key per line, arrays in one line where they fit, arrays of numbers filled.
 */

import { fromEntries } from "../base/json.ts";
import { joinArrays, type BrokenArray } from "./json-arrays.ts";

type Items = readonly unknown[];
type Encode = (text: string) => string;

const WIDTH = 80;

/**
 * The value as JSON text that ends with a line feed. A `Map` is an object whose keys come from a document; only the
 * value itself may be one. Keys keep their order; properties that are `undefined` are left out. Numbers that JSON cannot
 * carry become `null`, as with `JSON.stringify`.
 */
export function printJson(value: object | string): string {
  const printed = value instanceof Map ? stringifyMap(value) : JSON.stringify(value, null, 2);
  // Most data is ASCII, and there is a lot of it.
  const plain = isPlain.test(printed) ? printed : withPlainKeys(withoutSeparators(printed));
  const text = plain.includes("e+") ? plain.replace(signOfExponent, "") : plain;
  return joinArrays(text, (array) => printArray(text, array));
}

/** Entries of an object are put in order where they look like numbers: each is printed as an object of its own then. */
function stringifyMap(map: ReadonlyMap<string, unknown>): string {
  if (![...map.keys()].some((key) => /^\d/.test(key))) return JSON.stringify(Object.fromEntries(map), null, 2);
  const entries = [...map].filter(([, item]) => item !== undefined);
  if (entries.length === 0) return "{}";
  return `{\n${entries.map(([key, item]) => JSON.stringify({ [key]: item }, null, 2).slice(2, -2)).join(",\n")}\n}`;
}

const isPlain = /^[\x20-\x7e\n]*$/;

/** The text with ASCII only in the keys of arrays: they may have to be measured, and the width of other characters is disputed. */
function withPlainKeys(text: string): string {
  const others = /[^\x20-\x7e\n]/g;
  const parts: string[] = [];
  let done = 0;
  for (let found = others.exec(text); found !== null; found = others.exec(text)) {
    const end = text.indexOf("\n", found.index);
    // A line that ends with a bracket is no string's.
    others.lastIndex = end < 0 ? text.length : end;
    if (!/": \[(?:\],?)?$/.test(text.slice(Math.max(0, others.lastIndex - 6), others.lastIndex))) continue;
    const start = text.lastIndexOf("\n", found.index) + 1;
    parts.push(text.slice(done, start), text.slice(start, others.lastIndex).replace(/[^\x20-\x7e]/g, escaped));
    done = others.lastIndex;
  }
  return done === 0 ? text : `${parts.join("")}${text.slice(done)}`;
}

/** The sign in `1e+21`, which Prettier leaves out. A line that ends with a digit is no string's. */
const signOfExponent = /\+(?<=^ *(?:".*": )?-?\d[\d.]*e\+)(?=\d+,?$)/gm;

function printArray(text: string, { start, end, margin, before, after }: BrokenArray): string {
  const printer = new JsonPrinter();
  printer.print(JSON.parse(text.slice(start, end)), " ".repeat(margin), before, after, jsonString);
  return printer.text;
}

/** A string literal of JSON. The line separators of U+2028 and U+2029 end a line in older JavaScript: they are escaped. */
export function jsonString(text: string): string {
  return withoutSeparators(JSON.stringify(text));
}

/** Any value as JSON on one line; a `Map` in it is an object. */
export function jsonValue(value: unknown): string {
  const text = JSON.stringify(value, (_key, item: unknown) => (item instanceof Map ? fromEntries(item) : item));
  return withoutSeparators(text);
}

function withoutSeparators(literal: string): string {
  return /[\u2028\u2029]/.test(literal)
    ? literal.replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029")
    : literal;
}

/** A string literal of JSON in ASCII only, so that its width is its length in every editor and formatter. */
export function asciiString(text: string): string {
  const literal = JSON.stringify(text);
  return isAscii(literal) ? literal : literal.replace(/[^\x20-\x7e]/g, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** Prints the arrays that take thought, with all that is in them. */
class JsonPrinter {
  text = "";

  /**
   * @param margin Spaces that the line of the value is indented by.
   * @param before Columns that its key takes on the same line.
   * @param after Columns that a comma takes behind it.
   */
  print(value: unknown, margin: string, before: number, after: number, encode: Encode): void {
    if (Array.isArray(value)) this.#printArray(value, margin, before, after, encode);
    else if (typeof value === "object" && value !== null) this.#printObject(value, margin);
    else this.text += scalar(value, encode);
  }

  #printObject(value: object, margin: string): void {
    const entries = Object.entries(value);
    const inner = `${margin}  `;
    for (const [index, [key, item]] of entries.entries()) {
      // Only what follows a key may have to be measured, and only an array is: the width of other characters is disputed.
      const name = Array.isArray(item) ? asciiString(key) : jsonString(key);
      this.text += `${index > 0 ? "," : "{"}\n${inner}${name}: `;
      this.print(item, inner, name.length + 2, index < entries.length - 1 ? 1 : 0, jsonString);
    }
    this.text += entries.length > 0 ? `\n${margin}}` : "{}";
  }

  #printArray(items: Items, margin: string, before: number, after: number, given: Encode): void {
    if (items.length === 0) {
      this.text += "[]";
      return;
    }
    const room = WIDTH - margin.length - before - after;
    const width = breaksAlways(items) ? undefined : measure(items, room);
    // Whether it fits is only sure in ASCII: then the escaped text decides, and stays escaped.
    const encode = width !== undefined && width.most > room ? asciiString : given;
    if (width !== undefined) {
      const line = flat(items, encode);
      if (encode === jsonString || line.length <= room) {
        this.text += line;
        return;
      }
    }
    const inner = `${margin}  `;
    if (items.length > 1 && items.every((item) => typeof item === "number" && Number.isFinite(item))) {
      this.text += `[\n${fill(items, inner)}\n${margin}]`;
      return;
    }
    for (const [index, item] of items.entries()) {
      this.text += `${index === 0 ? "[" : ","}\n${inner}`;
      this.print(item, inner, 0, index < items.length - 1 ? 1 : 0, encode);
    }
    this.text += `\n${margin}]`;
  }
}

function scalar(value: unknown, encode: Encode): string {
  switch (typeof value) {
    case "string":
      return encode(value);
    case "number":
      return Number.isFinite(value) ? String(value === 0 ? 0 : value).replace("e+", "e") : "null";
    case "boolean":
      return value ? "true" : "false";
    default:
      return "null";
  }
}

/** Prettier breaks every object with a key, and every list of several lists or objects that hold several things each. */
function breaksAlways(items: Items): boolean {
  let matrix = items.length > 1;
  for (const item of items) {
    if (Array.isArray(item)) {
      if (item.length > 0 && breaksAlways(item)) return true;
      if (item.length < 2) matrix = false;
    } else if (typeof item === "object" && item !== null) {
      if (Object.keys(item).length > 0) return true;
      matrix = false;
    } else matrix = false;
  }
  return matrix;
}

interface Width {
  readonly least: number;
  readonly most: number;
}

/** Width of the flat array, or `undefined` once it is wider than `room` in any case. Other characters take 0 to 2 columns. */
function measure(items: Items, room: number): Width | undefined {
  let least = 2 * items.length;
  let most = least;
  for (const item of items) {
    if (Array.isArray(item) && item.length > 0) {
      const inner = measure(item, room);
      if (inner === undefined) return undefined;
      least += inner.least;
      most += inner.most;
    } else {
      const text = typeof item === "object" && item !== null ? "{}" : scalar(item, jsonString);
      least += isAscii(text) ? text.length : text.replace(/[^\x20-\x7e]/g, "").length;
      most += isAscii(text) ? text.length : text.length * 2;
    }
    if (least > room) return undefined;
  }
  return { least, most };
}

function flat(items: Items, encode: Encode): string {
  const parts = items.map((item) => {
    if (Array.isArray(item)) return item.length === 0 ? "[]" : flat(item, encode);
    return typeof item === "object" && item !== null ? "{}" : scalar(item, encode);
  });
  return `[${parts.join(", ")}]`;
}

/** Numbers, as many on a line as fit. */
function fill(items: Items, margin: string): string {
  const lines: string[] = [];
  let line = margin;
  items.forEach((item, index) => {
    const text = scalar(item, jsonString) + (index < items.length - 1 ? "," : "");
    if (line !== margin && line.length + 1 + text.length > WIDTH) {
      lines.push(line);
      line = margin + text;
    } else line += line === margin ? text : ` ${text}`;
  });
  return [...lines, line].join("\n");
}

function isAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}

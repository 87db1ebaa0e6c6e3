/**
 * Prints JSON (RFC 8259) exactly as Prettier's `json` parser with default options leaves it, so that the emitted data
 * needs no formatter: objects one key per line, arrays in one line where they fit, arrays of numbers filled.
 */

/** What can be printed. A `Map` is an object whose keys come from a document. Properties that are `undefined` are left out. */
export type Printable =
  null | boolean | number | string | PrintableArray | PrintableObject | ReadonlyMap<string, unknown>;
type PrintableArray = readonly unknown[];
type PrintableObject = object;

type Encode = (text: string) => string;

const WIDTH = 80;

/**
 * The value as JSON text that ends with a line feed. Keys keep their order. Numbers that JSON cannot carry become
 * `null`, as with `JSON.stringify`; so do functions and symbols, which no model holds.
 */
export function printJson(value: unknown): string {
  return `${print(value, 0, 0, 0, jsonString)}\n`;
}

/** A string literal of JSON. The line separators of U+2028 and U+2029 end a line in older JavaScript: they are escaped. */
export function jsonString(text: string): string {
  return JSON.stringify(text).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
}

/** A string literal of JSON in ASCII only, so that its width is its length in every editor and formatter. */
export function asciiString(text: string): string {
  return JSON.stringify(text).replace(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/**
 * @param indent Columns that the line of the value is indented by.
 * @param before Columns that its key takes on the same line.
 * @param after Columns that a comma takes behind it.
 */
function print(value: unknown, indent: number, before: number, after: number, encode: Encode): string {
  if (Array.isArray(value)) return printArray(value, indent, before, after, encode);
  if (typeof value === "object" && value !== null) return printObject(value, indent);
  return scalar(value, encode);
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

function entriesOf(value: object): [string, unknown][] {
  const entries = value instanceof Map ? [...(value as ReadonlyMap<string, unknown>)] : Object.entries(value);
  return entries.filter(([, item]) => item !== undefined);
}

function printObject(value: object, indent: number): string {
  const entries = entriesOf(value);
  if (entries.length === 0) return "{}";
  const inner = indent + 2;
  const lines = entries.map(([key, item], index) => {
    const after = index < entries.length - 1 ? 1 : 0;
    // Only what follows a key may have to be measured, and only an array is: the width of other characters is disputed.
    const name = Array.isArray(item) && !isAscii(key) ? asciiString(key) : jsonString(key);
    return `${" ".repeat(inner)}${name}: ${print(item, inner, name.length + 2, after, jsonString)}`;
  });
  return `{\n${lines.join(",\n")}\n${" ".repeat(indent)}}`;
}

function printArray(items: PrintableArray, indent: number, before: number, after: number, given: Encode): string {
  if (items.length === 0) return "[]";
  const room = WIDTH - indent - before - after;
  const width = breaksAlways(items) ? undefined : measure(items, room);
  // Whether it fits is only sure in ASCII: then the escaped text decides, and stays escaped.
  const encode = width !== undefined && width.most > room ? asciiString : given;
  if (width !== undefined) {
    const line = flat(items, encode);
    if (encode === jsonString || line.length <= room) return line;
  }
  const inner = indent + 2;
  const margin = " ".repeat(inner);
  const close = `\n${" ".repeat(indent)}]`;
  if (items.length > 1 && items.every((item) => typeof item === "number" && Number.isFinite(item))) {
    return `[\n${fill(items, inner)}${close}`;
  }
  const lines = items.map(
    (item, index) => `${margin}${print(item, inner, 0, index < items.length - 1 ? 1 : 0, encode)}`,
  );
  return `[\n${lines.join(",\n")}${close}`;
}

/** Prettier breaks every object with a key, and every list of several lists or objects that hold several things each. */
function breaksAlways(items: PrintableArray): boolean {
  let matrix = items.length > 1;
  for (const item of items) {
    if (Array.isArray(item)) {
      if (item.length > 0 && breaksAlways(item)) return true;
      if (item.length < 2) matrix = false;
    } else if (typeof item === "object" && item !== null) {
      if (entriesOf(item).length > 0) return true;
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
function measure(items: PrintableArray, room: number): Width | undefined {
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

function flat(items: PrintableArray, encode: Encode): string {
  const parts = items.map((item) => {
    if (Array.isArray(item)) return item.length === 0 ? "[]" : flat(item, encode);
    return typeof item === "object" && item !== null ? "{}" : scalar(item, encode);
  });
  return `[${parts.join(", ")}]`;
}

/** Numbers, as many on a line as fit. */
function fill(items: PrintableArray, indent: number): string {
  const margin = " ".repeat(indent);
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

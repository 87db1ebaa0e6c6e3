import { defined } from "../base/defined.ts";
import { YAMLException } from "js-yaml";
import { CompileError, diagnosticAt, type Diagnostic } from "../base/diagnostics.ts";
import { isArray, put, type Json } from "../base/json.ts";
import { visible } from "../base/visible.ts";
import { textOf, toUtf8 } from "./encoding.ts";
import { binaryIn } from "./binary.ts";
import { membersOfJson, scanJson } from "./json-text.ts";
import { lineAt } from "./lines.ts";
import { writable, writableArray, type MutableObject } from "./mutable.ts";
import { yamlPositions } from "./yaml-positions.ts";
import { damageIn, otherText, type OtherText } from "./other-text.ts";
import { jsonFault, yamlFault } from "./syntax-fault.ts";
import { isOfSeveral, onlyDocument } from "./yaml-documents.ts";
import { readYaml } from "./yaml.ts";

/** Containers within containers that a document may have; the deepest real one has 39. */
export const maximumDepth = 200;
/** Values that a document may have once its aliases are written out. */
const maximumValues = 2_000_000;

export interface ParsedText {
  readonly value: Json | undefined;
  /** The text in UTF-8. Kept in this form: as a string it takes up to twice as much memory, and few ask for it. */
  readonly bytes: Uint8Array;
  readonly syntax: "json" | "yaml";
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The value of JSON or YAML text. JSON is tried first where the text looks like it; a file that is not called `.json`
 * may hold YAML in braces all the same. A repeated key is a warning, and the last one counts. The value is a tree that
 * shares nothing, at most 200 deep; `undefined` where the text is empty. Throws `CompileError`.
 *
 * @param file name for messages
 */
export function parseDocument(given: Uint8Array, file: string): ParsedText {
  refuseBinary(given, file);
  const bytes = toUtf8(given, file);
  const text = textOf(bytes);
  const start = /\S/.exec(text)?.[0];
  if (start === undefined) return { value: undefined, bytes, syntax: "yaml", diagnostics: [] };
  refuse(otherText(text), file);
  try {
    return parseText(bytes, text, start, file);
  } catch (error) {
    if (error instanceof CompileError && error.diagnostics[0]?.code === "invalid-syntax") refuse(damageIn(text), file);
    throw error;
  }
}

function refuseBinary(bytes: Uint8Array, file: string): void {
  const binary = binaryIn(bytes);
  if (binary !== undefined)
    throw new CompileError([
      diagnosticAt(binary.packed ? "packed-input" : "binary-input", file, `This is ${binary.name}, not a document`),
    ]);
}

function refuse(other: OtherText | undefined, file: string): void {
  if (other !== undefined)
    throw new CompileError([diagnosticAt(other.code, file, other.message, { line: other.line })]);
}

function parseText(bytes: Uint8Array, text: string, start: string, file: string): ParsedText {
  if (start === "{" || start === "[") {
    const json = parseJson(bytes, text, file);
    if (json !== undefined) return json;
    if (!/\.json$/i.test(file)) {
      try {
        return parseYaml(bytes, text, file);
      } catch (error) {
        if (error instanceof CompileError && error.diagnostics[0]?.code === "unsafe-document") throw error;
        // Text in braces is more likely meant as JSON: its fault is the one to tell.
      }
    }
    throw new CompileError([jsonFault(text, file, scanJson(text).fault)]);
  }
  return parseYaml(bytes, text, file);
}

function parseJson(bytes: Uint8Array, text: string, file: string): ParsedText | undefined {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (error) {
    if (error instanceof RangeError) throw tooDeep(file);
    return undefined;
  }
  const diagnostics =
    membersOfJson(bytes) === countMembers(value, file)
      ? []
      : scanJson(text).repeated.map((found) => repeatedKey(file, found.pointer, found.key, lineAt(text, found.offset)));
  return { value, bytes, syntax: "json", diagnostics };
}

/** Members of all objects of a tree. On the way, numbers that JSON cannot write (`1e400`) become the greatest one. */
function countMembers(value: Json, file: string, depth = 0): number {
  if (typeof value !== "object" || value === null) return 0;
  if (depth >= maximumDepth) throw tooDeep(file);
  let count = 0;
  if (isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      const element = value[index];
      if (typeof element === "object") count += countMembers(element, file, depth + 1);
      else if (element === Infinity || element === -Infinity) writableArray(value)[index] = greatest(element);
    }
    return count;
  }
  // Not Object.keys: this loop runs for every object of a document, and allocates nothing.
  for (const key in value) {
    count += 1;
    const member = value[key];
    if (typeof member === "object") count += countMembers(member, file, depth + 1);
    else if (member === Infinity || member === -Infinity) put(writable(value), key, greatest(member));
  }
  return count;
}

function greatest(number: number): number {
  return Math.sign(number) * Number.MAX_VALUE;
}

function parseYaml(bytes: Uint8Array, text: string, file: string): ParsedText {
  let value: unknown;
  let diagnostics: readonly Diagnostic[] = [];
  try {
    try {
      value = readYaml(text, { maximumDepth, uniqueKeys: true });
    } catch (error) {
      if (!(error instanceof YAMLException)) throw error;
      if (isOfSeveral(error)) {
        const only = onlyDocument(text, file);
        return parseYaml(Buffer.from(only), only, file);
      }
      if (error.reason !== "duplicated mapping key") throw error;
      value = readYaml(text, { maximumDepth, uniqueKeys: false });
      diagnostics = yamlPositions(text)
        .repeatedKeys()
        .map((found) => repeatedKey(file, found.pointer, found.key, found.line));
    }
  } catch (error) {
    if (error instanceof YAMLException) throw new CompileError([yamlFault(error, file)]);
    if (error instanceof RangeError) throw tooDeep(file);
    throw error;
  }
  if (value === undefined || value === null) return { value: undefined, bytes, syntax: "yaml", diagnostics };
  const isTree = !mayHaveAliases(text);
  // Of a tree the parser has held the depth, and each of its values takes two characters.
  const isBounded = isTree && text.length <= 2 * maximumValues;
  if (!isBounded && expandedExtent(value, new Map(), 0, file).values > maximumValues) throw tooLarge(file);
  return { value: isTree ? (value as Json) : writtenOut(value, new Set()), bytes, syntax: "yaml", diagnostics };
}

/** Whether text may have an anchor (YAML 1.2 §6.9.2), without which no alias leads anywhere. */
function mayHaveAliases(text: string): boolean {
  for (let at = text.indexOf("&"); at >= 0; at = text.indexOf("&", at + 1))
    if (/^[^&\w]?&\S/.test(text.slice(Math.max(at - 1, 0), at + 2))) return true;
  return false;
}

interface Extent {
  readonly values: number;
  readonly depth: number;
}

/**
 * Values and depth of a tree with its aliases written out, counted without doing so: what was counted once is
 * remembered. The depth counts across aliases, which also ends circles.
 */
function expandedExtent(value: unknown, known: Map<object, Extent>, level: number, file: string): Extent {
  if (typeof value !== "object" || value === null) return { values: 1, depth: 0 };
  const before = known.get(value);
  if (before !== undefined) {
    if (level + before.depth > maximumDepth) throw tooDeep(file);
    return before;
  }
  if (level >= maximumDepth) throw tooDeep(file);
  let values = 1;
  let depth = 0;
  for (const member of Array.isArray(value) ? (value as unknown[]) : Object.values(value)) {
    if (typeof member !== "object" || member === null) values += 1;
    else {
      const inner = expandedExtent(member, known, level + 1, file);
      values += inner.values;
      if (inner.depth > depth) depth = inner.depth;
    }
  }
  const extent = { values, depth: depth + 1 };
  known.set(value, extent);
  return extent;
}

/** The tree with its aliases written out: what shares nothing can be changed in place. */
function writtenOut(value: unknown, seen: Set<object>): Json {
  if (typeof value !== "object" || value === null) return value as Json;
  const shared = seen.has(value);
  seen.add(value);
  if (Array.isArray(value)) {
    const source = value as unknown[];
    const array = shared ? [] : (source as Json[]);
    for (let index = 0; index < source.length; index += 1) array[index] = writtenOut(source[index], seen);
    return array;
  }
  const source = value as Record<string, unknown>;
  const object = shared ? {} : (source as MutableObject);
  for (const key of Object.keys(source)) put(object, key, writtenOut(source[key], seen));
  return object;
}

function repeatedKey(file: string, pointer: string, key: string, line: number | undefined): Diagnostic {
  return diagnosticAt("duplicate-key", file, `The key "${visible(key)}" appears more than once in one object`, {
    pointer,
    ...defined({ line }),
  });
}

function tooDeep(file: string): CompileError {
  return new CompileError([
    diagnosticAt("unsafe-document", file, `The document nests more than ${maximumDepth} levels, or contains itself`),
  ]);
}

function tooLarge(file: string): CompileError {
  return new CompileError([
    diagnosticAt(
      "unsafe-document",
      file,
      `The document has more than ${maximumValues.toLocaleString("en")} values once its aliases are written out`,
    ),
  ]);
}

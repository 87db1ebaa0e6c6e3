/**
 * The helpers that write in a template: each encodes a value for one place. A text gets into a file through one of
 * them and in no other way.
 */
import { isPlainMarkdown, htmlText, markdownCode, markdownText } from "../base/markdown.ts";
import { commentLines } from "./comment.ts";
import { Encoded } from "./encoded.ts";
import { jsonString, jsonValue } from "./json.ts";

export interface Encoding {
  /** The place that it is for, for the documentation and for messages. */
  readonly place: string;
  /** @throws TypeError where the value does not fit the place; the message begins with what is needed */
  readonly encode: (value: unknown) => string;
  /** Whether a formatter surely leaves the encoded text as it is at its place. */
  readonly isExact: (encoded: string) => boolean;
}

const always = (): boolean => true;
const never = (): boolean => false;

/** By name of the helper. */
export const encodings: ReadonlyMap<string, Encoding> = new Map<string, Encoding>([
  [
    "text",
    { place: "text in a line of Markdown", encode: (value) => markdownText(textOf(value)), isExact: isPlainMarkdown },
  ],
  [
    "code",
    { place: "a code span of Markdown", encode: (value) => markdownCode(textOf(value)), isExact: isPlainMarkdown },
  ],
  ["html", { place: "text inside an HTML element", encode: (value) => htmlText(textOf(value)), isExact: never }],
  // A string literal of JSON is one of YAML too. A formatter of YAML chooses the quotes by those inside.
  [
    "json",
    {
      place: "a value of JSON or YAML, or a string of TypeScript",
      encode: (value) => (typeof value === "string" ? jsonString(value) : jsonValue(checkedValue(value))),
      isExact: (literal) => /^"[ !#-&(-[\]-~]*"$/.test(literal),
    },
  ],
  [
    "comment",
    {
      place: "one line inside a comment of TypeScript, YAML or a shell script",
      encode: (value) => commentLines(textOf(value), Infinity).join(" "),
      isExact: never,
    },
  ],
  [
    "name",
    {
      place: "a word in a command, a script or a file of settings",
      encode: (value) => checked(value, /^[a-z0-9][a-z0-9._-]*$/, "a name of a-z, 0-9, dots, dashes and underscores"),
      isExact: always,
    },
  ],
  [
    "identifier",
    {
      place: "an identifier of TypeScript",
      encode: (value) => checked(value, /^[A-Za-z_][A-Za-z0-9_]*$/, "an identifier of ASCII"),
      isExact: always,
    },
  ],
  [
    "environmentName",
    {
      place: "the name of an environment variable",
      encode: (value) => checked(value, /^[A-Z][A-Z0-9_]*$/, "the name of an environment variable"),
      isExact: always,
    },
  ],
  // A comment stands for a long list, which is put in its place later.
  [
    "markdown",
    {
      place: "blocks of Markdown that the generator made",
      encode: (value) => encoded(value, "markdown"),
      isExact: (value) => /^<!-- [a-z]+ -->$/.test(value) || isPlainMarkdown(value),
    },
  ],
  // Only words of our own, and code, are written with it in our templates: they are laid out already.
  [
    "block",
    { place: "the same, where it is laid out already", encode: (value) => encoded(value, "markdown"), isExact: always },
  ],
  ["own", { place: "words of the generator, anywhere", encode: (value) => encoded(value, "own"), isExact: always }],
]);

/** The helpers that fit a text of a document, for the message where one is missing. */
export const textHelpers = ["text", "code", "html", "json", "comment", "name"] as const;

function textOf(value: unknown): string {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return String(value);
  throw new TypeError(`text, not ${kindOf(value)}`);
}

function checked(value: unknown, pattern: RegExp, what: string): string {
  if (typeof value !== "string") throw new TypeError(`${what}, not ${kindOf(value)}`);
  if (!pattern.test(value)) throw new TypeError(`${what}, not ${JSON.stringify(value.slice(0, 60))}`);
  return value;
}

function encoded(value: unknown, kind: Encoded["kind"]): string {
  if (value instanceof Encoded && value.kind === kind) return value.text;
  throw new TypeError(
    kind === "markdown"
      ? `one of the generator's tables, not ${kindOf(value)}: only those are Markdown already`
      : `words of the generator, not ${kindOf(value)}`,
  );
}

function checkedValue(value: unknown): unknown {
  if (value === undefined || value instanceof Encoded) throw new TypeError(`a value, not ${kindOf(value)}`);
  return value;
}

/** What a value is, as a message names it. */
export function kindOf(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  if (value instanceof Encoded) return value.kind === "markdown" ? "a table" : "words of the generator";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/** How secrets are looked for: one in every form in which it can come back, or many at once as they are. */
import { concatBytes, latin1, toBase64, utf8 } from "../data/bytes.js";

/** Characters in a row that one expression looks for; V8 interprets longer ones, which is a hundred times slower. */
const headLength = 3;
const chunkLength = 24;

/** Fewer would be found in ordinary text. */
const shortestForm = 6;

/** Characters that escapes are made of: as such, or percent-encoded, also more than once. */
const percent = "%(?:25){0,3}";
const backslashes = `(?:\\\\|${percent}5c){1,8}`;
const ampersand = `(?:&|${percent}26|\\\\{1,8}u0026)(?:amp(?:;|${percent}3b)){0,3}`;
const semicolon = `(?:;|${percent}3b)`;
const equals = `(?:=|${percent}3d)`;

/** What may stand within a form without being seen: characters without width, as such or as escapes of JSON. */
const unseen =
  "(?:[\\u00ad\\u200b-\\u200f\\u2060-\\u2064\\ufeff]|\\\\{1,8}u(?:00ad|200[b-f]|206[0-4]|feff))*";
/** Line breaks that MIME puts into base64 (RFC 2045 §6.8), as such or as escapes. */
const breaks = `(?:[\\r\\n\\t ]|${backslashes}[rnt]|${percent}0[9ad])*`;

const entityNames: ReadonlyMap<string, string> = new Map([
  ["&", "amp"],
  ["<", "lt"],
  [">", "gt"],
  ['"', "quot"],
  ["'", "apos"],
  ["/", "sol"],
  ["+", "plus"],
  ["=", "equals"],
  [":", "colon"],
  ["_", "lowbar"],
  [".", "period"],
  ["-", "(?:hyphen|dash)"],
]);

/** Finds one secret in a text. Upper and lower case are the same to it. */
export class SecretForms {
  readonly #heads: RegExp;
  readonly #forms: readonly Form[];

  constructor(value: string) {
    this.#forms = formsOf(value);
    this.#heads = new RegExp(
      this.#forms.map(({ head }) => `(${head})`).join("|"),
      "gi",
    );
  }

  /** The text with `instead` in place of each form; `instead` is told what stands there, and where. */
  replace(
    text: string,
    instead: (found: string, start: number, end: number) => string,
  ): string {
    let done = 0;
    let result = "";
    this.#heads.lastIndex = 0;
    for (
      let match = this.#heads.exec(text);
      match !== null;
      match = this.#heads.exec(text)
    ) {
      const start = match.index;
      const end = this.#endOf(text, start);
      this.#heads.lastIndex = end ?? start + 1;
      if (end === undefined) continue;
      result += `${text.slice(done, start)}${instead(text.slice(start, end), start, end)}`;
      done = end;
    }
    return done === 0 ? text : result + text.slice(done);
  }

  #endOf(text: string, start: number): number | undefined {
    const ends = this.#forms
      .map((form) => form.endOf(text, start))
      .filter((end) => end !== undefined);
    return ends.length === 0 ? undefined : Math.max(...ends);
  }
}

/** One encoding of a whole secret. */
class Form {
  readonly head: string;
  readonly #units: readonly string[];
  readonly #gap: string;
  #chunks: readonly RegExp[] | undefined;

  /** @param units expression for each character */
  constructor(units: readonly string[], gap: string) {
    this.#units = units;
    this.#gap = gap;
    this.head = units.slice(0, headLength).join(gap);
  }

  /** Where the form ends that begins at `start`; `undefined` where something else stands there. */
  endOf(text: string, start: number): number | undefined {
    this.#chunks ??= chunksOf(this.#units, this.#gap);
    let at = start;
    for (const chunk of this.#chunks) {
      chunk.lastIndex = at;
      if (!chunk.test(text)) return undefined;
      at = chunk.lastIndex;
    }
    return at;
  }
}

function chunksOf(units: readonly string[], gap: string): readonly RegExp[] {
  const chunks: RegExp[] = [];
  for (let from = 0; from < units.length; from += chunkLength) {
    const part = units.slice(from, from + chunkLength).join(gap);
    chunks.push(new RegExp(`${from === 0 ? "" : gap}${part}`, "iy"));
  }
  return chunks;
}

function formsOf(value: string): readonly Form[] {
  const bytes = [...utf8(value)];
  const hex = (byte: number) => byte.toString(16).padStart(2, "0");
  const inBase64 = base64Forms(value).map(
    (form) => new Form([...form].map(base64Unit), breaks),
  );
  const whole = new Form([...value].map(unitOf), unseen);
  if (bytes.length * 2 < shortestForm) return [whole, ...inBase64];
  return [
    whole,
    ...inBase64,
    new Form(
      bytes.map(hex),
      `(?:[\\s:,.-]|${percent}(?:3a|2c|20)){0,3}(?:0x|${backslashes}x)?`,
    ),
    // A list of bytes, as Node.js prints a buffer in JSON.
    new Form(bytes.map(String), `(?:\\s|,|${percent}2[0c])+`),
  ];
}

/** One character: as it is, or escaped as URLs, JSON, JavaScript, HTML, XML or mail (RFC 2045 §6.7) do, also more than once. */
function unitOf(character: string): string {
  const unit = units.get(character) ?? newUnit(character);
  units.set(character, unit);
  return unit;
}

/** By character, of which secrets have few. */
const units = new Map<string, string>();

function newUnit(character: string): string {
  const bytes = [...utf8(character)];
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  const bytesAfter = (prefix: string) =>
    bytes
      .map((byte) => `${prefix}${byte.toString(16).padStart(2, "0")}`)
      .join("");
  const inJson = [...Array(character.length).keys()]
    .map((index) => character.charCodeAt(index).toString(16).padStart(4, "0"))
    .join(`${backslashes}u`);
  const octal = code.toString(8).padStart(2, "0");
  const braced = `u(?:\\{|${percent}7b)0*${hex}(?:\\}|${percent}7d)`;
  const name = entityNames.get(character);
  const named = name === undefined ? "" : `|${name}`;
  return `(?:${[
    plainUnit(character),
    `(?:${backslashes})?${bytesAfter(percent)}`,
    `${backslashes}(?:u${inJson}|x0*${hex}|${braced}|0?${octal}${shortEscapes.get(character) ?? ""})`,
    `${ampersand}(?:(?:#|${percent}23)(?:0*${code}|x0*${hex})${named})${semicolon}`,
    bytesAfter(equals),
    ...(character === " " ? ["\\+"] : []),
    // UTF-8 that was read as Latin-1, as bytes are searched.
    ...(code > 0x7f ? [escapePattern(latin1(Uint8Array.from(bytes)))] : []),
  ].join("|")})`;
}

function plainUnit(character: string): string {
  // Each level of JSON doubles them; one more is the escape of what follows.
  if (character === "\\") return "(?:\\\\\\\\){1,8}|\\\\";
  const plain = escapePattern(character);
  return /\w/.test(character) ? plain : `\\\\{0,8}${plain}`;
}

const shortEscapes: ReadonlyMap<string, string> = new Map([
  ["\n", "|n"],
  ["\r", "|r"],
  ["\t", "|t"],
]);

/** Both alphabets of base64 (RFC 4648 §4, §5). */
function base64Unit(character: string): string {
  if (character === "+") return `(?:${unitOf("+")}|${unitOf("-")})`;
  return character === "/"
    ? `(?:${unitOf("/")}|${unitOf("_")})`
    : unitOf(character);
}

/**
 * Base64 of a text that holds the value depends on how many bytes stand before it, modulo three. For each offset:
 * the characters that depend on the value alone.
 */
function base64Forms(value: string): readonly string[] {
  const bytes = utf8(value);
  return [0, 1, 2]
    .map((offset) => {
      const encoded = toBase64(
        concatBytes([new Uint8Array(offset), bytes]),
      ).replaceAll("=", "");
      const first = Math.ceil((offset * 8) / 6);
      const last = Math.floor(((offset + bytes.length) * 8) / 6);
      return encoded.slice(first, last);
    })
    .filter((form) => form.length >= shortestForm);
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
}

// Texts that are all looked for at once: each further one costs a search nothing.

/** Characters by which texts are told apart at first; shorter ones are not kept. */
const told = 4;
const places = 1 << 16;

/** In the order in which they were added. */
export class TextSet {
  readonly #texts = new Set<string>();
  /** How many texts begin as a place of this table says: mostly none do. */
  readonly #beginning = new Uint16Array(places);
  readonly #byBeginning = new Map<number, Set<string>>();

  get size(): number {
    return this.#texts.size;
  }

  [Symbol.iterator](): IterableIterator<string> {
    return this.#texts.values();
  }

  /** @param text of at least four characters */
  add(text: string): void {
    if (text.length < told || this.#texts.has(text)) return;
    this.#texts.add(text);
    const key = keyOf(text);
    this.#count(key, 1);
    const alike = this.#byBeginning.get(key);
    if (alike === undefined) this.#byBeginning.set(key, new Set([text]));
    else alike.add(text);
  }

  delete(text: string): void {
    if (!this.#texts.delete(text)) return;
    const key = keyOf(text);
    this.#count(key, -1);
    const alike = this.#byBeginning.get(key);
    alike?.delete(text);
    if (alike?.size === 0) this.#byBeginning.delete(key);
  }

  /** Tells every place of every text of at least `least` characters, also where they overlap. */
  findIn(
    text: string,
    least: number,
    tell: (start: number, end: number) => void,
  ): void {
    if (this.#texts.size === 0) return;
    let key = 0;
    for (let end = 0; end < text.length; end++) {
      key = (key << 8) ^ text.charCodeAt(end);
      if (this.#beginning[placeOf(key)] === 0) continue;
      const start = end - told + 1;
      for (const known of this.#byBeginning.get(key) ?? [])
        if (known.length >= least && text.startsWith(known, start))
          tell(start, start + known.length);
    }
  }

  #count(key: number, by: 1 | -1): void {
    const place = placeOf(key);
    this.#beginning[place] = (this.#beginning[place] ?? 0) + by;
  }
}

/** Of the last four characters of a text, whatever stands before: what is shifted out is forgotten. */
function keyOf(text: string): number {
  let key = 0;
  for (let at = 0; at < told; at++) key = (key << 8) ^ text.charCodeAt(at);
  return key;
}

function placeOf(key: number): number {
  return (key ^ (key >>> 16)) & (places - 1);
}

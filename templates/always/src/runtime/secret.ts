/** Values that no log line, message or result may show, and the scrubber that takes them out of what goes out. */

import { fromBase64, fromLatin1, latin1, toBase64 } from "./data/bytes.js";
import { isJsonArray } from "./data/json-place.js";
import type { JsonValue } from "./data/model.js";
import type { CallResult } from "./response/call-result.js";
import type { ContentBlock } from "./response/content-block.js";
import { SecretForms, TextSet } from "./text/secret-forms.js";

/** Below this length a value is no secret worth the name, and scrubbing it would blot out ordinary words. */
const shortest = 4;
/** The same for what an API answers: there it would also take ordinary words from the data. */
const shortestInAnswers = 8;
/** Secrets that are searched for in every form; the cost grows with them. */
const mostRecent = 16;
/** Those that were not used for longer are searched for as they are, and forgotten beyond this number. */
const mostOlder = 512;

const replacement = "[secret]";
/** What Node.js and others ask an object for before they print it. */
const inspecting = Symbol.for("nodejs.util.inspect.custom");
/** By value; the one that was used last stands last. */
const recent = new Map<string, SecretForms>();
const older = new TextSet();

/**
 * A credential. Printing, inspecting or serialising it shows `[secret]`; only `reveal()` gives the value.
 * Making one tells the scrubber about the value, in every form in which it could come back.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
    register(value);
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return replacement;
  }

  toJSON(): string {
    return replacement;
  }

  [inspecting](): string {
    return replacement;
  }
}

/**
 * `text` with every known secret replaced by `[secret]`: as it is, with its characters escaped in any way (percent,
 * JSON, HTML, mixed and repeated), in hexadecimal, as a list of bytes, and in base64 wherever in a longer text it stood.
 */
export function scrub(text: string): string {
  return scrubbed(text, shortest);
}

/** The same for an API's data, from which no ordinary words are taken. What is JSON stays JSON. */
export function scrubText(text: string): string {
  return scrubbed(text, shortestInAnswers);
}

/**
 * Bytes without secrets; they themselves where there are none.
 *
 * @param isCut whether more would follow: then half a secret at the end goes as well
 */
export function scrubBytes(bytes: Uint8Array, isCut = false): Uint8Array {
  if (recent.size === 0) return bytes;
  const text = latin1(bytes);
  const whole = scrubText(text);
  const clean = isCut ? withoutHalf(whole) : whole;
  return clean === text ? bytes : fromLatin1(clean);
}

/**
 * A part of bytes, without secrets, also those of which only a piece stands in it.
 *
 * @param to byte behind the part
 */
export function scrubPart(
  bytes: Uint8Array,
  from: number,
  to: number,
): Uint8Array {
  const { start, text } = surroundings(bytes, from, to);
  let clean = "";
  let at = from - start;
  for (const secret of secretsIn(text, shortestInAnswers)) {
    if (secret.end <= at || secret.start >= to - start) continue;
    clean += text.slice(at, secret.start) + secret.instead;
    at = secret.end;
  }
  return at === from - start
    ? bytes.subarray(from, to)
    : fromLatin1(clean + text.slice(at, Math.max(at, to - start)));
}

/** The same with as many bytes as there were, for what is found again by its place. */
export function blotPart(
  bytes: Uint8Array,
  from: number,
  to: number,
): Uint8Array {
  const { start, end, text } = surroundings(bytes, from, to);
  const found = secretsIn(text, shortestInAnswers);
  if (found.length === 0) return bytes.subarray(from, to);
  const clean = bytes.slice(start, end);
  for (const { instead, start: at, end: behind } of found) {
    clean.fill(0x20, at, behind);
    clean.set(fromLatin1(instead.slice(0, behind - at)), at);
  }
  return clean.subarray(from - start, to - start);
}

/** A part with as much before and behind it as a secret may take that a piece of stands in it. */
function surroundings(bytes: Uint8Array, from: number, to: number) {
  const around = reach();
  const start = Math.max(0, from - around);
  const end = Math.min(bytes.byteLength, to + around);
  return { start, end, text: latin1(bytes.subarray(start, end)) };
}

/** How long the longest form of a secret is, but for what may be put between its characters without an end. */
function reach(): number {
  const longest = Math.max(
    0,
    ...[...recent.keys(), ...older].map(({ length }) => length),
  );
  return longest * mostPerCharacter;
}

/** Characters that one character of a secret is encoded as, at most: escapes of escapes. */
const mostPerCharacter = 16;

interface Found {
  readonly start: number;
  readonly end: number;
  readonly instead: string;
}

/**
 * Where secrets stand in a text, in order and apart from each other: of two that share a piece, no piece stays.
 *
 * @param least how long a secret is at least
 */
function secretsIn(text: string, least: number): readonly Found[] {
  const found: Found[] = [];
  const note = (place: string, start: number, end: number): string => {
    const instead = isNumber(text, place, start, end) ? "0" : replacement;
    found.push({ start, end, instead });
    return place;
  };
  for (const [value, forms] of recent)
    if (value.length >= least) forms.replace(text, note);
  older.findIn(text, least, (start, end) =>
    found.push({ start, end, instead: replacement }),
  );
  found.sort((one, other) => one.start - other.start || other.end - one.end);
  return found.reduce<Found[]>((disjoint, next) => {
    const last = disjoint.at(-1);
    if (last === undefined || next.start >= last.end) disjoint.push(next);
    else if (next.end > last.end)
      disjoint[disjoint.length - 1] = { ...last, end: next.end };
    return disjoint;
  }, []);
}

/** All texts, names and numbers of a value without secrets; the value itself where there are none. */
export function scrubValue(value: JsonValue): JsonValue {
  if (recent.size === 0) return value;
  if (typeof value === "string") return scrubText(value);
  if (typeof value === "number")
    return scrubText(String(value)) === String(value) ? value : replacement;
  if (typeof value !== "object" || value === null) return value;
  if (isJsonArray(value)) {
    const items = value.map(scrubValue);
    return items.every((item, index) => item === value[index]) ? value : items;
  }
  const entries = Object.entries(value);
  const clean = entries.map(
    ([name, member]) => [scrubText(name), scrubValue(member)] as const,
  );
  const isSame = clean.every(
    ([name, member], index) =>
      name === entries[index]?.[0] && member === entries[index]?.[1],
  );
  return isSame ? value : Object.fromEntries(clean);
}

/** A result without secrets, wherever they stand: the last thing that is done to what leaves this server. */
export function scrubResult(result: CallResult): CallResult {
  if (recent.size === 0) return result;
  const { structuredContent, _meta } = result;
  return {
    ...result,
    content: result.content.map(scrubBlock),
    ...(structuredContent === undefined
      ? {}
      : { structuredContent: scrubValue(structuredContent) }),
    ...(_meta === undefined
      ? {}
      : { _meta: scrubValue(_meta) as NonNullable<typeof _meta> }),
  };
}

function scrubBlock(block: ContentBlock): ContentBlock {
  switch (block.type) {
    case "image":
    case "audio":
      return { ...block, data: scrubBase64(block.data) };
    case "resource": {
      const { resource } = block;
      return {
        ...block,
        resource:
          "blob" in resource
            ? {
                ...resource,
                uri: scrubText(resource.uri),
                blob: scrubBase64(resource.blob),
              }
            : {
                ...resource,
                uri: scrubText(resource.uri),
                text: scrubText(resource.text),
              },
      };
    }
    case "text":
    case "resource_link":
      return scrubValue({ ...block }) as unknown as ContentBlock;
    default:
      return block satisfies never;
  }
}

/** Base64 of the same bytes without secrets; it itself where there are none. */
export function scrubBase64(data: string): string {
  const bytes = fromBase64(data);
  // What the owner's code made need not be base64.
  if (bytes === undefined) return scrubText(data);
  const clean = scrubBytes(bytes);
  return clean === bytes ? data : toBase64(clean);
}

function scrubbed(text: string, least: number): string {
  if (recent.size === 0 || text.length < least) return text;
  let clean = "";
  let at = 0;
  for (const { start, end, instead } of secretsIn(text, least)) {
    clean += text.slice(at, start) + instead;
    at = end;
  }
  return at === 0 ? text : clean + text.slice(at);
}

/** A text without the beginning of a secret at its end. */
function withoutHalf(text: string): string {
  for (const value of recent.keys()) {
    const least = shortestInAnswers - 2;
    for (let length = value.length - 1; length >= least; length--)
      if (text.endsWith(value.slice(0, length)))
        return `${text.slice(0, -length)}${replacement}`;
  }
  return text;
}

/** Whether what was found may be a number of JSON, which has to stay one. */
function isNumber(
  text: string,
  found: string,
  start: number,
  end: number,
): boolean {
  return (
    /^\d+$/.test(found) &&
    /[:[,\s-]/.test(text.charAt(start - 1)) &&
    /[\],}\s]/.test(text.charAt(end))
  );
}

function register(value: string): void {
  if (value.length < shortest) return;
  const forms = recent.get(value);
  // Re-inserting moves it to the end: a secret in use is never the oldest.
  recent.delete(value);
  older.delete(value);
  recent.set(value, forms ?? new SecretForms(value));
  if (forms !== undefined) return;
  const [oldest] = recent.keys();
  if (recent.size <= mostRecent || oldest === undefined) return;
  recent.delete(oldest);
  older.add(oldest);
  const [forgotten] = older;
  if (older.size > mostOlder && forgotten !== undefined)
    older.delete(forgotten);
}

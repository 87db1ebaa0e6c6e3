/**
 * Characters that a reader does not see, in texts of others: in documents, which the generator reads with this same
 * file, and in answers. They can hide words from people that a model reads, or turn the order of what is seen.
 */
import { isJsonArray } from "../data/json-place.js";
import type { JsonValue } from "../data/model.js";

/**
 * Controls but tab and line breaks, private use, halves of characters, what no standard knows, and what is ignorable by
 * default (Unicode Standard §5.21): zero width, directions, fillers, tags. Emoji of later versions are no such thing.
 */
const candidates =
  /(?![\t\n\r]|\p{Extended_Pictographic})[\p{Cc}\p{Co}\p{Cs}\p{Cn}\p{Default_Ignorable_Code_Point}\u2800\ufff9-\ufffb]/gu;
const nothingSpecial = /^[\t\n\r\x20-\x7e]*$/;

/** Ends with a letter of a script whose spelling needs joiners (Unicode Standard §23.2). */
const joining =
  /[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Mongolian}\p{Script=Nko}\p{Script=Adlam}\p{Script=Hanifi_Rohingya}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}\p{Script=Thai}\p{Script=Lao}\p{Script=Javanese}\p{Script=Balinese}]$/u;
const emoji = /(?:\p{Extended_Pictographic}\ufe0f?|\p{Emoji_Modifier})$/u;

/** Where a character that is ignorable by default belongs: behind which text, and before which (UTS 51, UTR 25, UTS 37). */
const places: readonly {
  readonly characters: RegExp;
  readonly behind: RegExp;
  readonly before?: RegExp;
}[] = [
  { characters: /\u200c|\u200d/, behind: joining },
  {
    characters: /\u200d/,
    behind: emoji,
    before: /^\p{Extended_Pictographic}/u,
  },
  { characters: /\ufe0e|\ufe0f/, behind: /\p{Emoji}$/u },
  {
    characters: /\ufe00|\ufe01|\ufe02/,
    behind: /[\p{Script=Han}\p{Script=Myanmar}\p{Sm}]$/u,
  },
  {
    characters: /\u180b|\u180c|\u180d|\u180f/,
    behind: /\p{Script=Mongolian}$/u,
  },
  { characters: /[\u{e0100}-\u{e01ef}]/u, behind: /\p{Script=Han}$/u },
];

function belongs(character: string, at: number, text: string): boolean {
  const place = places.filter(({ characters }) => characters.test(character));
  if (place.length === 0) return false;
  const start = text.slice(Math.max(0, at - 4), at);
  const end = text.slice(at + character.length, at + character.length + 2);
  return place.some(
    ({ behind, before }) =>
      behind.test(start) && (before === undefined || before.test(end)),
  );
}

/** A text with something in place of each hidden character. */
export function withHidden(
  text: string,
  instead: (character: string) => string,
): string {
  // Nearly all text is of this kind, and there is a lot of it.
  if (nothingSpecial.test(text)) return text;
  return text.replace(candidates, (character, at: number) =>
    belongs(character, at, text) ? character : instead(character),
  );
}

/** The hidden characters of a text, each once, such as `U+200B`. */
export function hiddenIn(text: string): readonly string[] {
  const found = new Set<string>();
  withHidden(text, (character) => {
    const point = character.codePointAt(0) ?? 0;
    found.add(`U+${point.toString(16).toUpperCase().padStart(4, "0")}`);
    return character;
  });
  return [...found];
}

/** A text with its hidden characters as escapes of JSON, such as `\u200b`: nothing is lost, and all of it is seen. */
export function escapedText(text: string): string {
  return withHidden(text, (character) =>
    [...Array(character.length).keys()]
      .map(
        (index) =>
          `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`,
      )
      .join(""),
  );
}

/** A text without its hidden characters, and with U+FFFD for halves of characters. */
export function visibleText(text: string): string {
  return withHidden(text, (character) =>
    /\p{Cs}/u.test(character) ? "\ufffd" : "",
  );
}

/** One line of visible text, at most `maxCharacters` long: for quoting in a sentence. */
export function visibleLine(text: string, maxCharacters = 500): string {
  const line = visibleText(text.replaceAll(/\s+/g, " "))
    .replaceAll(/ +/g, " ")
    .trim();
  // Of characters of two units each, this is one too many.
  const characters = [...line.slice(0, maxCharacters * 2 + 1)];
  return characters.length <= maxCharacters
    ? line
    : `${characters.slice(0, maxCharacters).join("")}…`;
}

/** A value all of whose texts and names are visible; the value itself where they are. */
export function visibleValue(value: JsonValue): JsonValue {
  if (typeof value === "string") return visibleText(value);
  if (typeof value !== "object" || value === null) return value;
  if (isJsonArray(value)) {
    const items = value.map(visibleValue);
    return items.every((item, index) => item === value[index]) ? value : items;
  }
  const entries = Object.entries(value);
  const shown = new Map<string, JsonValue>();
  for (const [name, entry] of entries) {
    const wish = visibleText(name);
    let free = wish;
    for (let number = 2; shown.has(free); number++) free = `${wish}_${number}`;
    shown.set(free, visibleValue(entry));
  }
  const isSame = entries.every(([name, entry]) => shown.get(name) === entry);
  return isSame ? value : Object.fromEntries(shown);
}

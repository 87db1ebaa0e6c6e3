/** Texts of a document as people and models are shown them. Which characters are hidden, the runtime says for both. */
import {
  escapedText,
  visibleText as withoutHidden,
  withHidden,
} from "../../templates/always/src/runtime/text/visible.ts";

export {
  escapedText,
  hiddenIn,
  visibleText as withoutHidden,
} from "../../templates/always/src/runtime/text/visible.ts";

const longestQuote = 200;

/**
 * Text of a document as a message may show it: controls as `\xNN`, invisible and reordering characters as `\u{…}`, cut
 * after 200 characters. Every message that quotes a document goes through here.
 */
export function visible(text: string): string {
  if (text.length <= longestQuote && /^[\x20-\x7e]*$/.test(text)) return text;
  const [...characters] = text.slice(0, longestQuote * 2);
  const quoted = characters.slice(0, longestQuote).join("");
  const shown = withHidden(quoted, escaped).replace(/[\t\n\r\u2028\u2029]/g, escaped);
  return quoted.length < text.length ? `${shown}…` : shown;
}

function escaped(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16);
  return code.length > 2 || character === "\u00ad" ? `\\u{${code}}` : `\\x${code.padStart(2, "0")}`;
}

/**
 * A value as JSON for whoever reads the command's output, indented by two spaces: what a terminal obeys, or a reader
 * does not see or sees elsewhere, is an escape. It parses to the same value.
 */
export function visibleJson(value: unknown): string {
  const text = escapedText(JSON.stringify(value, null, 2));
  return text.replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
}

/** What a reader sees of a text, on one line. Every kind of white space is a space: a line also ends at U+2028. */
export function visibleText(text: string): string {
  // Nearly all text is of this kind, and there is a lot of it.
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  return withoutHidden(text.normalize("NFC").replace(/\s+/gu, " "));
}

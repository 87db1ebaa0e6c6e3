const longestQuote = 200;

/** Controls (C0, C1, DEL): they move a terminal's cursor, colour it or end a line. */
const controls = /[\u0000-\u001f\u007f-\u009f]/u;

/**
 * Characters that a reader does not see or that reorder what is seen: bidi marks and overrides, invisible and filler
 * characters, tags, private use, lone surrogates and unassigned code points. The zero-width joiners stay: emoji and
 * Indic scripts need them.
 */
const invisible =
  /[\p{Co}\p{Cs}\p{Cn}\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e0fff}]/u;

/**
 * Text of a document as a message may show it: controls as `\xNN`, invisible and reordering characters as `\u{…}`, cut
 * after 200 characters. Every message that quotes a document goes through here.
 */
export function visible(text: string): string {
  let shown = "";
  let count = 0;
  for (const character of text) {
    if (count === longestQuote) return `${shown}…`;
    count += 1;
    shown += visibleCharacter(character);
  }
  return shown;
}

function visibleCharacter(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  if (controls.test(character)) return `\\x${point.toString(16).padStart(2, "0")}`;
  if (invisible.test(character)) return `\\u{${point.toString(16)}}`;
  return character;
}

/**
 * Characters that are invisible, turn the direction of text or belong to nobody. The joiners of emoji and of Indic
 * scripts (U+200C, U+200D) stay.
 */
const hidden =
  /[\p{Cc}\p{Co}\p{Cs}\p{Cn}\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\u2800\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e0fff}]/gu;

/** What a reader sees of a text, on one line. Every kind of white space is a space: a line also ends at U+2028. */
export function visibleText(text: string): string {
  // Nearly all text is of this kind, and there is a lot of it.
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  return text.normalize("NFC").replace(/\s+/gu, " ").replace(hidden, "");
}

/** Text of a document as a JSDoc comment: the only place of a TypeScript file where such text may stand. */

/** Columns of a comment's line, without its indentation. */
const WIDTH = 76;

/**
 * Characters that are invisible, turn the direction of text or belong to nobody. The joiners of emoji and of Indic
 * scripts (U+200C, U+200D) stay.
 */
const hidden =
  /[\p{Cc}\p{Co}\p{Cs}\p{Cn}\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\u2800\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e0fff}]/gu;

/** Words by which a comment commands a tool; a space takes their force. */
const commands = /\b(eslint|tslint|jshint|jscs|oxlint|biome|prettier|istanbul|deno|dprint|rome|standard)-(?=[a-z])/gi;

/** What a reader sees of a text, on one line. Every kind of white space is a space: a line also ends at U+2028. */
export function visibleText(text: string): string {
  // Nearly all text is of this kind, and there is a lot of it.
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  return text.normalize("NFC").replace(/\s+/gu, " ").replace(hidden, "");
}

/** The text with a space or a backslash in whatever ends a comment, starts a tag or commands a tool. */
function withoutForce(text: string): string {
  if (!/[*@]|\b(?:source|[a-z]+-[a-z])/i.test(text)) return text;
  return text
    .replaceAll("*/", "*\\/")
    .replaceAll("/*", "/ *")
    .replace(/(^|[^\w])@(?=[a-z])/gi, "$1\\@")
    .replace(commands, "$1 -")
    .replace(/source(?=mapping(?:url)?\b)/gi, "source ");
}

/**
 * The lines between the opening and the closing of a comment: words of the text, wrapped. Nothing in them ends the
 * comment, starts a tag or directs a compiler, linter or bundler. Empty where the text has no words.
 *
 * @param columns Room in a line; a longer word stands alone.
 */
export function commentLines(text: string, columns = WIDTH): readonly string[] {
  if (text.length <= columns && /^[\w(.][\w .,;:()`'"-]*$/.test(text) && !/ {2}| $|-[a-z]|source/i.test(text))
    return [text];
  const words = withoutForce(visibleText(text)).replace(/ {2,}/g, " ").trim();
  const lines: string[] = [];
  let start = 0;
  while (words.length - start > columns) {
    let end = words.lastIndexOf(" ", start + columns);
    if (end < start) end = words.indexOf(" ", start + columns);
    if (end < 0) break;
    lines.push(words.slice(start, end));
    start = end + 1;
  }
  return words === "" ? [] : [...lines, words.slice(start)];
}

/**
 * A JSDoc comment without indentation, or nothing where there is nothing to say.
 *
 * @param tags Lines of our own that follow the text, such as `@deprecated`.
 */
export function jsDoc(text: string | undefined, tags: readonly string[] = [], columns = WIDTH): readonly string[] {
  const lines = [...commentLines(text ?? "", columns), ...tags];
  const [only, ...more] = lines;
  if (only === undefined) return [];
  return more.length === 0 ? [`/** ${only} */`] : ["/**", ...lines.map((line) => ` * ${line}`), " */"];
}

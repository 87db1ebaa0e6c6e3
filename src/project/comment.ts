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

/**
 * The lines between the opening and the closing of a comment: words of the text, wrapped. Nothing in them ends the
 * comment, starts a tag or directs a compiler, linter or bundler. Empty where the text has no words.
 *
 * @param columns Room in a line; a longer word stands alone.
 */
export function commentLines(text: string, columns = WIDTH): readonly string[] {
  const words = text
    .normalize("NFC")
    // Every kind of white space and line end is a space: a `//` comment ends at U+2028 too.
    .replace(/\s+/gu, " ")
    .replace(hidden, "")
    .replaceAll("*/", "*\\/")
    .replaceAll("/*", "/ *")
    .replace(/(^|[^\w])@(?=[a-z])/gi, "$1\\@")
    .replace(commands, "$1 -")
    .replace(/source(?=mapping(?:url)?\b)/gi, "source ")
    .split(" ")
    .filter((word) => word !== "");
  const lines: string[] = [];
  let current = "";
  for (const word of words) {
    if (current === "") current = word;
    else if (current.length + 1 + word.length <= columns) current += ` ${word}`;
    else {
      lines.push(current);
      current = word;
    }
  }
  return current === "" ? lines : [...lines, current];
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

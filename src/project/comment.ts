/** Text of a document as a JSDoc comment: the only place of a TypeScript file where such text may stand. */
import { visibleText } from "../base/visible.ts";

/** Columns of a comment's line, without its indentation. */
const WIDTH = 76;

/** Words by which a comment commands a tool; a space takes their force. */
const commands = /\b(eslint|tslint|jshint|jscs|oxlint|biome|prettier|istanbul|deno|dprint|rome|standard)-(?=[a-z])/gi;

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
  if (text === undefined && tags.length === 0) return [];
  const lines = [...commentLines(text ?? "", columns), ...tags];
  if (lines.length > 1) return ["/**", ...lines.map((line) => ` * ${line}`), " */"];
  return lines.map((line) => `/** ${line} */`);
}

/**
 * `JSON.stringify` breaks every array; Prettier leaves one in its line where it fits. The runtime's own printer is many
 * times faster than one in JavaScript, and the data of a large API has megabytes: so it prints, and the arrays that fit
 * are joined afterwards. No string of JSON holds a raw line feed: a bracket at the end of a line is always an array's.
 */

const WIDTH = 80;

/** An array as it stands broken in a text: from its opening to behind its closing bracket. */
export interface BrokenArray {
  readonly start: number;
  readonly end: number;
  /** Spaces that its line is indented by. */
  readonly margin: number;
  /** Columns that its key takes on the same line. */
  readonly before: number;
  /** Columns that a comma takes behind it. */
  readonly after: number;
}

/**
 * Joins the arrays that fit, and ends the text with a line feed.
 *
 * @param text what `JSON.stringify` makes of a value with an indentation of two spaces
 * @param printOther prints an array that holds lists, characters of disputed width, or more numbers than fit in a line
 */
export function joinArrays(text: string, printOther: (array: BrokenArray) => string): string {
  // Joined at last: a text that is appended to keeps all its parts in memory until it is written.
  const parts: string[] = [];
  let done = 0;
  for (let open = text.indexOf("[\n"); open >= 0; open = text.indexOf("[\n", Math.max(open + 1, done))) {
    // Where such an array ends takes a search of all that it holds, and objects are most of all text.
    if (beginsWithObject(text, open)) continue;
    const { array, content } = readArray(text, open);
    if (content === undefined) continue;
    parts.push(text.slice(done, open), content === "other" ? printOther(array) : `[${content.join(", ")}]`);
    done = array.end;
  }
  parts.push(text.slice(done), "\n");
  return parts.join("");
}

/** Whether its first item is an object that has keys: then it stays broken. */
function beginsWithObject(text: string, start: number): boolean {
  let first = start + 2;
  while (text.charCodeAt(first) === 0x20) first += 1;
  return text.charCodeAt(first) === 0x7b && text.charCodeAt(first + 1) === 0x0a;
}

/** The items that fit in one line; `other` where that is another's to decide; nothing where the array stays broken. */
type Content = readonly string[] | "other" | undefined;

function readArray(text: string, start: number): { readonly array: BrokenArray; readonly content: Content } {
  const line = text.lastIndexOf("\n", start) + 1;
  let margin = 0;
  while (text.charCodeAt(line + margin) === 0x20) margin += 1;
  const close = text.indexOf(`\n${" ".repeat(margin)}]`, start);
  const end = close + margin + 2;
  const after = text.charCodeAt(end) === 0x2c ? 1 : 0;
  const array = { start, end, margin, before: start - line - margin, after };
  return { array, content: contentOf(text, array, close) };
}

function contentOf(text: string, { start, margin, before, after }: BrokenArray, close: number): Content {
  const items: string[] = [];
  let room = WIDTH - margin - before - after;
  let numbers = true;
  let at = start + 1;
  while (at < close) {
    const first = at + margin + 3;
    const lineEnd = text.indexOf("\n", first);
    const end = text.charCodeAt(lineEnd - 1) === 0x2c ? lineEnd - 1 : lineEnd;
    const bracket = end - first === 1 ? text.charCodeAt(first) : 0;
    if (bracket === 0x7b) return undefined;
    if (bracket === 0x5b) return "other";
    const item = text.slice(first, end);
    if (!isAscii(item)) return "other";
    numbers &&= isNumber(text.charCodeAt(first));
    // The brackets take two columns, and so does what separates two items.
    room -= item.length + 2;
    if (room < 0) return numbers ? "other" : undefined;
    items.push(item);
    at = lineEnd;
  }
  return items;
}

function isNumber(first: number): boolean {
  return first === 0x2d || (first >= 0x30 && first <= 0x39);
}

function isAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}

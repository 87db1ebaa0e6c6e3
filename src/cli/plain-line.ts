/** Command lines as nearly everybody writes them, read without the parser, which takes longer to load than to run. */
import type { Flag } from "../config/options.ts";

/** What a line says: operands, and by the names of flags their values. */
export interface LineValues {
  readonly operands: readonly string[];
  readonly values: ReadonlyMap<string, unknown>;
}

/**
 * What a line of whole words says: `--flag`, `--flag value`, `-f value` and operands. `undefined` where it says anything
 * else, which the parser reads or refuses: help, faults, `--flag=value`, flags that are joined or repeated, quotes.
 *
 * @param taken the flags of the command
 */
export function plainLine(words: readonly string[], taken: readonly Flag[]): LineValues | undefined {
  const byWord = new Map<string, Flag>();
  for (const flag of taken) {
    byWord.set(`--${flag.name}`, flag);
    if (flag.alias !== undefined) byWord.set(`-${flag.alias}`, flag);
  }
  const operands: string[] = [];
  const values = new Map<string, boolean | number | string | string[]>();
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? "";
    if (isPlainText(word)) {
      operands.push(word);
      continue;
    }
    const flag = byWord.get(word);
    if (flag === undefined) return undefined;
    const known = values.get(flag.name);
    if (known !== undefined && !Array.isArray(known)) return undefined;
    const next = words[index + 1] ?? "";
    if (flag.type === "boolean") {
      if (next === "true" || next === "false") return undefined;
      values.set(flag.name, true);
      continue;
    }
    if (!isPlainText(next) || (flag.type === "number" && !/^[1-9]\d{0,8}$/.test(next))) return undefined;
    if (Array.isArray(known)) known.push(next);
    else values.set(flag.name, flag.type === "strings" ? [next] : flag.type === "number" ? Number(next) : next);
    index += 1;
  }
  return { operands, values };
}

/** Whether a word is a value or an operand, and means nothing but itself. */
function isPlainText(word: string): boolean {
  return word !== "" && !word.startsWith("-") && !/["']/.test(word);
}

/**
 * Regular expressions of documents. The only place that runs them: never on an engine that goes back to try again, which
 * can take longer than anyone lives, but in a number of steps that grows with the text.
 */
import { compilePattern } from "./program.js";
import { type Memory, search, type Steps, StepsSpent } from "./search.js";
import { parsePattern } from "./syntax.js";

export { type Steps, StepsSpent };

export interface Pattern {
  /**
   * Whether a text holds what the pattern describes.
   *
   * @throws StepsSpent
   */
  test(text: string, steps: Steps): boolean;
}

const known = new Map<string, Pattern | undefined>();
const mostKnown = 5_000;

/**
 * A regular expression of ECMA-262 with the flag `u`.
 *
 * @returns `undefined` where it is none, or one that cannot be run in bounded time: it refers to what a group matched,
 * or repeats more, and within more, than 4,000 states hold.
 */
export function patternOf(source: string): Pattern | undefined {
  if (known.has(source)) return known.get(source);
  const tree = parsePattern(source);
  const programs = tree === undefined ? undefined : compilePattern(tree);
  const memories = programs?.map((): Memory => new Map());
  const pattern: Pattern | undefined =
    programs === undefined || memories === undefined
      ? undefined
      : { test: (text, steps) => search(programs, text, steps, memories) };
  if (known.size >= mostKnown) known.clear();
  known.set(source, pattern);
  return pattern;
}

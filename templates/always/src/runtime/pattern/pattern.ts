/**
 * Regular expressions of documents. The only place that runs them: never on an engine that goes back to try again, which
 * can take longer than anyone lives, but in a number of steps that grows with the text.
 */
import {
  compilePattern,
  type Program,
  type Programs,
  parsePattern,
} from "./program.js";

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

// Matching in time that grows with the text: all ways through the automaton at once, none tried again.

/** What matching may cost, shared by the texts of one call; it is used up. */
export interface Steps {
  left: number;
}

/** There were more steps to be done than allowed. */
export class StepsSpent extends Error {}

/** Where the automaton is at a place of the text: the states that wait for the next character. */
interface Standing {
  readonly reading: readonly number[];
  readonly ended: boolean;
  /** By character and surroundings: where it leads to, at places other than the ends of the text. */
  readonly after: Map<number, Standing>;
}

/** Of one program, where it has been: the same places are met again and again. Forgotten when there are many. */
export type Memory = Map<string, Standing>;

const mostStandings = 500;
const mostFollowers = 200;
/** Programs that look around whose results at a place, with the character there, are one small integer. */
const mostLooks = 9;
const characters = 0x110000;
/** What finding out where a character leads costs, compared with knowing it. */
const findingCost = 4;

/**
 * Whether a text holds what the pattern describes.
 *
 * @param memories one per program, kept between texts
 * @throws StepsSpent
 */
export function search(
  programs: Programs,
  text: string,
  steps: Steps,
  memories: readonly Memory[],
): boolean {
  const places: Uint8Array[] = [];
  const last = programs.length - 1;
  for (const [index, program] of programs.entries()) {
    const memory = memories[index] ?? new Map<string, Standing>();
    const found = index === last ? undefined : new Uint8Array(text.length + 1);
    const run = new Run(program, text, places, steps, memory);
    const holds = run.through(found);
    if (found === undefined) return holds;
    places.push(found);
  }
  return false;
}

class Run {
  readonly #program: Program;
  readonly #text: string;
  readonly #places: readonly Uint8Array[];
  readonly #steps: Steps;
  readonly #memory: Memory;
  readonly #seen: Int32Array;
  #round = 0;

  constructor(
    program: Program,
    text: string,
    places: readonly Uint8Array[],
    steps: Steps,
    memory: Memory,
  ) {
    this.#program = program;
    this.#text = text;
    this.#places = places;
    this.#steps = steps;
    this.#memory = memory;
    this.#seen = new Int32Array(program.states.length);
  }

  /**
   * Reads the text once.
   *
   * @param found receives the places where the pattern holds; absent: the first one ends the search
   */
  through(found: Uint8Array | undefined): boolean {
    const { backward } = this.#program;
    const end = backward ? 0 : this.#text.length;
    let at = backward ? this.#text.length : 0;
    let standing = this.#standing([], at);
    for (;;) {
      if (standing.ended) {
        if (found === undefined) return true;
        found[at] = 1;
      }
      if (at === end) return false;
      const character = this.#characterAt(at);
      const size = character > 0xffff ? 2 : 1;
      at += backward ? -size : size;
      standing = this.#next(standing, character, at, at === end);
    }
  }

  #next(
    from: Standing,
    character: number,
    at: number,
    isEnd: boolean,
  ): Standing {
    this.#spend(1);
    const isKnowable = !isEnd && this.#places.length <= mostLooks;
    const follower = isKnowable
      ? character + characters * this.#surroundings(at)
      : 0;
    const known = isKnowable ? from.after.get(follower) : undefined;
    if (known !== undefined) return known;
    const reached: number[] = [];
    for (const index of from.reading) {
      const state = this.#program.states[index];
      if (state?.kind === "read" && state.set.has(character))
        reached.push(state.next);
    }
    this.#spend(from.reading.length * findingCost);
    const found = this.#standing(reached, at);
    if (!isKnowable) return found;
    const key = `${found.ended}:${found.reading.join()}`;
    const same = this.#memory.get(key) ?? found;
    if (this.#memory.size >= mostStandings) this.#memory.clear();
    this.#memory.set(key, same);
    if (from.after.size < mostFollowers) from.after.set(follower, same);
    return same;
  }

  /** What a place says to those who look around: whether it is the edge of a word, and which programs hold there. */
  #surroundings(at: number): number {
    if (!this.#program.looksAround) return 0;
    return this.#places.reduce(
      (bits, found) => bits * 2 + (found[at] ?? 0),
      this.#isEdge(at) ? 1 : 0,
    );
  }

  /** Everything that is reached from some states, and from the start, without reading. */
  #standing(from: readonly number[], at: number): Standing {
    const { states, start } = this.#program;
    this.#round += 1;
    const reading: number[] = [];
    let ended = false;
    const open = [...from, start];
    for (let index = open.pop(); index !== undefined; index = open.pop()) {
      if (this.#seen[index] === this.#round) continue;
      this.#seen[index] = this.#round;
      this.#spend(findingCost);
      const state = states[index];
      if (state?.kind === "read") reading.push(index);
      else if (state?.kind === "fork") open.push(state.next, state.other);
      else if (state?.kind === "end") ended = true;
      else if (state?.kind === "position") {
        if (this.#isAt(state.at, at)) open.push(state.next);
      } else if (state?.kind === "look") {
        const holds = this.#places[state.program]?.[at] === 1;
        if (holds !== state.negated) open.push(state.next);
      }
    }
    return { reading, ended, after: new Map() };
  }

  #isAt(
    place: "start" | "end" | "word edge" | "no word edge",
    at: number,
  ): boolean {
    if (place === "start") return at === 0;
    if (place === "end") return at === this.#text.length;
    return this.#isEdge(at) === (place === "word edge");
  }

  #isEdge(at: number): boolean {
    return this.#isWord(at - 1) !== this.#isWord(at);
  }

  #isWord(at: number): boolean {
    const unit = this.#text.charCodeAt(at);
    const letter = unit | 0x20;
    return (
      (letter >= 0x61 && letter <= 0x7a) ||
      (unit >= 0x30 && unit <= 0x39) ||
      unit === 0x5f
    );
  }

  #characterAt(at: number): number {
    if (!this.#program.backward) return this.#text.codePointAt(at) ?? 0;
    const pair = at > 1 ? (this.#text.codePointAt(at - 2) ?? 0) : 0;
    return pair > 0xffff ? pair : this.#text.charCodeAt(at - 1);
  }

  #spend(steps: number): void {
    this.#steps.left -= steps;
    if (this.#steps.left < 0) throw new StepsSpent();
  }
}

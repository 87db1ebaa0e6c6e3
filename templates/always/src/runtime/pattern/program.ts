/** A regular expression as an automaton (Thompson, 1968): states that read a character, and ways between them. */
/** A set of characters: what one place of a pattern takes. */
export class CharacterSet {
  readonly #expression: RegExp;
  readonly #known = new Map<number, boolean>();

  /** @param source a class, an escape, a dot or a character of a pattern: a single character is all that it is asked. */
  constructor(source: string) {
    this.#expression = new RegExp(`^(?:${source})$`, "u");
  }

  has(codePoint: number): boolean {
    let known = this.#known.get(codePoint);
    if (known === undefined) {
      known = this.#expression.test(String.fromCodePoint(codePoint));
      if (this.#known.size < 512) this.#known.set(codePoint, known);
    }
    return known;
  }
}

export type State =
  | { readonly kind: "read"; readonly set: CharacterSet; readonly next: number }
  /** `other` is set after what it leads back to. */
  | { readonly kind: "fork"; readonly next: number; other: number }
  | {
      readonly kind: "position";
      readonly at: (PatternNode & { kind: "position" })["at"];
      readonly next: number;
    }
  | {
      readonly kind: "look";
      /** Which of the pattern's programs has to hold here. */
      readonly program: number;
      readonly negated: boolean;
      readonly next: number;
    }
  | { readonly kind: "end" };

export interface Program {
  readonly states: readonly State[];
  readonly start: number;
  /** Whether the text is read from its end: what looks ahead is found from there. */
  readonly backward: boolean;
  /** Whether what holds at a place depends on the places beside it, the two ends excepted. */
  readonly looksAround: boolean;
}

/** What a pattern is matched with: the last program is the pattern, those before are what it looks at, inner ones first. */
export type Programs = readonly Program[];

const mostStates = 4_000;

/**
 * @returns `undefined` where the pattern needs more than 4,000 states. Counts that alone need more are without end, or
 * lower, where that only lets more texts pass.
 */
export function compilePattern(root: PatternNode): Programs | undefined {
  try {
    return new Compiler().compile(root);
  } catch (fault) {
    if (fault instanceof TooLarge) return undefined;
    throw fault;
  }
}

class TooLarge extends Error {}

class Compiler {
  readonly #programs: Program[] = [];
  readonly #sets = new Map<string, CharacterSet>();
  #left = mostStates;
  #within = 0;

  compile(root: PatternNode): Programs {
    this.#program(root, false);
    return this.#programs;
  }

  /** @returns its number */
  #program(root: PatternNode, backward: boolean): number {
    const states: State[] = [];
    const add = (state: State): number => {
      this.#left -= 1;
      if (this.#left < 0) throw new TooLarge();
      return states.push(state) - 1;
    };
    let looksAround = false;
    const emit = (node: PatternNode, next: number): number => {
      switch (node.kind) {
        case "character":
          return add({ kind: "read", set: this.#set(node.source), next });
        case "sequence":
          return (
            backward ? node.parts : [...node.parts].reverse()
          ).reduce<number>((after, part) => emit(part, after), next);
        case "choice":
          return node.parts
            .map((part) => emit(part, next))
            .reduce((other, entry) =>
              add({ kind: "fork", next: entry, other }),
            );
        case "repeat":
          return repeat(node.part, this.#bounds(node), next);
        case "position":
          looksAround ||= node.at !== "start" && node.at !== "end";
          return add({ kind: "position", at: node.at, next });
        case "look": {
          looksAround = true;
          this.#within += 1;
          const program = this.#program(node.part, !node.behind);
          this.#within -= 1;
          return add({ kind: "look", program, negated: node.negated, next });
        }
        default:
          return node satisfies never;
      }
    };
    const repeat = (
      part: PatternNode,
      [least, most]: readonly [number, number],
      next: number,
    ): number => {
      let entry = next;
      if (most === Infinity) {
        const fork: State & { kind: "fork" } = { kind: "fork", next, other: 0 };
        entry = add(fork);
        fork.other = emit(part, entry);
      } else
        for (let count = least; count < most; count++)
          entry = add({ kind: "fork", next, other: emit(part, entry) });
      for (let count = 0; count < least; count++) entry = emit(part, entry);
      return entry;
    };
    const start = emit(root, add({ kind: "end" }));
    return this.#programs.push({ states, start, backward, looksAround }) - 1;
  }

  #bounds(node: PatternNode & { kind: "repeat" }): readonly [number, number] {
    const { part, least, most } = node;
    const each = sizeOf(part);
    const room = mostStates / 4;
    if (each * (most === Infinity ? least + 1 : most) <= room)
      return [least, most];
    // Within what may not follow, letting more pass would let less pass.
    if (this.#within > 0) throw new TooLarge();
    return [Math.min(least, Math.max(1, Math.floor(room / each))), Infinity];
  }

  #set(source: string): CharacterSet {
    const known = this.#sets.get(source) ?? new CharacterSet(source);
    this.#sets.set(source, known);
    return known;
  }
}

/** How many states a part takes, roughly; at most `Infinity`. */
function sizeOf(node: PatternNode): number {
  switch (node.kind) {
    case "character":
    case "position":
      return 1;
    case "sequence":
    case "choice":
      return node.parts.reduce((size, part) => size + sizeOf(part), 1);
    case "repeat":
      return (
        sizeOf(node.part) *
        Math.max(1, node.most === Infinity ? node.least + 1 : node.most)
      );
    case "look":
      return sizeOf(node.part) + 1;
    default:
      return node satisfies never;
  }
}

/** A regular expression of ECMA-262 with the flag `u` as a tree (ECMA-262 §22.2.1). */

export type PatternNode =
  /** One character: a class, an escape, a dot or itself, as it is written. */
  | { readonly kind: "character"; readonly source: string }
  | { readonly kind: "sequence"; readonly parts: readonly PatternNode[] }
  | { readonly kind: "choice"; readonly parts: readonly PatternNode[] }
  | {
      readonly kind: "repeat";
      readonly part: PatternNode;
      readonly least: number;
      /** `Infinity`: without end. */
      readonly most: number;
    }
  | {
      readonly kind: "position";
      readonly at: "start" | "end" | "word edge" | "no word edge";
    }
  | {
      readonly kind: "look";
      readonly part: PatternNode;
      readonly behind: boolean;
      readonly negated: boolean;
    };

const longest = 20_000;
const deepest = 100;
/** An atom of one character, from where it begins. */
const atom =
  /\[(?:\\[^]|[^\]\\])*\]|\\u[Dd][89ABab][0-9A-Fa-f]{2}\\u[Dd][C-Fc-f][0-9A-Fa-f]{2}|\\u\{[0-9A-Fa-f]+\}|\\u[0-9A-Fa-f]{4}|\\x[0-9A-Fa-f]{2}|\\c[A-Za-z]|\\[pP]\{[^}]*\}|\\[^1-9kbBpPuxc]|[^\\^$*+?()[\]{}|]/uy;
const quantifier = /(?:\*|\+|\?|\{(\d+)(?:(,)(\d*))?\})\??/y;
const groups: readonly (readonly [string, behind?: boolean, no?: boolean])[] = [
  ["(?:"],
  ["(?=", false, false],
  ["(?!", false, true],
  ["(?<=", true, false],
  ["(?<!", true, true],
];

/**
 * @returns `undefined` for what is no such expression, and for what has no bound: references to what a group matched,
 * texts of more than 20,000 characters, groups within more than 100 others.
 */
export function parsePattern(pattern: string): PatternNode | undefined {
  try {
    new RegExp(pattern, "u");
  } catch {
    return undefined;
  }
  return pattern.length > longest ? undefined : new Reader(pattern).whole();
}

class Reader {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): PatternNode | undefined {
    const node = this.#choice();
    return this.#at === this.#text.length ? node : undefined;
  }

  #choice(): PatternNode | undefined {
    this.#depth += 1;
    if (this.#depth > deepest) return undefined;
    const parts: PatternNode[] = [];
    do {
      const part = this.#sequence();
      if (part === undefined) return undefined;
      parts.push(part);
    } while (this.#took("|"));
    this.#depth -= 1;
    const [only] = parts;
    return only !== undefined && parts.length === 1
      ? only
      : { kind: "choice", parts };
  }

  #sequence(): PatternNode | undefined {
    const parts: PatternNode[] = [];
    while (this.#at < this.#text.length && !/[|)]/.test(this.#next())) {
      const part = this.#term();
      if (part === undefined) return undefined;
      parts.push(part);
    }
    return { kind: "sequence", parts };
  }

  #term(): PatternNode | undefined {
    if (this.#took("^")) return { kind: "position", at: "start" };
    if (this.#took("$")) return { kind: "position", at: "end" };
    if (this.#took("\\b")) return { kind: "position", at: "word edge" };
    if (this.#took("\\B")) return { kind: "position", at: "no word edge" };
    if (this.#next() === "(") return this.#group();
    const source = this.#taken(atom)?.[0];
    return source === undefined
      ? undefined
      : this.#repeated({ kind: "character", source });
  }

  #group(): PatternNode | undefined {
    const special = groups.find(([begin]) => this.#took(begin));
    if (special === undefined && this.#taken(/\(\?<[^>]*>|\((?!\?)/y) === null)
      return undefined;
    const part = this.#choice();
    if (part === undefined || !this.#took(")")) return undefined;
    const [, behind, negated] = special ?? [];
    return behind === undefined || negated === undefined
      ? this.#repeated(part)
      : { kind: "look", part, behind, negated };
  }

  #repeated(part: PatternNode): PatternNode {
    const found = this.#taken(quantifier);
    if (found === null) return part;
    const [sign, least, comma, most] = found;
    if (least === undefined)
      return {
        kind: "repeat",
        part,
        least: sign.startsWith("+") ? 1 : 0,
        most: sign.startsWith("?") ? 1 : Infinity,
      };
    const end = comma === undefined ? least : most;
    return {
      kind: "repeat",
      part,
      least: Number(least),
      most: end === undefined || end === "" ? Infinity : Number(end),
    };
  }

  #next(): string {
    return this.#text.charAt(this.#at);
  }

  #took(text: string): boolean {
    const here = this.#text.startsWith(text, this.#at);
    if (here) this.#at += text.length;
    return here;
  }

  #taken(sticky: RegExp): RegExpExecArray | null {
    sticky.lastIndex = this.#at;
    const found = sticky.exec(this.#text);
    this.#at += found?.[0].length ?? 0;
    return found;
  }
}

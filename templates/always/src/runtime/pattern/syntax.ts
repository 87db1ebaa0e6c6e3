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

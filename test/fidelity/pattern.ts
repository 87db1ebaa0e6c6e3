/** Texts that match a regular expression (ECMA-262), for the constructs that documents use. */
import type { Random } from "./random.ts";

type Node =
  | { readonly kind: "alternatives"; readonly options: readonly Node[] }
  | { readonly kind: "sequence"; readonly parts: readonly Node[] }
  | { readonly kind: "characters"; readonly ranges: readonly Range[]; readonly negated: boolean }
  | { readonly kind: "repeat"; readonly part: Node; readonly low: number; readonly high: number }
  | { readonly kind: "empty" };
type Range = readonly [number, number];

const classes: ReadonlyMap<string, readonly Range[]> = new Map([
  ["d", [[48, 57]]],
  [
    "w",
    [
      [97, 122],
      [65, 90],
      [48, 57],
      [95, 95],
    ],
  ],
  ["s", [[32, 32]]],
  [
    "p",
    [
      [97, 122],
      [65, 90],
    ],
  ],
]);
const printable: readonly Range[] = [
  [97, 122],
  [65, 90],
  [48, 57],
  [45, 46],
  [33, 47],
  [58, 64],
  [32, 32],
  [91, 126],
];

/** Characters that a text may have beyond those that it needs. */
const spare = 400;

/**
 * A text of a length within bounds that the pattern accepts, or `undefined` when a few hundred tries find none.
 *
 * @param longest whether repetitions go to their upper bound
 */
export function textMatching(
  pattern: string,
  low: number,
  high: number,
  random: Random,
  longest = false,
): string | undefined {
  const accepted = compile(pattern);
  const node = accepted === undefined ? undefined : new PatternReader(pattern).read();
  if (accepted === undefined || node === undefined) return undefined;
  // Few values are of any use that are much longer than they have to be.
  const most = Math.min(high, Math.max(low, leastOf(node)) + spare);
  for (let round = 0; round < 400; round++) {
    const reach =
      round < 40 && longest ? most : round % 7 === 6 ? Math.max(low, 8) : Math.max(2, low - (round % 5) + 2);
    const core = write(node, random, Math.min(reach, 2_000));
    // A pattern that is not anchored accepts anything around its match (JSON Schema 2020-12 §6.3.3).
    const text = core.length < low && !/[$]/.test(pattern) ? core.padEnd(low, "a") : core;
    if (text.length >= low && text.length <= most && accepted.test(text)) return text;
  }
  return undefined;
}

function compile(pattern: string): RegExp | undefined {
  for (const flags of ["u", ""]) {
    try {
      return new RegExp(pattern, flags);
    } catch {
      // Without the flag, more is allowed.
    }
  }
  return undefined;
}

/** How many characters the shortest text has that a pattern may accept. */
function leastOf(node: Node): number {
  switch (node.kind) {
    case "empty":
      return 0;
    case "characters":
      return 1;
    case "sequence":
      return node.parts.reduce((sum, part) => sum + leastOf(part), 0);
    case "alternatives":
      return Math.min(...node.options.map(leastOf));
    case "repeat":
      return node.low === 0 ? 0 : node.low * leastOf(node.part);
    default:
      return node satisfies never;
  }
}

function write(node: Node, random: Random, reach: number): string {
  switch (node.kind) {
    case "empty":
      return "";
    case "sequence":
      return node.parts.map((part) => write(part, random, reach)).join("");
    case "alternatives":
      return write(node.options[random.integer(0, node.options.length - 1)] ?? { kind: "empty" }, random, reach);
    case "repeat": {
      const count = random.integer(node.low, Math.min(node.high, Math.max(node.low, reach)));
      const length = reach > 100 ? Math.max(node.low, Math.min(node.high, reach)) : count;
      const written = Array.from({ length: Math.min(length, 1_000) }, () => write(node.part, random, 2));
      // Of blobs, the first thousand characters are made up, and come again.
      return Array.from({ length }, (_, index) => written[index % 1_000]).join("");
    }
    case "characters":
      return character(node.ranges, node.negated, random);
    default:
      return node satisfies never;
  }
}

function character(ranges: readonly Range[], negated: boolean, random: Random): string {
  const within = (code: number): boolean => ranges.some(([low, high]) => code >= low && code <= high);
  const choices = negated ? printable.flatMap(([low, high]) => codes(low, high)).filter((code) => !within(code)) : [];
  if (negated) return String.fromCodePoint(choices[random.integer(0, choices.length - 1)] ?? 97);
  const [low, high] = ranges[random.integer(0, ranges.length - 1)] ?? [97, 97];
  return String.fromCodePoint(random.integer(low, Math.min(high, low + 93)));
}

function codes(low: number, high: number): number[] {
  return Array.from({ length: high - low + 1 }, (_, index) => low + index);
}

class PatternReader {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  read(): Node | undefined {
    const node = this.#alternatives();
    return this.#at === this.#source.length ? node : undefined;
  }

  #alternatives(): Node {
    const options: Node[] = [this.#sequence()];
    while (this.#source[this.#at] === "|") {
      this.#at++;
      options.push(this.#sequence());
    }
    return options.length === 1 ? (options[0] ?? { kind: "empty" }) : { kind: "alternatives", options };
  }

  #sequence(): Node {
    const parts: Node[] = [];
    while (this.#at < this.#source.length && !"|)".includes(this.#source[this.#at] ?? "")) parts.push(this.#repeated());
    return { kind: "sequence", parts };
  }

  #repeated(): Node {
    const part = this.#atom();
    const rest = this.#source.slice(this.#at);
    const [text, sign, from, comma, to] = /^(?:([*+?])|\{(\d+)(,?)(\d*)\})\??/.exec(rest) ?? [];
    if (text === undefined) return part;
    this.#at += text.length;
    if (sign !== undefined)
      return { kind: "repeat", part, low: sign === "+" ? 1 : 0, high: sign === "?" ? 1 : Number.POSITIVE_INFINITY };
    const low = Number(from);
    return { kind: "repeat", part, low, high: comma === "" ? low : to === "" ? Number.POSITIVE_INFINITY : Number(to) };
  }

  #atom(): Node {
    const next = this.#source[this.#at++] ?? "";
    switch (next) {
      case "^":
      case "$":
        return { kind: "empty" };
      case ".":
        return {
          kind: "characters",
          ranges: [
            [97, 122],
            [48, 57],
          ],
          negated: false,
        };
      case "(":
        return this.#group();
      case "[":
        return this.#set();
      case "\\":
        return this.#escape();
      default:
        return literal(next);
    }
  }

  #group(): Node {
    const [opening = ""] = /^\?(?::|=|!|<=|<!|<\w+>)/.exec(this.#source.slice(this.#at)) ?? [];
    this.#at += opening.length;
    const inner = this.#alternatives();
    this.#at++;
    // What a lookaround asks for is left to chance: the result is tested.
    return /^\?(?:=|!|<=|<!)/.test(opening) ? { kind: "empty" } : inner;
  }

  #escape(): Node {
    const name = this.#source[this.#at++] ?? "";
    const lower = name.toLowerCase();
    if (name === "b" || name === "B") return { kind: "empty" };
    if (lower === "p") {
      const [text = ""] = /^\{[^}]*\}/.exec(this.#source.slice(this.#at)) ?? [];
      this.#at += text.length;
      const digits = text.includes("N");
      return { kind: "characters", ranges: classes.get(digits ? "d" : "p") ?? [], negated: name === "P" };
    }
    const ranges = classes.get(lower);
    if (ranges !== undefined) return { kind: "characters", ranges, negated: name !== lower };
    return literal(this.#character(name));
  }

  #character(name: string): string {
    const plain = new Map([
      ["n", "\n"],
      ["r", "\r"],
      ["t", "\t"],
      ["f", "\f"],
      ["v", "\v"],
      ["0", "\0"],
    ]).get(name);
    if (plain !== undefined) return plain;
    const [text, hex2, hex4, braced] =
      /^(?:x([0-9a-f]{2})|u([0-9a-f]{4})|u\{([0-9a-f]+)\})/i.exec(this.#source.slice(this.#at - 1)) ?? [];
    if (text === undefined) return name;
    this.#at += text.length - 1;
    return String.fromCodePoint(Number.parseInt(hex2 ?? hex4 ?? braced ?? "61", 16));
  }

  #set(): Node {
    const negated = this.#source[this.#at] === "^";
    if (negated) this.#at++;
    const ranges: Range[] = [];
    while (this.#at < this.#source.length && this.#source[this.#at] !== "]") {
      const first = this.#member();
      if (first.kind !== "characters") continue;
      const low = first.ranges[0]?.[0] ?? 97;
      const single = first.ranges.length === 1 && low === first.ranges[0]?.[1];
      if (single && this.#source[this.#at] === "-" && this.#source[this.#at + 1] !== "]") {
        this.#at++;
        const second = this.#member();
        ranges.push([low, second.kind === "characters" ? (second.ranges[0]?.[1] ?? low) : low]);
      } else if (!first.negated) ranges.push(...first.ranges);
      else ranges.push(...printable);
    }
    this.#at++;
    return { kind: "characters", ranges: ranges.length === 0 ? [[97, 97]] : ranges, negated };
  }

  #member(): Node {
    const next = this.#source[this.#at++] ?? "";
    if (next !== "\\") return literal(next);
    return this.#source[this.#at] === "b" ? (this.#at++, literal("\b")) : this.#escape();
  }
}

function literal(text: string): Node {
  const code = text.codePointAt(0) ?? 97;
  return { kind: "characters", ranges: [[code, code]], negated: false };
}

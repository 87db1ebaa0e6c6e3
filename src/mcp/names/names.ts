/**
 * The allocator of names: tools, files, arguments, environment variables. A name is a wish made of words, then a
 * number where two wishes clash. The same wishes in the same order give the same names.
 */
import { createHash } from "node:crypto";
import { words } from "./words.ts";

/** Longest tool name: what the strictest client leaves after its own prefix. */
export const maximumToolName = 50;

/**
 * Whole words joined by `_` up to a length. What does not fit is replaced by a hash of all of them, inside the
 * length: two long names stay two.
 */
export function joinWords(parts: readonly string[], maximum: number): string {
  const whole = parts.join("_");
  if (whole.length <= maximum) return whole;
  const hash = createHash("sha256").update(whole).digest("hex").slice(0, 6);
  let name = "";
  for (const part of parts) {
    const longer = name === "" ? part : `${name}_${part}`;
    if (longer.length > maximum - hash.length - 1) break;
    name = longer;
  }
  return name === "" ? `${whole.slice(0, maximum - hash.length - 1)}_${hash}` : `${name}_${hash}`;
}

/** Hands out names that differ by more than case. */
export class Names {
  readonly #taken = new Set<string>();
  /** By wish, the first number that may be free: below it, all are taken. */
  readonly #next = new Map<string, number>();
  readonly #maximum: number;

  constructor(maximum: number, reserved: Iterable<string> = []) {
    this.#maximum = maximum;
    for (const name of reserved) this.#taken.add(name.toLowerCase());
  }

  /** The wish itself, or with a number behind it, never longer than the maximum. */
  allocate(wish: string): string {
    let name = wish.slice(0, this.#maximum);
    const wished = name.toLowerCase();
    if (!this.#taken.has(wished)) {
      this.#taken.add(wished);
      return name;
    }
    let number = this.#next.get(wished) ?? 2;
    for (; this.#taken.has(name.toLowerCase()); number++) {
      const suffix = `_${number}`;
      name = `${wish.slice(0, this.#maximum - suffix.length)}${suffix}`;
    }
    this.#next.set(wished, number);
    this.#taken.add(name.toLowerCase());
    return name;
  }

  has(name: string): boolean {
    return this.#taken.has(name.toLowerCase());
  }
}

/** File names that some system takes for a device, and folders with a meaning of their own. */
const reservedFileNames = [
  ..."con prn aux nul index package node_modules".split(" "),
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9].flatMap((n) => [`com${n}`, `lpt${n}`]),
];

/** Names of files and folders: `[a-z0-9_]`, at most 48 characters. */
export function fileNames(): Names {
  return new Names(48, reservedFileNames);
}

/** A name for a file or a folder made of a text's words, or of the fallback's. */
export function fileNameWish(text: string, fallback: string): string {
  return joinWords(words(text), 44) || fallback;
}

/**
 * Hands out the environment variables of one API, all with its prefix. Words that the prefix has already are not
 * repeated: the scheme `petstore_auth` of `PETSTORE` becomes `PETSTORE_AUTH`.
 */
export class EnvironmentNames {
  readonly #names = new Names(120);
  readonly prefix: string;

  constructor(prefix: string) {
    this.prefix = prefix;
  }

  allocate(...parts: readonly string[]): string {
    const prefix = this.prefix.toLowerCase().split("_");
    const wish = parts.flatMap((part) => words(part));
    const startsWithPrefix = wish.length > prefix.length && prefix.every((word, index) => wish[index] === word);
    const rest = startsWithPrefix ? wish.slice(prefix.length) : wish;
    return this.#names.allocate(`${this.prefix}_${joinWords(rest, 80) || "VALUE"}`.toUpperCase());
  }
}

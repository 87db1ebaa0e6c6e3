/** What a tool costs a model before it is ever called: its entry in `tools/list`. */
import type { ListedTool } from "./model.ts";

/** What an entry costs. */
export interface EntryCost {
  /** Estimated, of its JSON. */
  readonly tokens: number;
  /** Of its JSON, in UTF-8. */
  readonly bytes: number;
}

/** Entries that were measured: plan, lock and summary ask for the same ones. */
const measured = new WeakMap<ListedTool, EntryCost>();

/** The cost of one tool's entry: name, title, description, schemas and hints. */
export function entryCost(listing: ListedTool): EntryCost {
  const known = measured.get(listing);
  if (known !== undefined) return known;
  const text = JSON.stringify(listing);
  const cost = { tokens: textTokens(text), bytes: Buffer.byteLength(text) };
  measured.set(listing, cost);
  return cost;
}

/** Estimated tokens of one tool's entry. */
export function toolTokens(listing: ListedTool): number {
  return entryCost(listing).tokens;
}

/**
 * What runs of characters of one kind cost, fitted to `o200k_base`, the encoding of GPT-4o and later, over the entries of
 * 32 APIs (`bench/tokens.mjs`). It stands for no other family.
 */
const weights = {
  /** A word, and each letter of it beyond so many. */
  word: 0.9,
  furtherLetter: 0.16,
  lettersOfWord: 7,
  /** Signs in a row, and each beyond so many. */
  signs: 1.07,
  furtherSign: 0.24,
  signsInRow: 3,
  /** Three digits. */
  digits: 1.3,
  /** A character beyond ASCII. */
  other: 0.7,
} as const;

/**
 * Estimated tokens of JSON text: of an entry of `tools/list` half are within 2 % of what `o200k_base` makes of it, nine of
 * ten within 6 %, 19 of 20 within 8 %. An estimate, not a bill.
 */
export function textTokens(text: string): number {
  const { length } = text;
  let tokens = 0;
  let start = 0;
  let kind = kinds[text.charCodeAt(0)];
  for (let at = 1; at < length; at += 1) {
    const next = kinds[text.charCodeAt(at)];
    if (next === kind) continue;
    tokens += tokensOfRun(kind ?? "other", at - start);
    start = at;
    kind = next;
  }
  return Math.ceil(tokens + tokensOfRun(kind ?? "other", length - start));
}

type Kind = "letter" | "digit" | "sign" | "space" | "other";

/** By code, the kinds of the characters of ASCII; all others are of the kind `other`. */
const kinds: readonly Kind[] = Array.from({ length: 0x80 }, (_, code) => kindOfAscii(code));

function kindOfAscii(code: number): Kind {
  if ((code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a)) return "letter";
  if (code >= 0x30 && code <= 0x39) return "digit";
  return code === 0x20 || (code >= 0x09 && code <= 0x0d) ? "space" : "sign";
}

function tokensOfRun(kind: Kind, length: number): number {
  switch (kind) {
    case "letter":
      return weights.word + weights.furtherLetter * Math.max(0, length - weights.lettersOfWord);
    case "digit":
      return weights.digits * Math.ceil(length / 3);
    case "sign":
      return weights.signs + weights.furtherSign * Math.max(0, length - weights.signsInRow);
    case "other":
      return weights.other * length;
    case "space":
      // It belongs to the word behind it.
      return 0;
    default:
      return kind satisfies never;
  }
}

/** Prose made shorter by whole sentences: what a caller cannot use goes first, what a call depends on stays. */
import type { Json } from "../json.ts";

/** What a schema says already, so that its description need not say it again. */
export interface Known {
  /** Listed values. */
  readonly values?: readonly Json[] | undefined;
  readonly default?: Json | undefined;
}

/** Between two sentences: behind a full stop, and what closes with it, before what begins like a sentence. */
const boundary = /(?<=[.!?][")\]'”`]{0,2})\s+(?=["'(“[`*-]?\s?[A-Z0-9`])/u;
/** Characters for which a part of a sentence is better than none. */
const worthAPart = 40;
/** Points to a page that a caller of the tool does not see. */
const elsewhere =
  /^\(?(?:for (?:more|further|additional|full|complete) (?:information|details?|info)\b|for details\b|more (?:info|information|details?)\b|(?:you can )?(?:learn|read) more\b|see (?:also )?(?:the |our |this |these )?(?:.{0,80}\b(?:docs?|documentation|guides?|reference|page|article)\b|https?:)|(?:please )?(?:refer to|check out|consult|visit) (?:the |our |this )?(?:.{0,80}\b(?:docs?|documentation|guides?|reference|page|article)\b|https?:))/iu;
/** A link within a sentence, with the words that lead there. */
const link =
  /\s*\(?\b(?:see(?: also)?|more info(?:rmation)?:?|refer to|learn more(?: at)?:?|documentation:?)\s+(?:at\s+)?https?:\/\/[^\s)]+\)?(?:\s+for (?:more |further )?(?:details|information|info))?/giu;
/** Names values that a caller cannot guess. */
const naming =
  /\b(?:(?:valid|allowed|acceptable|accepted|possible|supported|available) (?:values?|options?)|one of|must be)\b/iu;
const anything = /(?:)/u;
/** What can be left out first where not all fits. */
const lesser = /^(?:for (?:instance|example)\b|e\.g\.|note\b)/iu;
/** What a call may depend on. */
const telling =
  /`|"|\b(?:must|cannot|can't|only|required?|requires|valid|allowed|acceptable|supported|accepts?|one of|either|exactly|defaults?|format|maximum|minimum|at (?:least|most)|up to|between|less than|greater than|unless|ignored|deprecated|e\.g\.|pass|set to|omit|empty|null|comma|separated|ISO|RFC|UTC|UNIX|seconds?|milliseconds?|bytes|cents|not set|unset)\b/iu;
/** Words that lead to values and say nothing without them. */
const leading = new Set(
  "can may must should will shall has have to be is are one any of the a an this these following either or and possible valid allowed acceptable accepted permitted supported available currently only value values option options choices include includes default defaults by if not specified provided given set omitted enum field parameter argument".split(
    " ",
  ),
);

/**
 * A text of at most so many characters. Sentences that only point elsewhere, or repeat what is known, are left out in
 * any case; of the others the first stays, and before the rest those that a call may depend on.
 *
 * @param text plain, on one line
 */
export function condense(text: string, maximum: number, known: Known = {}): string {
  if (text.length < 24) return text;
  const sentences = sentencesOf(withoutLinks(text));
  const useful = sentences.filter((sentence, index) => !elsewhere.test(sentence) && !isKnown(sentence, known, index));
  const kept = useful.length === 0 ? [] : useful;
  const all = kept.join(" ");
  const [first] = kept;
  if (first === undefined || all.length <= maximum) return shorten(all, maximum);
  const chosen = new Map([[0, first]]);
  let room = maximum - first.length;
  for (const rank of [naming, telling, anything]) {
    for (const [index, sentence] of kept.entries()) {
      if (chosen.has(index) || !rank.test(sentence) || lesser.test(sentence)) continue;
      const fits = sentence.length < room;
      if (!fits && (rank !== naming || room < worthAPart)) continue;
      const part = fits ? sentence : shorten(sentence, room - 1);
      chosen.set(index, part);
      room -= part.length + 1;
    }
  }
  return shorten(kept.flatMap((_, index) => chosen.get(index) ?? []).join(" "), maximum);
}

function withoutLinks(text: string): string {
  const without = text.replace(link, "");
  return without === text ? text : without.replace(/([.!?])\s*\.(?=\s|$)/g, "$1").trim();
}

/** The sentences of a text on one line. */
export function sentencesOf(text: string): readonly string[] {
  return text.split(boundary);
}

/** Whether a sentence says nothing but which values are listed, or which one is the default. */
function isKnown(sentence: string, known: Known, index: number): boolean {
  const values = [...(known.values ?? []), ...(known.default === undefined ? [] : [known.default])];
  if (values.length === 0 || sentence.length > 2_000) return false;
  const isDefault = /\bdefaults?\b/i.test(sentence);
  if (isDefault && known.default === undefined) return false;
  if (!isDefault && known.values === undefined) return false;
  if (!isDefault && index === 0 && !/\b(?:one of|values?|options?)\b/i.test(sentence)) return false;
  const names = new Set(values.flatMap((value) => wordsOf(typeof value === "string" ? value : JSON.stringify(value))));
  const words = wordsOf(sentence);
  return words.some((word) => names.has(word)) && words.every((word) => names.has(word) || leading.has(word));
}

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [];
}

/** A text of at most so many characters, cut behind a sentence where there is one in the second half. */
export function shorten(text: string, maximum: number): string {
  if (text.length <= maximum) return text;
  const head = text.slice(0, maximum - 1);
  const sentence = Math.max(head.lastIndexOf(". "), head.lastIndexOf("! "), head.lastIndexOf("? "));
  if (sentence > maximum / 2) return head.slice(0, sentence + 1);
  const word = head.lastIndexOf(" ");
  return `${(word > maximum / 2 ? head.slice(0, word) : head).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

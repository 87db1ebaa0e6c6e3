/** Prose made shorter by whole sentences: what a caller cannot use goes first, what a call depends on stays. */
import { cutMark, sentenceBoundary } from "../../../templates/always/src/runtime/finding/words.ts";
import type { Json } from "../../base/json.ts";

/** What a schema says already, so that its description need not say it again. */
export interface Known {
  /** Listed values. */
  readonly values?: readonly Json[] | undefined;
  readonly default?: Json | undefined;
}

/** Points to a page that a caller of the tool does not see. */
const elsewhere =
  /^\(?(?:for (?:more|further|additional|full|complete) (?:information|details?|info)\b|for details\b|more (?:info|information|details?)\b|(?:you can )?(?:learn|read) more\b|see (?:also )?(?:the |our |this |these )?(?:.{0,80}\b(?:docs?|documentation|guides?|reference|page|article)\b|https?:)|(?:please )?(?:refer to|check out|consult|visit) (?:the |our |this )?(?:.{0,80}\b(?:docs?|documentation|guides?|reference|page|article)\b|https?:))/iu;
/** A link within a sentence, with the words that lead there. */
const link =
  /[,;]?\s*\(?\b(?:see(?: also)?|more info(?:rmation)?:?|refer to|learn more(?: at)?:?|documentation:?)\s+(?:at\s+)?https?:\/\/[^\s)]*[^\s).,;!?]\)?(?:\s+for (?:more |further )?(?:details|information|info))?/giu;
/** Begins a sentence that leans on the one before it. */
const leaning =
  /^[("“]*(?:this|these|that|those|it|its|they|them|their|such|in (?:this|that|such|either|both|these|those|the (?:first|second|former|latter|other))|otherwise|then|there|here|however|but|and|or|also|thus|hence|therefore|so|instead|in addition|for example|for instance|e\.g|i\.e|note that|the (?:former|latter|above|same)|if (?:so|not|this|that|it)|else|both|neither|either|conversely|similarly|likewise)\b/iu;
/** Words that lead to values and say nothing without them. */
const leading = new Set(
  "can may must should will shall has have to be is are one any of the a an this these following either or and possible valid allowed acceptable accepted permitted supported available currently only value values option options choices include includes default defaults by if not specified provided given set omitted enum field parameter argument".split(
    " ",
  ),
);
/** Tells how a value is formed, or which there are. */
const forming =
  /`|\b(?:formats?|formatted|syntax|pattern|expression|ISO[ -]?\d+|RFC[ -]?\d+|UTC|UNIX|epoch|base64|(?:comma|space|semicolon|colon|pipe)[ -](?:separated|delimited)|separated by|(?:valid|allowed|acceptable|accepted|possible|supported|available) (?:values?|options?|fields?|keys?)|one of|must (?:be|match|start|begin|end|contain|have|not)|(?:cannot|can't|may not) (?:be|contain|exceed)|at (?:least|most)|maximum|minimum|max|min|between|e\.g\.|for example|such as|prefixed|defaults? (?:to|is)|by default)\b/iu;
/**
 * A text of about so many characters: cut at its end, and marked, where it is longer. Sentences that only point
 * elsewhere, or repeat what is known, are left out in any case, unless the next one leans on them.
 *
 * @param text plain, on one line
 * @param maximum characters; where sentences that tell how a value is formed lie behind them, as many more as it takes
 * @param longest characters of the text in any case
 */
export function condense(text: string, maximum: number, known: Known = {}, longest = maximum): string {
  if (text.length < 24) return text;
  const useful = withoutSentences(
    sentencesOf(withoutLinks(text)),
    (sentence, index) => elsewhere.test(sentence) || isKnown(sentence, known, index),
  );
  return cutAmong(useful.join(" "), useful, maximum, longest);
}

/** Sentences without some of them; one that the next sentence leans on stays. */
export function withoutSentences(
  sentences: readonly string[],
  mayGo: (sentence: string, index: number) => boolean,
): readonly string[] {
  return sentences.filter((sentence, index) => {
    const next = sentences[index + 1];
    return !mayGo(sentence, index) || (next !== undefined && leaning.test(next) && !mayGo(next, index + 1));
  });
}

/** The longest start of a text in whole sentences, with a mark behind it; of a long first sentence, whole words of it. */
export function cut(text: string, maximum: number, longest = maximum): string {
  return text.length <= maximum ? text : cutAmong(text, sentencesOf(text), maximum, longest);
}

/** @param sentences of the text */
function cutAmong(text: string, sentences: readonly string[], maximum: number, longest: number): string {
  if (text.length <= maximum) return text;
  const mark = ` ${cutMark}`;
  let start = "";
  let kept = "";
  for (const sentence of sentences) {
    start = start === "" ? sentence : `${start} ${sentence}`;
    if (start.length <= maximum - mark.length || (start.length <= longest - mark.length && forming.test(sentence)))
      kept = start;
  }
  if (kept.length === text.length) return text;
  if (kept.length >= maximum / 3) return `${kept}${mark}`;
  const head = text.slice(0, maximum - mark.length);
  // Scripts without spaces between sentences.
  const stop = Math.max(...["。", "！", "？"].map((sign) => head.lastIndexOf(sign)));
  if (stop >= maximum / 3) return `${head.slice(0, stop + 1)}${mark}`;
  return `${wholeWords(head)}${mark}`;
}

/** A start of a text without what cannot stand at its end: half a word, an open bracket, words that lead to others. */
function wholeWords(start: string): string {
  const space = start.lastIndexOf(" ");
  let text = (space > start.length / 2 ? start.slice(0, space) : start).replace(/[\uD800-\uDBFF]$/, "");
  const open = Math.max(text.lastIndexOf("("), text.lastIndexOf("["));
  if (open > text.length / 2 && !/[)\]]/.test(text.slice(open))) text = text.slice(0, open);
  return text.replace(
    /(?:[\s,;:(–—-]|\b(?:e\.g\.?|i\.e\.?|such as|for example|and|or|the|an?|of|to|with|by|in|for|as)(?![\p{L}\p{N}_]))+$/iu,
    "",
  );
}

function withoutLinks(text: string): string {
  if (!text.includes("://")) return text;
  const without = text.replace(link, "");
  return without === text ? text : without.replace(/(^|[.!?])\s*[.!?](?=\s|$)/g, "$1").trim();
}

/** The first sentence of a text on one line. */
export function firstOf(text: string): string {
  const end = text.search(sentenceBoundary);
  const first = end === -1 ? text : text.slice(0, end);
  return isOpen(first) ? (sentencesOf(text)[0] ?? "") : first;
}

/** The sentences of a text on one line; what stands in brackets stays together. */
export function sentencesOf(text: string): readonly string[] {
  const found: string[] = [];
  let open = "";
  for (const part of text.split(sentenceBoundary)) {
    const joined = open === "" ? part : `${open} ${part}`;
    if (isOpen(joined) && joined.length < 600) open = joined;
    else {
      found.push(joined);
      open = "";
    }
  }
  return open === "" ? found : [...found, open];
}

/** Whether a bracket of a text is not closed in it. */
function isOpen(text: string): boolean {
  return text.includes("(") && text.split("(").length > text.split(")").length;
}

/** Whether a sentence says nothing but which values are listed, or which one is the default. */
function isKnown(sentence: string, known: Known, index: number): boolean {
  if (known.values === undefined && known.default === undefined) return false;
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

/** As many of some names or values as fit, and how many more there are. */
export function someOf(texts: readonly string[], maximum: number): string {
  let length = 0;
  const shown = texts.filter((text, index) => (length += text.length + 2) <= maximum || index === 0);
  return shown.length === texts.length
    ? shown.join(", ")
    : `${shown.join(", ")} and ${texts.length - shown.length} more`;
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

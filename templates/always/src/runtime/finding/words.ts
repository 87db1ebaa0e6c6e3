/** Words of operations and of questions, brought to one form, and what sentences and paths are made of. Generator and server have to agree on it. */

/** Words that say nothing about what is asked for. */
const commonWords = new Set(
  `a an the of for to in on at by with from into as am is are be was were been being it its this that these those there
their them they and or not no if then than so such which who whom whose what when where how why can could may might must
shall should will would do does did done has have had i you he she we us our your his her please want need help let using
use used via all any some each every given specific specified particular certain also only just about up out over per s t
my me mine myself inside within through between against under`.split(/\s+/),
);

/** Whether a word is one of those that a language is held together by. */
export function isCommon(word: string): boolean {
  return commonWords.has(word);
}

/**
 * The words of a text in lower case; names of programs come apart: `listPullRequests`, `HTTPServer`, `dns_zones`.
 * Letters of every script are kept as they are.
 */
export function wordsOf(text: string): readonly string[] {
  if (!latinAlone.test(text)) return wordsOfAnyScript(text);
  const apart = innerCapital.test(text)
    ? text
        .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
        .replace(/([A-Z])([A-Z][a-z])/g, "$1 $2")
    : text;
  return (
    apart
      .toLowerCase()
      .replace(/['’]s(?![a-z])/g, "")
      .match(/[a-z0-9]+/g) ?? []
  );
}

/** What most texts are, ASCII with dashes, quotes and `…`: in them Unicode's classes, which take long, say no more. */
const latinAlone = /^[\0-\x7f\u2010-\u2027]*$/;
const innerCapital = /[a-z0-9][A-Z]|[A-Z][A-Z][a-z]/;

function wordsOfAnyScript(text: string): readonly string[] {
  return text
    .normalize("NFC")
    .replace(/(\p{Ll}|\p{Nd})(\p{Lu})/gu, "$1 $2")
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, "$1 $2")
    .toLowerCase()
    .replace(/['’]s(?!\p{L})/gu, "")
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter((word) => word !== "");
}

/** The stems of a text without its common words. */
export function stemsOf(text: string): readonly string[] {
  return stemsAmong(wordsOf(text));
}

/** The stems of words but for the common ones. */
export function stemsAmong(words: readonly string[]): readonly string[] {
  const stems: string[] = [];
  for (const word of words) if (!isCommon(word)) stems.push(stemOf(word));
  return stems;
}

/** The first sentence of a text, if that says something; else all of it. */
export function firstSentence(text: string): string {
  return /^[\s\S]{15,}?[.!?](?=\s|$)/.exec(text)?.[0] ?? text;
}

interface Ending {
  readonly ending: string;
  readonly instead: string;
}

/** Endings that come off one after the other, the first of each row that fits, and what stands in their place. */
const endings: readonly (readonly Ending[])[] = [
  [
    { ending: "ization", instead: "ize" },
    { ending: "isation", instead: "ize" },
    { ending: "ational", instead: "ate" },
    { ending: "fulness", instead: "ful" },
    { ending: "iveness", instead: "ive" },
    { ending: "ousness", instead: "ous" },
  ],
  [
    { ending: "ingly", instead: "" },
    { ending: "edly", instead: "" },
    { ending: "ing", instead: "" },
    { ending: "ed", instead: "" },
  ],
  [
    { ending: "ation", instead: "at" },
    { ending: "ition", instead: "it" },
    { ending: "ment", instead: "" },
    { ending: "ness", instead: "" },
    { ending: "ity", instead: "" },
    { ending: "ance", instead: "" },
    { ending: "ence", instead: "" },
    { ending: "ion", instead: "" },
    { ending: "able", instead: "" },
    { ending: "ible", instead: "" },
    { ending: "ally", instead: "al" },
    { ending: "ly", instead: "" },
    { ending: "er", instead: "" },
    { ending: "or", instead: "" },
  ],
];

const known = new Map<string, string>();
/** More words than a server's operations and questions have; then it is forgotten, so that it does not grow. */
const mostKnown = 20_000;

/**
 * What the forms of an English word have in common: `repositories` and `repository`, `deployed` and `deployment`. It
 * need not be a word. Words of other languages keep more of their endings, alike on both sides.
 */
export function stemOf(word: string): string {
  let stem = known.get(word);
  if (stem === undefined) {
    stem = stemAnew(word);
    if (known.size >= mostKnown) known.clear();
    known.set(word, stem);
  }
  return stem;
}

function stemAnew(word: string): string {
  if (word.length <= 3 || /\d/.test(word)) return word;
  let stem = singular(word);
  for (const row of endings) {
    const cut = cutEnding(stem, row);
    if (cut === undefined) continue;
    // stopped, running: the doubled letter is the ending's.
    stem = cut.replace(/([^aeioulsz])\1$/, "$1");
  }
  if (stem.length > 3 && stem.endsWith("e")) stem = stem.slice(0, -1);
  if (stem.length > 3 && stem.endsWith("y")) stem = `${stem.slice(0, -1)}i`;
  return stem;
}

function singular(word: string): string {
  if (word.endsWith("ies") && word.length > 4) return `${word.slice(0, -3)}y`;
  if (/(?:ss|sh|ch|x|z|o)es$/.test(word)) return word.slice(0, -2);
  if (isPlural(word)) return word.slice(0, -1);
  return word;
}

/** Whether an English word has the form of a plural. */
export function isPlural(word: string): boolean {
  return word.length > 3 && word.endsWith("s") && !/(?:ss|us|is)$/.test(word);
}

/** Without the first ending that leaves three letters, a vowel among them. */
function cutEnding(word: string, row: readonly Ending[]): string | undefined {
  for (const { ending, instead } of row) {
    if (!word.endsWith(ending) || word.length - ending.length < 3) continue;
    const rest = word.slice(0, -ending.length) + instead;
    if (/[aeiouy]/.test(rest)) return rest;
  }
  return undefined;
}

/** The segments of a path template, without the format that one may end with; those with a variable hold a `{`. */
export function segmentsOf(path: string): readonly string[] {
  return path
    .replace(/\.(?:json|xml)(?=\/|$)/g, "")
    .split("/")
    .filter((segment) => segment !== "");
}

export function isVariable(segment: string): boolean {
  return segment.includes("{");
}

/** Between two sentences: behind a full stop, and what closes with it, before what begins like a sentence. */
export const sentenceBoundary =
  /(?<=[.!?][")\]'”`]{0,2})(?<!\b(?:e\.g|i\.e|eg|ie|cf|vs|approx|incl|excl|resp|a\.k\.a|ex)\.[")\]'”`]{0,2})\s+(?=["'(“[`*-]?\s?[A-Z0-9`])/u;

/** Behind a text that is cut: the server's instructions say what it means. */
export const cutMark = "[…]";

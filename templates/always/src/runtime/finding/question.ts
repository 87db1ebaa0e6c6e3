/** What a question in plain words asks for: words with their weight, the kind of operation, whose things. */
import {
  callerStems,
  type Intent,
  intentOf,
  isGeneralVerb,
  isVague,
  seeing,
} from "./verbs.js";
import { synonymsOf } from "./synonyms.js";
import { isCommon, isPlural, stemOf, wordsOf } from "./words.js";

/** What is known of the words of the operations. */
export interface Vocabulary {
  has(stem: string): boolean;
  /** Whether paths end with a stem as with what is done: `/player/play`. */
  isAction(stem: string): boolean;
  /** Stems that a word may be a part or a misspelling of, with how likely, 0 to 1. */
  near(stem: string): Iterable<readonly [stem: string, likeness: number]>;
  /** Words that letters are the initials of. */
  initials(letters: string): readonly string[];
  /** Whether a stem is of the name of the API: it says little. */
  isOfApi(stem: string): boolean;
}

export interface Question {
  /** By stem, how much it counts: about 1 for what is asked for, less for where, and for what may be meant. */
  readonly terms: ReadonlyMap<string, number>;
  readonly intent: Intent;
  /** Stem of the verb by which it says what shall be done; `undefined` where it says none. */
  readonly verb: string | undefined;
  /** The verb that it begins with, where paths end with that. */
  readonly action: string | undefined;
  /** Whether it is about whoever asks. */
  readonly isOwn: boolean;
  /** Stems of what is asked for itself, and not of where it is. */
  readonly subject: ReadonlySet<string>;
  /** Stems of every thing that it speaks of. */
  readonly things: ReadonlySet<string>;
  /** Whether many are asked for, or one; `undefined` where it does not say. */
  readonly many: boolean | undefined;
}

const ownWords = new Set(["my", "me", "mine", "myself", "i", "our"]);
const asking = new Set(["who", "what", "which", "where", "how"]);
const prepositions = new Set(
  `of for in from to on with by at into inside within under about using as via through between against`.split(
    " ",
  ),
);

/** After these comes what is not asked for. */
const excluding = new Set(
  `excluding exclude excludes except without ignoring omitting skipping minus unless`.split(
    " ",
  ),
);

/** What a word counts by the part that it plays. */
const weights = {
  generalVerb: 0.4,
  verb: 0.9,
  /** The last word of a phrase: "comments" of "review comments". */
  head: 1.2,
  modifier: 0.9,
  /** After a preposition: where, for whom. */
  context: 0.6,
  /** "Excluding archived ones". */
  excluded: 0.2,
  vague: 0.5,
  synonym: 0.4,
  synonymOfKnown: 0.24,
  synonymOfVerb: 0.2,
  initials: 0.8,
  ofApi: 0.2,
  /** A word of a quotation: a value, most of the time. */
  quoted: 0.15,
} as const;

export interface Phrasing {
  /** Without values in quotation marks, addresses and placeholders. */
  readonly text: string;
  /** What stood in quotation marks. */
  readonly quoted: string;
}

/** Takes out what is a value and no description. */
export function phrasingOf(text: string): Phrasing {
  const quoted: string[] = [];
  const plain = text
    .replace(/<[^<>]{0,200}>|#\d+|\bhttps?:\/\/\S+/gi, " ")
    .replace(
      /"([^"]*)"|'([^']{2,})'(?!\p{L})|“([^”]*)”|`([^`]*)`/gu,
      (_whole, ...groups: readonly unknown[]) => {
        const inner = groups
          .slice(0, 4)
          .find((group) => typeof group === "string");
        if (typeof inner === "string") quoted.push(inner);
        return " ";
      },
    );
  return { text: plain, quoted: quoted.join(" ") };
}

const leading = new Set(
  `please then also finally next i want to need can you could help me lastly additionally after before`.split(
    " ",
  ),
);

/** The parts of a question that each ask for something: "create a list, and add an item" are two. */
export function clausesOf(text: string): readonly string[] {
  const parts = text
    .split(
      /[.;!?]+(?=\s|$)|\n|,\s*(?:and\s+)?(?:then\s+)?|\s+(?:and then|and|then)\s+/,
    )
    .map((part) => part.trim())
    .filter((part) => part !== "");
  const clauses: string[] = [];
  for (const part of parts) {
    const words = wordsOf(part);
    const first = words.find((word) => !leading.has(word));
    const begins =
      first !== undefined &&
      words.length >= 2 &&
      intentOf(stemOf(first)) !== undefined;
    const before = clauses.at(-1);
    if (before === undefined || begins) clauses.push(part);
    else clauses[clauses.length - 1] = `${before}, ${part}`;
  }
  return clauses;
}

/** The phrases of a question between prepositions: "the artist", "the song", "my list". */
export function phrasesOf(text: string): readonly string[] {
  return text
    .split(
      /\b(?:of|for|in|from|to|on|with|by|at|into|inside|within|under|as|via|through|between|which|that|who|named|called)\b|[,;]/i,
    )
    .map((phrase) => phrase.trim())
    .filter((phrase) =>
      wordsOf(phrase).some((word) => {
        const stem = stemOf(word);
        return (
          !isCommon(word) && intentOf(stem) === undefined && !isVague(stem)
        );
      }),
    );
}

const pronoun = /\b(?:it|its|them|they|their|this|these|those|one)\b/i;

/** Whether "me" is whom something is told or given to: after a verb, before what it is. */
function isTold(before: string | undefined, next: string | undefined): boolean {
  return (
    before !== undefined &&
    !prepositions.has(before) &&
    !ownWords.has(before) &&
    next !== undefined &&
    !prepositions.has(next)
  );
}

/** Reads one clause of a question. */
export function readQuestion(
  text: string,
  quoted: string,
  vocabulary: Vocabulary,
  before?: Question,
): Question {
  const reading = new Reading(text, vocabulary);
  reading.readWords();
  reading.readRest(quoted, before);
  return reading.question();
}

/** One clause while it is read, word by word. */
class Reading {
  readonly #text: string;
  readonly #vocabulary: Vocabulary;
  readonly #terms = new Map<string, number>();
  readonly #subject = new Set<string>();
  readonly #things = new Set<string>();
  #intent: Intent | undefined;
  #verb: string | undefined;
  #action: string | undefined;
  #isFirst = true;
  #isOwn = false;
  #many: boolean | undefined;
  #inContext = false;
  #isExcluded = false;
  /** Whether a thing was named already. */
  #seen = false;

  constructor(text: string, vocabulary: Vocabulary) {
    this.#text = text;
    this.#vocabulary = vocabulary;
    if (/\b(?:all|every|each|list of)\b/i.test(text)) this.#many = true;
  }

  question(): Question {
    return {
      terms: this.#terms,
      intent: this.#intent ?? seeing,
      verb: this.#verb,
      action: this.#action,
      isOwn: this.#isOwn,
      subject: this.#subject,
      things: this.#things,
      many: this.#many,
    };
  }

  readWords(): void {
    const words = wordsOf(this.#text);
    for (const [at, word] of words.entries()) {
      const next = words[at + 1];
      if (next !== undefined) this.#putJoined(word, next);
      if (this.#isSpoken(word, words[at - 1], next)) continue;
      const stem = stemOf(word);
      if (this.#isFirst && !isPlural(word) && this.#vocabulary.isAction(stem))
        this.#action = stem;
      if (!leading.has(word)) this.#isFirst = false;
      if (this.#isVerb(word, stem) || isCommon(word)) continue;
      if (isVague(stem)) {
        this.#put(stem, weights.vague);
        // "Calendar list", as the last word of a path has it.
        if (this.#seen && !this.#inContext) this.#subject.add(stem);
      } else this.#readThing(word, stem, next);
    }
  }

  /** What is said without naming a thing. */
  readRest(quoted: string, before: Question | undefined): void {
    // "Create a list, and rename it": the list.
    if (
      before !== undefined &&
      this.#things.size === 0 &&
      pronoun.test(this.#text)
    )
      for (const stem of before.things) {
        this.#things.add(stem);
        this.#subject.add(stem);
        this.#put(stem, weights.context);
      }
    // "Who am I": whoever calls.
    if (this.#isOwn && this.#things.size === 0)
      for (const stem of callerStems) this.#put(stem, weights.context);
    // "How many users are there": to count them.
    if (/\bhow many\b|\bnumber of\b/i.test(this.#text))
      this.#put(stemOf("count"), weights.context);
    for (const word of wordsOf(quoted))
      if (!isCommon(word)) this.#put(stemOf(word), weights.quoted);
  }

  /** Words that hold a clause together: whose things, where, and what is not asked for. */
  #isSpoken(
    word: string,
    before: string | undefined,
    next: string | undefined,
  ): boolean {
    if (ownWords.has(word)) {
      // "Show me the albums" is not about whoever asks.
      this.#isOwn ||= word !== "me" || this.#isFirst || !isTold(before, next);
      return true;
    }
    if (prepositions.has(word)) {
      this.#inContext ||= this.#seen;
      return true;
    }
    if (this.#seen && excluding.has(word)) {
      this.#isExcluded = this.#inContext = true;
      return true;
    }
    return isCommon(word) && !asking.has(word);
  }

  /** "Comments" are things, "comment" is to be done. */
  #isVerb(word: string, stem: string): boolean {
    if (this.#intent !== undefined || isPlural(word)) return false;
    const meant = intentOf(stem);
    if (meant === undefined) return false;
    this.#intent = meant;
    this.#verb = stem;
    this.#put(stem, isGeneralVerb(stem) ? weights.generalVerb : weights.verb);
    for (const other of synonymsOf(stem))
      this.#put(other, weights.synonymOfVerb);
    return true;
  }

  #readThing(word: string, stem: string, next: string | undefined): void {
    this.#seen = true;
    this.#things.add(stem);
    const isHead =
      next === undefined || isCommon(next) || prepositions.has(next);
    if (!this.#inContext) {
      this.#subject.add(stem);
      if (isHead) this.#many ??= isPlural(word);
    }
    this.#putNoun(word, stem, isHead);
  }

  #put(stem: string, weight: number): void {
    this.#terms.set(stem, Math.max(this.#terms.get(stem) ?? 0, weight));
  }

  /** `user groups` for an operation of `usergroups`; `pay out` for one of `payouts`. */
  #putJoined(word: string, next: string): void {
    if (word.length < 2 || (isCommon(word) && isCommon(next))) return;
    const joined = stemOf(word + next);
    if (this.#vocabulary.has(joined))
      this.#put(joined, this.#inContext ? weights.context : 1);
  }

  #putNoun(word: string, stem: string, isHead: boolean): void {
    const vocabulary = this.#vocabulary;
    const place = this.#isExcluded
      ? weights.excluded
      : this.#inContext
        ? weights.context
        : 1;
    const isKnown = vocabulary.has(stem);
    this.#put(
      stem,
      place *
        (isHead ? weights.head : weights.modifier) *
        (vocabulary.isOfApi(stem) ? weights.ofApi : 1),
    );
    if (word.length <= 4)
      for (const part of vocabulary.initials(word))
        this.#put(part, place * weights.initials);
    for (const other of synonymsOf(stem))
      this.#put(
        other,
        place * (isKnown ? weights.synonymOfKnown : weights.synonym),
      );
    if (!isKnown)
      for (const [other, likeness] of vocabulary.near(stem))
        this.#put(other, place * likeness);
  }
}

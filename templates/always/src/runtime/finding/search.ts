/**
 * Finds the operations that a question in plain words means: BM25 over weighed fields, with what the question asks to
 * be done, whose things it is about, and how much of an operation it does not speak of.
 */
import type { FindingIndex, IndexedOperation } from "../data/project.js";
import {
  clausesOf,
  phrasesOf,
  phrasingOf,
  type Question,
  readQuestion,
  type Vocabulary,
} from "./question.js";
import {
  type Posting,
  ranked,
  readPosting,
  greatest,
  sumOf,
  taken,
  Fit,
} from "./fit.js";
import { synonymsOf } from "./synonyms.js";
import { IndexVocabulary } from "./vocabulary.js";
import { seeing } from "./verbs.js";

/** BM25: how fast further mentions of a word stop to count. */
const saturation = 1.2;

/** How much what was found first changes the score of what comes after it. */
const signs = {
  /** Operations found first make others that say the same count less. */
  repeated: 0.4,
  repeatedWord: 0.34,
  samePath: 0.1,
} as const;

/** A word of this weight counts as said of an operation; one in a long description by less. */
const said = 1;

/** So many of the best are looked at for what they have in common. */
const pool = 60;
/** So many of the best stay before those that phrases of the question find. */
const kept = 3;
const byPhrases = 2;
/** What a whole question counts beside one of its clauses. */
const wholeShare = 0.3;

/** What of the operations may be found. */
export type Filter = (operation: IndexedOperation) => boolean;

export class OperationSearch {
  readonly #index: FindingIndex;
  readonly #numbers: ReadonlyMap<string, number>;
  readonly #rarity: Float64Array;
  readonly #postings: readonly Posting[];
  readonly #fit: Fit;
  readonly #vocabulary: Vocabulary;

  constructor(index: FindingIndex) {
    this.#index = index;
    const { operations, stems } = index;
    this.#numbers = new Map(stems.map((stem, number) => [stem, number]));
    this.#postings = index.postings.map(readPosting);
    this.#rarity = Float64Array.from(this.#postings, (posting) => {
      const saying = sumOf(posting, ([, weight]) => Math.min(1, weight / said));
      return Math.log(
        1 + Math.max(0, operations.length - saying + 0.5) / (saying + 0.5),
      );
    });
    this.#fit = new Fit(index, this.#rarity);
    this.#vocabulary = new IndexVocabulary(
      index,
      this.#numbers,
      this.#rarity,
      this.#fit.actions,
    );
  }

  /**
   * The operations that a question means, best first.
   *
   * @param limit how many at most
   * @param read the question, where it was read already
   */
  find(
    question: string,
    limit: number,
    filter: Filter = () => true,
    read = this.read(question),
  ): readonly IndexedOperation[] {
    const { operations } = this.#index;
    const allowed = operations.map(filter);
    const { text, quoted } = phrasingOf(question);
    const clauses = clausesOf(text);
    const whole = this.#scores(read, allowed);
    const order =
      clauses.length < 2
        ? this.#withPhrases(text, allowed, this.#diverse(whole))
        : taken(this.#ofClauses(clauses, quoted, allowed, whole.scores));
    return order.slice(0, limit).flatMap((number) => operations[number] ?? []);
  }

  /** What a question as a whole asks for. */
  read(query: string): Question {
    const { text, quoted } = phrasingOf(query);
    return readQuestion(text, quoted, this.#vocabulary);
  }

  /**
   * How well some operations read what a question speaks of besides what another one does: of "add the song to the
   * queue" the song, where that other one adds to queues.
   *
   * @returns by the number of the operation, 0 for those that nothing is asked of
   */
  besides(
    question: Question,
    { core, last, own = 0 }: IndexedOperation,
    candidates: Iterable<number>,
  ): Float64Array {
    const { operations, stems } = this.#index;
    const done = new Set(
      [...core, ...last].flatMap((number) => stems[number] ?? []),
    );
    const isLeft = (stem: string): boolean =>
      !done.has(stem) &&
      ![...synonymsOf(stem)].some((other) => done.has(other));
    const allowed = operations.map(() => false);
    for (const number of candidates) allowed[number] = true;
    const left: Question = {
      ...question,
      terms: new Map([...question.terms].filter(([stem]) => !done.has(stem))),
      subject: new Set([...question.subject].filter(isLeft)),
      intent: seeing,
      verb: undefined,
      action: undefined,
      isOwn: question.isOwn && own < 1,
      many: undefined,
    };
    return this.#scores(left, allowed).scores;
  }

  #ofClauses(
    clauses: readonly string[],
    quoted: string,
    allowed: readonly boolean[],
    whole: Float64Array,
  ): readonly (readonly number[])[] {
    let before: Question | undefined;
    return clauses.map((clause) => {
      const question = readQuestion(clause, quoted, this.#vocabulary, before);
      if (question.things.size > 0) before = question;
      return this.#ofClause(question, allowed, whole);
    });
  }

  #ofClause(
    question: Question,
    allowed: readonly boolean[],
    whole: Float64Array,
  ): readonly number[] {
    const { scores } = this.#scores(question, allowed);
    const best = Math.max(greatest(scores), 1e-9);
    const bestWhole = Math.max(greatest(whole), 1e-9);
    return ranked(
      scores.map((score, number) =>
        score === 0
          ? 0
          : score / best + (wholeShare * (whole[number] ?? 0)) / bestWhole,
      ),
    );
  }

  #scores(question: Question, allowed: readonly boolean[]): Scored {
    const { operations } = this.#index;
    const scores = new Float64Array(operations.length);
    for (const [stem, weight] of question.terms) {
      const number = this.#numbers.get(stem);
      if (number === undefined) continue;
      const share = weight * (this.#rarity[number] ?? 0);
      for (const [operation, said] of this.#postings[number] ?? [])
        if (allowed[operation] === true)
          scores[operation] =
            (scores[operation] ?? 0) + share * saturated(said);
    }
    const meant = new Set(
      [...question.subject].flatMap((stem) => [stem, ...synonymsOf(stem)]),
    );
    for (const number of operations.keys())
      if (scores[number] !== 0)
        scores[number] =
          (scores[number] ?? 0) * this.#fit.of(number, question, meant);
    return { scores, question };
  }

  /** The best first; after them rather what says something else than the same once more. */
  #diverse({ scores, question }: Scored): readonly number[] {
    const { operations, stems } = this.#index;
    const order = ranked(scores);
    const left = new Set(order.slice(0, pool));
    const shares = new Map(
      [...left].map((number) => [number, new Map<number, number>()]),
    );
    for (const [stem, weight] of question.terms) {
      const number = this.#numbers.get(stem);
      if (number === undefined) continue;
      for (const [operation, said] of this.#postings[number] ?? [])
        shares
          .get(operation)
          ?.set(number, weight * (this.#rarity[number] ?? 0) * saturated(said));
    }
    const told = new Map<string, number>();
    const paths = new Set<string>();
    const first: number[] = [];
    while (left.size > 0) {
      let best = -1;
      let bestWorth = -1;
      for (const candidate of left) {
        const share = shares.get(candidate) ?? new Map<number, number>();
        const all = sumOf(share.values(), (value) => value);
        const fresh = sumOf(
          share,
          ([stem, value]) =>
            value *
            (1 -
              signs.repeated * Math.min(1, told.get(stems[stem] ?? "") ?? 0)),
        );
        const isSamePath = paths.has(pathOf(operations[candidate]));
        const worth =
          (scores[candidate] ?? 0) *
          (all === 0 ? 1 : fresh / all) *
          (isSamePath ? 1 - signs.samePath : 1);
        if (worth > bestWorth) [best, bestWorth] = [candidate, worth];
      }
      left.delete(best);
      first.push(best);
      paths.add(pathOf(operations[best]));
      for (const stem of operations[best]?.core ?? []) {
        const word = stems[stem] ?? "";
        if (question.terms.has(word))
          told.set(word, (told.get(word) ?? 0) + signs.repeatedWord);
      }
    }
    return [...first, ...order.slice(pool)];
  }

  /** "The artist of the song": after the best, what reads each of the things that are spoken of. */
  #withPhrases(
    text: string,
    allowed: readonly boolean[],
    order: readonly number[],
  ): readonly number[] {
    const phrases = phrasesOf(text);
    if (phrases.length < 2) return order;
    const chosen = order.slice(0, kept);
    for (const phrase of phrases.slice(1)) {
      if (chosen.length === kept + byPhrases) break;
      const { scores } = this.#scores(
        readQuestion(phrase, "", this.#vocabulary),
        allowed,
      );
      const reading = scores.map((score, number) => {
        const [method, path = ""] = (
          this.#index.operations[number]?.request ?? ""
        ).split(" ");
        return method === "GET"
          ? score / (1 + 0.15 * (path.split("{").length - 1))
          : score / 2;
      });
      const best = ranked(reading).find((number) => !chosen.includes(number));
      if (best !== undefined) chosen.push(best);
    }
    return [...chosen, ...order.filter((number) => !chosen.includes(number))];
  }
}

interface Scored {
  /** By the number of the operation; 0 for one that has nothing of the question. */
  readonly scores: Float64Array;
  readonly question: Question;
}

/** A weight, as BM25 counts it. */
function saturated(weight: number): number {
  return (weight * (saturation + 1)) / (weight + saturation);
}

function pathOf(operation: IndexedOperation | undefined): string {
  return operation?.request.split(" ")[1] ?? "";
}

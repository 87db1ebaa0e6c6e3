/** How well an operation fits a question, besides the words that they have in common. */
import type { FindingIndex, IndexedOperation } from "../data/project.js";
import { isVariable, segmentsOf, isPlural, stemOf, wordsOf } from "./words.js";
import type { Question } from "./question.js";
import { type Intent, intentOf } from "./verbs.js";

/** How much each sign may change a score. */
const signs = {
  /** Words of an operation that the question does not speak of. */
  coverage: 0.45,
  intent: 0.35,
  /** The path ends with the verb that a question begins with. */
  action: 0.6,
  /** What is done has a name that says the very verb of the question: `chat.delete`. */
  verb: 0.4,
  own: 0.5,
  notOwn: 0.15,
  /** The last word of the path is what is asked for. */
  target: 0.25,
  /** Each segment of the path. */
  depth: 0.04,
  number: 0.15,
} as const;

export class Fit {
  readonly #index: FindingIndex;
  readonly #rarity: Float64Array;
  readonly #coreMass: Float64Array;
  readonly #intents: readonly (Intent | undefined)[];
  readonly #ownActions: readonly (string | undefined)[];
  /** Stems that paths end with as with what is done. */
  readonly actions: ReadonlySet<string>;

  /** @param rarity by the number of a stem, how much it tells operations apart */
  constructor(index: FindingIndex, rarity: Float64Array) {
    const { operations } = index;
    this.#index = index;
    this.#rarity = rarity;
    this.#coreMass = Float64Array.from(operations, ({ core }) =>
      Math.max(
        sumOf(core, (number) => rarity[number] ?? 0),
        1e-9,
      ),
    );
    this.#intents = operations.map(({ verb }) =>
      verb === undefined ? undefined : intentOf(verb),
    );
    this.#ownActions = operations.map(actionOf);
    this.actions = new Set(this.#ownActions.flatMap((stem) => stem ?? []));
  }

  /**
   * A factor for the score of an operation.
   *
   * @param meant stems of what is asked for itself, and their synonyms
   */
  of(number: number, question: Question, meant: ReadonlySet<string>): number {
    const { stems, operations } = this.#index;
    const operation = operations[number];
    if (operation === undefined) return 0;
    const [method = "", path = ""] = operation.request.split(" ");
    const covered =
      sumOf(
        operation.core,
        (stem) =>
          (this.#rarity[stem] ?? 0) *
          Math.min(1, 1.5 * (question.terms.get(stems[stem] ?? "") ?? 0)),
      ) / (this.#coreMass[number] ?? 1);
    const hits = operation.last.filter((stem) =>
      meant.has(stems[stem] ?? ""),
    ).length;
    const isMeant =
      question.action !== undefined &&
      this.#ownActions[number] === question.action;
    const isSaid =
      question.verb !== undefined && operation.verb === question.verb;
    const wanted = isMeant
      ? 1
      : fitOf(question.intent, this.#intents[number], method);
    const segments = segmentsOf(path);
    const isItem = isVariable(segments.at(-1) ?? "");
    const isRightNumber =
      question.many !== undefined &&
      method === "GET" &&
      question.many !== isItem;
    return (
      ((1 - signs.coverage + signs.coverage * covered) *
        (1 +
          (operation.last.length === 0
            ? 0
            : (signs.target * hits) / operation.last.length)) *
        (1 - signs.intent + signs.intent * wanted) *
        (question.isOwn
          ? 1 + signs.own * (operation.own ?? 0)
          : 1 - signs.notOwn * (operation.own ?? 0)) *
        (isRightNumber ? 1 + signs.number : 1) *
        (isMeant ? 1 + signs.action : isSaid ? 1 + signs.verb : 1)) /
      (1 + signs.depth * segments.length)
    );
  }
}

/** How well what is asked to be done fits a method, or the verb that a path says. */
function fitOf(
  intent: Intent,
  said: Intent | undefined,
  method: string,
): number {
  if (said === undefined) return intent.get(method) ?? 0;
  let best = 0;
  for (const [other, fit] of said)
    best = Math.max(best, Math.min(fit, intent.get(other) ?? 0));
  return best;
}

/**
 * What an operation that changes something does, where its path ends with that: `/player/play`; to call is to make one of
 * the `/calls`.
 */
function actionOf({ request }: IndexedOperation): string | undefined {
  const [method, path = ""] = request.split(" ");
  const segments = segmentsOf(path);
  const [word, ...more] = wordsOf(segments.at(-1) ?? "");
  return method === "GET" ||
    segments.length < 2 ||
    isVariable(segments.at(-1) ?? "") ||
    word === undefined ||
    more.length > 0 ||
    (isPlural(word) &&
      (method !== "POST" || intentOf(stemOf(word))?.get("POST") !== 1))
    ? undefined
    : stemOf(word);
}

/** Scores of operations by their number, and what is made of them. */

/** The numbers of what has a score, best first, else in their order. */
export function ranked(scores: Float64Array): readonly number[] {
  return [...scores.keys()]
    .filter((number) => (scores[number] ?? 0) > 0)
    .sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
}

/** The first of each list, then the second of each, without repeating any. */
export function taken(
  lists: readonly (readonly number[])[],
): readonly number[] {
  const order = new Set<number>();
  const longest = Math.max(...lists.map(({ length }) => length));
  for (let place = 0; place < longest; place++)
    for (const list of lists) {
      const number = list[place];
      if (number !== undefined) order.add(number);
    }
  return [...order];
}

/** Operations that have a stem, each with its weight there. */
export type Posting = readonly (readonly [operation: number, weight: number])[];

export function readPosting(text: string): Posting {
  const numbers = text.split(" ").map((digits) => Number.parseInt(digits, 36));
  let operation = 0;
  return Array.from({ length: numbers.length / 2 }, (_, at) => {
    operation += numbers[2 * at] ?? 0;
    return [operation, (numbers[2 * at + 1] ?? 0) / 20] as const;
  });
}

export function sumOf<Item>(
  items: Iterable<Item>,
  of: (item: Item) => number,
): number {
  let sum = 0;
  for (const item of items) sum += of(item);
  return sum;
}

export function greatest(numbers: Float64Array): number {
  return numbers.reduce((most, number) => Math.max(most, number), 0);
}

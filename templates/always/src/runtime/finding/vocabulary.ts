/** The words of the operations, as a question is read by them. */
import type { FindingIndex } from "../data/project.js";
import { editsBetween } from "../text/spelling.js";
import type { Vocabulary } from "./question.js";
import { stemOf } from "./words.js";

/** A word of more operations than this says is one of its own, and no initials. */
const rareAbove = 3.5;

export class IndexVocabulary implements Vocabulary {
  readonly #index: FindingIndex;
  readonly #numbers: ReadonlyMap<string, number>;
  readonly #rarity: Float64Array;
  readonly #ofApi: ReadonlySet<string>;
  readonly #actions: ReadonlySet<string>;

  /**
   * @param numbers by stem, its place in the index
   * @param rarity by that place, how much it tells operations apart
   * @param actions stems that paths end with as with what is done
   */
  constructor(
    index: FindingIndex,
    numbers: ReadonlyMap<string, number>,
    rarity: Float64Array,
    actions: ReadonlySet<string>,
  ) {
    this.#index = index;
    this.#numbers = numbers;
    this.#rarity = rarity;
    this.#actions = actions;
    this.#ofApi = new Set(index.apiStems);
  }

  has(stem: string): boolean {
    return this.#numbers.has(stem);
  }

  isAction(stem: string): boolean {
    return this.#actions.has(stem);
  }

  isOfApi(stem: string): boolean {
    return this.#ofApi.has(stem);
  }

  /** Stems that begin or end with an unknown one, that it begins with, or that are spelled almost like it. */
  *near(stem: string): Iterable<readonly [string, number]> {
    if (stem.length < 4) return;
    const most = stem.length > 7 ? 2 : 1;
    for (const known of this.#index.stems) {
      if (known.length < 4) continue;
      const isWithin =
        known.startsWith(stem) || (stem.length >= 5 && known.endsWith(stem));
      if (isWithin) yield [known, 0.6];
      else if (stem.length >= 7 && stem.startsWith(known)) yield [known, 0.48];
      else if (
        stem.length >= 5 &&
        editsBetween(stem, known, { most, exchanges: true }) <= most
      )
        yield [known, 0.6];
    }
  }

  /** What letters stand for, unless they are a word of many operations themselves. */
  initials(letters: string): readonly string[] {
    const words = Object.hasOwn(this.#index.initials, letters)
      ? this.#index.initials[letters]
      : undefined;
    if (words === undefined) return [];
    const own = this.#numbers.get(stemOf(letters));
    return own === undefined || (this.#rarity[own] ?? 0) > rareAbove
      ? words
      : [];
  }
}

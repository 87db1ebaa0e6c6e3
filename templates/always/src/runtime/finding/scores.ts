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

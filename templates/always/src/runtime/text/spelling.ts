export interface Spelling {
  /** More edits than this are not counted: they are `most + 1`. Default: all are counted. */
  readonly most?: number;
  /** Whether two neighbours that changed places are one edit, and not two. Default `false`. */
  readonly exchanges?: boolean;
}

/**
 * How many letters differ between two words: put in, left out or replaced (Levenshtein), and where `exchanges` says so,
 * exchanged with their neighbour (Damerau, without edits within an exchange).
 */
export function editsBetween(
  one: string,
  other: string,
  { most = Number.POSITIVE_INFINITY, exchanges = false }: Spelling = {},
): number {
  if (Math.abs(one.length - other.length) > most) return most + 1;
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from(
    { length: other.length + 1 },
    (_, column) => column,
  );
  for (let row = 1; row <= one.length; row++) {
    const now = [row];
    let least = row;
    for (let column = 1; column <= other.length; column++) {
      const isSame = one[row - 1] === other[column - 1];
      let edits = Math.min(
        (last[column] ?? 0) + 1,
        (now[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (isSame ? 0 : 1),
      );
      const isExchange =
        exchanges &&
        row > 1 &&
        column > 1 &&
        one[row - 1] === other[column - 2] &&
        one[row - 2] === other[column - 1];
      if (isExchange)
        edits = Math.min(edits, (beforeLast[column - 2] ?? 0) + 1);
      now.push(edits);
      least = Math.min(least, edits);
    }
    if (least > most) return most + 1;
    [beforeLast, last] = [last, now];
  }
  return last[other.length] ?? 0;
}

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

// Names that someone may have meant.

/** Up to three of `names` that are spelled most like `name`, none when all are far off. */
export function nearestNames(
  name: string,
  names: readonly string[],
): readonly string[] {
  const wanted = plain(name);
  if (wanted.length > 64) return [];
  const near = names
    .map((candidate) => ({
      candidate,
      distance: distance(wanted, plain(candidate)),
    }))
    .filter(
      ({ candidate, distance: steps }) =>
        steps <= Math.ceil(candidate.length / 3),
    )
    .sort((a, b) => a.distance - b.distance);
  return near
    .filter(({ distance: steps }) => steps === near[0]?.distance)
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

/** Case and separators are what is mistaken most often: they do not count. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}

function distance(from: string, to: string): number {
  return to.length > 64 ? Number.POSITIVE_INFINITY : editsBetween(from, to);
}

/** Names that someone may have meant. */

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

/** Levenshtein's distance. */
function distance(from: string, to: string): number {
  if (to.length > 64) return Number.POSITIVE_INFINITY;
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const replaced =
        (previous[column - 1] ?? 0) +
        (from[row - 1] === to[column - 1] ? 0 : 1);
      current.push(
        Math.min(
          replaced,
          (previous[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
        ),
      );
    }
    previous = current;
  }
  return previous[to.length] ?? 0;
}

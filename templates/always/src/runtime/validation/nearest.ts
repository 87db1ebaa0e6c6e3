/** Names that someone may have meant. */
import { editsBetween } from "../text/spelling.js";

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

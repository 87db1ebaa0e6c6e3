/** What operations are called by the initials of their words: `pr` for `pull request`. */
import { isCommon, stemOf } from "../../../templates/always/src/runtime/finding/words.ts";

/** So many words at most stand for their initials. */
const longest = 4;

/**
 * Pairs to quadruples of words that two operations have, by their initials; of several the one that most have.
 *
 * @param texts of each operation, those that name it: their words
 */
export function initialsOf(texts: readonly (readonly (readonly string[])[])[]): {
  readonly [initials: string]: readonly string[];
} {
  const counts = new Map<string, number>();
  for (const own of texts)
    for (const phrase of new Set(own.flatMap(phrasesOf))) counts.set(phrase, (counts.get(phrase) ?? 0) + 1);
  const likeliest = new Map<string, string>();
  for (const [phrase, count] of counts) {
    if (count < 2) continue;
    const initials = phrase.slice(0, phrase.indexOf(" "));
    const other = likeliest.get(initials);
    const others = other === undefined ? 0 : (counts.get(other) ?? 0);
    if (other === undefined || count > others || (count === others && phrase < other)) likeliest.set(initials, phrase);
  }
  return Object.fromEntries(
    [...likeliest.keys()].sort().map((initials) => [initials, likeliest.get(initials)?.split(" ").slice(1) ?? []]),
  );
}

/** The phrases within words, each as its initials and, behind them, its stems. */
function phrasesOf(words: readonly string[]): readonly string[] {
  const telling = words.map((word) => (word.length < 2 || isCommon(word) ? undefined : stemOf(word)));
  const phrases: string[] = [];
  for (const start of words.keys()) {
    let [initials, stems] = ["", ""];
    for (let at = start; at < start + longest; at++) {
      const stem = telling[at];
      if (stem === undefined) break;
      initials += words[at]?.[0] ?? "";
      stems += ` ${stem}`;
      if (at > start) phrases.push(initials + stems);
    }
  }
  return phrases;
}

/** What differs between two texts, word by word. */

/** A run of words. */
export interface WordRun {
  readonly kind: "same" | "removed" | "added";
  readonly text: string;
}

/** More pairs of words than this are not compared one by one: the middle of the text then counts as replaced. */
const maximumPairs = 250_000;

/** Words kept around a difference. */
const context = 3;

/**
 * The runs of words that make one text out of the other, by their longest common subsequence. Long runs that are the
 * same are cut to a few words around the differences, with `…` in place of the others. White space counts as one space.
 */
export function compareWords(before: string, after: string): readonly WordRun[] {
  const old = wordsOf(before);
  const fresh = wordsOf(after);
  let start = 0;
  while (start < old.length && start < fresh.length && old[start] === fresh[start]) start += 1;
  let end = 0;
  while (end < old.length - start && end < fresh.length - start && old.at(-1 - end) === fresh.at(-1 - end)) end += 1;
  const runs = [
    { kind: "same" as const, words: old.slice(0, start) },
    ...middle(old.slice(start, old.length - end), fresh.slice(start, fresh.length - end)),
    { kind: "same" as const, words: old.slice(old.length - end) },
  ].filter(({ words }) => words.length > 0);
  return runs.map(({ kind, words }, index) => ({
    kind,
    text: kind === "same" ? abridged(words, index === 0, index === runs.length - 1) : words.join(" "),
  }));
}

interface Run {
  readonly kind: WordRun["kind"];
  readonly words: string[];
}

function wordsOf(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}

function middle(old: readonly string[], fresh: readonly string[]): readonly Run[] {
  if (old.length * fresh.length > maximumPairs || old.length === 0 || fresh.length === 0)
    return [
      { kind: "removed", words: [...old] },
      { kind: "added", words: [...fresh] },
    ];
  const lengths = commonLengths(old, fresh);
  const width = fresh.length + 1;
  const runs: Run[] = [];
  const push = (kind: Run["kind"], word: string): void => {
    const last = runs.at(-1);
    if (last?.kind === kind) last.words.push(word);
    else runs.push({ kind, words: [word] });
  };
  let row = 0;
  let column = 0;
  while (row < old.length || column < fresh.length) {
    const word = old[row];
    const other = fresh[column];
    if (word !== undefined && word === other) {
      push("same", word);
      row += 1;
      column += 1;
    } else if (
      word !== undefined &&
      (other === undefined || (lengths[(row + 1) * width + column] ?? 0) >= (lengths[row * width + column + 1] ?? 0))
    ) {
      push("removed", word);
      row += 1;
    } else if (other !== undefined) {
      push("added", other);
      column += 1;
    }
  }
  return runs;
}

/** Length of the longest common subsequence of what follows each pair of words. */
function commonLengths(old: readonly string[], fresh: readonly string[]): Uint16Array {
  const width = fresh.length + 1;
  const lengths = new Uint16Array((old.length + 1) * width);
  for (let row = old.length - 1; row >= 0; row -= 1) {
    for (let column = fresh.length - 1; column >= 0; column -= 1) {
      lengths[row * width + column] =
        old[row] === fresh[column]
          ? (lengths[(row + 1) * width + column + 1] ?? 0) + 1
          : Math.max(lengths[(row + 1) * width + column] ?? 0, lengths[row * width + column + 1] ?? 0);
    }
  }
  return lengths;
}

function abridged(words: readonly string[], first: boolean, last: boolean): string {
  const head = first ? [] : words.slice(0, context);
  const tail = last ? [] : words.slice(-context);
  return head.length + tail.length >= words.length ? words.join(" ") : [...head, "…", ...tail].join(" ");
}

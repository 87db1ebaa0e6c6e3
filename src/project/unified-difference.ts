/** What differs between two short texts, line by line, in the form of `diff -u` without its head. */

interface Line {
  readonly mark: " " | "-" | "+";
  readonly text: string;
  /** One-based numbers in the two texts. */
  readonly one: number;
  readonly other: number;
}

/** The comparison is quadratic in the lines that differ. */
const mostLines = 3_000;

/**
 * Lines that begin with `@@`, a space, `-` or `+`.
 *
 * @param around how many lines that are the same are shown around a difference
 * @param longest how many lines are returned at most; the last one says what was left out
 */
export function unifiedDifference(one: string, other: string, around = 2, longest = 60): readonly string[] {
  const lines = compare(one.split("\n"), other.split("\n"));
  const shown = lines.map((_line, index) =>
    lines.slice(Math.max(0, index - around), index + around + 1).some(({ mark }) => mark !== " "),
  );
  const written = lines.flatMap((line, index) => {
    if (shown[index] !== true) return [];
    const head = shown[index - 1] === true ? [] : [`@@ -${line.one} +${line.other} @@`];
    return [...head, `${line.mark}${line.text}`];
  });
  if (written.length <= longest) return written;
  return [...written.slice(0, longest - 1), `… and ${written.length - longest + 1} more lines`];
}

function compare(one: readonly string[], other: readonly string[]): readonly Line[] {
  let start = 0;
  while (start < Math.min(one.length, other.length) && one[start] === other[start]) start += 1;
  let end = 0;
  while (end < Math.min(one.length, other.length) - start && one.at(-1 - end) === other.at(-1 - end)) end += 1;
  const before = one.slice(start, one.length - end);
  const after = other.slice(start, other.length - end);
  const same = (from: number, count: number, shift: number): readonly Line[] =>
    one
      .slice(from, from + count)
      .map((text, index) => ({ mark: " ", text, one: from + index + 1, other: from + index + 1 + shift }));
  return [
    ...same(0, start, 0),
    ...compareMiddle(before, after, start),
    ...same(one.length - end, end, other.length - one.length),
  ];
}

/** By the longest common subsequence of lines. */
function compareMiddle(one: readonly string[], other: readonly string[], start: number): readonly Line[] {
  const lengths = one.length * other.length > mostLines ** 2 ? [] : commonLengths(one, other);
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  const add = (mark: Line["mark"], text: string | undefined): void =>
    void lines.push({ mark, text: text ?? "", one: start + i + 1, other: start + j + 1 });
  while (i < one.length || j < other.length) {
    if (i < one.length && j < other.length && one[i] === other[j]) {
      add(" ", one[i]);
      i += 1;
      j += 1;
    } else if (j >= other.length || (i < one.length && (lengths[i + 1]?.[j] ?? 0) >= (lengths[i]?.[j + 1] ?? 0))) {
      add("-", one[i]);
      i += 1;
    } else {
      add("+", other[j]);
      j += 1;
    }
  }
  return lines;
}

/** Lengths of the longest common subsequences of what follows each pair of places. */
function commonLengths(one: readonly string[], other: readonly string[]): readonly Uint16Array[] {
  const lengths = Array.from({ length: one.length + 1 }, () => new Uint16Array(other.length + 1));
  for (let i = one.length - 1; i >= 0; i -= 1)
    for (let j = other.length - 1; j >= 0; j -= 1) {
      const row = lengths[i];
      if (row === undefined) continue;
      const [right, below, beyond] = [row[j + 1] ?? 0, lengths[i + 1]?.[j] ?? 0, lengths[i + 1]?.[j + 1] ?? 0];
      row[j] = one[i] === other[j] ? beyond + 1 : Math.max(right, below);
    }
  return lengths;
}

/** Names of tools that would be too long, by the words that tell them apart. */
import { joinWords } from "./names.ts";

/** Words of a name that stay together: one, or `by` with those of a path parameter. */
export type NamePart = readonly string[];

const fillers = new Set("a an the of for and or to in on at with from using".split(" "));
/** What a tool does, which goes last. */
const verbs = new Set(
  "get list read find search retrieve create add post put set update patch edit replace delete remove watch connect enable disable start stop restart cancel send upload download validate restore revoke".split(
    " ",
  ),
);
/** How often names that clash are told apart by further words, before a hash does it. */
const rounds = 4;

/**
 * A name of at most so many characters for each list of parts. What is left out is what tells least: words without a
 * meaning of their own, those that stand twice, parameters of a path, then what lies between the first words and the
 * last ones. Names that would be the same keep the words that differ, or get a hash of all of them.
 *
 * @param wishes parts of all names that there are to be; equal ones get equal names
 * @param first how many parts at the start stay in any case
 */
export function shortenNames(
  wishes: readonly (readonly NamePart[])[],
  maximum: number,
  first: number,
): readonly string[] {
  const wholes = wishes.map((parts) => parts.flat());
  const wordSets = wishes.map(() => new Set<string>());
  const shorten = (index: number): string =>
    shortened(wishes[index] ?? [], maximum, first, wordSets[index] ?? new Set());
  const names = wishes.map((_, index) => shorten(index));
  for (let round = 1; round <= rounds; round++) {
    const clashes = clashesOf(names, wholes);
    if (clashes.length === 0) break;
    for (const clash of clashes) {
      const shared = sharedWords(clash.map((index) => wholes[index] ?? []));
      for (const index of clash) {
        for (const word of wholes[index] ?? []) if (!shared.has(word)) wordSets[index]?.add(word);
        names[index] = round === rounds ? joinWords(wholes[index] ?? [], maximum) : shorten(index);
      }
    }
  }
  return names;
}

/** Indices of different wishes that have the same name, by that name. */
function clashesOf(names: readonly string[], wholes: readonly (readonly string[])[]): readonly (readonly number[])[] {
  const byName = new Map<string, number[]>();
  for (const [index, name] of names.entries()) {
    const group = byName.get(name);
    if (group === undefined) byName.set(name, [index]);
    else group.push(index);
  }
  return [...byName.values()].filter(
    (group) => group.length > 1 && new Set(group.map((index) => wholes[index]?.join("_"))).size > 1,
  );
}

function sharedWords([one = [], ...others]: readonly (readonly string[])[]): ReadonlySet<string> {
  return new Set(one.filter((word) => others.every((words) => words.includes(word))));
}

function shortened(parts: readonly NamePart[], maximum: number, first: number, kept: ReadonlySet<string>): string {
  const whole = parts.flat().join("_");
  if (whole.length <= maximum) return whole;
  const isKept = (part: NamePart, index: number): boolean =>
    index < first || index === parts.length - 1 || part.some((word) => kept.has(word));
  let rest = parts.map((words, index) => ({ words, mayGo: !isKept(words, index) }));
  const text = (): string => rest.flatMap(({ words }) => words).join("_");
  const isFiller = ([word = "", ...more]: NamePart): boolean => more.length === 0 && fillers.has(word);
  const isRepeated = (words: NamePart, at: number): boolean =>
    rest.some((other, index) => index > at && stem(other.words) === stem(words));
  rest = rest.filter(({ words, mayGo }) => !mayGo || !isFiller(words));
  if (text().length > maximum) rest = rest.filter(({ words, mayGo }, at) => !mayGo || !isRepeated(words, at));
  while (text().length > maximum) {
    const going = rest.filter(({ mayGo }) => mayGo);
    const next =
      going.find(({ words }) => words.length > 1) ??
      going.find(({ words: [word = ""] }) => !verbs.has(word)) ??
      going[0];
    if (next === undefined) return joinWords(parts.flat(), maximum);
    rest = rest.filter((part) => part !== next);
  }
  return text();
}

/** The same for `policy` and `policies`, `rule` and `rules`. */
function stem(words: NamePart): string {
  return words
    .join("_")
    .replace(/(?:ies|y)$/, "i")
    .replace(/(?<=...)s$/, "");
}

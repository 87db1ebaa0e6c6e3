/** Which operations are called before another one, so that what its arguments name is known. */
import type { FindingIndex, IndexedOperation } from "../data/finding-index.js";
import type { Question } from "./question.js";
import type { OperationSearch } from "./search.js";

/** So many whose answers hold what an operation asks for are named. */
const mostDirect = 4;
/** So many with those that these need in turn. */
const mostInAll = 5;
/** Of what one of those needs in turn. */
const mostFurther = 2;

/**
 * The operations that a chain of calls begins with when it ends with a given one: those that read what the question speaks
 * of besides, one that finds things by their words, since a question holds names and no identifiers, and one that says who
 * calls.
 *
 * @param isAllowed whether the caller may call an operation
 */
export function neededBy(
  operation: IndexedOperation,
  question: Question,
  search: OperationSearch,
  index: FindingIndex,
  isAllowed: (operation: IndexedOperation) => boolean,
): readonly IndexedOperation[] {
  const candidatesOf = ({ needs = [] }: IndexedOperation): readonly number[] =>
    needs.filter((number) => {
      const candidate = index.operations[number];
      return (
        candidate !== undefined &&
        candidate !== operation &&
        isAllowed(candidate)
      );
    });
  const direct = candidatesOf(operation);
  if (direct.length === 0) return [];
  const further = direct.flatMap((number) =>
    candidatesOf(index.operations[number] ?? operation),
  );
  const worth = search.besides(question, operation, [...direct, ...further]);
  const chosen = new Set(chosenOf(operation, direct, mostDirect));
  for (const first of [...chosen])
    for (const other of chosenOf(first, candidatesOf(first), mostFurther))
      if (chosen.size < mostInAll) chosen.add(other);
  return [...chosen];

  function chosenOf(
    { request }: IndexedOperation,
    candidates: readonly number[],
    most: number,
  ): readonly IndexedOperation[] {
    const best = [...candidates]
      .sort((a, b) => (worth[b] ?? 0) - (worth[a] ?? 0))
      .flatMap((number) => index.operations[number] ?? []);
    const starts = (["words", "caller"] as const).flatMap(
      (kind) => best.find(({ start }) => start === kind) ?? [],
    );
    const [method, path] = request.split(" ");
    const inside = best.filter(
      (other) => method !== "POST" && other.request === `GET ${path}`,
    );
    const others = [...new Set([...inside, ...best])];
    return [
      ...new Set([
        ...others.slice(0, Math.max(1, most - starts.length)),
        ...starts,
      ]),
    ].slice(0, most);
  }
}

import type { Operation } from "../api/model.ts";
import type { Reason } from "./model.ts";
import { Names, joinWords, maximumToolName, words } from "./names.ts";

/** The name of an operation's tool, and how it came about. */
export interface ToolName {
  readonly name: string;
  /** The words of the name before it was shortened or numbered. */
  readonly words: readonly string[];
  readonly reason: Reason;
}

/**
 * Names for the tools of all operations: the words of the operationId, else method and path. First every operation
 * states its wish, then clashes are settled in the order of the operations.
 */
export function allocateToolNames(
  operations: readonly Operation[],
  prefix: string | undefined,
  names: Names,
): readonly ToolName[] {
  const wishes = operations.map((operation) => {
    const fromId = nameWords(operation.operationId ?? "");
    const chosen = fromId.length > 0 ? fromId : pathWords(operation);
    return { words: prefix === undefined ? chosen : [prefix, ...chosen], fromId: fromId.length > 0 };
  });
  return wishes.map((wish) => {
    const whole = wish.words.join("_");
    const name = names.allocate(joinWords(wish.words, maximumToolName));
    const source = wish.fromId
      ? "the words of the operationId"
      : "method and path, since there is no usable operationId";
    const change =
      whole.length > maximumToolName
        ? `, shortened to ${maximumToolName} characters`
        : name === whole
          ? ""
          : ", numbered because the name was taken";
    return { name, words: wish.words, reason: { about: "name", text: `made of ${source}${change}` } };
  });
}

/** Words of an operationId. One that says nothing in ASCII letters has none. */
function nameWords(operationId: string): readonly string[] {
  const found = words(operationId);
  const letters = found.join("").length;
  // An id in a script that has no Latin letters would be reduced to its digits.
  if (letters === 0 || letters * 2 < [...operationId.replace(/[^\p{L}\d]/gu, "")].length) return [];
  return /^[a-z]/.test(found[0] ?? "") ? found : ["call", ...found];
}

/** `GET /pets/{petId}/photos` becomes `get pets by pet id photos`. */
function pathWords({ method, path }: Operation): readonly string[] {
  const segments = path
    .replace(/[?#].*$/, "")
    .split("/")
    .filter((segment) => segment !== "");
  const parts = segments.flatMap((segment) => {
    const literal = segment.replace(/\{[^{}]*\}/g, " ");
    const parameters = [...segment.matchAll(/\{([^{}]*)\}/g)].flatMap((match) => ["by", ...words(match[1] ?? "")]);
    return [...words(literal), ...parameters];
  });
  return [method.toLowerCase().replace(/[^a-z0-9]/g, "") || "call", ...(parts.length === 0 ? ["root"] : parts)];
}

import type { Operation } from "../../api/model.ts";
import type { Reason } from "../model.ts";
import { Names, maximumToolName } from "./names.ts";
import { type NamePart, shortenNames } from "./shorten-name.ts";
import { words } from "./words.ts";

/** The name of an operation's tool, and how it came about. */
export interface ToolName {
  readonly operation: Operation;
  readonly name: string;
  /** The words of the name before it was shortened or numbered. */
  readonly words: readonly string[];
  readonly reason: Reason;
}

/** A name that is not up to the allocator, and whose it is. */
export interface FixedName {
  readonly name: string;
  /** Completes "kept from" or the like: a clause for `inspect --why`. */
  readonly reason: string;
}

/** Names that the owner chose, or that a project has had before; anything else is no name of a tool. */
export const toolNamePattern = /^[a-z0-9][a-z0-9_]{0,49}$/;

/**
 * Names for the tools of all operations: the words of the operationId, else method and path. First every operation
 * states its wish, then clashes are settled in the order of the operations.
 *
 * @param fixed names that are given already; `names` has to know them as taken
 */
export function allocateToolNames(
  operations: readonly Operation[],
  prefix: string | undefined,
  names: Names,
  fixed: ReadonlyMap<Operation, FixedName> = new Map(),
): readonly ToolName[] {
  const wishes = operations.map((operation): Wish => {
    const fromId = nameWords(operation.operationId ?? "");
    const chosen = bothEnds(fromId.length > 0 ? fromId.map((word) => [word]) : pathParts(operation));
    return { parts: prefix === undefined ? chosen : [[prefix], ...chosen], fromId: fromId.length > 0, operation };
  });
  const short = shortenNames(
    wishes.map(({ parts }) => parts),
    maximumToolName,
    prefix === undefined ? 1 : 2,
  );
  return wishes.map(({ operation, ...wish }, index) => {
    const given = fixed.get(operation);
    const words = wish.parts.flat();
    const whole = words.join("_");
    if (given !== undefined && given.name !== whole)
      return { operation, name: given.name, words, reason: { about: "name", text: given.reason } };
    const name = given?.name ?? names.allocate(short[index] ?? whole);
    const source = wish.fromId
      ? "the words of the operationId"
      : "method and path, since there is no usable operationId";
    const change =
      whole.length > maximumToolName
        ? `, shortened to ${maximumToolName} characters`
        : name === whole
          ? ""
          : ", numbered because the name was taken";
    return { operation, name, words, reason: { about: "name", text: `made of ${source}${change}` } };
  });
}

/** Parts of a name that are looked at: what stands between very many fits into none. */
const mostParts = 100;

function bothEnds(parts: readonly NamePart[]): readonly NamePart[] {
  return parts.length <= mostParts ? parts : [...parts.slice(0, mostParts / 2), ...parts.slice(-mostParts / 2)];
}

interface Wish {
  readonly operation: Operation;
  readonly parts: readonly NamePart[];
  /** Whether they are those of the operationId. */
  readonly fromId: boolean;
}

/** Characters of an operationId that are read. */
const longestId = 4_000;

/** Words of an operationId. One that says nothing in ASCII letters has none. */
function nameWords(given: string): readonly string[] {
  const operationId = given.length <= longestId ? given : given.slice(0, longestId / 2) + given.slice(-longestId / 2);
  const found = words(operationId);
  const letters = found.join("").length;
  // An id in a script that has no Latin letters would be reduced to its digits.
  if (letters === 0 || (!isAscii(operationId) && letters * 2 < lettersOf(operationId))) return [];
  return /^[a-z]/.test(found[0] ?? "") ? found : ["call", ...found];
}

function isAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}

function lettersOf(text: string): number {
  return [...text.replace(/[^\p{L}\d]/gu, "")].length;
}

/** `GET /pets/{petId}/photos` becomes `get pets by pet id photos`. */
function pathParts({ method, path }: Operation): readonly NamePart[] {
  const segments = path
    .replace(/[?#].*$/, "")
    .split("/")
    .filter((segment) => segment !== "");
  const parts = segments.flatMap((segment): NamePart[] => {
    const literal = segment.replace(/\{[^{}]*\}/g, " ");
    const parameters = [...segment.matchAll(/\{([^{}]*)\}/g)].map((match) => ["by", ...words(match[1] ?? "")]);
    return [...words(literal).map((word) => [word]), ...parameters];
  });
  const verb = method.toLowerCase().replace(/[^a-z0-9]/g, "") || "call";
  return [[verb], ...(parts.length === 0 ? [["root"]] : parts)];
}

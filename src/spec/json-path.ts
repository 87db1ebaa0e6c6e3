/** JSONPath (RFC 9535) within bounds: a query that would take for ever, or that is none, is a fault in words. */
import type { Json } from "../json.ts";
import { visible } from "../visible.ts";

/** Why a query cannot be asked, in words that follow its text. */
export class QueryFault extends Error {}

const longestQuery = 2_000;
/** A segment that looks into everything below; each one more multiplies the time. */
const mostDescents = 3;
const mostResults = 200_000;
/** Steps that a regular expression may take on one text, roughly. */
const mostSteps = 1e9;

/** Where in a value a query leads: the keys and indexes on the way, for each result. */
export type Query = (value: Json) => readonly (readonly (string | number)[])[];

/**
 * Reads queries. The library is loaded for the first document with overlays only.
 *
 * @throws {QueryFault} by the function, where a query is none or costs too much
 */
export async function loadJsonPath(): Promise<(text: string) => Query> {
  const { jsonpath } = await import("json-p3");
  const environment = new jsonpath.JSONPathEnvironment({ maxRecursionDepth: 1_000 });
  for (const [name, whole] of [
    ["match", true],
    ["search", false],
  ] as const) {
    const { argTypes, returnType } = whole ? new jsonpath.functions.Match() : new jsonpath.functions.Search();
    environment.functionRegister.set(name, { argTypes, returnType, call: boundedMatch(whole) });
  }
  return (text) => {
    if (text.length > longestQuery) throw new QueryFault("is too long");
    refuseCostly(text);
    const compiled = asQueryFault(() => environment.compile(text));
    return (value) => {
      const found: (readonly (string | number)[])[] = [];
      return asQueryFault(() => {
        for (const node of compiled.lazyQuery(value as never)) {
          if (found.length >= mostResults) throw new QueryFault("fits too much");
          found.push(node.location);
        }
        return found;
      });
    };
  };
}

function asQueryFault<Result>(run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    if (error instanceof QueryFault) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new QueryFault(error instanceof RangeError ? "nests too deeply" : `is no JSONPath: ${visible(reason)}`);
  }
}

/** Asking about the whole document again for each of its parts takes the square of the time. */
function refuseCostly(text: string): void {
  const bare = text.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/gs, "''");
  if ((bare.match(/\.\./g) ?? []).length > mostDescents)
    throw new QueryFault(`looks into everything more than ${mostDescents} times`);
  for (const inner of bare.slice(1).matchAll(/\$((?:\.\.?|\[)?[^$]*)/g))
    if (/\.\.|\*|\[\s*\?/.test(inner[1] ?? "")) throw new QueryFault("asks about the whole document within a filter");
}

/**
 * `match` and `search` (RFC 9535 §2.4.6, §2.4.7) with regular expressions that end soon: no repetition within a
 * repetition, and few repetitions on long texts. Others are refused, rather than found not to match.
 */
function boundedMatch(whole: boolean): (...values: unknown[]) => boolean {
  const known = new Map<string, { readonly expression: RegExp; readonly repetitions: number } | undefined>();
  return (text, pattern) => {
    if (typeof text !== "string" || typeof pattern !== "string") return false;
    if (!known.has(pattern)) known.set(pattern, boundedExpression(pattern, whole));
    const found = known.get(pattern);
    if (found === undefined) return false;
    if (text.length ** (found.repetitions + 1) > mostSteps)
      throw new QueryFault("repeats too much in its regular expression for a text as long as the document has");
    return found.expression.test(text);
  };
}

/** The expression of I-Regexp (RFC 9485) as one of ECMAScript; `undefined` where it is none, which matches nothing. */
function boundedExpression(
  pattern: string,
  whole: boolean,
): { readonly expression: RegExp; readonly repetitions: number } | undefined {
  const bare = pattern.replace(/\\./gs, "a").replace(/\[[^\]]*\]/g, "a");
  const repetitions = (bare.match(/[*+]|\{\d+,\d*\}/g) ?? []).length;
  if (hasNestedRepetition(bare))
    throw new QueryFault("repeats a repetition or a choice in its regular expression, which may take for ever");
  // The dot of I-Regexp is no line end; ECMAScript has two more of those.
  const source = pattern.replace(/\\.|\[(?:\\.|[^\]\\])*\]|\./gs, (part) => (part === "." ? "[^\\n\\r]" : part));
  try {
    return { expression: new RegExp(whole ? `^(?:${source})$` : source, "u"), repetitions };
  } catch {
    return undefined;
  }
}

/** Whether a group that is repeated holds what repeats or chooses: `(a+)+`, `(a|a)*`. */
function hasNestedRepetition(bare: string): boolean {
  const open: boolean[] = [];
  let varies = false;
  for (let index = 0; index < bare.length; index += 1) {
    const character = bare.charAt(index);
    if (character === "(") {
      open.push(varies);
      varies = false;
    } else if (character === ")") {
      const repeated = /^(?:[*+]|\{\d*,\d*\}|\{\d+\})/.test(bare.slice(index + 1));
      if (repeated && varies) return true;
      varies = varies || open.pop() === true || repeated;
    } else if (/[*+?|{]/.test(character)) varies = true;
  }
  return false;
}

/** JSONPath (RFC 9535) within bounds: a query that would take for ever, or that is none, is a fault in words. */
import type { Found, JsonPath } from "../tools/tool-parts.js";
import type { JsonValue } from "../data/model.js";
import { patternOf, type Steps, StepsSpent } from "../pattern/pattern.js";

/** Why a query cannot be asked, in words that follow its text. */
export class QueryFault extends Error {}

const longestQuery = 2_000;
/** A segment that looks into everything below; each one more multiplies the time. */
const mostDescents = 3;
const mostResults = 200_000;
/** Steps that the regular expressions of one query may take; a character takes about one. */
const mostSteps = 50_000_000;

/** The library is loaded when it is first asked for. */
export async function loadJsonPath(): Promise<JsonPath> {
  const { jsonpath } = await import("json-p3");
  const environment = new jsonpath.JSONPathEnvironment({
    maxRecursionDepth: 1_000,
  });
  const steps: Steps = { left: mostSteps };
  for (const [name, whole] of [
    ["match", true],
    ["search", false],
  ] as const) {
    const { argTypes, returnType } = whole
      ? new jsonpath.functions.Match()
      : new jsonpath.functions.Search();
    environment.functionRegister.set(name, {
      argTypes,
      returnType,
      call: boundedMatch(whole, steps),
    });
  }
  return (text) => {
    if (text.length > longestQuery) throw new QueryFault("is too long");
    refuseCostly(text);
    const compiled = asQueryFault(() => environment.compile(text));
    const ask = (value: JsonValue): readonly Found[] => {
      const found: Found[] = [];
      steps.left = mostSteps;
      return asQueryFault(() => {
        for (const node of compiled.lazyQuery(value as never)) {
          if (found.length >= mostResults)
            throw new QueryFault("fits too much");
          found.push({
            value: node.value as JsonValue,
            location: node.location,
          });
        }
        return found;
      });
    };
    return Object.assign(ask, { isSingular: compiled.singularQuery() });
  };
}

function asQueryFault<Result>(run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    if (error instanceof QueryFault) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new QueryFault(
      error instanceof RangeError
        ? "nests too deeply"
        : `is no JSONPath: ${reason}`,
    );
  }
}

/** Asking about the whole document again for each of its parts takes the square of the time. */
function refuseCostly(text: string): void {
  const bare = text.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/gs, "''");
  if ((bare.match(/\.\./g) ?? []).length > mostDescents)
    throw new QueryFault(
      `looks into everything more than ${mostDescents} times`,
    );
  for (const inner of bare.slice(1).matchAll(/\$((?:\.\.?|\[)?[^$]*)/g))
    if (/\.\.|\*|\[\s*\?/.test(inner[1] ?? ""))
      throw new QueryFault("asks about the whole document within a filter");
}

/** `match` and `search` (RFC 9535 §2.4.6, §2.4.7); an expression that is none matches nothing. */
function boundedMatch(
  whole: boolean,
  steps: Steps,
): (...values: unknown[]) => boolean {
  return (text, pattern) => {
    if (typeof text !== "string" || typeof pattern !== "string") return false;
    try {
      return (
        patternOf(expressionOf(pattern, whole))?.test(text, steps) === true
      );
    } catch (fault) {
      if (fault instanceof StepsSpent)
        throw new QueryFault("asks too much of its regular expressions");
      throw fault;
    }
  };
}

/** The expression of I-Regexp (RFC 9485) as one of ECMAScript. */
function expressionOf(pattern: string, whole: boolean): string {
  // The dot of I-Regexp is no line end; ECMAScript has two more of those.
  const source = pattern.replace(/\\.|\[(?:\\.|[^\]\\])*\]|\./gs, (part) =>
    part === "." ? "[^\\n\\r]" : part,
  );
  return whole ? `^(?:${source})$` : source;
}

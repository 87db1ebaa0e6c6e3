/** What JSONPath selects for a workflow: criteria and selectors. */
import type { Found, JsonPath } from "../tools/tool-parts.js";
import type { JsonValue } from "../data/model.js";
import { embedded, type Selector } from "./expression.js";

/** What a query finds; nothing where it is none, or costs too much. */
export function foundBy(
  jsonPath: JsonPath,
  query: string,
  value: JsonValue,
): readonly Found[] {
  try {
    return jsonPath(query)(value);
  } catch {
    return [];
  }
}

/** What a selector stands for: the one thing that it can find, else the list of all that it finds. */
export function selected(
  { selector }: Selector,
  context: JsonValue | undefined,
  jsonPath: JsonPath | undefined,
): JsonValue | undefined {
  if (context === undefined || jsonPath === undefined) return undefined;
  const values = foundBy(jsonPath, selector, context).map(({ value }) => value);
  return jsonPath(selector).isSingular ? values[0] : values;
}

/**
 * A query with what the expressions in it come to, each as a literal: within quotes as a part of that text, elsewhere as
 * a value of its own, so that nothing that comes from elsewhere becomes a part of the query. `undefined` where one of
 * them comes to nothing, or to what is no literal.
 */
export function withLiterals(
  query: string,
  evaluate: (expression: string) => JsonValue | undefined,
): string | undefined {
  let quote = "";
  let whole = "";
  for (const part of embedded(query)) {
    if (typeof part === "string") {
      quote = quoteAfter(part, quote);
      whole += part;
      continue;
    }
    const value = evaluate(part.expression);
    if (value === undefined || (typeof value === "object" && value !== null))
      return undefined;
    whole +=
      quote === "" ? JSON.stringify(value) : within(quote, String(value));
  }
  return whole;
}

/** The quote that a text is within at its end; empty: within none. */
function quoteAfter(text: string, before: string): string {
  let quote = before;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? "";
    if (quote !== "" && character === "\\") at += 1;
    else if (character === quote) quote = "";
    else if (quote === "" && (character === '"' || character === "'"))
      quote = character;
  }
  return quote;
}

/** A text as a part of a literal (RFC 9535 §2.3.1.1). */
function within(quote: string, text: string): string {
  const written = JSON.stringify(text).slice(1, -1);
  return quote === '"'
    ? written
    : written.replaceAll('\\"', '"').replaceAll("'", "\\'");
}

/**
 * URI templates of resources (RFC 6570): `{name}` in the path and one `{?a,b}` at the end.
 *
 * The matcher decodes values, takes query variables in any order and any subset, and refuses what the template does
 * not name, so that one URI has one meaning.
 */
import { percentEncode } from "./percent.js";

export interface UriTemplate {
  readonly template: string;
  /** Names of the variables in the path. */
  readonly path: readonly string[];
  /** Names of the variables in the query. */
  readonly query: readonly string[];
  /** Characters that stand for themselves: more of them make a template more specific. */
  readonly literals: number;
  /** The values of a URI that fits, percent-decoded, or `undefined`. */
  match(uri: string): ReadonlyMap<string, readonly string[]> | undefined;
  /**
   * The URI with these values in its path, percent-encoded, and without a query; `undefined` where one is missing or
   * empty. Values are well-formed Unicode.
   */
  expand(values: ReadonlyMap<string, string | undefined>): string | undefined;
}

/** Longer URIs are nobody's resource. */
const maximumUriLength = 8192;

/** Reads a template. One without variables matches only itself. */
export function uriTemplate(template: string): UriTemplate {
  const queryPart = /\{\?([^{}]*)\}$/.exec(template);
  const query =
    queryPart?.[1]?.split(",").map((name) => name.replace(/\*$/, "")) ?? [];
  const parts = template
    .slice(0, queryPart?.index)
    .split(/(\{[^{}]*\})/)
    .filter((part) => part !== "");
  const path = parts.filter(isExpression).map((part) => part.slice(1, -1));
  return {
    template,
    path,
    query,
    literals: parts
      .filter((part) => !isExpression(part))
      .reduce((total, part) => total + part.length, 0),
    expand: (values) => {
      const pieces = parts.map((part) => {
        if (!isExpression(part)) return part;
        const value = values.get(part.slice(1, -1)) ?? "";
        return percentEncode(value);
      });
      return pieces.includes("") ? undefined : pieces.join("");
    },
    match: (uri) => {
      if (uri.length > maximumUriLength) return undefined;
      const queryAt = uri.indexOf("?");
      // A template may itself hold a fixed query.
      const split = query.length > 0 && queryAt >= 0 ? queryAt : uri.length;
      const values = matchPath(parts, uri.slice(0, split));
      if (values === undefined) return undefined;
      for (const pair of uri.slice(split + 1).split("&")) {
        if (pair === "") continue;
        const equals = pair.indexOf("=");
        const name = decoded(equals < 0 ? pair : pair.slice(0, equals));
        const value = decoded(equals < 0 ? "" : pair.slice(equals + 1));
        if (name === undefined || value === undefined || !query.includes(name))
          return undefined;
        values.set(name, [...(values.get(name) ?? []), value]);
      }
      return values;
    },
  };
}

/**
 * Walks once from left to right, a variable reaching to the first place of the literal that follows it: without
 * backtracking there is no URI that takes long to refuse.
 */
function matchPath(
  parts: readonly string[],
  text: string,
): Map<string, readonly string[]> | undefined {
  const values = new Map<string, readonly string[]>();
  let at = 0;
  for (const [index, part] of parts.entries()) {
    if (!isExpression(part)) {
      if (!text.startsWith(part, at)) return undefined;
      at += part.length;
      continue;
    }
    const next = parts[index + 1];
    const end = next === undefined ? text.length : text.indexOf(next, at + 1);
    const raw = text.slice(at, end < 0 ? at : end);
    const value = /^[^/?#]+$/.test(raw) ? decoded(raw) : undefined;
    if (value === undefined) return undefined;
    values.set(part.slice(1, -1), [value]);
    at = end;
  }
  return at === text.length ? values : undefined;
}

function isExpression(part: string): boolean {
  return part.startsWith("{") && part.endsWith("}");
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

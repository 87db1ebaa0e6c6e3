/** Patterns as clients and the models' providers take them: the least of what their dialects have in common. */
import type { SchemaNode } from "../../base/schema/node.ts";
import { visible } from "../../base/visible.ts";
import { shorten } from "../text/condense.ts";

/**
 * Look-around, named and counted references, `\b`, properties of Unicode and flags: providers that turn schemas into
 * grammars refuse one or the other, and with it all tools of a server.
 */
const refused = /\(\?(?!:)|\\[1-9kpPbBuc]/u;
/** A pattern of more characters tells a model nothing. */
const longest = 500;

/** Whether a pattern can stand in a listed schema; others are named in words. */
function isListed(pattern: string): boolean {
  return pattern.length <= longest && !refused.test(pattern.replace(/\\\\/g, ""));
}

/** A pattern whose groups have no names, which matches the same where nothing refers to them. */
export function withoutGroupNames(pattern: string): string {
  // A name in a class or behind a backslash is none.
  return pattern.replace(/\\[\s\S]|\[(?:\\[\s\S]|[^\]\\])*\]|\(\?<[^=!>][^>]*>/g, (part) =>
    part.startsWith("(?<") ? "(" : part,
  );
}

/** The pattern that a listed schema has: of several that all hold, the longest of those that can be listed. */
export function listedPattern({ patterns }: SchemaNode): string | undefined {
  return patterns
    .map(withoutGroupNames)
    .filter(isListed)
    .reduce<string | undefined>((most, pattern) => (pattern.length > (most?.length ?? -1) ? pattern : most), undefined);
}

/** What a sentence about a pattern begins with. */
export const patternWords = "Has to match";

/** A pattern within a sentence. */
export function patternText(pattern: string): string {
  return shorten(visible(pattern), 200);
}

/** Scopes that callers have to have because the document names scopes for an operation. */
import type { Operation } from "../../api/model.ts";
import { visible } from "../../base/visible.ts";
import type { ScopeEntry } from "./curation.ts";
import { type Decision, type Tell, byPlace, decisionOf, diagnosticOf, over } from "./decision.ts";

/**
 * The decisions of a document with those that its scopes lead to. What the document decides by `x-mcp` goes before.
 *
 * @param tell told of entries for a scope that no operation names: a tool that was meant to be kept from others is not
 */
export function scopeDecisions(
  operations: readonly Operation[],
  entries: readonly ScopeEntry[],
  below: ReadonlyMap<Operation, Decision>,
  tell: Tell,
): ReadonlyMap<Operation, Decision> {
  if (entries.length === 0) return below;
  const table = new Map(entries.map((entry) => [entry.scope, entry]));
  const named = new Set(operations.flatMap(scopesOf));
  for (const { scope, place } of entries)
    if (scope !== "*" && !named.has(scope))
      tell(diagnosticOf("invalid-curation", place, `No operation asks for the scope "${visible(scope)}"`));
  return new Map(
    operations.flatMap((operation) => {
      const own = below.get(operation);
      const found = scopesOf(operation).flatMap((scope) => {
        const entry = table.get(scope) ?? table.get("*");
        return entry === undefined ? [] : [{ ...entry, needed: entry.needed.replaceAll("*", () => scope) }];
      });
      const [first] = found;
      if (first === undefined) return own === undefined ? [] : [[operation, own] as const];
      const decision = decisionOf({ scopes: found.map(({ needed }) => needed) }, byPlace(first.place), first.place);
      return [[operation, own === undefined ? decision : over(decision, own)] as const];
    }),
  );
}

/** Those of the first alternative that names any: whoever has them may call, whatever else would do. */
function scopesOf({ security }: Pick<Operation, "security">): readonly string[] {
  const scopes = security.map((alternative) => alternative.flatMap((requirement) => requirement.scopes));
  return scopes.find((alternative) => alternative.length > 0) ?? [];
}

/** Properties that a `not` forbids: `required` within it, alone or as alternatives (JSON Schema 2020-12 §10.2.1.4). */
import { type JsonObject, fromEntries } from "../../base/json.ts";
import type { SchemaNode } from "../../base/schema/node.ts";

/** Names of which not all may stand together: `not: { required: [one, other] }`. */
export function excludingGroups(schema: SchemaNode): readonly (readonly string[])[] {
  return requiredWithin(schema).filter((names) => names.length > 1);
}

/** Names that may not be at all: `not: { required: [name] }`. */
export function forbiddenOf(schema: SchemaNode): readonly string[] {
  return requiredWithin(schema).flatMap((names) => (names.length === 1 ? names : []));
}

/** Names that may not stand together as alternatives, each without one of them; `undefined` where there are none. */
export function keptApart(schema: SchemaNode): SchemaNode | undefined {
  const [group, ...others] = excludingGroups(schema);
  if (group === undefined || schema.says("anyOf", "oneOf")) return undefined;
  const each = group.map((name): JsonObject => ({ properties: fromEntries([[name, false]]) }));
  const not = [...others, ...forbiddenOf(schema).map((name) => [name])].map((required): JsonObject => ({ required }));
  return schema.without("not").with({ ...(not.length === 0 ? {} : { not: { anyOf: not } }), anyOf: each });
}

function requiredWithin({ not }: SchemaNode): readonly (readonly string[])[] {
  if (not === undefined) return [];
  const alternatives = not.saysOnly("anyOf") ? (not.anyOf ?? []) : [not];
  return alternatives.flatMap((entry) => (entry.saysOnly("required") ? [entry.required] : []));
}

/** Properties that a `not` forbids: `required` within it, alone or as alternatives (JSON Schema 2020-12 §10.2.1.4). */
import { type JsonObject, fromEntries, isArray, isObject, own } from "../../base/json.ts";
import { requiredOf, without } from "./schema-facts.ts";

/** Names of which not all may stand together: `not: { required: [one, other] }`. */
export function excludingGroups(schema: JsonObject): readonly (readonly string[])[] {
  return requiredWithin(schema).filter((names) => names.length > 1);
}

/** Names that may not be at all: `not: { required: [name] }`. */
export function forbiddenOf(schema: JsonObject): readonly string[] {
  return requiredWithin(schema).flatMap((names) => (names.length === 1 ? names : []));
}

/** Names that may not stand together as alternatives, each without one of them; `undefined` where there are none. */
export function keptApart(schema: JsonObject): JsonObject | undefined {
  const [group, ...others] = excludingGroups(schema);
  if (group === undefined || ["anyOf", "oneOf"].some((keyword) => own(schema, keyword) !== undefined)) return undefined;
  const each = group.map((name): JsonObject => ({ properties: fromEntries([[name, false]]) }));
  const not = [...others, ...forbiddenOf(schema).map((name) => [name])].map((required): JsonObject => ({ required }));
  const rest = without(schema, ["not"]);
  return { ...rest, ...(not.length === 0 ? {} : { not: { anyOf: not } }), anyOf: each };
}

function requiredWithin(schema: JsonObject): readonly (readonly string[])[] {
  const not = own(schema, "not");
  const any = own(not, "anyOf");
  const isUnion = isArray(any) && isObject(not) && Object.keys(not).length === 1;
  return (isUnion ? any : [not ?? null]).flatMap((entry) =>
    isObject(entry) && Object.keys(entry).join() === "required" ? [requiredOf(entry)] : [],
  );
}

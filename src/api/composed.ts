/** Schemas that are composed of others, read as one. */
import { type Json, type JsonObject, isArray, isObject, own, ownString, valueAt } from "../base/json.ts";
import { decodeFragment } from "./reference.ts";

/** A schema and all that holds with it: what it refers to, and the parts of such keywords. */
export function reachable(
  schema: Json | undefined,
  root: JsonObject,
  keywords: readonly string[],
): readonly JsonObject[] {
  const found = new Set<JsonObject>();
  const visit = (part: Json | undefined): void => {
    if (!isObject(part) || found.has(part)) return;
    found.add(part);
    const reference = ownString(part, "$ref");
    if (reference?.startsWith("#/") === true) visit(valueAt(root, decodeFragment(reference.slice(1))));
    for (const keyword of keywords) {
      const list = own(part, keyword);
      if (isArray(list)) list.forEach(visit);
    }
  };
  visit(schema);
  return [...found];
}

/**
 * Read-only properties that a part of a composition requires, while another describes them. That they are not sent
 * (§4.8.24.5) can only be said where they are described; whoever reads the parts one by one misses them in a request.
 *
 * @returns names and schemas
 */
export function requiredElsewhere(value: JsonObject, root: JsonObject): readonly (readonly [string, Json])[] {
  if (["allOf", "anyOf", "oneOf"].every((keyword) => own(value, keyword) === undefined)) return [];
  const wanted = reachable(value, root, ["allOf"]).flatMap((part) => {
    const names = own(part, "required");
    return isArray(names) ? names.filter((name) => own(own(part, "properties"), String(name)) === undefined) : [];
  });
  if (wanted.length === 0) return [];
  const parts = reachable(value, root, ["allOf", "anyOf", "oneOf"]);
  return [...new Set(wanted)].flatMap((name): (readonly [string, Json])[] => {
    if (typeof name !== "string") return [];
    const described = parts.flatMap((part) => own(own(part, "properties"), name) ?? []);
    const isReadOnly = (property: Json): boolean =>
      reachable(property, root, []).some((schema) => own(schema, "readOnly") === true);
    const [first] = described;
    return first !== undefined && described.every(isReadOnly) ? [[name, first]] : [];
  });
}

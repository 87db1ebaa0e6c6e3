/** Schemas that are composed of others, read as one. */
import { type Json, type JsonObject, fromEntries, isArray, isObject, own, ownString } from "../base/json.ts";
import { targetOf } from "./reference.ts";

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
    if (reference?.startsWith("#/") === true) visit(targetOf(root, reference).value);
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

/**
 * Types properties that alternatives of a union call read-only, and that the union requires and other alternatives send:
 * such a property has to be in a request whichever alternative it is.
 *
 * @param built is changed: the input form of `value`
 */
export function typeReadOnly(built: Record<string, Json>, value: JsonObject, root: JsonObject): void {
  for (const keyword of ["anyOf", "oneOf"]) {
    const variants = built[keyword];
    if (!isArray(variants)) continue;
    const propertiesOfVariants = requiredThoughReadOnly(value, keyword, root);
    if (propertiesOfVariants.every((properties) => properties.length === 0)) continue;
    built[keyword] = variants.map((variant, index): Json => {
      const properties = propertiesOfVariants[index] ?? [];
      if (!isObject(variant) || properties.length === 0) return variant;
      const others = own(variant, "properties");
      return {
        ...variant,
        properties: fromEntries([...Object.entries(isObject(others) ? others : {}), ...properties]),
      };
    });
  }
}

/** Names and types of such properties of each alternative, in their order. */
function requiredThoughReadOnly(
  value: JsonObject,
  keyword: string,
  root: JsonObject,
): readonly (readonly (readonly [string, Json])[])[] {
  const [names, alternatives] = [own(value, "required"), own(value, keyword)];
  if (!isArray(names) || !isArray(alternatives)) return [];
  const described = (alternative: Json, name: string): readonly JsonObject[] =>
    reachable(alternative, root, ["allOf"]).flatMap((part) => reachable(own(own(part, "properties"), name), root, []));
  const readsOnly = (schemas: readonly JsonObject[]): boolean =>
    schemas.some((schema) => own(schema, "readOnly") === true);
  const wanted = names.filter(
    (name): name is string =>
      typeof name === "string" &&
      own(own(value, "properties"), name) === undefined &&
      alternatives.some((alternative) => !readsOnly(described(alternative, name))),
  );
  return alternatives.map((alternative) =>
    wanted.flatMap((name): readonly (readonly [string, Json])[] => {
      const schemas = described(alternative, name);
      const type = schemas.map((schema) => ownString(schema, "type")).find((said) => said !== undefined);
      return readsOnly(schemas) && type !== undefined ? [[name, { type }]] : [];
    }),
  );
}

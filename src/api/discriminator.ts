import type { Report } from "../base/diagnostics.ts";
import { type Json, type JsonObject, fromEntries, isArray, isObject, own, ownString, pointerTo } from "../base/json.ts";
import { reachable } from "./composed.ts";
import { targetOf } from "./reference.ts";

/**
 * Discriminator (§4.8.25): each variant of a union has to have its tag, as a constant, so that a validator, a type and
 * a model can tell the variants apart. A variant that fixes its tag itself keeps it, and only has to have it.
 *
 * @param schema as it was built from `value`
 * @param root of the document
 * @param travels whether a property is sent in this direction
 */
export function withTags(
  schema: JsonObject,
  value: JsonObject,
  root: JsonObject,
  travels: (property: Json | undefined) => boolean,
): JsonObject {
  const discriminator = own(value, "discriminator");
  const property = ownString(discriminator, "propertyName");
  if (property === undefined) return schema;
  const keyword = ["oneOf", "anyOf"].find((candidate) => isArray(own(schema, candidate)));
  const given = keyword === undefined ? undefined : own(value, keyword);
  const built = keyword === undefined ? undefined : own(schema, keyword);
  if (keyword === undefined || !isArray(given) || !isArray(built)) return schema;
  const mapping = own(discriminator, "mapping");
  const variants = built.map((variant, index): Json => {
    const reference = ownString(given[index], "$ref");
    if (reference?.startsWith("#/") !== true || !isObject(variant)) return variant;
    const target = targetOf(root, reference).value;
    if (!travels(own(own(target, "properties"), property))) return variant;
    const declared = tagValues(target, property, root);
    if (declared === "several") return variant;
    const tags = tagsOf(reference, mapping);
    const isFixed = declared.length === 1 || (declared.length > 0 && !tags.every((tag) => declared.includes(tag)));
    if (!isFixed && tags.length === 0) return variant;
    const tag: JsonObject = tags.length === 1 ? { const: tags[0] ?? "" } : { enum: tags };
    return fromEntries([
      ...Object.entries(variant).map(([key, entry]): [string, Json] => [key, entry ?? null]),
      ...(isFixed ? [] : [["properties", fromEntries([[property, tag]])] as const]),
      ["required", [property]],
    ]);
  });
  return fromEntries(Object.keys(schema).map((key) => [key, key === keyword ? variants : (own(schema, key) ?? null)]));
}

/** A discriminator that names no property tells nothing apart. */
export function reportDiscriminator(schema: JsonObject, pointer: string, report: Report): void {
  const discriminator = own(schema, "discriminator");
  if (discriminator === undefined || discriminator === null) return;
  const mapping = own(discriminator, "mapping");
  if (mapping !== undefined && mapping !== null && !isObject(mapping))
    report({
      code: "invalid-document",
      pointer: pointerTo(pointer, "discriminator", "mapping"),
      message: 'The "mapping" of the discriminator is no object, and is passed over',
    });
  if (ownString(discriminator, "propertyName") !== undefined) return;
  report({
    code: "invalid-document",
    pointer: pointerTo(pointer, "discriminator"),
    message: isObject(discriminator)
      ? 'The discriminator has no "propertyName", and is passed over'
      : 'The discriminator is no object with a "propertyName", and is passed over',
  });
}

/**
 * The values that a variant itself allows its tag to have, also by reference or in what it is composed of; none where
 * it does not say. `"several"` for a variant that is a union of variants, each with a tag of its own.
 */
function tagValues(variant: Json | undefined, property: string, root: JsonObject): readonly Json[] | "several" {
  const parts = reachable(variant, root, ["allOf"]);
  if (parts.some((part) => ["oneOf", "anyOf"].some((keyword) => own(part, keyword) !== undefined))) return "several";
  return parts
    .flatMap((part) => reachable(own(own(part, "properties"), property), root, ["allOf", "anyOf", "oneOf"]))
    .flatMap((tag) => {
      const [constant, values] = [own(tag, "const"), own(tag, "enum")];
      return constant !== undefined ? [constant] : isArray(values) ? values.filter((entry) => entry !== null) : [];
    });
}

/** The names that a discriminator's mapping gives to a variant; without one, the name of its component. */
function tagsOf(reference: string, mapping: Json | undefined): readonly string[] {
  const component = reference.split("/").at(-1) ?? "";
  if (!isObject(mapping)) return [component];
  return Object.keys(mapping)
    .sort()
    .filter((tag) => own(mapping, tag) === reference || own(mapping, tag) === component);
}

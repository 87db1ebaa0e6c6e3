/** The variants of a union, put more simply where they allow it. */
import { type Json, type JsonObject, fromEntries, isArray, isObject, own } from "../../base/json.ts";

/** Variants without repetition; bare `{}` accepts everything, so nothing beside it matters. */
export function distinct(variants: readonly JsonObject[]): readonly JsonObject[] {
  const seen = new Map(variants.map((variant) => [JSON.stringify(variant), variant]));
  return seen.has("{}") ? [{}] : [...seen.values()];
}

/** The alternatives of a union within a union, which says no more than they do; else the variant itself. */
export function flattened(variant: JsonObject): readonly JsonObject[] {
  const inner = own(variant, "anyOf");
  const isOnlyUnion = Object.keys(variant).every((key) => key === "anyOf" || key === "description");
  return isArray(inner) && isOnlyUnion ? (inner as readonly JsonObject[]) : [variant];
}

/** Variants that are all values of one type become one list of values. */
export function mergedEnum(variants: readonly JsonObject[]): JsonObject | undefined {
  const type = own(variants[0], "type");
  const simple = variants.every(
    (variant) =>
      own(variant, "type") === type &&
      isArray(own(variant, "enum")) &&
      Object.keys(variant).every((key) => ["type", "enum", "description"].includes(key)),
  );
  if (!simple || typeof type !== "string") return undefined;
  return { type, enum: [...new Set(variants.flatMap((variant) => own(variant, "enum") as readonly Json[]))] };
}

/** Variants that differ in the values of one property only become one variant with all of these values. */
export function joinedByTag(variants: readonly JsonObject[]): readonly JsonObject[] {
  const joined: JsonObject[] = [];
  for (const variant of variants) {
    const index = joined.findIndex((other) => tagBetween(other, variant) !== undefined);
    const other = joined[index];
    const tag = other === undefined ? undefined : tagBetween(other, variant);
    if (other === undefined || tag === undefined) joined.push(variant);
    else joined[index] = withValues(other, tag, own(own(own(variant, "properties"), tag), "enum"));
  }
  return joined;
}

/** The property that two variants list different values of, where that is their only difference. */
function tagBetween(first: JsonObject, second: JsonObject): string | undefined {
  const [mine, theirs] = [own(first, "properties"), own(second, "properties")];
  if (!isObject(mine) || !isObject(theirs)) return undefined;
  const names = Object.keys(mine);
  if (names.join() !== Object.keys(theirs).join()) return undefined;
  const different = names.filter((name) => JSON.stringify(own(mine, name)) !== JSON.stringify(own(theirs, name)));
  const [tag] = different;
  if (tag === undefined || different.length > 1) return undefined;
  const [one, other] = [own(mine, tag), own(theirs, tag)];
  const isListed = isArray(own(one, "enum")) && isArray(own(other, "enum"));
  return isListed && rest(first, tag) === rest(second, tag) ? tag : undefined;
}

/** A text that is the same for variants that are the same but for the values of a property. */
function rest(variant: JsonObject, tag: string): string {
  return JSON.stringify(withValues(variant, tag, undefined));
}

function withValues(variant: JsonObject, tag: string, values: Json | undefined): JsonObject {
  const properties = own(variant, "properties");
  const property = own(properties, tag);
  if (!isObject(properties) || !isObject(property)) return variant;
  const present = own(property, "enum");
  const all = isArray(present) && isArray(values) ? [...new Set([...present, ...values])] : null;
  const written = Object.keys(properties).map((name): [string, Json] => [
    name,
    name === tag ? { ...property, enum: all } : (own(properties, name) ?? {}),
  ]);
  return { ...variant, properties: fromEntries(written) };
}

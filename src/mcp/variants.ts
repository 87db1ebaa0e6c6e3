/** The variants of a union, put more simply where they allow it. */
import { type Json, type JsonObject, isArray, isObject, own, ownString } from "../json.ts";
import { requiredOf } from "./schema-facts.ts";

/** Variants without repetition; bare `{}` accepts everything, so nothing beside it matters. */
export function distinct(variants: readonly JsonObject[]): readonly JsonObject[] {
  const seen = new Map(variants.map((variant) => [JSON.stringify(variant), variant]));
  return seen.has("{}") ? [{}] : [...seen.values()];
}

/** The alternatives of a union within a union, which says no more than they do; else the variant itself. */
export function alternativesOf(variant: JsonObject): readonly JsonObject[] {
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

/**
 * Variants of a `oneOf` such that a value that a caller writes for one does not fit another by accident: where two
 * objects could be taken for each other, the property that tells them apart becomes required in the list.
 */
export function apart(variants: readonly JsonObject[]): readonly JsonObject[] {
  if (variants.length < 2 || !variants.every((variant) => isObject(own(variant, "properties")))) return variants;
  return variants.map((variant) => {
    const required = new Set(requiredOf(variant));
    for (const other of variants) {
      if (other === variant || isTold(variant, other, required)) continue;
      const telling = Object.keys(own(variant, "properties") ?? {}).find((name) => tells(name, variant, other));
      if (telling !== undefined) required.add(telling);
    }
    return required.size === requiredOf(variant).length ? variant : { ...variant, required: [...required] };
  });
}

/** Whether every value of a variant with these properties is none of the other. */
function isTold(variant: JsonObject, other: JsonObject, required: ReadonlySet<string>): boolean {
  const properties = own(variant, "properties");
  const lacks = requiredOf(other).some((name) => own(properties, name) === undefined);
  return lacks || [...required].some((name) => tells(name, variant, other));
}

/** Whether a property of one variant, once present, rules the other out. */
function tells(name: string, variant: JsonObject, other: JsonObject): boolean {
  const mine = own(own(variant, "properties"), name);
  const theirs = own(own(other, "properties"), name);
  if (mine === undefined) return false;
  if (theirs === undefined) return own(other, "additionalProperties") === false;
  const [type, otherType] = [ownString(mine, "type"), ownString(theirs, "type")];
  if (type !== undefined && otherType !== undefined && type !== otherType)
    return ![type, otherType].every((entry) => entry === "integer" || entry === "number");
  const [values, others] = [own(mine, "enum"), own(theirs, "enum")];
  return isArray(values) && isArray(others) && !values.some((value) => others.includes(value));
}

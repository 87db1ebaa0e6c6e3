/** The variants of a union, put more simply where they allow it. */
import { type Json, type JsonObject, isArray, own } from "../json.ts";

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

/** The variants of a union in their listed form, put more simply where they allow it. */
import { type JsonObject, fromEntries } from "../../base/json.ts";
import { type SchemaNode, standalone } from "../../base/schema/node.ts";

/** Variants without repetition; bare `{}` accepts everything, so nothing beside it matters. */
export function distinct(variants: readonly JsonObject[]): readonly JsonObject[] {
  const seen = new Map(variants.map((variant) => [JSON.stringify(variant), variant]));
  return seen.has("{}") ? [{}] : [...seen.values()];
}

/** The alternatives of a union within a union, which says no more than they do; else the variant itself. */
export function flattened(variant: JsonObject): readonly JsonObject[] {
  const listed = standalone.of(variant);
  const inner = listed.saysOnly("anyOf", "description") ? listed.anyOf : undefined;
  return inner?.map(({ keywords }) => keywords) ?? [variant];
}

/** Variants that are all values of one type become one list of values. */
export function mergedEnum(variants: readonly JsonObject[]): JsonObject | undefined {
  const listed = variants.map((variant) => standalone.of(variant));
  const [type] = listed[0]?.namedTypes ?? [];
  const simple = listed.every(
    (variant) =>
      variant.namedTypes.join() === type &&
      variant.enum !== undefined &&
      variant.saysOnly("type", "enum", "description"),
  );
  if (!simple || type === undefined) return undefined;
  return { type, enum: [...new Set(listed.flatMap((variant) => variant.enum ?? []))] };
}

/** Variants that differ in the values of one property only become one variant with all of these values. */
export function joinedByTag(variants: readonly JsonObject[]): readonly JsonObject[] {
  const results: SchemaNode[] = [];
  for (const variant of variants.map((each) => standalone.of(each))) {
    const index = results.findIndex((other) => tagBetween(other, variant) !== undefined);
    const other = results[index];
    const tag = other === undefined ? undefined : tagBetween(other, variant);
    if (other === undefined || tag === undefined) results.push(variant);
    else results[index] = withValuesOf(other, variant, tag);
  }
  return results.map(({ keywords }) => keywords);
}

/** The property that two variants list different values of, where that is their only difference. */
function tagBetween(first: SchemaNode, second: SchemaNode): string | undefined {
  if (!first.hasProperties || !second.hasProperties) return undefined;
  const names = first.propertyNames;
  if (names.join() !== second.propertyNames.join()) return undefined;
  const textOf = (variant: SchemaNode, name: string): string => JSON.stringify(variant.property(name));
  const different = names.filter((name) => textOf(first, name) !== textOf(second, name));
  const [tag] = different;
  if (tag === undefined || different.length > 1) return undefined;
  const isListed = [first, second].every((variant) => variant.property(tag)?.enum !== undefined);
  return isListed && rest(first, tag) === rest(second, tag) ? tag : undefined;
}

/** A text that is the same for variants that are the same but for the values of a property. */
function rest(variant: SchemaNode, tag: string): string {
  return JSON.stringify(withTag(variant, tag, (property) => property.with({ enum: null })));
}

function withValuesOf(variant: SchemaNode, other: SchemaNode, tag: string): SchemaNode {
  const values = other.property(tag)?.enum ?? [];
  return withTag(variant, tag, (property) =>
    property.with({ enum: [...new Set([...(property.enum ?? []), ...values])] }),
  );
}

function withTag(variant: SchemaNode, tag: string, change: (property: SchemaNode) => SchemaNode): SchemaNode {
  const properties = variant.properties.map(
    ([name, property]) => [name, name === tag ? change(property).json : property.json] as const,
  );
  return variant.with({ properties: fromEntries(properties) });
}

/** What texts mean by the schemas of a document: forms, XML, paths, queries and headers carry nothing but text. */
import { type Json, type JsonObject, fromEntries, isArray, isObject, own } from "../../src/base/json.ts";
import type { SchemaCheck } from "./schema-check.ts";

/** Alternatives that a place may have to meet. Empty: nothing is known of it. */
export type Schemas = readonly Json[];

/**
 * A tree whose leaves are texts, with each leaf as the first of its readings that the schemas of its place accept: the
 * text itself, the number, boolean or null that it spells, or the JSON that it holds. A leaf that none accepts stays.
 */
export function typed(tree: Json, schemas: Schemas, check: SchemaCheck): Json {
  if (isArray(tree)) {
    const items = tree.map((item, index) => typed(item, itemsOf(schemas, index, check), check));
    return firstAccepted([items], schemas, check) ?? items;
  }
  if (isObject(tree)) {
    const entries = Object.keys(tree).map((name): [string, Json] => [
      name,
      typed(own(tree, name) ?? null, propertyOf(schemas, name, check), check),
    ]);
    return fromEntries(entries);
  }
  if (typeof tree !== "string") return tree;
  const parsed = parse(tree);
  const readings = [tree, ...(parsed === undefined || typeof parsed === "string" ? [] : [parsed]), [tree]];
  const accepted = firstAccepted(readings, schemas, check);
  if (accepted !== undefined) return accepted;
  // Wrong as a whole: what is wrong within is to be seen.
  return isObject(parsed) || isArray(parsed) ? parsed : tree;
}

export function firstAccepted(readings: readonly Json[], schemas: Schemas, check: SchemaCheck): Json | undefined {
  if (schemas.length === 0) return readings[0];
  return readings.find((reading) => schemas.some((schema) => check.accepts(schema, reading)));
}

/** A value with each number and boolean as the text that the wire knows; what is undefined leaves nothing behind. */
export function textTree(value: Json): Json | undefined {
  if (value === null) return undefined;
  if (isArray(value)) {
    const items = value.map(textTree).filter((item) => item !== undefined);
    return items.length === 0 ? undefined : items;
  }
  if (isObject(value)) {
    const entries = Object.keys(value).flatMap((name): [string, Json][] => {
      const member = textTree(own(value, name) ?? null);
      return member === undefined ? [] : [[name, member]];
    });
    return entries.length === 0 ? undefined : fromEntries(entries);
  }
  return String(value);
}

export function propertyOf(schemas: Schemas, name: string, check: SchemaCheck): Schemas {
  return collect(schemas, check, (schema) => {
    const property = own(own(schema, "properties"), name);
    if (property !== undefined) return [property];
    const patterns = own(schema, "patternProperties");
    const matching = isObject(patterns)
      ? Object.keys(patterns).flatMap((pattern) =>
          new RegExp(pattern).test(name) ? own(patterns, pattern) : undefined,
        )
      : [];
    const additional = own(schema, "additionalProperties");
    return [...matching, isObject(additional) ? additional : undefined].filter((found) => found !== undefined);
  });
}

/** Names of all properties that a schema and what it is composed of mention. */
export function propertyNames(schemas: Schemas, check: SchemaCheck): readonly string[] {
  const names = new Set<string>();
  collect(schemas, check, (schema) => {
    const properties = own(schema, "properties");
    if (isObject(properties)) for (const name of Object.keys(properties)) names.add(name);
    return [];
  });
  return [...names];
}

/** Whether a property at a place below schemas is read-only in any of them. */
export function isReadOnlyAt(
  schemas: Schemas,
  place: readonly string[],
  property: string,
  check: SchemaCheck,
): boolean {
  let current = schemas;
  for (const token of place) {
    const member = propertyOf(current, token, check);
    current = /^\d+$/.test(token) && member.length === 0 ? itemsOf(current, Number(token), check) : member;
  }
  return (
    collect(propertyOf(current, property, check), check, (schema) => (own(schema, "readOnly") === true ? [schema] : []))
      .length > 0
  );
}

function itemsOf(schemas: Schemas, index: number, check: SchemaCheck): Schemas {
  return collect(schemas, check, (schema) => {
    const prefix = own(schema, "prefixItems");
    const item = (isArray(prefix) ? prefix[index] : undefined) ?? own(schema, "items");
    return item === undefined || isArray(item) ? [] : [item];
  });
}

/** Looks into schemas and all that they are composed of. */
function collect(schemas: Schemas, check: SchemaCheck, look: (schema: JsonObject) => Schemas): Schemas {
  const seen = new Set<Json>();
  const visit = (schema: Json): Schemas => {
    const target = check.resolve(schema);
    if (!isObject(target) || seen.has(target)) return [];
    seen.add(target);
    const parts = ["allOf", "anyOf", "oneOf"].flatMap((key) => own(target, key) ?? []) as Json[];
    return [...look(target), ...parts.flat().flatMap((part) => visit(part as Json))];
  };
  return schemas.flatMap(visit);
}

export function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** What is offered to a caller: narrower than what the server takes, where a request could not carry it all. */
import type { Parameter, Schema } from "../../api/model.ts";
import { defined } from "../../base/defined.ts";
import { type Json, type JsonObject, fromEntries, isArray, isObject, own, ownString } from "../../base/json.ts";
import { mergeAllOf } from "./merge.ts";
import type { JsonSchema } from "../model.ts";
import { enumOf, requiredOf, typesOf } from "./schema-facts.ts";

/** Where an argument goes: a parameter, JSON or XML, a form, or the bytes of the body themselves. */
export type ArgumentPlace = Parameter["in"] | "body" | "form" | "raw";

/** Which argument is offered. */
export interface Offered {
  readonly schema: JsonSchema;
  readonly required: boolean;
  readonly place: ArgumentPlace;
}

const scalars = new Set(["string", "number", "integer", "boolean", "null"]);

/**
 * The schema of an argument as the portable profile starts from it. A parameter is never null, and text where nothing
 * says what it is, or where text is one of the kinds that it may be: all of them are the same in a request.
 */
export function offeredSchema({ schema, place }: Offered, definitions: ReadonlyMap<string, Schema>): JsonSchema {
  if (place === "body" || place === "form" || place === "raw" || !isObject(schema)) return schema;
  const merged = mergeAllOf(schema, definitions);
  const union = own(merged, "anyOf") ?? own(merged, "oneOf");
  const types = typesOf(merged);
  if (isArray(union)) return textAmong(merged, union, definitions) ?? schema;
  if (types.length === 0) return { ...merged, type: "string" };
  if (!types.includes("null") || types.length === 1) return schema;
  const kept = types.filter((type) => type !== "null");
  const values = own(merged, "enum");
  return {
    ...merged,
    type: kept.length === 1 ? (kept[0] ?? "string") : kept,
    ...(isArray(values) ? { enum: values.filter((value) => value !== null) } : {}),
  };
}

/** The alternative that takes any text, where the others are numbers and the like. */
function textAmong(
  schema: JsonObject,
  union: readonly Json[],
  definitions: ReadonlyMap<string, Schema>,
): JsonSchema | undefined {
  const alternatives = union.map((entry) => (isObject(entry) ? mergeAllOf(entry, definitions) : {}));
  const areScalars = alternatives.every((entry) => {
    const types = typesOf(entry);
    return types.length > 0 && types.every((type) => scalars.has(type));
  });
  const text = alternatives.find(
    (entry) =>
      typesOf(entry).join() === "string" &&
      enumOf(entry) === undefined &&
      ["pattern", "format"].every((keyword) => own(entry, keyword) === undefined),
  );
  const hasValues = alternatives.some((entry) => enumOf(entry) !== undefined);
  if (!areScalars || text === undefined || hasValues || typesOf(schema).length > 0) return undefined;
  const description = own(schema, "description") ?? own(text, "description");
  return { ...text, ...defined({ description }) };
}

/**
 * The listed schema of an argument without what would leave nothing behind in a request although it is required: an
 * empty text in a query or as a body, an empty list in a form (RFC 6570 §2.3; URL Standard §5.2).
 */
export function leavingSomething(listed: JsonObject, { required, place }: Offered): JsonObject {
  switch (place) {
    case "header":
      return required ? withoutEmptyText(withoutEmptyItems(listed)) : withoutEmptyItems(listed);
    case "query":
    case "cookie":
    case "raw":
      return required ? withoutEmptyText(listed) : listed;
    case "form":
      return withoutEmptyLists(listed, required);
    case "path":
      return withoutEmptyItems(listed);
    case "querystring":
    case "body":
      return listed;
    default:
      return place satisfies never;
  }
}

/** A list of one empty text is an empty segment or field. */
function withoutEmptyItems(listed: JsonObject): JsonObject {
  const [items, variants] = [own(listed, "items"), own(listed, "anyOf")];
  if (isObject(items)) return { ...listed, items: withoutEmptyText(items) };
  if (!isArray(variants)) return listed;
  return { ...listed, anyOf: variants.map((entry) => (isObject(entry) ? withoutEmptyItems(entry) : entry)) };
}

function withoutEmptyText(listed: JsonObject): JsonObject {
  const variants = own(listed, "anyOf");
  if (isArray(variants)) {
    const each = variants.map((entry) => (isObject(entry) ? withoutEmptyText(entry) : entry));
    return each.every((entry, index) => entry === variants[index]) ? listed : { ...listed, anyOf: each };
  }
  const data = own(own(listed, "properties"), "data");
  if (isObject(data) && ownString(listed, "type") === "object" && own(data, "minLength") === undefined)
    return { ...listed, properties: { ...(own(listed, "properties") as JsonObject), data: { ...data, minLength: 1 } } };
  const isOpen = ["enum", "format", "minLength"].every((keyword) => own(listed, keyword) === undefined);
  return ownString(listed, "type") === "string" && isOpen ? { ...listed, minLength: 1 } : listed;
}

function withoutEmptyLists(listed: JsonObject, required: boolean): JsonObject {
  const [variants, properties] = [own(listed, "anyOf"), own(listed, "properties")];
  const [items, additional] = [own(listed, "items"), own(listed, "additionalProperties")];
  const inner = (value: Json, isRequired: boolean): Json =>
    isObject(value) ? withoutEmptyLists(value, isRequired) : value;
  const names = requiredOf(listed);
  const filled: JsonObject = {
    ...listed,
    ...(required && ownString(listed, "type") === "array" && own(listed, "minItems") === undefined
      ? { minItems: 1 }
      : {}),
    ...(required && isObject(properties) && names.length === 0 && own(listed, "minProperties") === undefined
      ? { minProperties: 1 }
      : {}),
    ...(isArray(variants) ? { anyOf: variants.map((entry) => inner(entry, required)) } : {}),
    ...(isObject(properties)
      ? {
          properties: fromEntries(
            Object.keys(properties).map((name) => [name, inner(own(properties, name) ?? {}, names.includes(name))]),
          ),
        }
      : {}),
    ...(isObject(items) ? { items: inner(items, true) } : {}),
    ...(isObject(additional) ? { additionalProperties: inner(additional, true) } : {}),
  };
  return JSON.stringify(filled) === JSON.stringify(listed) ? listed : filled;
}

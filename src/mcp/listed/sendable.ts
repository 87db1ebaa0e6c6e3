/** What a place in a request cannot carry, said in the schema: so a caller knows before the call, and is not refused. */
import type { Parameter, Schema } from "../../api/model.ts";
import { type Json, type JsonObject, fromEntries, isArray, isObject, own, ownString } from "../../base/json.ts";
import { fitting, patternOf, stepsFor } from "../../base/pattern.ts";
import { mergeAllOf } from "./merge.ts";
import type { JsonSchema } from "../model.ts";
import { portableFormats } from "./portable-keywords.ts";
import { typesOf, without } from "./schema-facts.ts";

/** Field values of RFC 9110 §5.5: visible Latin-1, spaces and tabs only between. */
const fieldValue = "^([!-~\u00a1-\u00ff]([\\t -~\u00a1-\u00ff]*[!-~\u00a1-\u00ff])?)?$";
/** `cookie-octet`s (RFC 6265 §4.1.1), perhaps in quotes, which style `cookie` sends as they are. */
const cookieValue = '^([!#-+\\--:<-\\[\\]-~]*|"[!#-+\\--:<-\\[\\]-~]*")$';
/** Keywords that leave no doubt about a text: what they allow is the document's business. */
const precise = ["enum", "const", "pattern"];

/** How deep alternatives may lie within alternatives. */
const deepestUnion = 4;

/**
 * A parameter's schema with the bounds of its place: a path segment is never empty (§4.8.8.2), a header field holds
 * one line of Latin-1. Where the schema already says what its texts look like, it stays as it is. Alternatives are
 * bounded one by one.
 */
export function sendableSchema(parameter: Parameter, definitions: ReadonlyMap<string, Schema>): JsonSchema {
  if (parameter.mediaType !== undefined) return parameter.schema;
  const schema = parameter.required ? withoutNull(parameter.schema, definitions) : parameter.schema;
  return bounded(parameter, schema, definitions, 0);
}

/** A schema without the null that it allows among others: null leaves nothing behind where it is required (RFC 6570 §2.3). */
export function withoutNull(schema: JsonSchema, definitions: ReadonlyMap<string, Schema>): JsonSchema {
  if (!isObject(schema)) return schema;
  const merged = mergeAllOf(schema, definitions);
  const isNull = (value: Json): boolean => isObject(value) && typesOf(mergeAllOf(value, definitions)).join() === "null";
  const keyword = ["anyOf", "oneOf"].find((candidate) => isArray(own(merged, candidate)));
  const alternatives = keyword === undefined ? undefined : own(merged, keyword);
  const others = isArray(alternatives) ? alternatives.filter((entry) => !isNull(entry)) : [];
  if (keyword !== undefined && isArray(alternatives) && others.length > 0 && others.length < alternatives.length)
    return { ...merged, [keyword]: others };
  const type = own(merged, "type");
  const types = isArray(type) ? type.filter((name) => name !== "null") : [];
  if (!isArray(type) || types.length === 0 || types.length === type.length) return schema;
  const values = own(merged, "enum");
  const bare: JsonObject = { ...merged, type: types.length === 1 ? (types[0] ?? "string") : types };
  return isArray(values) ? { ...bare, enum: values.filter((value) => value !== null) } : bare;
}

function bounded(
  parameter: Parameter,
  schema: JsonSchema,
  definitions: ReadonlyMap<string, Schema>,
  depth: number,
): JsonSchema {
  const merged = isObject(schema) ? mergeAllOf(schema, definitions) : {};
  const types = typesOf(merged).filter((type) => type !== "null");
  const values = own(merged, "enum");
  if (parameter.in === "path" && parameter.style !== "matrix" && isArray(values) && values.includes("")) {
    // No segment is empty: where a document lists nothing else, it says nothing of the others.
    const others = values.filter((value) => value !== "");
    return others.length > 0 ? { ...merged, enum: others } : { ...without(merged, ["enum"]), minLength: 1 };
  }
  const keyword = ["anyOf", "oneOf"].find((candidate) => isArray(own(merged, candidate)));
  const alternatives = keyword === undefined ? undefined : own(merged, keyword);
  if (types.length === 0 && keyword !== undefined && isArray(alternatives) && depth < deepestUnion) {
    const each = alternatives.map((entry) => bounded(parameter, entry as JsonSchema, definitions, depth + 1));
    return each.every((entry, index) => entry === alternatives[index]) ? schema : { ...merged, [keyword]: each };
  }
  const bounds = Object.assign(
    {},
    ...(types.length === 0 ? ["string"] : types).map((type) => boundsOf(parameter, merged, type)),
    depth === 0 ? partsOf(parameter, merged, types, definitions) : {},
  ) as JsonObject;
  if (Object.keys(bounds).length === 0) return schema;
  return isObject(schema) ? { ...schema, ...bounds } : bounds;
}

/** The items of a list, or the values of an object, with the bounds of the place that they go to. */
function partsOf(
  parameter: Parameter,
  schema: JsonObject,
  types: readonly string[],
  definitions: ReadonlyMap<string, Schema>,
): JsonObject {
  if (parameter.in !== "header") return {};
  const part = (value: Json): Json => bounded(parameter, value as JsonSchema, definitions, deepestUnion);
  const items = own(schema, "items");
  if (types.join() === "array" && isObject(items)) {
    const sendable = part(items);
    return sendable === items ? {} : { items: sendable };
  }
  const properties = own(schema, "properties");
  if (types.join() !== "object" || !isObject(properties)) return {};
  const written = Object.keys(properties).map((name): [string, Json] => [name, part(own(properties, name) ?? {})]);
  return written.every(([name, value]) => value === own(properties, name)) ? {} : { properties: fromEntries(written) };
}

function boundsOf(parameter: Parameter, schema: JsonObject, type: string): JsonObject {
  const isPrecise =
    precise.some((keyword) => own(schema, keyword) !== undefined) ||
    portableFormats.has(ownString(schema, "format") ?? "");
  switch (parameter.in) {
    case "path":
      // Style matrix names the parameter: an empty text leaves its name (RFC 6570 §3.2.7).
      if (parameter.style === "matrix" && type === "string") return {};
      if (type === "string")
        return (isPrecise && !allowsEmpty(schema)) || isAtLeastOne(schema, "minLength") ? {} : { minLength: 1 };
      return type === "array" || type === "object" ? something(parameter, schema, type) : {};
    case "header":
      if (type === "array" || type === "object") return something(parameter, schema, type);
      return type === "string" && !isPrecise ? { pattern: fieldValue } : {};
    case "cookie":
      if (type === "array" || type === "object") return something(parameter, schema, type);
      return type === "string" && !isPrecise && parameter.style === "cookie" ? { pattern: cookieValue } : {};
    case "query":
      return type === "array" || type === "object" ? something(parameter, schema, type) : {};
    case "querystring":
      return {};
    default:
      return parameter.in satisfies never;
  }
}

/** An empty list or object leaves nothing behind (RFC 6570 §2.3), which is not what a required parameter is for. */
function something(parameter: Parameter, schema: JsonObject, type: "array" | "object"): JsonObject {
  const keyword = type === "array" ? "minItems" : "minProperties";
  const isNeeded = parameter.in === "path" || (parameter.required && !parameter.allowEmptyValue);
  return !isNeeded || isAtLeastOne(schema, keyword) ? {} : { [keyword]: 1 };
}

/** Whether the only thing that a schema says of a text is a pattern that the empty one meets. */
function allowsEmpty(schema: JsonObject): boolean {
  const source = ownString(schema, "pattern");
  if (source === undefined || own(schema, "enum") !== undefined || own(schema, "const") !== undefined) return false;
  const pattern = patternOf(source);
  return pattern !== undefined && fitting(pattern, stepsFor(source, [""]))("");
}

function isAtLeastOne(schema: JsonObject, keyword: string): boolean {
  const bound = own(schema, keyword);
  return typeof bound === "number" && bound > 0;
}

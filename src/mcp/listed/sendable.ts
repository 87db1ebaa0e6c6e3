/** What a place in a request cannot carry, said in the schema: so a caller knows before the call, and is not refused. */
import type { Parameter } from "../../api/model.ts";
import { defined } from "../../base/defined.ts";
import { type Json, type JsonObject, fromEntries } from "../../base/json.ts";
import { fitting, patternOf, stepsFor } from "../../base/pattern.ts";
import type { Bound, SchemaNode } from "../../base/schema/node.ts";
import { type JsonType, textFormats } from "../../base/schema/types.ts";

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
export function sendableSchema(parameter: Parameter): SchemaNode {
  const { schema, required, mediaType } = parameter;
  return mediaType === undefined ? bounded(parameter, required ? withoutNull(schema) : schema, 0) : schema;
}

/** A schema without the null that it allows among others: null leaves nothing behind where it is required (RFC 6570 §2.3). */
export function withoutNull(schema: SchemaNode): SchemaNode {
  const { whole } = schema;
  const { union, namedTypes } = whole;
  const others = union?.alternatives.filter((entry) => entry.whole.types.join() !== "null") ?? [];
  if (union !== undefined && others.length > 0 && others.length < union.alternatives.length)
    return whole.with({ [union.keyword]: others.map(({ json }) => json) });
  return withoutNullType(whole, namedTypes) ?? schema;
}

/** A schema of several types without null among them and their values; `undefined` where it is not. */
export function withoutNullType(schema: SchemaNode, types: readonly JsonType[]): SchemaNode | undefined {
  const sendableTypes = types.filter((type) => type !== "null");
  const [first] = sendableTypes;
  if (first === undefined || sendableTypes.length === types.length) return undefined;
  return schema.with({
    type: sendableTypes.length === 1 ? first : sendableTypes,
    ...defined({ enum: schema.enum?.filter((value) => value !== null) }),
  });
}

function bounded(parameter: Parameter, schema: SchemaNode, depth: number): SchemaNode {
  const { whole } = schema;
  const { enum: values, union } = whole;
  const types = whole.types.filter((type) => type !== "null");
  if (parameter.in === "path" && parameter.style !== "matrix" && values?.includes("") === true) {
    // No segment is empty: where a document lists nothing else, it says nothing of the others.
    const others = values.filter((value) => value !== "");
    return others.length > 0 ? whole.with({ enum: others }) : whole.without("enum").with({ minLength: 1 });
  }
  if (types.length === 0 && union !== undefined && depth < deepestUnion) {
    const each = union.alternatives.map((entry) => bounded(parameter, entry, depth + 1));
    const isSame = each.every((entry, index) => entry === union.alternatives[index]);
    return isSame ? schema : whole.with({ [union.keyword]: each.map(({ json }) => json) });
  }
  const bounds = Object.assign(
    {},
    ...(types.length === 0 ? (["string"] as const) : types).map((type) => boundsOf(parameter, whole, type)),
    depth === 0 ? partsOf(parameter, whole, types) : {},
  ) as JsonObject;
  return Object.keys(bounds).length === 0 ? schema : schema.with(bounds);
}

/** The items of a list, or the values of an object, with the bounds of the place that they go to. */
function partsOf(parameter: Parameter, schema: SchemaNode, types: readonly JsonType[]): JsonObject {
  if (parameter.in !== "header") return {};
  const part = (value: SchemaNode): SchemaNode => bounded(parameter, value, deepestUnion);
  const { items, properties } = schema;
  if (types.join() === "array" && items?.isBoolean === false) {
    const sendable = part(items);
    return sendable === items ? {} : { items: sendable.json };
  }
  if (types.join() !== "object") return {};
  const written = properties.map(([name, property]) => [name, property, part(property)] as const);
  return written.every(([, property, sendable]) => property === sendable)
    ? {}
    : { properties: fromEntries(written.map(([name, , { json }]): [string, Json] => [name, json])) };
}

function boundsOf(parameter: Parameter, schema: SchemaNode, type: JsonType): JsonObject {
  const isPrecise = schema.says(...precise) || textFormats.has(schema.format ?? "");
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
function something(parameter: Parameter, schema: SchemaNode, type: "array" | "object"): JsonObject {
  const keyword = type === "array" ? "minItems" : "minProperties";
  const isNeeded = parameter.in === "path" || (parameter.required && !parameter.allowEmptyValue);
  return !isNeeded || isAtLeastOne(schema, keyword) ? {} : { [keyword]: 1 };
}

/** Whether the only thing that a schema says of a text is a pattern that the empty one meets. */
function allowsEmpty(schema: SchemaNode): boolean {
  const { pattern: source } = schema;
  if (source === undefined || schema.says("enum", "const")) return false;
  const pattern = patternOf(source);
  return pattern !== undefined && fitting(pattern, stepsFor(source, [""]))("");
}

function isAtLeastOne(schema: SchemaNode, keyword: Bound): boolean {
  return (schema.bound(keyword) ?? 0) > 0;
}

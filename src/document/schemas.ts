/**
 * Where the schemas of an OpenAPI 3 document are. A walk by position, since `properties` may hold a property that is
 * called `schema`, and `x-external` holds parts whose kind only those know that refer to them.
 */
import { isArray, isObject, own, ownString, valueAt, type Json, type JsonObject } from "../base/json.ts";
import { writable, type MutableObject } from "./mutable.ts";

/** Objects of the specification that lead to schemas. */
type Kind =
  | "components"
  | "pathItem"
  | "operation"
  | "parameter"
  | "requestBody"
  | "response"
  | "header"
  | "mediaType"
  | "encoding"
  | "callback"
  | "schema";

/** Fields of each kind: `one` holds an object of that kind, `many` a list or a map of them. */
const fields: Readonly<
  Record<Exclude<Kind, "schema" | "callback">, readonly (readonly [field: string, holds: "one" | "many", kind: Kind])[]>
> = {
  components: [
    ["schemas", "many", "schema"],
    ["parameters", "many", "parameter"],
    ["headers", "many", "header"],
    ["requestBodies", "many", "requestBody"],
    ["responses", "many", "response"],
    ["callbacks", "many", "callback"],
    ["pathItems", "many", "pathItem"],
    ["mediaTypes", "many", "mediaType"],
  ],
  pathItem: [
    ["parameters", "many", "parameter"],
    ...["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"].map(
      (method) => [method, "one", "operation"] as const,
    ),
    ["additionalOperations", "many", "operation"],
  ],
  operation: [
    ["parameters", "many", "parameter"],
    ["requestBody", "one", "requestBody"],
    ["responses", "many", "response"],
    ["callbacks", "many", "callback"],
  ],
  parameter: [
    ["schema", "one", "schema"],
    ["content", "many", "mediaType"],
  ],
  header: [
    ["schema", "one", "schema"],
    ["content", "many", "mediaType"],
  ],
  requestBody: [["content", "many", "mediaType"]],
  response: [
    ["content", "many", "mediaType"],
    ["headers", "many", "header"],
  ],
  mediaType: [
    ["schema", "one", "schema"],
    ["itemSchema", "one", "schema"],
    ["encoding", "many", "encoding"],
    ["itemEncoding", "one", "encoding"],
    ["prefixEncoding", "many", "encoding"],
  ],
  encoding: [
    ["headers", "many", "header"],
    ["encoding", "many", "encoding"],
  ],
};

/**
 * Keywords of JSON Schema 2020-12 and before that hold a schema, or a list or a map of them; and those that mean
 * something else since.
 */
const schemaKeywords: ReadonlyMap<string, "one" | "many" | "reference" | "earlier"> = new Map([
  ["$ref", "reference"],
  ...["nullable", "example", "exclusiveMinimum", "exclusiveMaximum"].map((keyword) => [keyword, "earlier"] as const),
  ...["additionalProperties", "unevaluatedProperties", "items", "unevaluatedItems", "additionalItems", "contains"].map(
    (keyword) => [keyword, "one"] as const,
  ),
  ...["propertyNames", "not", "if", "then", "else", "contentSchema"].map((keyword) => [keyword, "one"] as const),
  ...["allOf", "anyOf", "oneOf", "prefixItems"].map((keyword) => [keyword, "many"] as const),
  ...["properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies"].map(
    (keyword) => [keyword, "many"] as const,
  ),
]);

export interface FoundSchemas {
  /** All of them, an inner one before the one that it stands in. Some that hold no other may be there twice. */
  readonly schemas: readonly MutableObject[];
  /** Those of them that use words of earlier drafts, or say something beside a reference. */
  readonly earlier: readonly MutableObject[];
  /** The texts of the references on the way, each once. */
  readonly references: ReadonlySet<string>;
}

export function schemasOf(root: JsonObject): FoundSchemas {
  const schemas: MutableObject[] = [];
  const earlier: MutableObject[] = [];
  const visited = new Set<object>();
  const behind: { readonly pointer: string; readonly kind: Kind }[] = [];
  const references = new Set<string>();
  const referred = new Map<Kind, Set<string>>();

  const follow = (text: string, kind: Kind): void => {
    if (kind === "schema") {
      if (references.has(text)) return;
    } else {
      const known = referred.get(kind) ?? new Set();
      if (known.has(text)) return;
      referred.set(kind, known.add(text));
    }
    references.add(text);
    behind.push({ pointer: text.slice(1), kind });
  };

  const visit = (value: Json | undefined, kind: Kind): void => {
    if (!isObject(value)) return;
    if (kind === "schema") return visitSchema(value);
    if (visited.has(value)) return;
    visited.add(value);
    const reference = ownString(value, "$ref");
    if (reference !== undefined) follow(reference, kind);
    if (kind === "callback") visitMembers(value, "pathItem");
    else {
      for (const [field, holds, inner] of fields[kind]) {
        const member = own(value, field);
        if (holds === "one") visit(member, inner);
        else visitMembers(member, inner);
      }
    }
  };

  const visitMembers = (value: Json | undefined, kind: Kind): void => {
    if (isArray(value)) for (const element of value) visit(element, kind);
    else if (isObject(value)) for (const key in value) visit(value[key], kind);
  };

  const visitSchema = (schema: JsonObject): void => {
    let keywords = 0;
    let isLeaf = true;
    let isEarlier = false;
    let isReference = false;
    for (const keyword in schema) {
      keywords += 1;
      const role = schemaKeywords.get(keyword);
      if (role === undefined) continue;
      const value = schema[keyword];
      if (role === "earlier") isEarlier = true;
      else if (role === "reference") {
        if (typeof value !== "string") continue;
        isReference = true;
        follow(value, "schema");
      } else if (typeof value === "object" && value !== null) {
        // Most schemas hold no other, and seeing those again does no harm.
        if (isLeaf && visited.size === visited.add(schema).size) return;
        isLeaf = false;
        if (keyword === "dependencies" || (keyword === "items" && isArray(value))) isEarlier = true;
        if (role === "many" || isArray(value)) visitMembers(value, "schema");
        else visit(value, "schema");
      }
    }
    schemas.push(writable(schema));
    if (isEarlier || (isReference && keywords > 1)) earlier.push(writable(schema));
  };

  visit(own(root, "components"), "components");
  visitMembers(own(root, "paths"), "pathItem");
  visitMembers(own(root, "webhooks"), "pathItem");
  for (let next = behind.pop(); next !== undefined; next = behind.pop()) visit(valueAt(root, next.pointer), next.kind);
  return { schemas, earlier, references };
}

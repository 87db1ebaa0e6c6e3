/** The TypeScript type of the values that a JSON Schema (2020-12) admits, as exactly as a type can say it. */
import { isArray, isObject, type Json } from "../base/json.ts";
import type { SchemaNode } from "../base/schema/node.ts";
import type { JsonType } from "../base/schema/types.ts";
import {
  intersectionOf,
  isWord,
  literal,
  never,
  unionOf,
  unknown,
  word,
  type Member,
  type TypeNode,
} from "./type-node.ts";

/** How deep a schema is followed into combinations and references where one type is made of several schemas. */
const deepest = 50;

const combinators = ["$ref", "allOf", "anyOf", "oneOf"];

/**
 * The type of a schema. What a type cannot say (bounds, patterns, `not`, conditions) is left out, so that every value
 * that the schema admits has the type. References become the names of their definitions.
 */
export function typeOfSchema(schema: SchemaNode): TypeNode {
  if (schema.isNever) return never;
  if (schema.const !== undefined) return typeOfValue(schema.const);
  if (schema.enum !== undefined) return unionOf(schema.enum.map(typeOfValue));
  if (!schema.says(...combinators)) return typeOfKeywords(schema, false);
  const parts: TypeNode[] = [];
  const { reference } = schema;
  if (reference !== undefined)
    parts.push(schema.target === undefined ? unknown : { kind: "reference", name: reference });
  for (const member of schema.allOf) if (!isPlainObject(member)) parts.push(typeOfSchema(member));
  for (const alternatives of [schema.oneOf, schema.anyOf]) parts.push(typeOfAny(alternatives ?? []));
  const combined = intersectionOf(parts);
  return intersectionOf([combined, typeOfKeywords(schema, !isWord(combined, "unknown"))]);
}

/** Any of several schemas. One that says nothing about the type, such as `{ required: […] }`, would admit everything. */
function typeOfAny(members: readonly SchemaNode[]): TypeNode {
  return members.length === 0 ? unknown : unionOf(members.map(typeOfSchema));
}

/** The type by the keywords of the schema itself and of those members of `allOf` that only describe an object. */
function typeOfKeywords(schema: SchemaNode, combined: boolean): TypeNode {
  const types = schema.namedTypes;
  const only = types.length === 1 ? types[0] : undefined;
  if (only !== undefined && only !== "array" && only !== "object") return wordOf(only);
  const pieces = [schema, ...schema.allOf.filter(isPlainObject)];
  if (types.length === 0) {
    const describesObject = pieces.some((piece) => piece.hasProperties || piece.says("additionalProperties"));
    if (describesObject || promises(schema)) return typeOfObject(pieces, combined);
    return schema.says("items", "prefixItems") ? typeOfArray(schema) : unknown;
  }
  return unionOf(
    types.map((named) => {
      switch (named) {
        case "array":
          return typeOfArray(schema);
        case "object":
          return typeOfObject(pieces, combined && types.length === 1);
        case "string":
        case "boolean":
        case "null":
        case "number":
        case "integer":
          return wordOf(named);
        default:
          return named satisfies never;
      }
    }),
  );
}

function wordOf(type: Exclude<JsonType, "array" | "object">): TypeNode {
  return word(type === "integer" ? "number" : type);
}

function typeOfArray({ items, prefixItems }: SchemaNode): TypeNode {
  const rest = items === undefined ? unknown : typeOfSchema(items);
  return {
    kind: "array",
    item: prefixItems === undefined ? rest : unionOf([...prefixItems.map(typeOfSchema), rest]),
  };
}

/**
 * The object that several schemas describe together.
 *
 * @param combined Whether other types stand beside it: then an object without properties adds nothing.
 */
function typeOfObject(pieces: readonly SchemaNode[], combined: boolean): TypeNode {
  const [schema] = pieces;
  const required = new Set(pieces.flatMap((piece) => piece.required));
  const properties = new Map<string, Property>();
  for (const piece of pieces)
    for (const [name, property] of piece.properties) {
      const known = properties.get(name);
      const found = propertyOf(name, property, !required.has(name));
      properties.set(name, known === undefined ? found : bothOf(known, found));
    }
  // What is required here may be described, as optional, by a schema that is referred to.
  for (const name of required) {
    const inherited = properties.has(name) ? undefined : inheritedProperty(schema, name, 0);
    if (inherited !== undefined) properties.set(name, propertyOf(name, inherited, false));
  }
  const members: Member[] = [...properties.values()];
  const index = indexOf(pieces, members.length > 0, combined);
  if (index !== undefined) members.push({ kind: "index", type: index });
  return members.length === 0 ? unknown : { kind: "object", members };
}

type Property = Extract<Member, { readonly kind: "property" }>;

function propertyOf(name: string, schema: SchemaNode, optional: boolean): Property {
  const { description, deprecated } = schema;
  return { kind: "property", name, optional, type: typeOfSchema(schema), description, deprecated };
}

/** A property that two schemas describe. */
function bothOf(one: Property, other: Property): Property {
  return {
    ...one,
    type: intersectionOf([one.type, other.type]),
    description: one.description ?? other.description,
    deprecated: one.deprecated || other.deprecated,
  };
}

/** The type behind further keys, where an index signature would hold for the named ones too. */
function indexOf(pieces: readonly SchemaNode[], named: boolean, combined: boolean): TypeNode | undefined {
  const further = pieces.flatMap(({ additionalProperties }) => additionalProperties ?? []);
  const patterns = pieces.some((piece) => piece.says("patternProperties"));
  if (named || combined) {
    const open = further.length > 0 && further.every((value) => isWord(typeOfSchema(value), "unknown"));
    return open && !combined ? unknown : undefined;
  }
  if (patterns) return unknown;
  return further.length === 0 ? unknown : intersectionOf(further.map(typeOfSchema));
}

/** Whether a schema without a type requires properties that a schema it refers to describes. */
function promises(schema: SchemaNode): boolean {
  const pieces = [schema, ...schema.allOf.filter(isPlainObject)];
  return pieces.flatMap(({ required }) => required).some((name) => inheritedProperty(schema, name, 0) !== undefined);
}

/** The schema of a property in what a schema refers to or is composed of. */
function inheritedProperty(schema: SchemaNode | undefined, name: string, depth: number): SchemaNode | undefined {
  if (schema === undefined || depth > deepest) return undefined;
  for (const parent of [...schema.allOf, schema.target]) {
    const found = parent?.property(name) ?? inheritedProperty(parent, name, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A schema that only describes properties, so that it can be read together with the one that it is a part of. */
function isPlainObject(schema: SchemaNode): boolean {
  if (typeof schema.json === "boolean" || schema.says("const", "enum", ...combinators)) return false;
  const types = schema.namedTypes;
  return types.length === 0 ? !schema.says("items") : types.length === 1 && types[0] === "object";
}

function typeOfValue(value: Json): TypeNode {
  if (isArray(value)) return { kind: "array", item: unknown };
  if (isObject(value)) return { kind: "object", members: [{ kind: "index", type: unknown }] };
  return literal(value);
}

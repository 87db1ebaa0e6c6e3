/** The TypeScript type of the values that a JSON Schema (2020-12) admits, as exactly as a type can say it. */
import { isArray, isObject, own, ownString, type Json, type JsonObject } from "../base/json.ts";
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

/** Schemas that `#/$defs/<Name>` refers to. */
export type Definitions = ReadonlyMap<string, Json>;

/** How deep a schema is followed into combinations and references where one type is made of several schemas. */
const deepest = 50;

const combinators = ["$ref", "allOf", "anyOf", "oneOf"];

/**
 * The type of a schema. What a type cannot say (bounds, patterns, `not`, conditions) is left out, so that every value
 * that the schema admits has the type. References become the names of their definitions.
 */
export function typeOfSchema(schema: Json | undefined, definitions: Definitions): TypeNode {
  if (schema === false) return never;
  if (!isObject(schema)) return unknown;
  if (Object.hasOwn(schema, "const")) return typeOfValue(schema["const"] ?? null);
  const values = own(schema, "enum");
  if (isArray(values)) return unionOf(values.map(typeOfValue));
  if (!combinators.some((keyword) => Object.hasOwn(schema, keyword))) return typeOfKeywords(schema, definitions, false);
  const parts: TypeNode[] = [];
  const reference = referenceOf(schema);
  if (reference !== undefined)
    parts.push(definitions.has(reference) ? { kind: "reference", name: reference } : unknown);
  for (const member of membersOf(schema, "allOf"))
    if (!isPlainObject(member)) parts.push(typeOfSchema(member, definitions));
  for (const keyword of ["oneOf", "anyOf"]) parts.push(typeOfAny(membersOf(schema, keyword), definitions));
  const combined = intersectionOf(parts);
  return intersectionOf([combined, typeOfKeywords(schema, definitions, !isWord(combined, "unknown"))]);
}

/** Any of several schemas. One that says nothing about the type, such as `{ required: […] }`, would admit everything. */
function typeOfAny(members: readonly Json[], definitions: Definitions): TypeNode {
  return members.length === 0 ? unknown : unionOf(members.map((member) => typeOfSchema(member, definitions)));
}

/** The type by the keywords of the schema itself and of those members of `allOf` that only describe an object. */
function typeOfKeywords(schema: JsonObject, definitions: Definitions, combined: boolean): TypeNode {
  const types = namedTypes(schema);
  const [type] = types;
  if (types.length === 1 && (type === "string" || type === "boolean" || type === "null")) return word(type);
  if (types.length === 1 && (type === "number" || type === "integer")) return word("number");
  const pieces = [schema, ...membersOf(schema, "allOf").filter(isPlainObject)];
  const describesObject = pieces.some(
    (piece) => isObject(own(piece, "properties")) || Object.hasOwn(piece, "additionalProperties"),
  );
  if (types.length === 0) {
    const describesArray = Object.hasOwn(schema, "items") || Object.hasOwn(schema, "prefixItems");
    if (describesObject || promises(schema, definitions)) return typeOfObject(pieces, definitions, combined);
    return describesArray ? typeOfArray(schema, definitions) : unknown;
  }
  return unionOf(
    types.map((named) => {
      switch (named) {
        case "string":
        case "boolean":
        case "null":
          return word(named);
        case "number":
        case "integer":
          return word("number");
        case "array":
          return typeOfArray(schema, definitions);
        case "object":
          return typeOfObject(pieces, definitions, combined && types.length === 1);
        default:
          return unknown;
      }
    }),
  );
}

function typeOfArray(schema: JsonObject, definitions: Definitions): TypeNode {
  const items = own(schema, "items");
  const first = own(schema, "prefixItems");
  if (!isArray(first)) return { kind: "array", item: typeOfSchema(items, definitions) };
  return { kind: "array", item: unionOf([...first, items ?? true].map((item) => typeOfSchema(item, definitions))) };
}

/**
 * The object that several schemas describe together.
 *
 * @param combined Whether other types stand beside it: then an object without properties adds nothing.
 */
function typeOfObject(pieces: readonly JsonObject[], definitions: Definitions, combined: boolean): TypeNode {
  const [schema = {}] = pieces;
  const required = new Set(pieces.length === 1 ? requiredOf(schema) : pieces.flatMap(requiredOf));
  const properties = new Map<string, readonly Json[]>();
  for (const piece of pieces) {
    const described = own(piece, "properties");
    if (!isObject(described)) continue;
    for (const name of Object.keys(described)) {
      const known = properties.get(name);
      const schemas = [described[name] ?? true];
      properties.set(name, known === undefined ? schemas : [...known, ...schemas]);
    }
  }
  // What is required here may be described, as optional, by a schema that is referred to.
  for (const name of required) {
    const inherited = properties.has(name) ? undefined : inheritedProperty(schema, name, definitions, 0);
    if (inherited !== undefined) properties.set(name, [inherited]);
  }
  const members = [...properties].map(([name, schemas]): Member => {
    const described = schemas.find((item) => ownString(item, "description") !== undefined);
    return {
      kind: "property",
      name,
      optional: !required.has(name),
      type: intersectionOf(schemas.map((item) => typeOfSchema(item, definitions))),
      description: ownString(described, "description"),
      deprecated: schemas.some((item) => own(item, "deprecated") === true),
    };
  });
  const index = indexOf(pieces, members.length > 0, combined, definitions);
  if (index !== undefined) members.push({ kind: "index", type: index });
  return members.length === 0 ? unknown : { kind: "object", members };
}

/** The type behind further keys, where an index signature would hold for the named ones too. */
function indexOf(
  pieces: readonly JsonObject[],
  named: boolean,
  combined: boolean,
  definitions: Definitions,
): TypeNode | undefined {
  const further = pieces.map((piece) => own(piece, "additionalProperties")).filter((value) => value !== undefined);
  const patterns = pieces.some((piece) => isObject(own(piece, "patternProperties")));
  if (named || combined) {
    const open = further.length > 0 && further.every((value) => isWord(typeOfSchema(value, definitions), "unknown"));
    return open && !combined ? unknown : undefined;
  }
  if (patterns) return unknown;
  return further.length === 0 ? unknown : intersectionOf(further.map((value) => typeOfSchema(value, definitions)));
}

/** Whether a schema without a type requires properties that a schema it refers to describes. */
function promises(schema: JsonObject, definitions: Definitions): boolean {
  const pieces = [schema, ...membersOf(schema, "allOf").filter(isPlainObject)];
  return pieces.flatMap(requiredOf).some((name) => inheritedProperty(schema, name, definitions, 0) !== undefined);
}

/** The schema of a property in what a schema refers to or is composed of. */
function inheritedProperty(
  schema: Json | undefined,
  name: string,
  definitions: Definitions,
  depth: number,
): Json | undefined {
  if (!isObject(schema) || depth > deepest) return undefined;
  const reference = referenceOf(schema);
  const parents = [
    ...membersOf(schema, "allOf"),
    ...(reference === undefined ? [] : [definitions.get(reference) ?? true]),
  ];
  for (const parent of parents) {
    const found = own(own(parent, "properties"), name) ?? inheritedProperty(parent, name, definitions, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A schema that only describes properties, so that it can be read together with the one that it is a part of. */
function isPlainObject(schema: Json): schema is JsonObject {
  if (!isObject(schema) || Object.hasOwn(schema, "const") || Object.hasOwn(schema, "enum")) return false;
  if (combinators.some((keyword) => Object.hasOwn(schema, keyword))) return false;
  const types = namedTypes(schema);
  return types.length === 0 ? !Object.hasOwn(schema, "items") : types.length === 1 && types[0] === "object";
}

function namedTypes(schema: JsonObject): readonly string[] {
  const type = own(schema, "type");
  if (typeof type === "string") return [type];
  return isArray(type) ? type.filter((item) => typeof item === "string") : [];
}

function requiredOf(schema: JsonObject): readonly string[] {
  const required = own(schema, "required");
  return isArray(required) ? required.filter((name) => typeof name === "string") : [];
}

function membersOf(schema: JsonObject, keyword: string): readonly Json[] {
  const members = own(schema, keyword);
  return isArray(members) ? members : [];
}

function referenceOf(schema: JsonObject): string | undefined {
  const reference = ownString(schema, "$ref");
  return reference?.startsWith("#/$defs/") === true ? reference.slice("#/$defs/".length) : undefined;
}

function typeOfValue(value: Json): TypeNode {
  if (isArray(value)) return { kind: "array", item: unknown };
  if (isObject(value)) return { kind: "object", members: [{ kind: "index", type: unknown }] };
  return literal(value);
}

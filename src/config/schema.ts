/** The JSON Schema of the configuration file, for editors: from the same table as the flags. */
import { defined } from "../base/defined.ts";
import { type Json, type JsonObject, put } from "../base/json.ts";
import type { Field, Shape } from "./shape.ts";

/** JSON Schema (draft-07, which every editor knows) of a file with these fields. */
export function configurationSchema(fields: readonly Field[]): JsonObject {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "openapi-to-mcp.yaml",
    description: "What a server of openapi-to-mcp is generated from. Paths are relative to the file.",
    ...objectOf(fields, 0),
  };
}

function schemaOf(shape: Shape): JsonObject {
  switch (shape.kind) {
    case "text":
      return shape.pattern === undefined
        ? { type: "string", minLength: 1 }
        : { type: "string", pattern: shape.pattern };
    case "choice":
      return { enum: [...shape.of] };
    case "number":
      return { type: "number", exclusiveMinimum: 0 };
    case "boolean":
      return shape.only === undefined ? { type: "boolean" } : { const: shape.only };
    case "any":
      return {};
    case "list":
      return {
        type: "array",
        items: schemaOf(shape.of),
        ...defined({ minItems: shape.least }),
      };
    case "names":
      return { type: "object", additionalProperties: schemaOf(shape.of) };
    case "fields":
      return objectOf(shape.fields, shape.least ?? 0);
    case "either":
      return { anyOf: shape.of.map(schemaOf) };
    default:
      return shape satisfies never;
  }
}

function objectOf(fields: readonly Field[], least: number): JsonObject {
  const properties: Record<string, Json> = {};
  for (const { key, shape, description, default: standard } of fields)
    put(properties, key, { description, ...defined({ default: standard }), ...schemaOf(shape) });
  const required = fields.filter((field) => field.required === true).map(({ key }) => key);
  return {
    type: "object",
    properties,
    ...(required.length === 0 ? {} : { required }),
    ...(least === 0 ? {} : { minProperties: least }),
    additionalProperties: false,
  };
}

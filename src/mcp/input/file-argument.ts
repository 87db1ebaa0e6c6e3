/** File arguments in schemas: as they are listed, and as they are accepted. */
import { type Json, type JsonObject, isObject, own, ownString } from "../../base/json.ts";
import type { JsonSchema } from "../model.ts";

/** RFC 4648 §4, with padding and without stray bits. */
const base64 = "^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?$";

/** A file as an argument: text as it is, or bytes in Base64 with what a server wants to know of them. */
export const fileSchema: JsonObject = {
  description: "A file: its text, or an object with its bytes in Base64.",
  anyOf: [
    { type: "string" },
    {
      type: "object",
      properties: {
        data: { type: "string", description: "Base64", pattern: base64 },
        filename: { type: "string" },
        media_type: { type: "string", pattern: "^[\\w.+-]+/[\\w.+-]+$" },
      },
      required: ["data"],
      additionalProperties: false,
    },
  ],
};

/** The file argument as the server accepts it: also by path below its file root, or by URL. */
export const fileValidation: JsonObject = {
  anyOf: [
    { type: "string" },
    {
      type: "object",
      properties: {
        data: { type: "string" },
        path: { type: "string" },
        url: { type: "string" },
        filename: { type: "string" },
        media_type: { type: "string" },
      },
      additionalProperties: false,
    },
  ],
};

/** Stands in a schema where a file argument goes; `portableFile` and `validationFile` put the two forms in its place. */
export const fileFormat = "openapi-to-mcp-file";
export const filePlaceholder: JsonObject = { type: "string", format: fileFormat };

export function isFile(schema: JsonSchema): boolean {
  return isObject(schema) && own(schema, "format") === fileFormat;
}

/** A schema with its file arguments in the form that a server accepts. */
export function validationFile(schema: JsonSchema): JsonSchema {
  return replaceFile(schema, fileValidation);
}

/** A schema with its file arguments in the form that is listed. */
export function portableFile(schema: JsonSchema): JsonSchema {
  return replaceFile(schema, fileSchema);
}

/** The listed schema of a body that is one argument: fields that are files have the form that is listed for them. */
export function listedFiles(schema: JsonSchema, listed: JsonObject): JsonObject {
  const properties = isObject(schema) ? own(schema, "properties") : undefined;
  const shown = own(listed, "properties");
  if (!isObject(properties) || !isObject(shown)) return listed;
  const isAccepted = (field: Json | undefined): boolean => own(field, "anyOf") === own(fileValidation, "anyOf");
  const names = Object.keys(shown).filter((name) => {
    const field = own(properties, name);
    return isAccepted(field) || isAccepted(own(field, "items"));
  });
  if (names.length === 0) return listed;
  return {
    ...listed,
    properties: Object.fromEntries(
      Object.keys(shown).map((name): [string, Json] => {
        const field = own(shown, name) ?? {};
        const items = own(field, "items");
        const told = own(items ?? field, "description");
        const file = told === undefined ? fileSchema : { ...fileSchema, description: told };
        if (!names.includes(name)) return [name, field];
        return [name, isObject(field) && items !== undefined ? { ...field, items: file } : file];
      }),
    ),
  };
}

function replaceFile(schema: JsonSchema, file: JsonObject): JsonSchema {
  if (!isObject(schema)) return schema;
  const described = ownString(schema, "description");
  if (isFile(schema)) return described === undefined ? file : { ...file, description: described };
  const items = own(schema, "items");
  return items !== undefined && isFile(items as JsonSchema) ? { ...schema, items: file } : schema;
}

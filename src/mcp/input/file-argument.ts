/** File arguments in schemas: as they are listed, and as they are accepted. */
import { defined } from "../../base/defined.ts";
import type { JsonObject } from "../../base/json.ts";
import { mapParts } from "../../base/schema/map-parts.ts";
import { type SchemaNode, standalone } from "../../base/schema/node.ts";

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

const fileText: JsonObject = { type: "string" };

/** The file argument as the server accepts it: also by path below its file root, or by URL. */
export const fileValidation: JsonObject = {
  anyOf: [
    fileText,
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
export const filePlaceholder = standalone.of({ type: "string", format: fileFormat });

export function isFile({ format }: SchemaNode): boolean {
  return format === fileFormat;
}

/** A schema with its file arguments in the form that a server accepts. */
export function validationFile(schema: SchemaNode): SchemaNode {
  return replaceFile(schema, fileValidation);
}

/** A schema with its file arguments in the form that is listed. */
export function portableFile(schema: SchemaNode): SchemaNode {
  return replaceFile(schema, fileSchema);
}

/** The listed schema of a body that is one argument: fields that are files have the form that is listed for them. */
export function listedFiles(schema: SchemaNode, listed: SchemaNode): SchemaNode {
  if (!schema.hasProperties) return listed;
  const isAccepted = (field: SchemaNode | undefined): boolean => field?.anyOf?.[0]?.json === fileText;
  return mapParts(listed, (shown, keyword, name) => {
    const field = keyword === "properties" && name !== undefined ? schema.property(name) : undefined;
    if (!isAccepted(field) && !isAccepted(field?.items)) return shown;
    const { items } = shown;
    const told = (items ?? shown).description;
    const file = told === undefined ? fileSchema : { ...fileSchema, description: told };
    return items === undefined ? standalone.of(file) : shown.with({ items: file });
  });
}

function replaceFile(schema: SchemaNode, file: JsonObject): SchemaNode {
  const { description, items } = schema;
  if (isFile(schema)) return schema.schemas.of({ ...file, ...defined({ description }) });
  return items !== undefined && isFile(items) ? schema.with({ items: file }) : schema;
}

/** How a request body becomes arguments: its fields beside the parameters, or one argument that holds the whole. */
import type { Body, Content, Schema } from "../api/model.ts";
import { type Json, type JsonObject, isArray, isObject, own, ownString } from "../json.ts";
import { encodingOf, essence, isSequential } from "./media-type.ts";
import { mergeAllOf } from "./merge.ts";
import type { CallPlan, JsonSchema } from "./model.ts";
import { typesOf } from "./schema-facts.ts";

export type BodyContent = NonNullable<CallPlan["request"]["body"]>["contents"][number];
type FieldEncoding = NonNullable<BodyContent["fields"]>[string];

/** What a body is asked for as. */
export type BodyShape =
  | {
      readonly kind: "fields";
      readonly fields: readonly { readonly name: string; readonly schema: JsonSchema; readonly required: boolean }[];
    }
  | { readonly kind: "whole"; readonly schema: JsonSchema; readonly required: boolean };

/** One content as it would be asked for. */
export interface ShapedContent {
  readonly content: BodyContent;
  readonly shape: BodyShape;
  /** Why it is asked for in this way. */
  readonly reason: string;
}

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
const fileValidation: JsonObject = {
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
const filePlaceholder: JsonObject = { type: "string", format: fileFormat };

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

/** Whether the XML of a content can be written from its value: the schema has parts, and its elements have names. */
export function isWrittenXml(content: Content, definitions: ReadonlyMap<string, Schema>): boolean {
  return content.xml !== undefined && isComposite(content.schema, definitions);
}

function isComposite(schema: JsonSchema | undefined, definitions: ReadonlyMap<string, Schema>): boolean {
  return schemaTypes(schema, definitions).some((type) => type === "object" || type === "array");
}

/** The types that a schema allows, with what it refers to and is composed of. Empty: any. */
export function schemaTypes(
  schema: JsonSchema | undefined,
  definitions: ReadonlyMap<string, Schema>,
): readonly string[] {
  return isObject(schema) ? typesOf(mergeAllOf(schema, definitions)) : [];
}

/** How one content is asked for. */
export function shapeContent(content: Content, body: Body, definitions: ReadonlyMap<string, Schema>): ShapedContent {
  const encoding = isWrittenXml(content, definitions) ? "xml" : encodingOf(content.mediaType);
  const mediaType = sendable(content.mediaType, encoding);
  const plain: BodyContent = { mediaType, encoding, ...(encoding === "xml" ? { xml: content.xml } : {}) };
  if (encoding === "text" || encoding === "binary") {
    const schema = encoding === "binary" ? filePlaceholder : textOf(content, definitions);
    return {
      content: plain,
      shape: { kind: "whole", schema, required: body.required },
      reason: `${mediaType} is sent as ${encoding === "text" ? "text" : "bytes"}`,
    };
  }
  const schema = content.schema ?? (encoding === "json" ? {} : { type: "object" });
  const flat = flatten(schema, definitions);
  const fieldSchemas = flat ?? fieldsOf(schema, definitions);
  const fields = encoding === "json" || encoding === "xml" ? {} : fieldEncodings(content, fieldSchemas, encoding);
  const written: BodyContent = Object.keys(fields).length === 0 ? plain : { ...plain, fields };
  if (flat === undefined) {
    return {
      content: written,
      shape: { kind: "whole", schema: withFiles(schema, fields, definitions), required: body.required },
      reason: `the ${mediaType} body is one argument, since its schema is no plain object`,
    };
  }
  const asked = flat.map((field) => ({
    ...field,
    schema: fileField(field.schema, Object.hasOwn(fields, field.name) && fields[field.name]?.file === true),
  }));
  return {
    content: written,
    shape: { kind: "fields", fields: asked },
    reason: `the fields of the ${mediaType} body stand beside the parameters`,
  };
}

/** A range such as `application/*+xml` (RFC 9110 §12.5.1) says what would be taken: one of those is what is sent. */
function sendable(mediaType: string, encoding: BodyContent["encoding"]): string {
  if (!mediaType.includes("*")) return mediaType;
  switch (encoding) {
    case "json":
      return "application/json";
    case "xml":
      return "application/xml";
    case "text":
      return /\+xml$/.test(essence(mediaType)) ? "application/xml" : "text/plain";
    case "form":
    case "multipart":
      return "multipart/form-data";
    case "binary":
      // Which of the range it is, the file says.
      return /^(?:image|audio|video|font)\/\*$/.test(essence(mediaType))
        ? essence(mediaType)
        : "application/octet-stream";
    default:
      return encoding satisfies never;
  }
}

/**
 * The media type of a body whose schema describes fields or a list, while this server can send it only as the text or
 * bytes that the caller writes; `undefined` where nothing is lost.
 */
export function unwrittenType(
  body: Body,
  contents: readonly BodyContent[],
  definitions: ReadonlyMap<string, Schema>,
): string | undefined {
  const [used] = contents;
  if (used?.encoding !== "text" && used?.encoding !== "binary") return undefined;
  const schema = body.contents.find(({ mediaType }) => mediaType === used.mediaType)?.schema;
  return isComposite(schema, definitions) ? used.mediaType : undefined;
}

const scalarTypes = new Set(["string", "integer", "number", "boolean"]);

/** The schema of a text body: the document's where it describes one text, number or boolean, else any text. */
function textOf(content: Content, definitions: ReadonlyMap<string, Schema>): JsonSchema {
  const schema = isObject(content.schema) ? mergeAllOf(content.schema, definitions) : {};
  const described = ownString(schema, "description");
  const [type, ...others] = typesOf(schema);
  if (!isSequential(content.mediaType) && others.length === 0 && type !== undefined && scalarTypes.has(type))
    return schema;
  return { type: "string", description: described ?? `The body as ${content.mediaType}.` };
}

/** Keywords that a schema may have and still be a plain list of fields. */
const plainKeywords = new Set(
  "type title description properties required additionalProperties examples default deprecated minProperties readOnly writeOnly".split(
    " ",
  ),
);

type Field = { readonly name: string; readonly schema: JsonSchema; readonly required: boolean };

/** The fields of a schema that is a plain object; `undefined` where flat fields could not say the same. */
function flatten(schema: JsonSchema, definitions: ReadonlyMap<string, Schema>): readonly Field[] | undefined {
  if (!isObject(schema)) return undefined;
  const merged = mergeAllOf(schema, definitions);
  const types = typesOf(merged);
  const properties = own(merged, "properties");
  const additional = own(merged, "additionalProperties");
  const minimum = own(merged, "minProperties");
  const required = own(merged, "required");
  const names = isObject(properties) ? Object.keys(properties) : [];
  if (types.length !== 1 || types[0] !== "object") return undefined;
  if (!Object.keys(merged).every((key) => plainKeywords.has(key)) || (additional !== undefined && additional !== false))
    return undefined;
  if (isArray(required) && required.some((name) => typeof name !== "string" || !names.includes(name))) return undefined;
  if (typeof minimum === "number" && minimum > (isArray(required) ? required.length : 0)) return undefined;
  // An object without properties is free-form, unless it is closed: then there is nothing to ask for.
  if (names.length === 0 && additional !== false) return undefined;
  return fieldsOf(merged, definitions);
}

function fieldsOf(schema: JsonSchema, definitions: ReadonlyMap<string, Schema>): readonly Field[] {
  const merged = isObject(schema) ? mergeAllOf(schema, definitions) : {};
  const properties = own(merged, "properties");
  const required = own(merged, "required");
  if (!isObject(properties)) return [];
  const isRequired = (name: string): boolean => isArray(required) && required.includes(name);
  const names = Object.keys(properties).filter((name) => own(properties, name) !== false);
  return [...names.filter(isRequired), ...names.filter((name) => !isRequired(name))].map((name) => ({
    name,
    schema: (own(properties, name) ?? {}) as JsonSchema,
    required: isRequired(name),
  }));
}

/** Encoding of each field that deviates from its default (§4.8.15.1), and which of them are files. */
function fieldEncodings(
  content: Content,
  fields: readonly Field[],
  encoding: "form" | "multipart",
): { readonly [name: string]: FieldEncoding } {
  const entries = fields.flatMap(({ name, schema }): [string, FieldEncoding][] => {
    const given = content.encoding.get(name);
    const file = encoding === "multipart" && isBinary(schema);
    const headers = Object.fromEntries(given?.headers ?? []);
    const field: FieldEncoding = {
      ...(given?.contentType === undefined ? {} : { contentType: given.contentType }),
      ...(given?.style === undefined ? {} : { style: given.style }),
      ...(given?.explode === undefined ? {} : { explode: given.explode }),
      ...(given?.allowReserved === true ? { allowReserved: true } : {}),
      ...(file ? { file: true } : {}),
      ...(Object.keys(headers).length === 0 ? {} : { headers }),
    };
    return Object.keys(field).length === 0 ? [] : [[name, field]];
  });
  return Object.fromEntries(entries);
}

/** Whether values are bytes: `format: binary`, or a media type without an encoding (§4.8.24.4). */
function isBinary(schema: JsonSchema): boolean {
  if (!isObject(schema)) return false;
  const items = own(schema, "items");
  if (items !== undefined) return isBinary(items as JsonSchema);
  if (own(schema, "format") === "binary") return true;
  const mediaType = ownString(schema, "contentMediaType");
  return mediaType !== undefined && own(schema, "contentEncoding") === undefined && encodingOf(mediaType) === "binary";
}

function fileField(schema: JsonSchema, file: boolean): JsonSchema {
  if (!file || !isObject(schema)) return schema;
  const description = ownString(schema, "description");
  const described: JsonObject = description === undefined ? filePlaceholder : { ...filePlaceholder, description };
  const items = own(schema, "items");
  if (items === undefined) return described;
  const kept = Object.keys(schema).filter((key) => ["type", "description", "minItems", "maxItems"].includes(key));
  return Object.fromEntries([
    ...kept.map((key): [string, Json] => [key, own(schema, key) ?? null]),
    ["items", filePlaceholder],
  ]);
}

/** A whole body with file arguments at the fields that are files. */
function withFiles(
  schema: JsonSchema,
  fields: { readonly [name: string]: FieldEncoding },
  definitions: ReadonlyMap<string, Schema>,
): JsonSchema {
  const files = Object.keys(fields).filter((name) => fields[name]?.file === true);
  if (files.length === 0 || !isObject(schema)) return schema;
  const merged = mergeAllOf(schema, definitions);
  const properties = own(merged, "properties");
  if (!isObject(properties)) return schema;
  return {
    ...merged,
    properties: Object.fromEntries(
      Object.keys(properties).map((name) => [
        name,
        files.includes(name)
          ? validationFile(fileField((own(properties, name) ?? {}) as JsonSchema, true))
          : (own(properties, name) ?? {}),
      ]),
    ),
  };
}

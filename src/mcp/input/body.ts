/** How a request body becomes arguments: its fields beside the parameters, or one argument that holds the whole. */
import type { Body, Content, Schema } from "../../api/model.ts";
import { type JsonObject, isArray, isObject, own, ownString } from "../../base/json.ts";
import { filePlaceholder } from "./file-argument.ts";
import { encodingOf, essence, isSequential } from "./media-type.ts";
import { mergeAllOf } from "../listed/merge.ts";
import { joinSentences } from "../text/sentence.ts";
import type { CallPlan, JsonSchema } from "../model.ts";
import { fileField, partEncodings, withFiles } from "./part-encoding.ts";
import { typesOf } from "../listed/schema-facts.ts";

export type BodyContent = NonNullable<CallPlan["request"]["body"]>["contents"][number];

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
  const given = isWrittenXml(content, definitions) ? "xml" : encodingOf(content.mediaType);
  const encoding = given === "form" && isScalar(content.schema, definitions) ? "text" : given;
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
  const schema = namedFields(content, encoding, definitions);
  const flat = flatten(schema, definitions);
  const parts = encoding === "json" || encoding === "xml" ? {} : partEncodings(content, schema, encoding, definitions);
  const fields = parts.fields ?? {};
  const written: BodyContent = { ...plain, ...parts };
  const order = orderOf(content, schema, flat, definitions);
  if (flat === undefined) {
    return {
      content: { ...written, ...order },
      shape: { kind: "whole", schema: withFiles(schema, parts, definitions), required: body.required },
      reason: `the ${mediaType} body is one argument, since its schema is no plain object`,
    };
  }
  const asked = flat.map((field) => {
    const encoded = Object.hasOwn(fields, field.name) ? fields[field.name] : undefined;
    const schema =
      encoded?.file === true ? fileField(field.schema) : withFiles(field.schema, encoded ?? {}, definitions);
    return { ...field, schema };
  });
  return {
    content: { ...written, ...order },
    shape: { kind: "fields", fields: asked },
    reason: `the fields of the ${mediaType} body stand beside the parameters`,
  };
}

/** The order of a form's fields, where it is not the one in which they are asked for. */
function orderOf(
  { order = [] }: Content,
  schema: JsonSchema,
  flat: readonly { readonly name: string }[] | undefined,
  definitions: ReadonlyMap<string, Schema>,
): Pick<BodyContent, "order"> {
  const properties = isObject(schema) ? own(mergeAllOf(schema, definitions), "properties") : undefined;
  const asked = flat?.map(({ name }) => name);
  // Alternatives have properties that the schema as a whole does not.
  const written = asked === undefined ? order : order.filter((name) => own(properties, name) !== undefined);
  return written.length < 2 || written.join("\n") === asked?.join("\n") ? {} : { order: written };
}

/** Whether a content is one text, which a form can be as well as any other. */
function isScalar(schema: JsonSchema | undefined, definitions: ReadonlyMap<string, Schema>): boolean {
  const types = schemaTypes(schema, definitions).filter((type) => type !== "null");
  return types.length > 0 && types.every((type) => scalarTypes.has(type));
}

/**
 * The schema of a body of fields. What it says of a list or a text cannot be sent as a form, or as parts that need
 * names (RFC 7578 §4.2): the caller names the fields then.
 */
function namedFields(
  content: Content,
  encoding: BodyContent["encoding"],
  definitions: ReadonlyMap<string, Schema>,
): JsonSchema {
  const schema = content.schema ?? schemaOfItems(content);
  if (encoding === "json" || encoding === "xml") return schema ?? {};
  const needsNames = encoding === "form" || essence(content.mediaType) === "multipart/form-data";
  const merged = isObject(schema) ? mergeAllOf(schema, definitions) : {};
  const isUnion = ["anyOf", "oneOf"].some((keyword) => own(merged, keyword) !== undefined);
  const types = typesOf(merged);
  const isOpen = types.length === 0 && !isUnion;
  if (schema !== undefined && !isOpen && (!needsNames || isUnion || types.includes("object"))) return schema;
  if (isOpen) return { ...merged, type: "object" };
  const described = ownString(merged, "description");
  const note = "The document names no fields: name them here.";
  return { type: "object", description: described === undefined ? note : joinSentences([described, note]) };
}

/** The list whose items a content describes one by one (§4.8.14.3). */
function schemaOfItems({ mediaType, itemSchema }: Content): JsonObject | undefined {
  return itemSchema === undefined || !essence(mediaType).startsWith("multipart/")
    ? undefined
    : { type: "array", items: itemSchema };
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

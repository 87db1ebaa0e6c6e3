/** How a request body becomes arguments: its fields beside the parameters, or one argument that holds the whole. */
import type { Body, Content } from "../../api/model.ts";
import { type SchemaNode, standalone } from "../../base/schema/node.ts";
import type { JsonType } from "../../base/schema/types.ts";
import { filePlaceholder } from "./file-argument.ts";
import { encodingOf, essence, isSequential } from "./media-type.ts";
import { joinSentences } from "../text/sentence.ts";
import type { CallPlan } from "../model.ts";
import { fileField, partEncodings, withFiles } from "./part-encoding.ts";

export type BodyContent = NonNullable<CallPlan["request"]["body"]>["contents"][number];

/** What a body is asked for as. */
export type BodyShape =
  | {
      readonly kind: "fields";
      readonly fields: readonly Field[];
    }
  | { readonly kind: "whole"; readonly schema: SchemaNode; readonly required: boolean };

interface Field {
  readonly name: string;
  readonly schema: SchemaNode;
  readonly required: boolean;
}

/** One content as it would be asked for. */
export interface ShapedContent {
  readonly content: BodyContent;
  readonly shape: BodyShape;
  /** Why it is asked for in this way. */
  readonly reason: string;
}

/** Whether the XML of a content can be written from its value: the schema has parts, and its elements have names. */
export function isWrittenXml({ xml, schema }: Content): boolean {
  return xml !== undefined && isComposite(schema);
}

function isComposite(schema: SchemaNode | undefined): boolean {
  return schema?.whole.types.some((type) => type === "object" || type === "array") === true;
}

/** How one content is asked for. */
export function shapeContent(content: Content, body: Body): ShapedContent {
  const given = isWrittenXml(content) ? "xml" : encodingOf(content.mediaType);
  const encoding = given === "form" && isScalar(content.schema) ? "text" : given;
  const mediaType = sendable(content.mediaType, encoding);
  const plain: BodyContent = { mediaType, encoding, ...(encoding === "xml" ? { xml: content.xml } : {}) };
  if (encoding === "text" || encoding === "binary") {
    const schema = encoding === "binary" ? filePlaceholder : textOf(content);
    return {
      content: plain,
      shape: { kind: "whole", schema, required: body.required },
      reason: `${mediaType} is sent as ${encoding === "text" ? "text" : "bytes"}`,
    };
  }
  const schema = namedFields(content, encoding);
  const flat = flatten(schema.whole);
  const parts = encoding === "json" || encoding === "xml" ? {} : partEncodings(content, schema, encoding);
  const fields = parts.fields ?? {};
  const written: BodyContent = { ...plain, ...parts };
  const order = orderOf(content, schema, flat);
  if (flat === undefined) {
    return {
      content: { ...written, ...order },
      shape: { kind: "whole", schema: withFiles(schema, parts), required: body.required },
      reason: `the ${mediaType} body is one argument, since its schema is no plain object`,
    };
  }
  const asked = flat.map((field) => {
    const encoded = Object.hasOwn(fields, field.name) ? fields[field.name] : undefined;
    const schema = encoded?.file === true ? fileField(field.schema) : withFiles(field.schema, encoded ?? {});
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
  { whole }: SchemaNode,
  flat: readonly { readonly name: string }[] | undefined,
): Pick<BodyContent, "order"> {
  const asked = flat?.map(({ name }) => name);
  // Alternatives have properties that the schema as a whole does not.
  const written = asked === undefined ? order : order.filter((name) => whole.property(name) !== undefined);
  return written.length < 2 || written.join("\n") === asked?.join("\n") ? {} : { order: written };
}

/** Whether a content is one text, which a form can be as well as any other. */
function isScalar(schema: SchemaNode | undefined): boolean {
  const types = schema?.whole.types.filter((type) => type !== "null") ?? [];
  return types.length > 0 && types.every((type) => scalarTypes.has(type));
}

/**
 * The schema of a body of fields. What it says of a list or a text cannot be sent as a form, or as parts that need
 * names (RFC 7578 §4.2): the caller names the fields then.
 */
function namedFields(content: Content, encoding: BodyContent["encoding"]): SchemaNode {
  const schema = content.schema ?? schemaOfItems(content) ?? standalone.anything;
  if (encoding === "json" || encoding === "xml") return schema;
  const needsNames = encoding === "form" || essence(content.mediaType) === "multipart/form-data";
  const { union, types, description } = schema.whole;
  if (types.length === 0 && union === undefined) return schema.whole.with({ type: "object" });
  if (!needsNames || union !== undefined || types.includes("object")) return schema;
  const note = "The document names no fields: name them here.";
  const told = description === undefined ? note : joinSentences([description, note]);
  return standalone.of({ type: "object", description: told });
}

/** The list whose items a content describes one by one (§4.8.14.3). */
function schemaOfItems({ mediaType, itemSchema }: Content): SchemaNode | undefined {
  return itemSchema === undefined || !essence(mediaType).startsWith("multipart/")
    ? undefined
    : itemSchema.schemas.of({ type: "array", items: itemSchema.json });
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
export function unwrittenType(body: Body, contents: readonly BodyContent[]): string | undefined {
  const [used] = contents;
  if (used?.encoding !== "text" && used?.encoding !== "binary") return undefined;
  const schema = body.contents.find(({ mediaType }) => mediaType === used.mediaType)?.schema;
  return isComposite(schema) ? used.mediaType : undefined;
}

const scalarTypes = new Set<JsonType>(["string", "integer", "number", "boolean"]);

/** The schema of a text body: the document's where it describes one text, number or boolean, else any text. */
function textOf({ schema = standalone.anything, mediaType }: Content): SchemaNode {
  const { whole } = schema;
  const [type, ...others] = whole.types;
  if (!isSequential(mediaType) && others.length === 0 && type !== undefined && scalarTypes.has(type)) return whole;
  return standalone.of({ type: "string", description: whole.description ?? `The body as ${mediaType}.` });
}

/** Keywords that a schema may have and still be a plain list of fields. */
const plainKeywords =
  "type title description properties required additionalProperties examples default deprecated minProperties readOnly writeOnly".split(
    " ",
  );

/** The fields of a schema that is a plain object; `undefined` where flat fields could not say the same. */
function flatten(whole: SchemaNode): readonly Field[] | undefined {
  const { propertyNames: names, required } = whole;
  if (whole.types.join() !== "object" || !whole.saysOnly(...plainKeywords)) return undefined;
  if (whole.says("additionalProperties") && !whole.isClosed) return undefined;
  if (required.some((name) => !names.includes(name))) return undefined;
  if ((whole.bound("minProperties") ?? 0) > required.length) return undefined;
  // An object without properties is free-form, unless it is closed: then there is nothing to ask for.
  return names.length === 0 && !whole.isClosed ? undefined : fieldsOf(whole);
}

function fieldsOf(whole: SchemaNode): readonly Field[] {
  const isRequired = (name: string): boolean => whole.required.includes(name);
  const allowed = whole.properties.filter(([, { isNever }]) => !isNever);
  return [...allowed.filter(([name]) => isRequired(name)), ...allowed.filter(([name]) => !isRequired(name))].map(
    ([name, schema]) => ({ name, schema, required: isRequired(name) }),
  );
}

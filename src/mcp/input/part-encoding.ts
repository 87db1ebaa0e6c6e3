/** What deviates from the default encoding of a form's fields and of a multipart body's parts, by name or position. */
import type { Encoding } from "../../api/model.ts";
import { defined } from "../../base/defined.ts";
import { type Json, fromEntries } from "../../base/json.ts";
import type { SchemaNode } from "../../base/schema/node.ts";
import { filePlaceholder, validationFile } from "./file-argument.ts";
import { encodingOf } from "./media-type.ts";
import type { CallPlan } from "../model.ts";

type BodyContent = NonNullable<CallPlan["request"]["body"]>["contents"][number];
type PartEncodings = Pick<BodyContent, "fields" | "prefix" | "items">;
type FieldEncoding = NonNullable<BodyContent["fields"]>[string];
/** The encodings that a Media Type Object or an Encoding Object holds (§4.8.14, §4.8.15). */
type Given = Pick<Encoding, "encoding" | "prefixEncoding" | "itemEncoding">;

/** Encoding of each field or part that deviates from its default (§4.8.15.1), and which of them are files. */
export function partEncodings(given: Given, { whole }: SchemaNode, encoding: "form" | "multipart"): PartEncodings {
  const fields = whole.properties.flatMap(([name, property]): [string, FieldEncoding][] => {
    const field = fieldEncoding(given.encoding?.get(name), property, encoding);
    return Object.keys(field).length === 0 ? [] : [[name, field]];
  });
  return {
    ...(fields.length === 0 ? {} : { fields: Object.fromEntries(fields) }),
    ...(encoding === "multipart" ? positions(given, whole) : {}),
  };
}

/** Parts that are told apart by their position: `prefixEncoding`, and `itemEncoding` for those behind. */
function positions(given: Given, { prefixItems = [], items: rest, schemas }: SchemaNode): PartEncodings {
  const { prefixEncoding = [], itemEncoding } = given;
  const count = Math.max(prefixItems.length, prefixEncoding.length);
  const encodingOfPart = (encoding: Encoding | undefined, part = rest ?? schemas.anything): FieldEncoding =>
    fieldEncoding(encoding, part, "multipart");
  const prefix = Array.from({ length: count }, (_, index) =>
    encodingOfPart(prefixEncoding[index] ?? itemEncoding, prefixItems[index]),
  );
  const items = encodingOfPart(itemEncoding);
  return {
    ...(prefix.every((part) => Object.keys(part).length === 0) ? {} : { prefix }),
    ...(Object.keys(items).length === 0 ? {} : { items }),
  };
}

function fieldEncoding(given: Encoding | undefined, schema: SchemaNode, encoding: "form" | "multipart"): FieldEncoding {
  const headers = Object.fromEntries(given?.headers ?? []);
  const isFile = encoding === "multipart" && !isPositional(given) && isBinary(schema);
  return {
    ...defined({ contentType: given?.contentType, style: given?.style, explode: given?.explode }),
    ...(given?.allowReserved === true ? { allowReserved: true } : {}),
    ...(given?.order === undefined || !isByFields(given) ? {} : { order: given.order }),
    ...(isFile ? { file: true } : {}),
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
    ...(given === undefined || isFile ? {} : nested(given, schema)),
  };
}

/** Whether an object is written member by member: JSON has no order. */
function isByFields({ style, explode, allowReserved, contentType }: Encoding): boolean {
  const kind = encodingOf(contentType ?? "");
  return style !== undefined || explode !== undefined || allowReserved || kind === "form" || kind === "multipart";
}

/** What stands within a part that is itself a form or has parts. */
function nested(given: Encoding, { whole }: SchemaNode): PartEncodings {
  const kind = encodingOf(given.contentType ?? "");
  if (kind !== "form" && kind !== "multipart") return {};
  // Of a list each item is a part, unless its positions are described.
  return partEncodings(given, isPositional(given) ? whole : (whole.items ?? whole), kind);
}

function isPositional(given: Encoding | undefined): boolean {
  return given?.prefixEncoding !== undefined || given?.itemEncoding !== undefined;
}

/** Whether values are bytes: `format: binary`, or a media type without an encoding (§4.8.24.4). */
function isBinary({ whole }: SchemaNode): boolean {
  return isBytes(whole.items?.isBoolean === false ? whole.items.whole : whole);
}

function isBytes({ format, contentMediaType, contentEncoding }: SchemaNode): boolean {
  if (format === "binary") return true;
  return contentMediaType !== undefined && contentEncoding === undefined && encodingOf(contentMediaType) === "binary";
}

/** The schema of a field that is a file, or a list of them. */
export function fileField(schema: SchemaNode): SchemaNode {
  const { description, items, keywords } = schema;
  if (items === undefined) return filePlaceholder.with(defined({ description }));
  const kept = Object.entries(keywords).filter(([key]) =>
    ["type", "description", "minItems", "maxItems"].includes(key),
  );
  return schema.schemas.of({ ...Object.fromEntries(kept), items: filePlaceholder.json });
}

/** A value that is one argument, with file arguments where its parts are files. */
export function withFiles(schema: SchemaNode, parts: PartEncodings): SchemaNode {
  if (!holdsFiles(parts)) return schema;
  const { whole } = schema;
  const { properties, hasProperties, prefixItems, items } = whole;
  const fields = parts.fields ?? {};
  const fieldOf = (name: string): FieldEncoding | undefined => (Object.hasOwn(fields, name) ? fields[name] : undefined);
  const written = properties.map(([name, property]): [string, Json] => [name, placed(property, fieldOf(name))]);
  const rest = parts.items?.file === true ? filePlaceholder.json : items && placed(items, parts.items);
  return whole.with({
    ...(hasProperties ? { properties: fromEntries(written) } : {}),
    ...defined({ prefixItems: prefixItems?.map((item, index) => placed(item, parts.prefix?.[index])) }),
    ...(items === undefined ? {} : defined({ items: rest })),
  });
}

function placed(schema: SchemaNode, part: FieldEncoding | undefined): Json {
  if (part?.file === true) return validationFile(fileField(schema)).json;
  return part === undefined ? schema.json : withFiles(schema, part).json;
}

function holdsFiles({ fields = {}, prefix = [], items }: PartEncodings): boolean {
  return [...Object.values(fields), ...prefix, ...(items === undefined ? [] : [items])].some(
    (part) => part.file === true || holdsFiles(part),
  );
}

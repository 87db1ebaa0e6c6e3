/** What deviates from the default encoding of a form's fields and of a multipart body's parts, by name or position. */
import type { Encoding, Schema } from "../../api/model.ts";
import { defined } from "../../base/defined.ts";
import { type Json, type JsonObject, isArray, isObject, own, ownString } from "../../base/json.ts";
import { filePlaceholder, validationFile } from "./file-argument.ts";
import { encodingOf } from "./media-type.ts";
import { mergeAllOf } from "../listed/merge.ts";
import type { CallPlan, JsonSchema } from "../model.ts";

type BodyContent = NonNullable<CallPlan["request"]["body"]>["contents"][number];
type PartEncodings = Pick<BodyContent, "fields" | "prefix" | "items">;
type FieldEncoding = NonNullable<BodyContent["fields"]>[string];
type Definitions = ReadonlyMap<string, Schema>;
/** The encodings that a Media Type Object or an Encoding Object holds (§4.8.14, §4.8.15). */
type Given = Pick<Encoding, "encoding" | "prefixEncoding" | "itemEncoding">;

/** Encoding of each field or part that deviates from its default (§4.8.15.1), and which of them are files. */
export function partEncodings(
  given: Given,
  schema: JsonSchema,
  encoding: "form" | "multipart",
  definitions: Definitions,
): PartEncodings {
  const merged = merge(schema, definitions);
  const properties = own(merged, "properties");
  const names = isObject(properties) ? Object.keys(properties) : [];
  const fields = names.flatMap((name): [string, FieldEncoding][] => {
    const field = fieldEncoding(given.encoding?.get(name), childOf(properties, name), encoding, definitions);
    return Object.keys(field).length === 0 ? [] : [[name, field]];
  });
  return {
    ...(fields.length === 0 ? {} : { fields: Object.fromEntries(fields) }),
    ...(encoding === "multipart" ? positions(given, merged, definitions) : {}),
  };
}

/** Parts that are told apart by their position: `prefixEncoding`, and `itemEncoding` for those behind. */
function positions(given: Given, schema: JsonObject, definitions: Definitions): PartEncodings {
  const first = own(schema, "prefixItems");
  const prefixItems = isArray(first) ? first : [];
  const rest = childOf(schema, "items");
  const { prefixEncoding = [], itemEncoding } = given;
  const prefix = Array.from({ length: Math.max(prefixItems.length, prefixEncoding.length) }, (_, index) =>
    fieldEncoding(
      prefixEncoding[index] ?? itemEncoding,
      (prefixItems[index] ?? rest) as JsonSchema,
      "multipart",
      definitions,
    ),
  );
  const items = fieldEncoding(itemEncoding, rest, "multipart", definitions);
  return {
    ...(prefix.every((part) => Object.keys(part).length === 0) ? {} : { prefix }),
    ...(Object.keys(items).length === 0 ? {} : { items }),
  };
}

function fieldEncoding(
  given: Encoding | undefined,
  schema: JsonSchema,
  encoding: "form" | "multipart",
  definitions: Definitions,
): FieldEncoding {
  const headers = Object.fromEntries(given?.headers ?? []);
  const isFile = encoding === "multipart" && !isPositional(given) && isBinary(schema, definitions);
  return {
    ...defined({ contentType: given?.contentType, style: given?.style, explode: given?.explode }),
    ...(given?.allowReserved === true ? { allowReserved: true } : {}),
    ...(given?.order === undefined || !isByFields(given) ? {} : { order: given.order }),
    ...(isFile ? { file: true } : {}),
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
    ...(given === undefined || isFile ? {} : nested(given, schema, definitions)),
  };
}

/** Whether an object is written member by member: JSON has no order. */
function isByFields({ style, explode, allowReserved, contentType }: Encoding): boolean {
  const kind = encodingOf(contentType ?? "");
  return style !== undefined || explode !== undefined || allowReserved || kind === "form" || kind === "multipart";
}

/** What stands within a part that is itself a form or has parts. */
function nested(given: Encoding, schema: JsonSchema, definitions: Definitions): PartEncodings {
  const kind = encodingOf(given.contentType ?? "");
  if (kind !== "form" && kind !== "multipart") return {};
  const merged = merge(schema, definitions);
  // Of a list each item is a part, unless its positions are described.
  const items = own(merged, "items");
  return partEncodings(
    given,
    items === undefined || isPositional(given) ? merged : (items as JsonSchema),
    kind,
    definitions,
  );
}

function isPositional(given: Encoding | undefined): boolean {
  return given?.prefixEncoding !== undefined || given?.itemEncoding !== undefined;
}

function merge(schema: JsonSchema, definitions: Definitions): JsonObject {
  return isObject(schema) ? mergeAllOf(schema, definitions) : {};
}

function childOf(value: Json | undefined, name: string): JsonSchema {
  return (own(value, name) ?? {}) as JsonSchema;
}

/** Whether values are bytes: `format: binary`, or a media type without an encoding (§4.8.24.4). */
function isBinary(schema: JsonSchema, definitions: Definitions): boolean {
  const merged = merge(schema, definitions);
  const items = own(merged, "items");
  if (isObject(items)) return isBytes(merge(items, definitions));
  return isBytes(merged);
}

function isBytes(schema: JsonObject): boolean {
  if (own(schema, "format") === "binary") return true;
  const mediaType = ownString(schema, "contentMediaType");
  return mediaType !== undefined && own(schema, "contentEncoding") === undefined && encodingOf(mediaType) === "binary";
}

/** The schema of a field that is a file, or a list of them. */
export function fileField(schema: JsonSchema): JsonSchema {
  if (!isObject(schema)) return filePlaceholder;
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

/** A value that is one argument, with file arguments where its parts are files. */
export function withFiles(schema: JsonSchema, parts: PartEncodings, definitions: Definitions): JsonSchema {
  if (!holdsFiles(parts)) return schema;
  const merged = merge(schema, definitions);
  const properties = own(merged, "properties");
  const first = own(merged, "prefixItems");
  const items = own(merged, "items");
  const fields = parts.fields ?? {};
  return {
    ...merged,
    ...(isObject(properties)
      ? {
          properties: Object.fromEntries(
            Object.keys(properties).map((name) => [
              name,
              placed(childOf(properties, name), Object.hasOwn(fields, name) ? fields[name] : undefined, definitions),
            ]),
          ),
        }
      : {}),
    ...(isArray(first)
      ? { prefixItems: first.map((item, index) => placed(item as JsonSchema, parts.prefix?.[index], definitions)) }
      : {}),
    ...(items === undefined
      ? {}
      : {
          items: parts.items?.file === true ? filePlaceholder : placed(items as JsonSchema, parts.items, definitions),
        }),
  };
}

function placed(schema: JsonSchema, part: FieldEncoding | undefined, definitions: Definitions): Json {
  if (part?.file === true) return validationFile(fileField(schema));
  return part === undefined ? schema : withFiles(schema, part, definitions);
}

function holdsFiles({ fields = {}, prefix = [], items }: PartEncodings): boolean {
  return [...Object.values(fields), ...prefix, ...(items === undefined ? [] : [items])].some(
    (part) => part.file === true || holdsFiles(part),
  );
}

import { type Json, isArray, isObject, own, ownString, pointerTo } from "../base/json.ts";
import { firstMediaTypes } from "../base/media-types.ts";
import { visible } from "../base/visible.ts";
import { isSettableHeader } from "./header-names.ts";
import type { Body, Content, Encoding, Link, Response } from "./model.ts";
import { fieldSchema, propertyOrder } from "./property-order.ts";
import { dereference, followReferences, sortedEntries, textOf } from "./reference.ts";
import type { Reader } from "./reader.ts";
import type { Direction } from "./schema.ts";
import { styles } from "./style.ts";

/** Request Body Object (§4.8.13). */
export function buildBody(reader: Reader, value: Json | undefined, at: string): Body | undefined {
  const body = dereference(reader.root, value, at);
  if (body === undefined) {
    if (value !== undefined)
      reader.report({ code: "invalid-document", pointer: at, message: "The request body is no object" });
    return undefined;
  }
  const contents = buildContents(reader, own(body.value, "content"), pointerTo(body.pointer, "content"), "input");
  if (contents.length === 0) return undefined;
  return {
    pointer: body.pointer,
    description: textOf(body.value, "description"),
    required: own(body.value, "required") === true,
    contents,
  };
}

/** Responses Object (§4.8.16), by status. Only answers that a caller can work with have their contents built. */
export function buildResponses(reader: Reader, value: Json | undefined, at: string): readonly Response[] {
  const responses = followReferences(reader.root, value, at);
  return sortedEntries(responses.value).flatMap(([key, entry]) => {
    const pointer = pointerTo(responses.pointer, key);
    const status = key.toUpperCase() === "DEFAULT" ? "default" : key.toUpperCase();
    if (!/^(?:[1-5](?:\d\d|XX)|default)$/.test(status)) {
      reader.report({ code: "invalid-document", pointer, message: `${visible(key)} is no status code` });
      return [];
    }
    const response = dereference(reader.root, entry, pointer);
    if (response === undefined) return [];
    const success = status.startsWith("2") || status === "default";
    return [
      {
        pointer: response.pointer,
        status,
        description: textOf(response.value, "description"),
        contents: success
          ? buildContents(reader, own(response.value, "content"), pointerTo(response.pointer, "content"), "output")
          : [],
        ...headersOf(response.value),
        ...(success ? linksOf(reader, response.value) : {}),
      },
    ];
  });
}

function headersOf(response: Json): Pick<Response, "headers"> {
  const headers = own(response, "headers");
  return isObject(headers) ? { headers: Object.keys(headers).map((name) => name.toLowerCase()) } : {};
}

function linksOf(reader: Reader, response: Json): Pick<Response, "links"> {
  if (own(response, "links") === undefined) return {};
  const links = sortedEntries(own(response, "links")).flatMap(([, entry]): readonly Link[] => {
    const value = dereference(reader.root, entry, "")?.value;
    const operationId = ownString(value, "operationId");
    const reference = ownString(value, "operationRef");
    if (operationId === undefined && reference === undefined) return [];
    const parameters = sortedEntries(own(value, "parameters")).flatMap(([name, given]) =>
      typeof given === "string" ? [[name, given] as const] : [],
    );
    const pointer = reference?.startsWith("#/") === true ? reference.slice(1) : undefined;
    return [{ operationId, pointer, parameters: new Map(parameters) }];
  });
  return links.length === 0 ? {} : { links };
}

/** Media Type Objects (§4.8.14) by media type, in alphabetical order: the document's has no meaning. */
export function buildContents(
  reader: Reader,
  value: Json | undefined,
  at: string,
  direction: Direction,
): readonly Content[] {
  const contents = followReferences(reader.root, value, at);
  const key = `${direction} ${contents.pointer}`;
  const known = reader.contents.get(key);
  if (known !== undefined) return known;
  const built = buildEntries(reader, sortedEntries(contents.value), contents.pointer, direction);
  reader.contents.set(key, built);
  return built;
}

/** Media types that are read of one body or response. */
const mostMediaTypes = 100;

function buildEntries(
  reader: Reader,
  entries: ReturnType<typeof sortedEntries>,
  at: string,
  direction: Direction,
): readonly Content[] {
  const { read, told } = firstMediaTypes(entries, mostMediaTypes, ([mediaType]) => mediaType);
  if (told !== undefined) reader.report({ code: "invalid-document", pointer: at, message: told });
  return read.flatMap(([mediaType, entry]) => {
    const pointer = pointerTo(at, mediaType);
    if (!/^[\w!#$&^.+*-]+\/[\w!#$&^.+*-]+(?:\s*;.*)?$/.test(mediaType) || /[\r\n]/.test(mediaType)) {
      reader.report({ code: "invalid-document", pointer, message: `${visible(mediaType)} is no media type` });
      return [];
    }
    const content = dereference(reader.root, entry, pointer);
    if (content === undefined) return [];
    const schema = own(content.value, "schema");
    const itemSchema = own(content.value, "itemSchema");
    return [
      {
        pointer: content.pointer,
        mediaType,
        schema:
          schema === undefined
            ? undefined
            : reader.schemas.build(schema, pointerTo(content.pointer, "schema"), direction),
        itemSchema:
          itemSchema === undefined
            ? undefined
            : reader.schemas.build(itemSchema, pointerTo(content.pointer, "itemSchema"), direction),
        encoding: new Map<string, Encoding>(),
        ...buildEncodings(reader, content.value, content.pointer, schema),
        example: buildExample(reader, content.value),
        xml: direction === "input" && isXml(mediaType) ? reader.xml.build(schema) : undefined,
        ...(direction === "input" && isForm(mediaType) ? { order: propertyOrder(reader.root, schema) } : {}),
      },
    ];
  });
}

/** XML and the types with its structured suffix (RFC 7303 §9, §4.2). */
function isXml(mediaType: string): boolean {
  return /^(?:(?:application|text)\/xml|[^;]+\+xml)\s*(?:;|$)/i.test(mediaType);
}

/** Bodies of fields that are written one after another. */
function isForm(mediaType: string): boolean {
  return /^(?:multipart\/[^;]+|application\/x-www-form-urlencoded)\s*(?:;|$)/i.test(mediaType);
}

/** `example`, else the first of `examples` (§4.8.14.1, §4.8.19). */
export function buildExample(reader: Reader, value: Json | undefined): Json | undefined {
  const example = own(value, "example");
  if (example !== undefined) return example;
  for (const [, entry] of sortedEntries(own(value, "examples"))) {
    const found = dereference(reader.root, entry, "")?.value;
    const shown = own(found, "value") ?? own(found, "dataValue");
    if (shown !== undefined) return shown;
  }
  return undefined;
}

/** Encodings by name, or by position (§4.8.14): a document gives one of them. */
function buildEncodings(
  reader: Reader,
  value: Json | undefined,
  pointer: string,
  schema: Json | undefined,
): Pick<Encoding, "encoding" | "prefixEncoding" | "itemEncoding"> {
  const byName = sortedEntries(own(value, "encoding"));
  const prefix = own(value, "prefixEncoding");
  const item = own(value, "itemEncoding");
  if (byName.length > 0 && (prefix !== undefined || item !== undefined))
    reader.report({
      code: "invalid-document",
      pointer,
      message: "encoding excludes prefixEncoding and itemEncoding, which are ignored",
    });
  const at = (...path: readonly (string | number)[]): string => pointerTo(pointer, ...path);
  if (byName.length > 0)
    return {
      encoding: new Map(
        byName.map(([name, encoding]) => [
          name,
          buildEncoding(reader, encoding, at("encoding", name), fieldSchema(reader.root, schema, name)),
        ]),
      ),
    };
  return {
    ...(isArray(prefix)
      ? { prefixEncoding: prefix.map((entry, index) => buildEncoding(reader, entry, at("prefixEncoding", index))) }
      : {}),
    ...(item === undefined ? {} : { itemEncoding: buildEncoding(reader, item, at("itemEncoding")) }),
  };
}

/** @param schema of the field, or of its items, where it has a name */
function buildEncoding(reader: Reader, value: Json, pointer: string, schema?: Json): Encoding {
  const style = ownString(value, "style");
  const explode = own(value, "explode");
  const order = propertyOrder(reader.root, schema);
  const headers = sortedEntries(own(value, "headers")).flatMap(([name, header]) => {
    const described = own(dereference(reader.root, header, "")?.value, "schema");
    const values = own(described, "enum");
    const fixed =
      own(described, "const") ??
      own(described, "default") ??
      (isArray(values) && values.length === 1 ? values[0] : undefined);
    if (typeof fixed !== "string" || name.toLowerCase() === "content-type") return [];
    if (isSettableHeader(name) && /^[\t\x20-\x7e\x80-\xff]*$/.test(fixed) && fixed.trim() === fixed)
      return [[name, fixed] as const];
    reader.report({
      code: "reserved-header",
      pointer: pointerTo(pointer, "headers", name),
      message: `A part cannot have the header ${visible(name)} with this value`,
    });
    return [];
  });
  return {
    contentType: ownString(value, "contentType"),
    style: styles.query.find((known) => known === style),
    explode: typeof explode === "boolean" ? explode : undefined,
    allowReserved: own(value, "allowReserved") === true,
    headers: new Map(headers),
    ...(order.length < 2 ? {} : { order }),
    ...buildEncodings(reader, value, pointer, schema),
  };
}

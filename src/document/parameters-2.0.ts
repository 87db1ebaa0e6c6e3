/** Parameter Object of Swagger 2.0 as a Parameter Object, a Request Body Object or a property of a form. */
import type { Finding } from "../base/diagnostics.ts";
import { isArray, isObject, own, ownString, pointerTo, put, type Json, type JsonObject } from "../base/json.ts";
import { visible } from "../base/visible.ts";
import type { Links } from "./links.ts";
import { copy, replaceContent, writable, type MutableObject } from "./mutable.ts";

/** What the conversion of one document shares. */
export interface Conversion {
  readonly links: Links;
  readonly report: (finding: Finding) => void;
  /** Old pointer by new pointer, so that findings name a place that the author knows. */
  readonly moves: Map<string, string>;
  readonly consumes: readonly string[];
  readonly produces: readonly string[];
  /** Objects that have their new shape. */
  readonly converted: Set<object>;
  /** Request bodies made of body parameters. */
  readonly bodies: Map<object, { readonly schema: JsonObject; readonly consumes: readonly string[] }>;
}

/** A parameter of an operation, with the place that it came from. */
export interface PlacedParameter {
  /** The entry of the list: the parameter itself, or a reference to it. */
  readonly entry: JsonObject;
  readonly parameter: JsonObject;
  readonly pointer: string;
  /** Whether more than one operation has it. */
  readonly shared: boolean;
}

const notSchema = new Set([
  "name",
  "in",
  "description",
  "required",
  "allowEmptyValue",
  "collectionFormat",
  "schema",
  "style",
  "explode",
  "x-example",
  "deprecated",
]);

/** Moves what describes the value into `schema`, and `collectionFormat` into `style` and `explode`. */
export function convertParameter(parameter: JsonObject, conversion: Conversion): void {
  if (conversion.converted.has(parameter)) return;
  conversion.converted.add(parameter);
  const schema = valueSchema(parameter);
  const content: MutableObject = {};
  for (const [key, value] of Object.entries(parameter)) {
    if (key === "x-example") content["example"] = value;
    else if (key !== "collectionFormat" && (notSchema.has(key) || isExtension(key))) put(content, key, value);
  }
  content["schema"] = schema;
  if (own(schema, "type") === "array") Object.assign(content, styleOf(parameter));
  replaceContent(writable(parameter), content);
}

/** Header Object: a parameter without name and place. */
export const convertHeader = convertParameter;

function isExtension(key: string): boolean {
  return key.startsWith("x-") && key !== "x-nullable";
}

/** The keywords of a parameter that describe its value. */
function valueSchema(parameter: JsonObject): MutableObject {
  const given = own(parameter, "schema");
  const schema: MutableObject = isObject(given) ? writable(given) : {};
  for (const [key, value] of Object.entries(parameter))
    if (!notSchema.has(key) && !isExtension(key)) put(schema, key, value);
  if (own(schema, "type") === "file") replaceContent(schema, { ...schema, type: "string", format: "binary" });
  return schema;
}

interface Style {
  readonly style: string;
  readonly explode: boolean;
}

/** `collectionFormat` (2.0 Parameter Object, default `csv`) in the words of 3.x (§4.8.12.2). */
function styleOf(parameter: JsonObject): Style {
  const separated =
    ownString(parameter, "in") === "query" || ownString(parameter, "in") === "formData" ? "form" : "simple";
  switch (ownString(parameter, "collectionFormat")) {
    case "ssv":
      return { style: "spaceDelimited", explode: false };
    case "tsv":
      return { style: "tabDelimited", explode: false };
    case "pipes":
      return { style: "pipeDelimited", explode: false };
    case "multi":
      return { style: separated, explode: separated === "form" };
    default:
      return { style: separated, explode: false };
  }
}

/** Makes a body parameter a Request Body Object, in place. */
export function convertBody(parameter: JsonObject, consumes: readonly string[], conversion: Conversion): void {
  if (conversion.converted.has(parameter)) return;
  conversion.converted.add(parameter);
  const given = own(parameter, "schema");
  const schema = isObject(given) ? given : {};
  const body: MutableObject = { content: contentOf(consumes, schema, conversion.links) };
  for (const [key, value] of Object.entries(parameter))
    if (key === "description" || key === "required" || isExtension(key)) put(body, key, value);
  conversion.bodies.set(parameter, { schema, consumes });
  replaceContent(writable(parameter), body);
}

/** One schema for several media types: the first holds it, the others refer to it. */
export function contentOf(mediaTypes: readonly string[], schema: JsonObject, links: Links): MutableObject {
  const content: MutableObject = {};
  mediaTypes.forEach((mediaType, index) =>
    put(content, mediaType, { schema: index === 0 ? schema : anotherOf(schema, links) }),
  );
  return content;
}

function anotherOf(schema: JsonObject, links: Links): JsonObject {
  return Object.values(schema).every((value) => typeof value !== "object")
    ? { ...schema }
    : { $ref: links.referenceTo(schema) };
}

/** The request body of an operation with a body parameter. */
export function requestBodyOf(body: PlacedParameter, consumes: readonly string[], conversion: Conversion): JsonObject {
  const first = !conversion.converted.has(body.parameter);
  convertBody(body.parameter, consumes, conversion);
  const made = conversion.bodies.get(body.parameter);
  const same = made !== undefined && made.consumes.join() === consumes.join();
  if (same && first && body.entry === body.parameter) return body.parameter;
  // What stands beside a reference says more than what is referred to.
  const beside = textBeside(body);
  if (same || made === undefined) return { $ref: conversion.links.referenceTo(body.parameter), ...beside };
  const content: MutableObject = {};
  for (const mediaType of consumes) put(content, mediaType, { schema: anotherOf(made.schema, conversion.links) });
  return { ...body.parameter, content, ...beside };
}

/** The description beside a reference to a parameter: authors write it, as 3.1 allows (§4.8.23). */
function textBeside({ entry, parameter }: PlacedParameter): { readonly description?: string } {
  const description = entry === parameter ? undefined : ownString(entry, "description");
  return description === undefined ? {} : { description };
}

/** The request body of an operation with form parameters. Files need `multipart/form-data`. */
export function formBodyOf(
  forms: readonly PlacedParameter[],
  consumes: readonly string[],
  pointer: string,
  conversion: Conversion,
): JsonObject {
  const properties: MutableObject = {};
  const required: string[] = [];
  const encoding: MutableObject = {};
  let files = false;
  for (const form of forms) {
    const { entry, parameter, shared } = form;
    const name = ownString(parameter, "name");
    if (name === undefined) continue;
    const source = shared || entry !== parameter ? copy(parameter) : parameter;
    if (own(source, "type") === "file") files = true;
    const schema = valueSchema(source);
    const description = textBeside(form).description ?? ownString(source, "description");
    if (description !== undefined) schema["description"] = description;
    put(properties, name, schema);
    if (own(source, "required") === true) required.push(name);
    if (own(schema, "type") === "array") put(encoding, name, { ...styleOf(source) });
  }
  const schema: MutableObject = { type: "object", properties };
  if (required.length > 0) schema["required"] = required;
  const formTypes = consumes.filter((mediaType) =>
    /^(?:multipart\/form-data|application\/x-www-form-urlencoded)\b/i.test(mediaType),
  );
  const fitting = files ? formTypes.filter((mediaType) => /^multipart\//i.test(mediaType)) : formTypes;
  const mediaTypes =
    fitting.length > 0 ? fitting : [files ? "multipart/form-data" : "application/x-www-form-urlencoded"];
  const content = contentOf(mediaTypes, schema, conversion.links);
  if (Object.keys(encoding).length > 0) {
    for (const mediaType of mediaTypes) {
      const media = content[mediaType];
      if (isObject(media)) writable(media)["encoding"] = mediaType === mediaTypes[0] ? encoding : copy(encoding);
    }
  }
  const base = pointerTo(pointer, "requestBody");
  conversion.moves.set(base, pointerTo(pointer, "parameters"));
  for (const form of forms) {
    const name = ownString(form.parameter, "name");
    for (const mediaType of mediaTypes)
      if (name !== undefined)
        conversion.moves.set(pointerTo(base, "content", mediaType, "schema", "properties", name), form.pointer);
  }
  return required.length > 0 ? { required: true, content } : { content };
}

/** Sorts the parameters of a list: those that stay, the body, the form. */
export function sortParameters(
  list: Json | undefined,
  pointer: string,
  shared: boolean,
  conversion: Conversion,
): { readonly kept: PlacedParameter[]; readonly bodies: PlacedParameter[]; readonly forms: PlacedParameter[] } {
  const sorted = { kept: [] as PlacedParameter[], bodies: [] as PlacedParameter[], forms: [] as PlacedParameter[] };
  if (!isArray(list)) return sorted;
  list.forEach((entry, index) => {
    if (!isObject(entry)) return;
    const parameter = conversion.links.behind(entry) ?? entry;
    const placed = { entry, parameter, pointer: pointerTo(pointer, "parameters", index), shared };
    const place = ownString(parameter, "in");
    // Later versions know more places: one of theirs is used, but its author should know.
    if ((place === "cookie" || place === "querystring") && !conversion.converted.has(parameter))
      conversion.report({
        code: "invalid-document",
        pointer: pointerTo(placed.pointer, "in"),
        message: `Swagger 2.0 has no parameters in ${place}; it is read as OpenAPI 3 does`,
      });
    if (place === "body" || conversion.bodies.has(parameter)) sorted.bodies.push(placed);
    else if (place === "formData") sorted.forms.push(placed);
    else sorted.kept.push(placed);
  });
  for (const extra of sorted.bodies.slice(1))
    conversion.report({
      code: "invalid-document",
      pointer: extra.pointer,
      message: `A second body parameter, "${visible(ownString(extra.parameter, "name") ?? "")}", is left out`,
    });
  return sorted;
}

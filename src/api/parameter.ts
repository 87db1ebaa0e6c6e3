import { type Json, type JsonObject, isArray, isObject, own, ownString, pointerTo } from "../base/json.ts";
import { standalone } from "../base/schema/node.ts";
import { visible } from "../base/visible.ts";
import { buildContents, buildExample } from "./content.ts";
import { isSettableHeader } from "./header-names.ts";
import type { Parameter } from "./model.ts";
import { type PathTemplate, readPathTemplate } from "./path-template.ts";
import { decodeFragment, dereference, followReferences, textOf } from "./reference.ts";
import type { Reader } from "./reader.ts";
import { declaredHeaders } from "./request-headers.ts";
import { type Location, type Style, isLocation, styles } from "./style.ts";

/** Headers that OpenAPI describes elsewhere (§4.8.12.1). */
const describedElsewhere = new Set(["accept", "content-type", "authorization", "cookie"]);

/**
 * Parameter Objects (§4.8.12) of an operation: its own override those of its path with the same name and location.
 * Placeholders without a parameter get one, so that the path can be filled.
 */
export function buildParameters(
  reader: Reader,
  path: string,
  operationPointer: string,
  sources: readonly { readonly value: Json | undefined; readonly pointer: string }[],
): PathTemplate {
  const parameters = new Map<string, Parameter>();
  for (const source of sources) {
    const { value, pointer } = followReferences(reader.root, source.value, source.pointer);
    if (value === undefined) continue;
    if (!isArray(value)) {
      reader.report({ code: "invalid-parameter", pointer, message: `"parameters" has to be a list` });
      continue;
    }
    value.forEach((entry, index) => {
      const parameter = knownParameter(reader, entry, pointerTo(pointer, index));
      if (parameter !== undefined) parameters.set(`${parameter.in} ${parameter.name}`, parameter);
    });
  }
  const undeclared = (name: string, place: "path" | "query"): Parameter => {
    reader.report({
      code: "undeclared-path-parameter",
      pointer: operationPointer,
      message: `{${visible(name)}} of ${visible(path)} is not declared`,
    });
    const parameter = { ...pathParameter, pointer: operationPointer, name };
    return place === "path" ? parameter : { ...parameter, in: place, style: "form", explode: true, required: false };
  };
  const read = readPathTemplate(path, [...parameters.values()], undeclared);
  const placeholders = new Set([...read.template.matchAll(/\{([^{}]+)\}/g)].map((match) => match[1] ?? ""));
  const kept = read.parameters.filter((parameter) => {
    if (parameter.in !== "path" || placeholders.delete(parameter.name)) return true;
    reader.report({
      code: "unused-path-parameter",
      pointer: parameter.pointer,
      message: `The path ${visible(path)} has no {${visible(parameter.name)}}`,
    });
    return false;
  });
  return {
    template: read.template,
    parameters: [...kept, ...[...placeholders].map((name) => undeclared(name, "path"))],
  };
}

const pathParameter = {
  in: "path",
  description: undefined,
  required: true,
  deprecated: false,
  style: "simple",
  explode: false,
  allowReserved: false,
  allowEmptyValue: false,
  mediaType: undefined,
  schema: standalone.of({ type: "string" }),
  example: undefined,
} as const;

/** Built once for each place in the document: a path item that many paths refer to is one, as is a shared parameter. */
function knownParameter(reader: Reader, entry: Json, at: string): Parameter | undefined {
  const place = placeOf(entry) ?? at;
  const known = reader.parameters.get(place) ?? reader.parameters.get(at);
  if (known !== undefined || reader.parameters.has(at)) return known;
  const built = buildParameter(reader, entry, at);
  // What is wrong with one that cannot be used is told wherever it is referred to.
  reader.parameters.set(built === undefined ? at : place, built);
  return built;
}

/** What an entry refers to, where it says nothing of it. */
function placeOf(entry: Json): string | undefined {
  const reference = ownString(entry, "$ref");
  return reference?.startsWith("#/") === true && Object.keys(entry ?? {}).length === 1
    ? decodeFragment(reference.slice(1))
    : undefined;
}

function buildParameter(reader: Reader, entry: Json, at: string): Parameter | undefined {
  const found = dereference(reader.root, entry, at);
  const name = ownString(found?.value, "name");
  const location = ownString(found?.value, "in");
  if (found === undefined || !isObject(found.value) || Object.keys(found.value).length === 0) {
    reader.report({ code: "invalid-parameter", pointer: at, message: "The parameter is empty or no object" });
    return undefined;
  }
  const { value, pointer } = found;
  if (name === undefined || name === "") {
    reader.report({ code: "invalid-parameter", pointer, message: "The parameter has no name" });
    return undefined;
  }
  if (location === undefined || !isLocation(location)) {
    reader.report({
      code: "invalid-parameter",
      pointer,
      message: `The parameter ${visible(name)} is in ${visible(location ?? "nowhere")}; it has to be in path, query, querystring, header or cookie`,
    });
    return undefined;
  }
  if (location === "header" && (describedElsewhere.has(name.toLowerCase()) || !isSettableHeader(name))) {
    if (!declaredHeaders.has(name.toLowerCase()))
      reader.report({
        code: "reserved-header",
        pointer,
        message: `A parameter cannot set the header ${visible(name)}`,
      });
    return undefined;
  }
  const style = styleOf(reader, value, location, name, pointer);
  const explode = own(value, "explode");
  const content =
    own(value, "content") === undefined
      ? undefined
      : buildContents(reader, own(value, "content"), pointerTo(pointer, "content"), "input")[0];
  const beside = content === undefined ? besideLocation(reader, value, name, pointer) : undefined;
  const schema = own(value, "schema") ?? beside;
  return {
    pointer,
    name,
    in: location,
    description: textOf(value, "description"),
    required: location === "path" || own(value, "required") === true,
    deprecated: own(value, "deprecated") === true,
    style,
    explode: typeof explode === "boolean" ? explode : style === "form" || style === "cookie" || style === "deepObject",
    allowReserved: own(value, "allowReserved") === true,
    allowEmptyValue: location === "query" && own(value, "allowEmptyValue") === true,
    mediaType: content?.mediaType,
    schema:
      content?.schema ??
      (schema === undefined
        ? reader.schemas.schemas.anything
        : reader.schemas.build(schema, beside === undefined ? pointerTo(pointer, "schema") : pointer, "input")),
    example: buildExample(reader, value) ?? content?.example,
  };
}

/** Keywords of a schema that Swagger 2.0 has beside `in` (2.0, Parameter Object). */
const besideLocationKeywords = new Set(
  (
    "type format items enum default maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern " +
    "maxItems minItems uniqueItems multipleOf"
  ).split(" "),
);

/** The type of a parameter as Swagger 2.0 writes it, beside `in`: what it says is meant, wherever it stands. */
function besideLocation(reader: Reader, value: JsonObject, name: string, pointer: string): JsonObject | undefined {
  if (own(value, "schema") !== undefined || !["type", "enum"].some((keyword) => own(value, keyword) !== undefined))
    return undefined;
  reader.report({
    code: "invalid-parameter-type",
    pointer,
    message: `The parameter ${visible(name)} has its type beside "in", as in Swagger 2.0, and no "schema"`,
  });
  const typeEntries = Object.entries(value).filter(([keyword]) => besideLocationKeywords.has(keyword));
  return Object.fromEntries(typeEntries) as JsonObject;
}

function styleOf(reader: Reader, value: Json, location: Location, name: string, pointer: string): Style {
  const given = own(value, "style");
  if (given === undefined) return styles[location][0];
  const style = styles[location].find((candidate) => candidate === given);
  if (style !== undefined) return style;
  reader.report({
    code: "invalid-parameter",
    pointer: pointerTo(pointer, "style"),
    message: `The parameter ${visible(name)} in ${location} has no style ${visible(String(given))}; ${styles[location][0]} is used`,
  });
  return styles[location][0];
}

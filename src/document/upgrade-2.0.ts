/** Swagger 2.0 in the shape of OpenAPI 3. */
import type { Finding } from "../base/diagnostics.ts";
import { isArray, isObject, own, ownString, pointerTo, put, type Json, type JsonObject } from "../base/json.ts";
import { firstMediaTypes } from "../base/media-types.ts";
import { linksOf } from "./links.ts";
import { ownObject, replaceContent, writable, writableArray, type MutableObject } from "./mutable.ts";
import {
  contentOf,
  convertBody,
  convertHeader,
  convertParameter,
  formBodyOf,
  requestBodyOf,
  sortParameters,
  type Conversion,
} from "./parameters-2.0.ts";
import { schemasOf } from "./schemas.ts";
import { convertSecurityScheme } from "./security-2.0.ts";

const methods = ["get", "put", "post", "delete", "options", "head", "patch"];

/**
 * Changes a Swagger 2.0 document into the shape of OpenAPI 3.0, in place: later steps do the rest.
 *
 * @param moves receives the old pointer of what has a new one
 */
export function upgradeSwagger(
  root: MutableObject,
  report: (finding: Finding) => void,
  moves: Map<string, string>,
): void {
  const links = linksOf(root);
  const conversion: Conversion = {
    links,
    report,
    moves,
    consumes: mediaTypesOf(root, "consumes", ["application/json"], "", report),
    produces: mediaTypesOf(root, "produces", ["application/json"], "", report),
    converted: new Set(),
    bodies: new Map(),
  };
  root["servers"] = serversOf(root);
  moves.set("/servers", Object.hasOwn(root, "host") ? "/host" : Object.hasOwn(root, "basePath") ? "/basePath" : "");
  convertComponents(root, conversion);
  for (const [path, item] of Object.entries(ownObject(root, "paths") ?? {}))
    convertPathItem(item, pointerTo("/paths", path), conversion);
  for (const key of [
    "swagger",
    "host",
    "basePath",
    "schemes",
    "consumes",
    "produces",
    "definitions",
    "parameters",
    "responses",
    "securityDefinitions",
  ])
    delete root[key];
  links.restore();
  for (const schema of schemasOf(root).schemas) convertSchema(schema);
}

/** `schemes`, `host` and `basePath` (2.0 Swagger Object). Without a host the URL is relative to that of the document. */
function serversOf(root: JsonObject): Json {
  const path = ownString(root, "basePath") ?? "/";
  const basePath = path.startsWith("/") ? path : `/${path}`;
  const host = ownString(root, "host")
    ?.trim()
    .replace(/^(?:https?:)?\/\//i, "")
    .replace(/\/+$/, "");
  if (host === undefined || host === "") return [{ url: basePath }];
  const schemes = (strings(own(root, "schemes")) ?? [])
    .map((scheme) => scheme.toLowerCase())
    .filter((scheme) => scheme === "http" || scheme === "https");
  // The first one is what a server uses: https where there is a choice.
  const ordered = schemes.length === 0 ? ["https"] : [...new Set(schemes)].sort().reverse();
  return ordered.map((scheme) => ({ url: `${scheme}://${host}${basePath === "/" ? "" : basePath}` }));
}

function convertComponents(root: MutableObject, conversion: Conversion): void {
  const { moves } = conversion;
  const components = ownObject(root, "components") ?? {};
  const section = (name: string): MutableObject => {
    const existing = ownObject(components, name) ?? {};
    components[name] = existing;
    return existing;
  };
  const definitions = ownObject(root, "definitions");
  if (definitions !== undefined) {
    moves.set("/components/schemas", "/definitions");
    for (const [name, schema] of Object.entries(definitions)) put(section("schemas"), name, schema);
  }
  for (const [name, parameter] of Object.entries(ownObject(root, "parameters") ?? {})) {
    if (!isObject(parameter)) continue;
    const place = ownString(conversion.links.behind(parameter) ?? {}, "in");
    // A form parameter has no object of its own in 3.x: each operation that refers to it has a property.
    if (place === "formData") continue;
    const kind = place === "body" ? "requestBodies" : "parameters";
    const pointer = pointerTo("/components", kind, name);
    moves.set(pointer, pointerTo("/parameters", name));
    if (typeof own(parameter, "$ref") !== "string") {
      if (kind === "requestBodies") convertBody(parameter, conversion.consumes, conversion);
      else {
        convertParameter(parameter, conversion);
        moves.set(pointerTo(pointer, "schema"), pointerTo("/parameters", name));
      }
    }
    put(section(kind), name, parameter);
  }
  for (const [name, response] of Object.entries(ownObject(root, "responses") ?? {})) {
    moves.set(pointerTo("/components/responses", name), pointerTo("/responses", name));
    convertResponse(
      response,
      conversion.produces,
      pointerTo("/components/responses", name),
      pointerTo("/responses", name),
      conversion,
    );
    put(section("responses"), name, response);
  }
  for (const [name, scheme] of Object.entries(ownObject(root, "securityDefinitions") ?? {})) {
    moves.set("/components/securitySchemes", "/securityDefinitions");
    if (isObject(scheme)) convertSecurityScheme(writable(scheme));
    put(section("securitySchemes"), name, scheme);
  }
  if (Object.keys(components).length > 0) root["components"] = components;
}

function convertPathItem(value: Json, at: string, conversion: Conversion): void {
  if (!isObject(value)) return;
  const reference = ownString(value, "$ref");
  const behind = reference === undefined ? undefined : conversion.links.behind(value);
  if (behind !== undefined && reference !== undefined) convertPathItem(behind, reference.slice(1), conversion);
  if (conversion.converted.has(value)) return;
  conversion.converted.add(value);
  const item = writable(value);
  const shared = sortParameters(own(item, "parameters"), at, true, conversion);
  for (const method of methods) {
    const entry = ownObject(item, method);
    const operation = conversion.links.behind(entry);
    if (entry === undefined || operation === undefined || conversion.converted.has(operation)) continue;
    conversion.converted.add(operation);
    // Authors keep operations in files of their own, though the standard has no reference here.
    const kept = ownString(entry, "$ref")?.slice(1) ?? pointerTo(at, method);
    convertOperation(writable(operation), kept, shared, conversion);
  }
  keepParameters(item, shared.kept, at, conversion);
}

function convertOperation(
  operation: MutableObject,
  at: string,
  shared: ReturnType<typeof sortParameters>,
  conversion: Conversion,
): void {
  const consumes = mediaTypesOf(operation, "consumes", conversion.consumes, at, conversion.report);
  const produces = mediaTypesOf(operation, "produces", conversion.produces, at, conversion.report);
  const sorted = sortParameters(own(operation, "parameters"), at, false, conversion);
  keepParameters(operation, sorted.kept, at, conversion);
  // What the operation says itself counts before what its path says.
  const names = new Set(sorted.forms.map(({ parameter }) => ownString(parameter, "name")));
  const body = sorted.bodies[0] ?? (sorted.forms.length === 0 ? shared.bodies[0] : undefined);
  const forms = [...sorted.forms, ...shared.forms.filter(({ parameter }) => !names.has(ownString(parameter, "name")))];
  if (body !== undefined) {
    operation["requestBody"] = requestBodyOf(body, consumes, conversion);
    const base = pointerTo(at, "requestBody");
    conversion.moves.set(base, body.pointer);
    for (const mediaType of consumes)
      conversion.moves.set(pointerTo(base, "content", mediaType, "schema"), pointerTo(body.pointer, "schema"));
  } else if (forms.length > 0) operation["requestBody"] = formBodyOf(forms, consumes, at, conversion);
  for (const [status, response] of Object.entries(ownObject(operation, "responses") ?? {})) {
    const pointer = pointerTo(at, "responses", status);
    if (!status.startsWith("x-")) convertResponse(response, produces, pointer, pointer, conversion);
  }
  for (const key of ["consumes", "produces", "schemes"]) delete operation[key];
}

function keepParameters(
  owner: MutableObject,
  kept: ReturnType<typeof sortParameters>["kept"],
  at: string,
  conversion: Conversion,
): void {
  const list = own(owner, "parameters");
  if (!isArray(list)) return;
  writableArray(list).splice(0, list.length, ...kept.map(({ entry }) => entry));
  kept.forEach(({ parameter, pointer }, index) => {
    convertParameter(parameter, conversion);
    const place = pointerTo(at, "parameters", index);
    if (place !== pointer) conversion.moves.set(place, pointer);
    conversion.moves.set(pointerTo(place, "schema"), pointer);
  });
  if (list.length === 0) delete owner["parameters"];
}

/** Response Object: one schema for all media types of `produces`, an example for each. */
function convertResponse(
  value: Json,
  produces: readonly string[],
  at: string,
  from: string,
  conversion: Conversion,
): void {
  const response = isObject(value) ? conversion.links.behind(value) : undefined;
  if (response === undefined || conversion.converted.has(response)) return;
  conversion.converted.add(response);
  const target = writable(response);
  const schema = ownObject(target, "schema");
  const examples = ownObject(target, "examples");
  delete target["schema"];
  delete target["examples"];
  const isFile = schema !== undefined && own(schema, "type") === "file";
  if (isFile) replaceContent(schema, { ...schema, type: "string", format: "binary" });
  const stated = isFile && produces.join() === "application/json" ? ["application/octet-stream"] : produces;
  const mediaTypes = [
    ...new Set([
      ...(schema === undefined ? [] : stated),
      ...Object.keys(examples ?? {}).filter((name) => name.includes("/")),
    ]),
  ];
  if (mediaTypes.length > 0) {
    const content =
      schema === undefined
        ? Object.fromEntries(mediaTypes.map((mediaType) => [mediaType, {}]))
        : contentOf(mediaTypes, schema, conversion.links);
    for (const [mediaType, example] of Object.entries(examples ?? {})) {
      const media = own(content, mediaType);
      if (isObject(media)) writable(media)["example"] = example;
    }
    target["content"] = content;
    conversion.moves.set(pointerTo(at, "content"), from);
    for (const mediaType of mediaTypes)
      conversion.moves.set(pointerTo(at, "content", mediaType, "schema"), pointerTo(from, "schema"));
  }
  for (const header of Object.values(ownObject(target, "headers") ?? {}))
    if (isObject(header) && typeof own(header, "$ref") !== "string") convertHeader(header, conversion);
}

/** Schema Object: what 2.0 says in words of its own. */
function convertSchema(schema: MutableObject): void {
  const nullable = own(schema, "x-nullable");
  if (nullable !== undefined) {
    delete schema["x-nullable"];
    if (nullable === true) schema["nullable"] = true;
  }
  const discriminator = own(schema, "discriminator");
  if (typeof discriminator === "string") schema["discriminator"] = { propertyName: discriminator };
  if (own(schema, "type") === "file") {
    schema["type"] = "string";
    schema["format"] = "binary";
  }
  delete schema["collectionFormat"];
}

/** What an operation says of its media types; an empty list clears those of the document (2.0 Operation Object). */
function mediaTypesOf(
  owner: JsonObject,
  key: "consumes" | "produces",
  inherited: readonly string[],
  at: string,
  report: (finding: Finding) => void,
): readonly string[] {
  const value = own(owner, key);
  const all = strings(value) ?? (isArray(value) ? ["application/json"] : inherited);
  const { read, told } = firstMediaTypes(all, mostMediaTypes, (mediaType) => mediaType);
  if (told !== undefined) report({ code: "invalid-document", pointer: pointerTo(at, key), message: told });
  return read;
}

/** Fewer than of one body: here each response and each body of an operation has a copy of all of them. */
const mostMediaTypes = 30;

/** The texts of a list, or `undefined` where it has none. */
function strings(value: Json | undefined): readonly string[] | undefined {
  const list = isArray(value) ? value : typeof value === "string" ? [value] : [];
  const found = [
    ...new Set(list.filter((element): element is string => typeof element === "string" && element !== "")),
  ];
  return found.length === 0 ? undefined : found;
}

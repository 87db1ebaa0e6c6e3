/** Values that are given in place of an OpenAPI document: what they seem to be, and what leads from there to one. */
import { isArray, isObject, own, ownString, type Json, type JsonObject } from "../base/json.ts";
import { nearestName } from "../base/suggest.ts";
import { visible } from "../base/visible.ts";

const convert = "convert it to OpenAPI first";

/** Documents by the keys that only they have; one of each list is enough. */
const kinds: readonly (readonly [keys: readonly string[], what: string, advice?: string])[] = [
  [["asyncapi"], "an AsyncAPI document", "it describes messages, not HTTP operations"],
  [["overlay"], "an OpenAPI overlay", "give the document that it changes, and this file with --overlay"],
  [["swaggerVersion"], "a Swagger 1.x document", convert],
  [["discoveryVersion"], "a Google API discovery document", convert],
  [["openrpc"], "an OpenRPC document", "it describes JSON-RPC, not HTTP operations"],
  [["__schema"], "the introspection of a GraphQL schema, not OpenAPI"],
  [["_postman_id", "_postman_variable_scope", "_postman_exported_at"], "an export of Postman", convert],
  [["__export_format", "_type"], "an export of Insomnia", convert],
  [["lockfileVersion"], "a package lock"],
  [["mcpServers"], "the configuration of an MCP client"],
  [["AWSTemplateFormatVersion"], "a CloudFormation template"],
  [["dependencies", "devDependencies"], "a package.json"],
  [["nbformat"], "a Jupyter notebook"],
  [["apiVersion"], "a Kubernetes manifest"],
];

/** What a value seems to be that states no version of OpenAPI, as a sentence. */
export function whatItSeems(value: Json): string {
  if (typeof value === "string") return textInPlace(value);
  if (isArray(value))
    return value.some(isDocument)
      ? "The document stands in a list: give it by itself, without the list around it"
      : "The document is a list, not an object";
  if (!isObject(value)) return "The document is a single value, not an object";
  return (
    arazzo(value) ??
    known(value) ??
    wrapped(value) ??
    misspelt(value) ??
    part(value) ??
    ownFile(value) ??
    refusal(value) ??
    keysOf(value)
  );
}

function textInPlace(text: string): string {
  if (/^\s*\{/.test(text)) return "The document is a text that holds JSON: it was encoded twice";
  return `The document is a single text, not an object: "${visible(text.slice(0, 60))}${text.length > 60 ? "…" : ""}"`;
}

function isDocument(value: Json | undefined): boolean {
  return isObject(value) && (Object.hasOwn(value, "openapi") || Object.hasOwn(value, "swagger"));
}

function arazzo(value: JsonObject): string | undefined {
  if (!Object.hasOwn(value, "arazzo")) return undefined;
  const sources = own(value, "sourceDescriptions");
  const urls = (isArray(sources) ? sources : []).flatMap((source) => ownString(source, "url") ?? []);
  const named = urls.length === 0 ? "" : `: ${urls.map((url) => `"${visible(url)}"`).join(", ")}`;
  return `This seems to be an Arazzo description of workflows: give the OpenAPI documents that it names${named}`;
}

function known(value: JsonObject): string | undefined {
  const inner = [value, own(value, "info"), own(value, "data"), own(value, "collection")];
  for (const [keys, what, advice] of kinds) {
    const key = keys.find((name) => inner.some((part) => isObject(part) && Object.hasOwn(part, name)));
    if (key !== undefined)
      return `This seems to be ${what}: it has the key "${key}" and no "openapi"${advice === undefined ? "" : `; ${advice}`}`;
  }
  const schema = ownString(own(value, "info"), "schema") ?? ownString(value, "$schema") ?? "";
  if (schema.includes("getpostman.com")) return "This seems to be an export of Postman: convert it to OpenAPI first";
  if (isObject(own(value, "log")) && isArray(own(own(value, "log"), "entries")))
    return "This seems to be a recording of HTTP traffic (HAR), not OpenAPI";
  if (isArray(own(value, "rules")) || (isObject(own(value, "rules")) && Object.hasOwn(value, "extends")))
    return "This seems to be the configuration of a linter, not an OpenAPI document";
  if (Object.hasOwn(value, "$schema") && !isObject(own(value, "paths")))
    return 'This seems to be a JSON Schema: it has the key "$schema" and no "openapi"';
  return undefined;
}

function wrapped(value: JsonObject): string | undefined {
  const key = Object.keys(value).find((name) => isDocument(own(value, name)));
  return key === undefined
    ? undefined
    : `The document stands under the key "${visible(key)}": give it by itself, without the object around it`;
}

function misspelt(value: JsonObject): string | undefined {
  const keys = Object.keys(value);
  const meant = ["openapi", "swagger"].flatMap((name) => {
    const near = nearestName(name, keys);
    return near === undefined || near === name ? [] : [{ name, near }];
  })[0];
  return meant === undefined || !isObject(own(value, "paths"))
    ? undefined
    : `The document has the key "${visible(meant.near)}", which should be "${meant.name}"`;
}

function part(value: JsonObject): string | undefined {
  if (isObject(own(value, "paths")) && isObject(own(value, "info")))
    return 'The document does not say which version it is: add "openapi: 3.1.0", or "swagger: \'2.0\'"';
  for (const key of ["paths", "components", "definitions", "webhooks"])
    if (isObject(value[key]))
      return `This seems to be a part of an OpenAPI document: it has the key "${key}" and no "openapi"; give the document that refers to it`;
  if (Object.hasOwn(value, "properties") || Object.hasOwn(value, "allOf"))
    return `This seems to be a JSON Schema: it has no "openapi"`;
  const methods = ["get", "put", "post", "delete", "patch", "options", "head"];
  if (methods.some((method) => isObject(own(value, method))) || isObject(own(value, "responses")))
    return "This seems to be a path or an operation of an OpenAPI document: give the document that refers to it";
  return undefined;
}

/** Files of this generator's projects. */
function ownFile(value: JsonObject): string | undefined {
  if (Object.hasOwn(value, "input") || Object.hasOwn(value, "select"))
    return "This seems to be a configuration of openapi-to-mcp: give it with --config";
  if (isArray(own(value, "files")) && isObject(own(value, "names")))
    return "This seems to be the lock of a project: give the document that the project was made of";
  return undefined;
}

/** An answer that is no document: short, with a text that says why. */
function refusal(value: JsonObject): string | undefined {
  if (Object.keys(value).length > 8) return undefined;
  const said = ["message", "error_description", "error", "detail", "title", "errors", "msg"].flatMap((key) => {
    const found = own(value, key);
    const text = typeof found === "string" ? found : ownString(found, "message");
    return text === undefined ? [] : [text];
  })[0];
  return said === undefined ||
    !["error", "errors", "message", "detail", "status", "code"].some((key) => Object.hasOwn(value, key))
    ? undefined
    : `This seems to be an error that a server answered: "${visible(said)}"`;
}

function keysOf(value: JsonObject): string {
  const keys = Object.keys(value)
    .slice(0, 5)
    .map((key) => `"${visible(key)}"`);
  return keys.length === 0
    ? "The document is an empty object"
    : `This is an object with the keys ${keys.join(", ")} and no "openapi"`;
}

/** Which standard a document follows, and what it is where it follows none. */
import type { Finding } from "../diagnostics.ts";
import { isArray, isObject, own, ownString, type Json, type JsonObject } from "../json.ts";
import { visible } from "../visible.ts";

/** The shape of a document: 3.1 and later share one. */
export type Shape = "2.0" | "3.0" | "3.1";

export type Recognition =
  | { readonly kind: "openapi"; readonly shape: Shape; readonly findings: readonly Finding[] }
  | { readonly kind: "other"; readonly finding: Finding };

/** The version that a document states (OpenAPI §4.8.1, Swagger 2.0 Swagger Object), read with some tolerance. */
export function recognise(value: Json | undefined): Recognition {
  if (value === undefined) return other("The document is empty");
  if (!isObject(value)) return other(`The document is ${isArray(value) ? "a list" : "a single value"}, not an object`);
  const key = Object.hasOwn(value, "openapi") ? "openapi" : Object.hasOwn(value, "swagger") ? "swagger" : undefined;
  if (key === undefined) return other(whatItSeems(value));
  const stated = value[key];
  const pointer = `/${key}`;
  const text = typeof stated === "number" ? stated.toFixed(1) : stated;
  const parts = typeof text === "string" ? /^\s*v?(\d+)(?:\.(\d+))?/.exec(text) : null;
  const shown = visible(typeof stated === "string" ? stated : (JSON.stringify(stated) ?? ""));
  if (parts === null)
    return {
      kind: "other",
      finding: { code: "unsupported-version", pointer, message: `"${key}: ${shown}" is not a version` },
    };
  const major = Number(parts[1]);
  const minor = Number(parts[2] ?? "0");
  const findings: Finding[] = [];
  if (typeof stated === "number")
    findings.push({
      code: "invalid-document",
      pointer,
      message: `The version ${shown} is a number and should be a string in quotes`,
    });
  if (major < 2)
    return {
      kind: "other",
      finding: { code: "unsupported-version", pointer, message: `Version ${shown} of Swagger is too old to be read` },
    };
  if ((key === "swagger") !== (major === 2))
    findings.push({
      code: "invalid-document",
      pointer,
      message: `Version ${shown} is stated by "${key}", not by "${major === 2 ? "swagger" : "openapi"}"`,
    });
  if (major > 3 || (major === 3 && minor > 2))
    findings.push({ code: "newer-version", pointer, message: `Version ${shown} is newer than this generator` });
  return { kind: "openapi", shape: major === 2 ? "2.0" : major === 3 && minor === 0 ? "3.0" : "3.1", findings };
}

function other(message: string): Recognition {
  return { kind: "other", finding: { code: "not-openapi", pointer: "", message } };
}

/** Documents that are given instead of an OpenAPI document, by their telling key. */
const kinds: readonly (readonly [key: string, name: string])[] = [
  ["asyncapi", "an AsyncAPI document"],
  ["arazzo", "an Arazzo description"],
  ["overlay", "an OpenAPI overlay"],
  ["swaggerVersion", "a Swagger 1.x document"],
  ["discoveryVersion", "a Google API discovery document"],
  ["openrpc", "an OpenRPC document"],
  ["__schema", "a GraphQL schema"],
  ["$schema", "a JSON Schema"],
  ["lockfileVersion", "a package lock"],
];

function whatItSeems(value: JsonObject): string {
  for (const [key, name] of kinds)
    if (Object.hasOwn(value, key)) return `This seems to be ${name}: it has the key "${key}" and no "openapi"`;
  if (ownString(own(value, "info"), "_postman_id") !== undefined)
    return `This seems to be a Postman collection: it has the key "_postman_id" and no "openapi"`;
  for (const key of ["paths", "components", "definitions", "webhooks"]) {
    if (isObject(value[key]))
      return `This seems to be a part of an OpenAPI document: it has the key "${key}" and no "openapi"`;
  }
  if (Object.hasOwn(value, "properties") || Object.hasOwn(value, "allOf"))
    return `This seems to be a JSON Schema: it has no "openapi"`;
  const keys = Object.keys(value)
    .slice(0, 5)
    .map((key) => `"${visible(key)}"`);
  return keys.length === 0
    ? "The document is an empty object"
    : `This is an object with the keys ${keys.join(", ")} and no "openapi"`;
}

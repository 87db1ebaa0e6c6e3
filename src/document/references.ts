/**
 * Which strings of a document are references. A `$ref` inside an example, a default, an enum, a constant or an
 * extension is data and stays as it is; a *property named* `example` is a schema like any other.
 */
import { isArray, isObject, pointerTokens, valueAt, type Json } from "../base/json.ts";
import { writable, type MutableObject } from "./mutable.ts";

/**
 * What an object is made of: fixed fields, names that the author chose, named Example Objects (§4.8.19), one of them, a
 * Discriminator Object (§4.8.25), or the mapping of one.
 */
type Content = "fields" | "names" | "examples" | "example" | "discriminator" | "mapping";

/** Fields whose members have names of the author's choice, and fields whose value is data. */
const fields: ReadonlyMap<string, Content | "data"> = new Map([
  ...["example", "default", "enum", "const"].map((name) => [name, "data"] as const),
  ...["properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies"].map(
    (name) => [name, "names"] as const,
  ),
  ...["paths", "webhooks", "schemas", "responses", "parameters", "requestBodies", "headers", "securitySchemes"].map(
    (name) => [name, "names"] as const,
  ),
  ...["securityDefinitions", "links", "callbacks", "pathItems", "mediaTypes", "content", "encoding"].map(
    (name) => [name, "names"] as const,
  ),
  ...["variables", "additionalOperations"].map((name) => [name, "names"] as const),
  ["examples", "examples"],
  ["discriminator", "discriminator"],
]);

/** Maps whose keys may also be extensions (Paths Object, Responses Object). */
const extensible = new Set(["paths", "responses"]);

/** Content of a member, or `undefined` where nothing in it is a reference. */
function contentOf(content: Content, parentField: string, key: string, value: Json): Content | undefined {
  switch (content) {
    case "fields": {
      const field = fields.get(key);
      if (field === undefined) return key.charCodeAt(0) === 0x78 && key.charCodeAt(1) === 0x2d ? undefined : "fields"; // x-
      if (field === "data") return undefined;
      if (isArray(value)) return field === "names" ? "fields" : undefined;
      return field;
    }
    case "names":
      return key.startsWith("x-") && extensible.has(parentField) ? undefined : "fields";
    case "examples":
      return "example";
    case "example":
      return undefined;
    case "discriminator":
      return key === "mapping" ? "mapping" : undefined;
    case "mapping":
      return undefined;
    default:
      return content satisfies never;
  }
}

/** A place that refers to another: `node[key]` is the text of the reference. */
export interface ReferencePlace {
  readonly node: MutableObject;
  /** `$ref`, `$dynamicRef`, or a key of a discriminator's mapping. */
  readonly key: string;
  /** `faulty`: a `$ref` that is no text; its value as JSON stands for that. */
  readonly kind: "reference" | "dynamic" | "mapping" | "names" | "faulty";
  readonly text: string;
}

/** Is told of each reference. `tokens` is the path to its object, valid during the call only. */
export type ReferenceVisitor = (place: ReferencePlace, tokens: readonly (string | number)[]) => void;

/**
 * Visits the references in a part of a document, in the order of the text.
 *
 * @param tokens where the part stands
 * @param content what the part is made of, default `fields`
 * @param skip says which objects were visited before
 */
export function visitReferences(
  part: Json,
  tokens: (string | number)[],
  visitor: ReferenceVisitor,
  content: "fields" | "names" = "fields",
  skip?: (value: object) => boolean,
): void {
  const visit = (value: Json, inside: Content, field: string): void => {
    if (skip !== undefined && typeof value === "object" && value !== null && skip(value)) return;
    if (isArray(value)) {
      for (let index = 0; index < value.length; index += 1) {
        const element = value[index];
        if (typeof element !== "object" || element === null) continue;
        tokens.push(index);
        visit(element, inside, field);
        tokens.pop();
      }
      return;
    }
    if (!isObject(value)) return;
    if (inside === "mapping") {
      for (const key of Object.keys(value)) {
        const text = value[key];
        if (typeof text === "string") visitor({ node: writable(value), key, kind: "mapping", text }, tokens);
      }
      return;
    }
    const reference = value["$ref"];
    if (typeof reference === "string")
      visitor(
        { node: writable(value), key: "$ref", kind: inside === "names" ? "names" : "reference", text: reference },
        tokens,
      );
    else if (reference !== undefined && inside !== "names")
      visitor({ node: writable(value), key: "$ref", kind: "faulty", text: JSON.stringify(reference) }, tokens);
    if (inside === "fields" && typeof value["$dynamicRef"] === "string")
      visitor({ node: writable(value), key: "$dynamicRef", kind: "dynamic", text: value["$dynamicRef"] }, tokens);
    // Not Object.keys: this loop runs for every object of a document, and allocates nothing.
    for (const key in value) {
      const member = value[key];
      if (typeof member !== "object" || member === null) continue;
      const next = contentOf(inside, field, key, member);
      if (next === undefined) continue;
      tokens.push(key);
      visit(member, next, key);
      tokens.pop();
    }
  };
  visit(part, content, String(tokens.at(-1) ?? ""));
}

/**
 * Visits the references of a whole resolved document: also those in parts under extensions that others refer to, such as
 * the parts of further files, each object once.
 */
export function visitAllReferences(root: Json, visitor: ReferenceVisitor): void {
  const visited = new Set<object>();
  const skip = (value: object): boolean => visited.size === visited.add(value).size;
  const texts = new Set<string>();
  const noting: ReferenceVisitor = (place, tokens) => {
    texts.add(place.text);
    visitor(place, tokens);
  };
  visitReferences(root, [], noting, "fields", skip);
  // A set gives what is added while it is gone through as well.
  for (const text of texts) {
    if (!text.startsWith("#/")) continue;
    const tokens = pointerTokens(text.slice(1));
    const value = valueAt(root, text.slice(1));
    if (value !== undefined && !isVisited(root, tokens)) visitReferences(value, [...tokens], noting, "fields", skip);
  }
}

/** Whether a visit of the whole document comes to this place. Parts under extensions are visited when referred to. */
export function isVisited(root: Json, tokens: readonly string[]): boolean {
  let value: Json | undefined = root;
  let content: Content = "fields";
  let field = "";
  for (const token of tokens) {
    if (isArray(value)) {
      value = value[Number(token)];
      continue;
    }
    if (!isObject(value)) return false;
    const member: Json | undefined = Object.hasOwn(value, token) ? value[token] : undefined;
    if (member === undefined) return false;
    const next = contentOf(content, field, token, member);
    if (next === undefined) return false;
    content = next;
    field = token;
    value = member;
  }
  return true;
}

/** The Schema Object of OpenAPI 3.0 (and, below it, of 2.0) in the words of JSON Schema 2020-12. */
import { isArray, isObject, own, put, type Json, type JsonObject } from "../base/json.ts";
import { linksTo } from "./links.ts";
import { replaceContent, type MutableObject } from "./mutable.ts";
import { schemasOf } from "./schemas.ts";

/** What may stand beside a `$ref` in a schema of 3.0, where the standard ignores it all: these say nothing of the value. */
const kept = new Set([
  "$ref",
  "title",
  "description",
  "default",
  "example",
  "examples",
  "deprecated",
  "readOnly",
  "writeOnly",
  "nullable",
]);

/**
 * Makes the schemas of an OpenAPI 3 document JSON Schema 2020-12, in place. Keywords of 3.0 in a 3.1 document are
 * honoured as well, and those of 3.1 in a 3.0 document kept: documents mix them.
 *
 * @param siblings whether keywords beside a `$ref` count, as they do since 3.1
 */
export function upgradeSchemas(root: JsonObject, siblings: boolean): void {
  const { earlier, references } = schemasOf(root);
  // A schema that is wrapped moves what is inside it; references to whole components stay right.
  const links = linksTo(
    root,
    [...references].filter((text) => text.split("/", 5).length > 4),
  );
  for (const schema of earlier) upgradeSchema(schema, siblings);
  links.restore();
}

function upgradeSchema(schema: MutableObject, siblings: boolean): void {
  if (!siblings && typeof own(schema, "$ref") === "string") {
    for (const key of Object.keys(schema)) if (!kept.has(key) && !key.startsWith("x-")) delete schema[key];
  }
  upgradeBound(schema, "minimum", "exclusiveMinimum");
  upgradeBound(schema, "maximum", "exclusiveMaximum");
  upgradeExample(schema);
  upgradeTuple(schema);
  upgradeDependencies(schema);
  upgradeNullable(schema);
}

/** `exclusiveMinimum: true` beside `minimum` (JSON Schema draft 5) is the bound itself since draft 6. */
function upgradeBound(schema: MutableObject, bound: string, exclusive: string): void {
  const flag = own(schema, exclusive);
  if (typeof flag !== "boolean") return;
  const limit = own(schema, bound);
  delete schema[exclusive];
  if (flag && typeof limit === "number") {
    schema[exclusive] = limit;
    delete schema[bound];
  }
}

function upgradeExample(schema: MutableObject): void {
  const example = own(schema, "example");
  if (example === undefined) return;
  delete schema["example"];
  if (!isArray(own(schema, "examples"))) schema["examples"] = [example];
}

/** `items: [a, b]` is `prefixItems` since 2020-12. */
function upgradeTuple(schema: MutableObject): void {
  const items = own(schema, "items");
  if (!isArray(items)) return;
  delete schema["items"];
  if (items.length > 0) schema["prefixItems"] = items;
  const rest = own(schema, "additionalItems");
  delete schema["additionalItems"];
  if (rest !== undefined) schema["items"] = rest;
}

/** `dependencies` is two keywords since 2019-09. */
function upgradeDependencies(schema: MutableObject): void {
  const dependencies = own(schema, "dependencies");
  if (!isObject(dependencies)) return;
  const required: MutableObject = {};
  const schemas: MutableObject = {};
  for (const [key, value] of Object.entries(dependencies)) put(isArray(value) ? required : schemas, key, value);
  delete schema["dependencies"];
  if (Object.keys(required).length > 0 && own(schema, "dependentRequired") === undefined)
    schema["dependentRequired"] = required;
  if (Object.keys(schemas).length > 0 && own(schema, "dependentSchemas") === undefined)
    schema["dependentSchemas"] = schemas;
}

/** Keywords that describe the schema rather than the value: they stay outside when the rest is wrapped. */
const annotations = ["title", "description", "default", "deprecated", "readOnly", "writeOnly", "examples"];

/**
 * `nullable: true` (3.0 §4.7.24.1): null is allowed as well. The standard lets it count only beside a `type`; beside
 * `$ref` and `allOf` it is what authors mean, and what servers send.
 */
function upgradeNullable(schema: MutableObject): void {
  const nullable = own(schema, "nullable");
  if (nullable === undefined) return;
  delete schema["nullable"];
  if (nullable !== true) return;
  const type = own(schema, "type");
  const combined = ["$ref", "allOf", "oneOf", "not", "const", "if"].some(
    (keyword) => own(schema, keyword) !== undefined,
  );
  if (combined) {
    wrap(schema);
    return;
  }
  const values = own(schema, "enum");
  if (isArray(values) && !values.includes(null)) schema["enum"] = [...values, null];
  const alternatives = own(schema, "anyOf");
  if (isArray(alternatives) && !alternatives.some(isNullSchema)) schema["anyOf"] = [...alternatives, { type: "null" }];
  if (typeof type === "string") {
    if (type !== "null") schema["type"] = [type, "null"];
  } else if (isArray(type)) {
    if (!type.includes("null")) schema["type"] = [...type, "null"];
  } else if (own(schema, "properties") !== undefined || own(schema, "additionalProperties") !== undefined)
    schema["type"] = ["object", "null"];
  else if (own(schema, "items") !== undefined) schema["type"] = ["array", "null"];
}

/** Puts a schema into `anyOf` beside null; what describes it stays outside. */
function wrap(schema: MutableObject): void {
  const inner: MutableObject = {};
  const outer: MutableObject = {};
  for (const [key, value] of Object.entries(schema))
    put(annotations.includes(key) || key.startsWith("x-") ? outer : inner, key, value);
  const values = own(inner, "enum");
  if (isArray(values) && values.includes(null))
    put(
      inner,
      "enum",
      values.filter((value: Json) => value !== null),
    );
  replaceContent(schema, { ...outer, anyOf: [inner, { type: "null" }] });
}

function isNullSchema(schema: Json): boolean {
  return isObject(schema) && own(schema, "type") === "null";
}

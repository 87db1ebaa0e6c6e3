/** What a model has to know to call an operation, on one line: `owner, title, state?: "open"|"closed"`. */
import { isJsonObject } from "../data/json-place.js";
import type { InputSchema, JsonObject, JsonSchema } from "../data/model.js";

/** Characters of a signature; what does not fit is counted. */
const longest = 240;
const longestType = 60;
/** Values of an enumeration that are written out. */
const mostValues = 6;

/** The arguments of an operation, required ones first; optional ones have a `?`, texts no type. */
export function signatureOf(
  { properties, required = [] }: InputSchema,
  most = longest,
): string {
  const isRequired = new Set(required);
  const names = Object.keys(properties);
  const ordered = [
    ...names.filter((name) => isRequired.has(name)),
    ...names.filter((name) => !isRequired.has(name)),
  ];
  const parts: string[] = [];
  let length = 0;
  for (const [index, name] of ordered.entries()) {
    const part = argumentOf(
      name,
      properties[name] ?? true,
      isRequired.has(name),
    );
    // What has to be given is always said.
    if (length + part.length > most && !isRequired.has(name)) {
      parts.push(`… ${ordered.length - index} more`);
      break;
    }
    parts.push(part);
    length += part.length + 2;
  }
  return parts.join(", ");
}

function argumentOf(
  name: string,
  schema: JsonSchema,
  isRequired: boolean,
): string {
  const type = typeOf(schema, 0);
  const shown =
    type.length > longestType ? `${type.slice(0, longestType - 1)}…` : type;
  return `${name}${isRequired ? "" : "?"}${shown === "string" ? "" : `: ${shown}`}`;
}

function typeOf(schema: JsonSchema, level: number): string {
  if (typeof schema === "boolean") return "any";
  const values = enumerated(schema);
  if (values !== undefined) return values;
  const alternatives = list(schema["anyOf"]) ?? list(schema["oneOf"]);
  if (alternatives !== undefined)
    return [...new Set(alternatives.map((one) => typeOf(one, level)))].join(
      "|",
    );
  const { type } = schema;
  if (Array.isArray(type)) {
    const others = type.filter((one) => one !== "null");
    return (others.length === 0 ? ["null"] : others)
      .map((one) => named(String(one), schema, level))
      .join("|");
  }
  return named(typeof type === "string" ? type : "any", schema, level);
}

function named(type: string, schema: JsonObject, level: number): string {
  if (type === "array") {
    const items = schema["items"];
    const inner = isSchema(items) ? typeOf(items, level + 1) : "any";
    return inner.includes("|") ? `(${inner})[]` : `${inner}[]`;
  }
  if (type !== "object" || level > 0) return type;
  const properties = schema["properties"];
  const names = isJsonObject(properties) ? Object.keys(properties) : [];
  return names.length === 0
    ? "object"
    : `{${names.slice(0, 8).join(",")}${names.length > 8 ? ",…" : ""}}`;
}

function enumerated(schema: JsonObject): string | undefined {
  const values =
    "const" in schema
      ? [schema["const"]]
      : Array.isArray(schema["enum"])
        ? schema["enum"]
        : undefined;
  if (values === undefined) return undefined;
  const shown = values
    .slice(0, mostValues)
    .map((value) => JSON.stringify(value));
  return `${shown.join("|")}${values.length > mostValues ? "|…" : ""}`;
}

function list(value: unknown): readonly JsonSchema[] | undefined {
  return Array.isArray(value) && value.length > 0
    ? value.filter(isSchema)
    : undefined;
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === "boolean" || isJsonObject(value);
}

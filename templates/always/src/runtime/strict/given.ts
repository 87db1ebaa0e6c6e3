/** What arguments that were written by a strict schema stand for: those that the tool's own schema describes. */
import { isJsonArray, isJsonObject, ownValue } from "../data/json-place.js";
import type { InputSchema, JsonObject, JsonValue } from "../data/model.js";
import { readJson } from "../response/json.js";
import { leftOut } from "./strict-form.js";

/**
 * Without null for what may be left out, but where the tool itself takes null; and with the objects and lists that JSON
 * text stands for.
 *
 * @param schema as the tool's own data has it
 */
export function givenArguments(
  schema: InputSchema,
  args: JsonObject,
): JsonObject {
  const given = meant({ ...schema } as JsonObject, args);
  return isJsonObject(given) ? given : args;
}

function meant(schema: JsonValue | undefined, written: JsonValue): JsonValue {
  const value = unpacked(schema, written);
  if (isJsonArray(value)) {
    const items = ownValue(alternative(schema, "array"), "items");
    return value.map((item) => meant(items, item));
  }
  return isJsonObject(value) ? objectMeant(schema, value) : value;
}

function objectMeant(
  schema: JsonValue | undefined,
  value: JsonObject,
): JsonObject {
  const shape = alternative(schema, "object", Object.keys(value));
  const properties = ownValue(shape, "properties");
  const required = ownValue(shape, "required");
  if (!isJsonObject(properties)) return value;
  const isLeftOut = (name: string, item: JsonValue): boolean =>
    !(isJsonArray(required) && required.includes(name)) &&
    (item === leftOut || (item === null && !takes(properties[name], "null")));
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, item]) => {
      if (!Object.hasOwn(properties, name)) return [[name, item]];
      return isLeftOut(name, item)
        ? []
        : [[name, meant(properties[name], item)]];
    }),
  );
}

/** The object or list that a text spells, where one is taken; of what takes texts too only an object that fits. */
function unpacked(schema: JsonValue | undefined, value: JsonValue): JsonValue {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return value;
  const read = readJson(value)?.value;
  const isTextToo = takes(schema, "string");
  if (isJsonObject(read)) {
    const shape = alternative(schema, "object", Object.keys(read));
    return shape === undefined || (isTextToo && !fits(shape, read))
      ? value
      : read;
  }
  return isJsonArray(read) && takes(schema, "array") && !isTextToo
    ? read
    : value;
}

/** Whether an object has the names that a schema asks for, and no others where it lists some. */
function fits(
  { properties, required }: JsonObject,
  value: JsonObject,
): boolean {
  const names = Object.keys(value);
  return (
    (!isJsonObject(properties) ||
      names.every((name) => Object.hasOwn(properties, name))) &&
    (!isJsonArray(required) ||
      required.every((name) => names.includes(String(name))))
  );
}

function takes(schema: JsonValue | undefined, type: string): boolean {
  return alternative(schema, type) !== undefined;
}

/** What of a schema describes values of a type: itself, or one of its alternatives, rather one that has all the names. */
function alternative(
  schema: JsonValue | undefined,
  type: string,
  names: readonly string[] = [],
): JsonObject | undefined {
  if (!isJsonObject(schema)) return undefined;
  const parts = schema["anyOf"] ?? schema["oneOf"];
  if (!isJsonArray(parts)) {
    const own = schema["type"];
    const isOf = isJsonArray(own) ? own.includes(type) : own === type;
    const hasNull = type === "null" && isJsonArray(schema["enum"]);
    return isOf ||
      (hasNull && (schema["enum"] as readonly JsonValue[]).includes(null))
      ? schema
      : undefined;
  }
  const fitting = parts
    .map((part) => alternative(part, type, names))
    .filter((part) => part !== undefined);
  const hasAll = (part: JsonObject): boolean => {
    const properties = part["properties"];
    return (
      isJsonObject(properties) &&
      names.every((name) => Object.hasOwn(properties, name))
    );
  };
  return fitting.find(hasAll) ?? fitting[0];
}

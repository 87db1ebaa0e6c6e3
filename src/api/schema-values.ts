/** Types and values in a schema that contradict each other. */
import { type Json, isArray, isSame } from "../base/json.ts";

/**
 * The type of a schema whose format says more: `number` with a format of integers (OAS Format Registry) is an integer.
 */
export function typeOfFormat(type: Json | undefined, format: Json | undefined): Json | undefined {
  if (typeof format !== "string" || !/^u?int(?:8|16|32|64)$/.test(format)) return type;
  return isArray(type)
    ? type.map((name) => (name === "number" ? "integer" : name))
    : type === "number"
      ? "integer"
      : type;
}

/**
 * Reads values that are written as another type than the schema's as that type: `4.1` where YAML wants `"4.1"`. The type
 * is what the API goes by, and without the mend no value at all would be allowed. Changes the schema in place.
 *
 * @returns the keywords whose values were mended
 */
export function mendValues(schema: Record<string, Json>): readonly string[] {
  const present = keywordsOfValues.filter((keyword) => schema[keyword] !== undefined);
  if (present.length === 0) return present;
  const [type, ...others] = [schema["type"] ?? []].flat().filter((name) => name !== "null");
  if (typeof type !== "string" || others.length > 0) return [];
  return present.filter((keyword) => {
    const given = schema[keyword] ?? null;
    const mended = keyword === "enum" && isArray(given) ? given.map((item) => asType(item, type)) : asType(given, type);
    if (isSame(mended, given)) return false;
    schema[keyword] = mended;
    return true;
  });
}

const keywordsOfValues = ["enum", "const", "default"];

/** A scalar as a value of a type where that is sure; else as it is. */
function asType(value: Json, type: string): Json {
  switch (type) {
    case "string":
      return typeof value === "number" || typeof value === "boolean" ? String(value) : value;
    case "boolean":
      return value === "true" ? true : value === "false" ? false : value;
    case "integer":
      return typeof value === "string" && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
    case "number":
      return typeof value === "string" && /^-?\d{1,15}(?:\.\d{1,15})?$/.test(value) ? Number(value) : value;
    default:
      return value;
  }
}

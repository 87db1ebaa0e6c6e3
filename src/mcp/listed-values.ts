/** The values of an enumeration that clients are shown. */
import { type Json, type JsonObject, ownString } from "../json.ts";
import { fitting, patternOf, stepsFor } from "../pattern.ts";
import { enumOf } from "./schema-facts.ts";

/** Characters from which on the values of a property are not all listed, and how many are then. */
const longest = 1_500;
const shown = 700;

/**
 * Those that can be met; below the arguments themselves not hundreds.
 *
 * @returns `more`: how many further ones the server takes
 */
export function listedValues(
  schema: JsonObject,
  depth: number,
): { readonly values: readonly Json[] | undefined; readonly more: number } {
  const all = enumOf(schema);
  if (all === undefined) return { values: undefined, more: 0 };
  const fitting = fittingValues(schema, all);
  const values = fitting.length === 0 ? all : fitting;
  if (depth === 0 || JSON.stringify(values).length <= longest) return { values, more: 0 };
  let length = 0;
  const listed = values.filter((value) => (length += JSON.stringify(value).length + 1) <= shown);
  return { values: listed, more: values.length - listed.length };
}

/** The listed values that meet what a schema says of texts besides. */
export function fittingValues(schema: JsonObject, values: readonly Json[]): readonly Json[] {
  const source = ownString(schema, "pattern");
  const pattern = source === undefined ? undefined : patternOf(source);
  if (source === undefined || pattern === undefined) return values;
  const fits = fitting(pattern, stepsFor(source, values));
  return values.filter((value) => typeof value !== "string" || fits(value));
}

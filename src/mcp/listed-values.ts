/** The values of an enumeration that clients are shown. */
import { type Json, type JsonObject, ownString } from "../json.ts";
import { fitting, patternOf, stepsFor } from "../pattern.ts";
import { enumOf } from "./schema-facts.ts";

/** Those that can be met; all of them where none can. */
export function listedValues(schema: JsonObject): readonly Json[] | undefined {
  const all = enumOf(schema);
  if (all === undefined) return undefined;
  const fitting = fittingValues(schema, all);
  return fitting.length === 0 ? all : fitting;
}

/** The listed values that meet what a schema says of texts besides. */
export function fittingValues(schema: JsonObject, values: readonly Json[]): readonly Json[] {
  const source = ownString(schema, "pattern");
  const pattern = source === undefined ? undefined : patternOf(source);
  if (source === undefined || pattern === undefined) return values;
  const fits = fitting(pattern, stepsFor(source, values));
  return values.filter((value) => typeof value !== "string" || fits(value));
}

/** The values of an enumeration that clients are shown. */
import type { Json } from "../../base/json.ts";
import type { SchemaNode } from "../../base/schema/node.ts";
import { typeOfValue } from "../../base/schema/types.ts";
import { fitting, patternOf, stepsFor } from "../../base/pattern.ts";

export interface ListedValues {
  /** Of the type, each once; `undefined` where a schema lists none, or none but the empty text. */
  readonly values: readonly Json[] | undefined;
  /** Whether the empty text is among them, which clients refuse in a list. */
  readonly empty: boolean;
}

/**
 * Those that can be met; all of them where none can.
 *
 * @param type the only one that the schema has, if so
 */
export function listedValues(schema: SchemaNode, type: string | undefined): ListedValues {
  const all = schema.values;
  if (all === undefined) return { values: undefined, empty: false };
  const fitting = fittingValues(schema, all);
  const usable = (fitting.length === 0 ? all : fitting).filter((value) => type === undefined || isOfType(value, type));
  const unique = [...new Map(usable.map((value) => [JSON.stringify(value), value])).values()];
  const values = unique.filter((value) => value !== "");
  const empty = values.length < unique.length;
  return { values: values.length === 0 ? undefined : values, empty };
}

function isOfType(value: Json, type: string): boolean {
  const found = typeOfValue(value);
  return found === type || (type === "number" && found === "integer");
}

/** The listed values that meet what a schema says of texts besides. */
export function fittingValues(schema: SchemaNode, values: readonly Json[]): readonly Json[] {
  return schema.patterns.reduce<readonly Json[]>((matches, source) => {
    const pattern = patternOf(source);
    if (pattern === undefined) return matches;
    const fits = fitting(pattern, stepsFor(source, matches));
    return matches.filter((value) => typeof value !== "string" || fits(value));
  }, values);
}

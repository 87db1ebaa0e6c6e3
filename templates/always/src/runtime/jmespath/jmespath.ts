/** The part that evaluates JMESPath. The expressions are the owner's, and were read when the server was generated. */
import { type JSONValue, search } from "@jmespath-community/jmespath";
import type { JsonValue } from "../data/model.js";

export function searchValue(value: JsonValue, expression: string): JsonValue {
  return (search(value as JSONValue, expression) ?? null) as JsonValue;
}

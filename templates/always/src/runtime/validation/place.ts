/** Places that the validator names: in the arguments and in the schema. */
import {
  isJsonArray,
  isJsonObject,
  ownValue,
  pointerTokens,
} from "../data/json-place.js";
import type { Schema } from "@cfworker/json-schema";
import type { JsonValue } from "../data/model.js";
import type { SchemaLookup } from "./schema.js";

/** A place in the arguments as a reader writes it: `filter.tags[0]`; `undefined` for the arguments themselves. */
export function placeOf(instanceLocation: string): string | undefined {
  const tokens = pointerTokens(instanceLocation);
  if (tokens.length === 0) return undefined;
  return tokens
    .map((token, index) => {
      if (/^\d+$/.test(token) && index > 0) return `[${token}]`;
      if (!/^[\p{L}_$][\p{L}\p{N}_$-]*$/u.test(token))
        return index === 0
          ? JSON.stringify(token)
          : `[${JSON.stringify(token)}]`;
      return index === 0 ? token : `.${token}`;
    })
    .join("");
}

/** What a schema says at a location of the validator's, which passes through references: `#/properties/a/$ref/enum`. */
export function keywordAt(
  schema: Schema | boolean,
  keywordLocation: string,
  lookup: SchemaLookup,
): JsonValue | undefined {
  let value = schema as JsonValue | undefined;
  for (const token of pointerTokens(keywordLocation)) {
    if (isJsonArray(value)) value = value[Number(token)];
    else if (token === "$ref" && isJsonObject(value))
      value = ownValue(lookup, String(ownValue(value, "$ref")));
    else value = ownValue(value, token);
    if (value === undefined) return undefined;
  }
  return value;
}

/** JSON values as documents, models and APIs send them, and the few safe ways to look into them. */
import type { JsonObject, JsonValue } from "./model.js";

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isJsonArray(value: unknown): value is readonly JsonValue[] {
  return Array.isArray(value);
}

export { isJsonArray as isArray, isJsonObject as isObject };

/** An own property of an object, or `undefined`, also where there is no object. */
export function ownValue(value: unknown, key: string): JsonValue | undefined {
  return isJsonObject(value) && Object.hasOwn(value, key)
    ? value[key]
    : undefined;
}

/** The reference tokens of a JSON pointer or of its URI fragment form (RFC 6901 §4 and §6, without percent-decoding). */
export function pointerTokens(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** The value at a JSON pointer (RFC 6901), through own properties only, or `undefined`. */
export function valueAt(root: unknown, pointer: string): JsonValue | undefined {
  let value = root as JsonValue | undefined;
  for (const token of pointerTokens(pointer)) {
    value = isJsonArray(value)
      ? value[/^(?:0|[1-9]\d*)$/.test(token) ? Number(token) : -1]
      : ownValue(value, token);
    if (value === undefined) return undefined;
  }
  return value;
}

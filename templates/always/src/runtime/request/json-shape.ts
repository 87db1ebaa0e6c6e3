/** Telling arrays, objects and own members of a JSON value apart from all else. */
import type { JsonObject, JsonValue } from "../model.js";
import { exactToken } from "./exact-number.js";

export function isArray(value: unknown): value is readonly JsonValue[] {
  return Array.isArray(value);
}

export function isObject(value: unknown): value is JsonObject {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    exactToken(value) === undefined
  );
}

/** An own member of an object: `__proto__` and `constructor` are names like any other. */
export function ownMember(
  value: JsonObject,
  key: string,
): JsonValue | undefined {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

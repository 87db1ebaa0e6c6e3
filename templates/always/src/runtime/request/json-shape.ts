/** Telling arrays, objects and own members of a JSON value apart from all else. */
import type { JsonObject, JsonValue } from "../data/model.js";
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

/** The members of an object: those that `order` names by that, the others behind them as they are given. */
export function entriesInOrder(
  value: JsonObject,
  order: readonly string[] = [],
): [string, JsonValue][] {
  const entries = Object.entries(value);
  if (order.length === 0) return entries;
  const places = new Map(order.map((name, place) => [name, place]));
  const placeOf = ([name]: readonly [string, JsonValue]): number =>
    places.get(name) ?? order.length;
  return entries.sort((one, other) => placeOf(one) - placeOf(other));
}

/** An object with its members in that order; any other value as it is. */
export function inOrder<Value extends JsonValue>(
  value: Value,
  order: readonly string[] | undefined,
): Value | JsonObject {
  return order !== undefined && isObject(value)
    ? Object.fromEntries(entriesInOrder(value, order))
    : value;
}

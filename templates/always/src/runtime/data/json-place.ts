/** Places in JSON values whose keys come from documents, models and servers. */
import type { JsonObject, JsonValue, ResourceVariable } from "./model.js";

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isJsonArray(value: unknown): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** The object that a text is as JSON; `undefined` for one that is none. */
export function parsedObject(text: string | undefined): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text ?? "");
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A value that code made, as JSON has it (ECMA-262, `JSON.stringify`): no member that is undefined, `null` in lists. */
export function definedValue(value: unknown): JsonValue {
  if (isJsonArray(value)) return value.map(definedValue);
  if (!isJsonObject(value)) return (value ?? null) as JsonValue;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([key, member]) => [key, definedValue(member)]),
  );
}

/** An own property of an object, or `undefined`, also where there is no object. */
export function ownValue(value: unknown, key: string): JsonValue | undefined {
  return isJsonObject(value) && Object.hasOwn(value, key)
    ? value[key]
    : undefined;
}

/** A member by its name, which may have dots in it, or else by its path. */
export function memberAt(
  object: JsonObject,
  name: string,
): JsonValue | undefined {
  const own = ownValue(object, name);
  if (own !== undefined) return own;
  return name.split(".").reduce<JsonValue | undefined>(ownValue, object);
}

/**
 * The reference tokens of a JSON pointer, unescaped (RFC 6901 §4). One that begins with `#` is a URI fragment and
 * percent-decoded as well (§6).
 */
export function pointerTokens(pointer: string): string[] {
  const [first = "", ...tokens] = pointer.split("/");
  return tokens.map((token) =>
    (first === "#" ? percentDecoded(token) : token)
      .replaceAll("~1", "/")
      .replaceAll("~0", "~"),
  );
}

/** The value at a JSON pointer, through own properties only, or `undefined`. */
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

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Text as the type that it is wanted as; text that does not read as that stays text. */
export function typedValue(
  texts: readonly string[],
  type: ResourceVariable["type"],
): JsonValue {
  const text = texts.at(-1) ?? "";
  switch (type) {
    case "string":
      return text;
    case "number":
    case "integer": {
      const value = Number(text);
      const exact =
        /^-?\d+(?:\.\d+)?$/.test(text) &&
        (!Number.isInteger(value) || Number.isSafeInteger(value));
      return exact ? value : text;
    }
    case "boolean":
      return text === "true" ? true : text === "false" ? false : text;
    case "array":
      // RFC 6570 §3.2.8: `ids=1,2`, or exploded `ids=1&ids=2`.
      return texts.flatMap((item) => item.split(","));
    case "object": {
      try {
        const value = JSON.parse(text) as JsonValue;
        return isJsonObject(value) ? value : text;
      } catch {
        return text;
      }
    }
    default:
      return type satisfies never;
  }
}

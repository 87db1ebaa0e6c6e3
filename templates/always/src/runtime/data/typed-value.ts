import { isJsonObject } from "./json-place.js";
import type { JsonValue, ResourceVariable } from "./model.js";

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

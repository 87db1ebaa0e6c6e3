/** Reading an argument's value, and refusing one that no request can carry. */
import { ArgumentError } from "../errors.js";
import { exactToken } from "./exact-number.js";
import { isArray, isObject, ownMember } from "./json-shape.js";
import type { JsonObject, JsonValue } from "../data/model.js";

/** The value of an argument; `undefined` also where a key is inherited rather than given. */
export function argumentValue(
  args: JsonObject,
  argument: string,
): JsonValue | undefined {
  return ownMember(args, argument);
}

/** Throws what the model is told: which argument, and the rule that it breaks. */
export function refuse(argument: string, rule: string, hint?: string): never {
  throw new ArgumentError(
    `Argument "${argument}" ${rule}.`,
    hint === undefined ? {} : { hint },
  );
}

/**
 * Text of a single value, as JSON writes numbers and booleans (Appendix B of the specification leaves the choice).
 * `null` is the empty text. Throws `ArgumentError` for text that is no Unicode and for numbers without a JSON form.
 */
export function scalarText(
  value: string | number | boolean | null,
  argument: string,
): string {
  switch (typeof value) {
    case "string":
      return wellFormed(value, argument);
    case "number":
      if (!Number.isFinite(value))
        return refuse(argument, "holds a number outside the range of JSON");
      return JSON.stringify(value);
    case "boolean":
      return value ? "true" : "false";
    default:
      if (value !== null)
        return (
          exactToken(value) ??
          refuse(argument, "holds a value that JSON does not have")
        );
      return "";
  }
}

/** Text of any value: single values as they are, arrays and objects as JSON text. */
export function textOf(value: JsonValue, argument: string): string {
  return isArray(value) || isObject(value)
    ? jsonText(value, argument)
    : scalarText(value, argument);
}

/** Compact JSON text (RFC 8259). Throws `ArgumentError` for what JSON cannot say, such as infinity. */
export function jsonText(value: JsonValue, argument: string): string {
  try {
    let isExact = false;
    const text: unknown = JSON.stringify(value, (_key, member: unknown) => {
      if (exactToken(member) !== undefined) isExact = true;
      return typeof member === "number" && !Number.isFinite(member)
        ? refuse(argument, "holds a number outside the range of JSON")
        : member;
    });
    if (isExact) return exactJson(value);
    if (typeof text === "string") return text;
  } catch (error) {
    if (error instanceof ArgumentError) throw error;
    // A RangeError (nesting beyond the stack) or a TypeError (a circle, a bigint).
  }
  return refuse(argument, "cannot be written as JSON");
}

/** `JSON.rawJSON` came with Node 21: until then numbers that no double holds are written here. */
function exactJson(value: JsonValue): string {
  const token = exactToken(value);
  if (token !== undefined) return token;
  if (isArray(value)) return `[${value.map(exactJson).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(
    ([key, member]) => `${JSON.stringify(key)}:${exactJson(member)}`,
  );
  return `{${members.join(",")}}`;
}

/** Refuses lone surrogates: they have no UTF-8 form, and every encoder replaces them by something else. */
export function wellFormed(text: string, argument: string): string {
  if (/\p{Cs}/u.test(text))
    return refuse(argument, "holds half a character (a lone surrogate)");
  return text;
}

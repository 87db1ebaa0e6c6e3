/** Reading an argument's value, and refusing one that no request can carry. */
import type { JsonObject, JsonValue } from "../data/model.js";
import { ArgumentError } from "../errors.js";

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

// Telling arrays, objects and own members of a JSON value apart from all else.

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

// Numbers with more digits than a double has. They come as text, since JSON parsers round them, and are written as the
// number that the text spells: 9007199254740993 and not …992, and not "9007199254740993" either (RFC 8259 §6).

/** Stands for a number among the arguments, from their validation until the request is written. */
class ExactNumber {
  readonly token: string;

  constructor(token: string) {
    this.token = token;
  }
}

/** A value that every writer of this folder writes as `token`, which is a number as JSON has it. */
export function exactNumber(token: string): JsonValue {
  // Nothing but `exactToken` looks into it: the other readers of JSON values never meet one.
  return new ExactNumber(token) as unknown as JsonValue;
}

/** The digits of an exact number; `undefined` for any other value. */
export function exactToken(value: unknown): string | undefined {
  return value instanceof ExactNumber ? value.token : undefined;
}

/** Whether a text is a number as JSON has it. */
export function isNumber(text: string): boolean {
  return canonical(text) !== undefined;
}

/** Whether a text is a number of JSON that a double holds only in part. */
export function exceedsDouble(text: string): boolean {
  const token = canonical(text);
  return token !== undefined && token !== canonical(String(Number(text)));
}

/** Sign, digits and exponent, the same for every way to write a number; `undefined` for text that is none. */
function canonical(text: string): string | undefined {
  const [number, sign = "", whole = "", fraction = "", exponent = "0"] =
    /^(-?)(0|[1-9]\d*)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  if (number === undefined) return undefined;
  const digits = (whole + fraction).replace(/^0+/, "");
  const short = digits.replace(/0+$/, "");
  if (short === "") return "0";
  const power =
    Number(exponent) - fraction.length + digits.length - short.length;
  return `${sign}${short}e${power}`;
}

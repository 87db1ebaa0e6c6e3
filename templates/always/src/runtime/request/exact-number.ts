/**
 * Numbers with more digits than a double has. They come as text, since JSON parsers round them, and are written as the
 * number that the text spells: 9007199254740993 and not …992, and not "9007199254740993" either (RFC 8259 §6).
 */
import type { JsonValue } from "../data/model.js";

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

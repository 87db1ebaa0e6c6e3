/**
 * The form of a value in the configuration file. A value is checked against it, and the file's JSON Schema and the
 * reference page are made of it.
 */
import type { Json } from "../base/json.ts";

export type Shape =
  | {
      readonly kind: "text";
      /** Regular expression, for JSON Schema and for us. */
      readonly pattern?: string;
      /** What the pattern asks for, in words that follow "needs". */
      readonly meaning?: string;
      /** Whether messages leave a faulty value out, since it may be a secret. */
      readonly secret?: true;
    }
  /** One of some words. */
  | { readonly kind: "choice"; readonly of: readonly string[]; readonly what: string }
  /** A number above 0. */
  | { readonly kind: "number" }
  | { readonly kind: "boolean"; readonly only?: boolean }
  /** Any JSON value. */
  | { readonly kind: "any" }
  | { readonly kind: "list"; readonly of: Shape; readonly least?: number; readonly secret?: true }
  /** An object whose keys the author chooses. */
  | { readonly kind: "names"; readonly of: Shape }
  | { readonly kind: "fields"; readonly fields: readonly Field[]; readonly least?: number }
  /** Forms that differ by their JSON type. */
  | { readonly kind: "either"; readonly of: readonly Shape[] };

export interface Field {
  readonly key: string;
  readonly shape: Shape;
  /** One line, for editors and the reference. */
  readonly description: string;
  readonly required?: boolean;
  readonly default?: Json;
}

export const text: Shape = { kind: "text" };
export const number: Shape = { kind: "number" };
export const boolean: Shape = { kind: "boolean" };
export const texts: Shape = { kind: "list", of: text };

/** What a value of a shape is, in words that follow "needs": `text or a list`. */
export function shapeInWords(shape: Shape): string {
  switch (shape.kind) {
    case "text":
      return shape.meaning ?? "text";
    case "choice":
      return shape.what;
    case "number":
      return "a number above 0";
    case "boolean":
      return shape.only === undefined ? "true or false" : String(shape.only);
    case "any":
      return "a value";
    case "list":
      return shape.least === undefined ? "a list" : `a list of at least ${shape.least}`;
    case "names":
    case "fields":
      return "an object";
    case "either":
      return shape.of.map(shapeInWords).join(" or ");
    default:
      return shape satisfies never;
  }
}

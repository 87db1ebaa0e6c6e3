/** Texts that a schema allows: by format, pattern and length; ordinary, at the bounds, and full of signs. */
import { type Json, type JsonObject, own, ownString } from "../../src/base/json.ts";
import { textMatching } from "./pattern.ts";
import type { Random } from "./random.ts";
import type { Variant } from "./sample.ts";

/** Formats of JSON Schema 2020-12 §7.3 and of the OpenAPI registry, with values at both ends of what is common. */
const formats: ReadonlyMap<string, readonly [string, string]> = new Map([
  ["date-time", ["2024-02-29T13:45:01Z", "1999-12-31T23:59:59.999+02:00"]],
  ["date", ["2024-02-29", "1999-12-31"]],
  ["time", ["13:45:01Z", "23:59:59+02:00"]],
  ["duration", ["P3DT4H", "PT5S"]],
  ["email", ["a.person@example.com", "x+y@sub.example.org"]],
  ["uri", ["https://example.com/a?b=c&d=%20#e", "urn:example:a"]],
  ["uuid", ["123e4567-e89b-42d3-a456-426614174000", "00000000-0000-4000-8000-000000000000"]],
  ["ipv4", ["192.0.2.1", "255.255.255.255"]],
  ["ipv6", ["2001:db8::1", "::"]],
  ["hostname", ["host.example.com", "a-b.example"]],
]);
/** One text for each thing that goes wrong in URLs, headers, forms and files. */
const difficult = [
  "plain",
  "a b",
  "a/b?c#d",
  "x&y=z;w",
  "50%25+1",
  "ä ö ü",
  "日本語",
  "🙂",
  'say "hi"',
  "a,b|c",
  "[x]{y}",
  "back\\slash",
] as const;

export function sampleText(schema: JsonObject, variant: Variant, name: string, random: Random): Json {
  const low = bound(schema, "minLength", 0);
  const high = bound(schema, "maxLength", Number.POSITIVE_INFINITY);
  const pattern = ownString(schema, "pattern");
  const format = formats.get(ownString(schema, "format") ?? "");
  const second = variant === "high" || (variant.startsWith("seed") && random.next() < 0.5);
  if (format !== undefined) {
    const choices = second ? [format[1], format[0]] : [format[0], format[1]];
    const fitting = choices.find(
      (text) => text.length >= low && text.length <= high && (pattern === undefined || matches(pattern, text)),
    );
    if (fitting !== undefined) return fitting;
  }
  if (pattern !== undefined) return textMatching(pattern, low, high, random, variant === "high") ?? "";
  const ordinary = `${name.replaceAll(/[^A-Za-z0-9]/g, "")}${random.integer(10, 99)}`;
  switch (variant) {
    case "low":
      return fitted(low === 0 ? "" : ordinary, low, high);
    case "high":
      return Number.isFinite(high) ? fitted(ordinary, Math.min(high, 300), high) : fitted(ordinary, low, high);
    case "required":
    case "all":
      return fitted(ordinary, low, high);
    default:
      return fitted(random.pick(difficult), low, high);
  }
}

function bound(schema: JsonObject, keyword: string, otherwise: number): number {
  const value = own(schema, keyword);
  return typeof value === "number" ? value : otherwise;
}

/** Cut or filled up to a length in characters (JSON Schema 2020-12 §6.3.1). */
function fitted(text: string, low: number, high: number): string {
  const characters = [...text].slice(0, high);
  return [...characters, ..."x".repeat(Math.max(0, Math.min(low, 100_000) - characters.length))].join("");
}

function matches(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern, "u").test(text);
  } catch {
    return true;
  }
}

/** The sampler meets the patterns that documents use, however long their texts have to be. */
import { expect, it } from "vitest";
import { textMatching } from "./pattern.ts";
import { randomOf } from "./random.ts";

const cases: readonly (readonly [pattern: string, low: number, high: number])[] = [
  ["^[a-z]+$", 0, 5],
  ["^[A-Z]{2}-\\d{4,6}$", 0, Number.POSITIVE_INFINITY],
  ["^(?:a|bc)+$", 7, 9],
  ["^0x[a-fA-F0-9]{262144}$", 0, Number.POSITIVE_INFINITY],
  ["^0x[a-fA-F0-9]{0,2147483648}$", 0, Number.POSITIVE_INFINITY],
  ["^\\+[1-9]\\d{6,14}$", 0, Number.POSITIVE_INFINITY],
  ["^(ab){1500}$", 0, Number.POSITIVE_INFINITY],
  ["b", 10, 12],
];

it.each(cases)("%s from %i to %s characters", (pattern, low, high) => {
  for (const longest of [false, true]) {
    const text = textMatching(pattern, low, high, randomOf("1"), longest);
    expect(text).toMatch(new RegExp(pattern, "u"));
    expect(text?.length).toBeGreaterThanOrEqual(low);
    expect(text?.length).toBeLessThanOrEqual(high);
  }
});

import { expect, test } from "vitest";
import { oncePerText } from "../../../src/base/once-per-text.ts";

test("reads each text once, also one of which there is nothing to say", () => {
  const read: string[] = [];
  const lengthOf = oncePerText((text) => {
    read.push(text);
    return text === "" ? undefined : text.length;
  });
  expect(["a", "", "bc", "a", ""].map(lengthOf)).toEqual([1, undefined, 2, 1, undefined]);
  expect(read).toEqual(["a", "", "bc"]);
});

test("forgets what it knows before that is more than four million characters, and answers the same", () => {
  let reads = 0;
  const lengthOf = oncePerText((text) => {
    reads++;
    return text.length;
  });
  const long = "x".repeat(3_000_000);
  expect([lengthOf("a"), lengthOf(long), lengthOf("a")]).toEqual([1, 3_000_000, 1]);
  expect(reads).toBe(2);
  expect(lengthOf("y".repeat(1_000_000))).toBe(1_000_000);
  expect([lengthOf("a"), lengthOf(long)]).toEqual([1, 3_000_000]);
  expect(reads).toBe(5);
});

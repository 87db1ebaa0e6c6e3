import { expect, it } from "vitest";
import { defined } from "../../templates/always/src/runtime/data/defined.ts";

it("leaves out what is undefined, and nothing else, in the order given", () => {
  const members = defined({ b: undefined, c: null, a: 0, d: "", e: false, f: undefined, g: [] });
  expect(Object.entries(members)).toEqual([
    ["c", null],
    ["a", 0],
    ["d", ""],
    ["e", false],
    ["g", []],
  ]);
  expect("b" in members).toBe(false);
});

it("types what may be undefined as optional", () => {
  const name = "x" as string | undefined;
  const members: { readonly name?: string; readonly sure: number } = defined({ name, sure: 1 });
  expect(members).toEqual({ name: "x", sure: 1 });
});

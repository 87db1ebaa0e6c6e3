import { describe, expect, it } from "vitest";
import { sameValue } from "./same.ts";

describe("of an empty structure", () => {
  it.each([undefined, null, "", [], {}, "{}", "[]", "[{}]", ["{}"], ["{}", ""], { a: "[]" }])(
    "%j may arrive",
    (read) => {
      for (const value of [[], {}, [{}], { a: {} }]) expect(sameValue(read, value)).toBe(true);
    },
  );

  it.each(["x", "{", '{"a":1}', ["x"], ["{}", '{"a":1}'], { a: "x" }, "null"])("%j is too much", (read) => {
    for (const value of [[], {}, [{}], { a: {} }]) expect(sameValue(read, value)).toBe(false);
  });
});

import { describe, expect, it } from "vitest";
import type { Json } from "../../src/base/json.ts";
import { sameValue } from "./same.ts";

const empty: readonly Json[] = [[], {}, [{}], { a: {} }];

describe("of an empty structure", () => {
  it.each<Json | undefined>([undefined, null, "", [], {}, "{}", "[]", "[{}]", ["{}"], ["{}", ""], { a: "[]" }])(
    "%j may arrive",
    (read) => {
      for (const value of empty) expect(sameValue(read, value)).toBe(true);
    },
  );

  it.each<Json>(["x", "{", '{"a":1}', ["x"], ["{}", '{"a":1}'], { a: "x" }, "null"])("%j is too much", (read) => {
    for (const value of empty) expect(sameValue(read, value)).toBe(false);
  });
});

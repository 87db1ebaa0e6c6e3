/** What a listed schema says of itself, keyword by keyword. */
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../src/base/json.ts";
import { Schemas } from "../../../../src/base/schema/node.ts";
import { plainEntries } from "../../../../src/mcp/listed/plain-entries.ts";

type Type = Parameters<typeof plainEntries>[1];
const entriesOf = (schema: JsonObject, type: Type, description?: string) => {
  const { entries } = plainEntries(new Schemas(new Map()).of(schema), type, description);
  return Object.fromEntries(entries);
};

describe("what is listed", () => {
  it.each<[JsonObject, Type, JsonObject]>([
    [{ minLength: 1, maxLength: 3 }, "string", { type: "string", minLength: 1, maxLength: 3 }],
    [{ minLength: 1, minimum: 2 }, "integer", { type: "integer", minimum: 2 }],
    [{ minLength: 1, minimum: 2 }, undefined, { minLength: 1, minimum: 2 }],
    [{ multipleOf: 2, maximum: 8 }, "number", { type: "number", multipleOf: 2, maximum: 8 }],
    [
      { minItems: 1, maxItems: 2, uniqueItems: true },
      "array",
      { type: "array", minItems: 1, maxItems: 2, uniqueItems: true },
    ],
    [{ uniqueItems: false }, "array", { type: "array" }],
    [{ minProperties: 1, maxProperties: 2 }, "object", { type: "object", minProperties: 1, maxProperties: 2 }],
    [{ enum: ["a", "b"], minLength: 1 }, "string", { type: "string", enum: ["a", "b"] }],
    [{ enum: [""], minLength: 0 }, "string", { type: "string", maxLength: 0 }],
    [{ format: "date" }, "string", { type: "string", format: "date" }],
    [{ pattern: "^a+$" }, "string", { type: "string", pattern: "^a+$" }],
    [{ pattern: "^a+$" }, "integer", { type: "integer" }],
    [{ pattern: "^a+$", enum: ["a"] }, "string", { type: "string", enum: ["a"] }],
    [{ exclusiveMinimum: 1 }, "integer", { type: "integer", minimum: 2 }],
  ])("of %j as %s: %j", (schema, type, want) => {
    const { description: _, ...rest } = entriesOf(schema, type);
    expect(rest).toEqual(want);
  });

  it("has the description behind the type, and tells that a listed text may be empty", () => {
    const { entries, text } = plainEntries(new Schemas(new Map()).of({ enum: ["", "a"] }), "string", "Which.");
    expect(entries).toEqual([
      ["type", "string"],
      ["description", "Which. May be empty."],
      ["enum", ["a"]],
    ]);
    expect(text).toBe("Which. May be empty.");
    expect(entriesOf({ enum: [""] }, "string")).toEqual({ type: "string", maxLength: 0 });
  });

  it.each(["maximum", "minimum"])(
    "leaves out a %s that no JSON number of JavaScript can be, and says so",
    (keyword) => {
      const bound = keyword === "maximum" ? 2 ** 60 : -(2 ** 60);
      const { entries, losses } = plainEntries(new Schemas(new Map()).of({ [keyword]: bound }), "integer", undefined);
      expect(entries).toEqual([["type", "integer"]]);
      expect(losses).toEqual([
        {
          kind: "bound",
          pointer: `/${keyword}`,
          text: "a bound that JSON numbers of JavaScript cannot have is left out",
        },
      ]);
      expect(entriesOf({ [keyword]: Number.MAX_SAFE_INTEGER }, "integer")).toEqual({
        type: "integer",
        [keyword]: Number.MAX_SAFE_INTEGER,
      });
    },
  );
});

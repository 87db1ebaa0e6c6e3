/** What a `not` forbids, which values are listed, texts without hidden characters, and how a former tool was called. */
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../src/base/json.ts";
import { Schemas } from "../../../../src/base/schema/node.ts";
import { formerRequest } from "../../../../src/mcp/curation/anchor.ts";
import { excludingGroups, forbiddenOf, keptApart } from "../../../../src/mcp/listed/excluded.ts";
import { legible } from "../../../../src/mcp/listed/legible.ts";
import { fittingValues, listedValues } from "../../../../src/mcp/listed/listed-values.ts";

const node = (schema: JsonObject) => new Schemas(new Map()).of(schema);

describe("what a not forbids", () => {
  it.each<[JsonObject, readonly (readonly string[])[], readonly string[]]>([
    [{}, [], []],
    [{ not: {} }, [], []],
    [{ not: { required: ["a"] } }, [], ["a"]],
    [{ not: { required: ["a", "b"] } }, [["a", "b"]], []],
    [{ not: { required: ["a"], type: "object" } }, [], []],
    [{ not: { anyOf: [{ required: ["a", "b"] }, { required: ["c"] }] } }, [["a", "b"]], ["c"]],
    [{ not: { anyOf: [{ required: ["a", "b"] }, { type: "string" }] } }, [["a", "b"]], []],
    [{ not: { anyOf: [{ required: ["a"] }], type: "object" } }, [], []],
    [{ not: { oneOf: [{ required: ["a"] }] } }, [], []],
  ])("of %j: %j not together, %j not at all", (schema, groups, names) => {
    expect(excludingGroups(node(schema))).toEqual(groups);
    expect(forbiddenOf(node(schema))).toEqual(names);
  });

  const either: readonly JsonObject[] = [{ properties: { a: false } }, { properties: { b: false } }];
  it.each<[JsonObject, JsonObject | undefined]>([
    [{ not: { required: ["a", "b"] } }, { anyOf: either }],
    [
      { type: "object", not: { required: ["a", "b"] } },
      { type: "object", anyOf: either },
    ],
    [
      { not: { anyOf: [{ required: ["a", "b"] }, { required: ["c", "d"] }, { required: ["e"] }] } },
      { not: { anyOf: [{ required: ["c", "d"] }, { required: ["e"] }] }, anyOf: either },
    ],
    [{ not: { required: ["a"] } }, undefined],
    [{}, undefined],
    [{ not: { required: ["a", "b"] }, anyOf: [{}] }, undefined],
    [{ not: { required: ["a", "b"] }, oneOf: [{}] }, undefined],
  ])("of %j is told by alternatives: %j", (schema, want) => expect(keptApart(node(schema))?.json).toEqual(want));
});

describe("the values that are listed", () => {
  it.each<[JsonObject, string | undefined, unknown, boolean]>([
    [{ type: "string" }, "string", undefined, false],
    [{ enum: ["a", "b", "a"] }, "string", ["a", "b"], false],
    [{ const: "a" }, "string", ["a"], false],
    [{ enum: ["", "a"] }, "string", ["a"], true],
    [{ enum: [""] }, "string", undefined, true],
    [{ enum: ["a", 1] }, "string", ["a"], false],
    [{ enum: ["a", 1] }, undefined, ["a", 1], false],
    [{ enum: ["a", 1, 1.5] }, "number", [1, 1.5], false],
    [{ enum: [1, 1.5] }, "integer", [1], false],
    [{ enum: [true, 1] }, "boolean", [true], false],
    [{ enum: ["a", "b"], pattern: "^a$" }, "string", ["a"], false],
    [{ enum: ["a", "b"], pattern: "^c$" }, "string", ["a", "b"], false],
    [{ enum: ["a", 1], pattern: "^a$" }, undefined, ["a", 1], false],
    [{ enum: ["a", "b"], pattern: "(" }, "string", ["a", "b"], false],
  ])("of %j as %s are %j, and may be empty: %s", (schema, type, values, empty) =>
    expect(listedValues(node(schema), type)).toEqual({ values, empty }),
  );

  it("are those that meet the pattern, whatever is no text, and all where the pattern is none", () => {
    expect(fittingValues(node({ pattern: "^a" }), ["a", "b", 1, null])).toEqual(["a", 1, null]);
    expect(fittingValues(node({ pattern: "(" }), ["a", "b"])).toEqual(["a", "b"]);
    expect(fittingValues(node({}), ["a"])).toEqual(["a"]);
  });
});

describe("legible", () => {
  const write = (text: string): string => text.replaceAll("x", "y");
  it.each<[JsonObject, JsonObject]>([
    [{ a: "x" }, { a: "y" }],
    [{ x: 1 }, { y: 1 }],
    [
      { x: "a", b: "b" },
      { y: "a", b: "b" },
    ],
    [
      { a: "a", b: "x" },
      { a: "a", b: "y" },
    ],
    [
      { a: "x", b: "b" },
      { a: "y", b: "b" },
    ],
    [{ enum: ["x", "a", 1, null, true] }, { enum: ["y", "a", 1, null, true] }],
    [{ enum: ["a", "x"] }, { enum: ["a", "y"] }],
    [{ a: { x: [{ b: "x" }] } }, { a: { y: [{ b: "y" }] } }],
  ])("%j is %j", (schema, want) => expect(legible(schema, write)).toEqual(want));

  it("is the very schema where nothing changes, and so is each part of it", () => {
    const [inner, list] = [{ type: "string", minLength: 1 }, ["a", "b"]];
    const schema = { inner, list };
    expect(legible(schema, write)).toBe(schema);
    const written = legible({ inner, list, description: "x" }, write);
    expect(written).toEqual({ inner, list, description: "y" });
    expect(written["inner"]).toBe(inner);
    expect(written["list"]).toBe(list);
  });
});

describe("the request of a former tool", () => {
  it.each<[string, string | undefined, string | undefined]>([
    ["/paths/~1pets~1{id}/get", undefined, "GET /pets/{id}"],
    ["/paths/~1pets/additionalOperations/COPY", undefined, "COPY /pets"],
    ["/paths/~1pets/get", "GET /animals", "GET /animals"],
    ["/components/pathItems/Pets/get", "GET /animals", "GET /animals"],
    ["/components/pathItems/get", undefined, undefined],
    ["/paths/~1pets", undefined, undefined],
    ["/paths", undefined, undefined],
  ])("at %s, which is %s, is %s", (pointer, request, want) =>
    expect(formerRequest({ name: "a", api: "a", input: "", pointer, request })).toBe(want),
  );
});

/** What is said of arguments that break a rule, keyword by keyword, and of two that break several. */
import { describe, expect, it } from "vitest";
import type { InputSchema, JsonObject, JsonValue } from "../../templates/always/src/runtime/data/model.js";
import { argumentValidator, meetsSchema } from "../../templates/always/src/runtime/validation/validate.js";

/** What is said of the argument `x`, or what is valid. */
function told(schema: JsonValue, x: JsonValue, definitions: Record<string, JsonObject> = {}): unknown {
  const input: JsonObject = { type: "object", properties: { x: schema } };
  const listed: InputSchema = { type: "object", properties: { x: {} }, additionalProperties: false };
  const result = argumentValidator(listed, input, definitions)({ x });
  return result.valid ? { args: result.args["x"], mended: result.mended } : result.message;
}

/** What is said of all arguments together. */
function toldOf(input: JsonObject, args: JsonObject, names: readonly string[] = ["a", "b", "c"]): string {
  const properties = Object.fromEntries(names.map((name) => [name, {}]));
  const result = argumentValidator({ type: "object", properties, additionalProperties: false }, input, {})(args);
  return result.valid ? "valid" : result.message;
}

describe("a rule that a value breaks", () => {
  it.each<[JsonObject, JsonValue, string]>([
    [{ type: "integer" }, "a", "x has to be an integer, not a string"],
    [{ type: "integer" }, 1.5, "x has to be an integer, not a number"],
    [{ type: "string" }, 1, "x has to be a string, not a number"],
    [{ type: "string" }, true, "x has to be a string, not a boolean"],
    [{ type: "string" }, [], "x has to be a string, not an array"],
    [{ type: "string" }, {}, "x has to be a string, not an object"],
    [{ type: "object" }, 5, "x has to be an object, not a number"],
    [{ type: "array" }, {}, "x has to be an array, not an object"],
    [{ type: ["string", "integer", "null"] }, [], "x has to be a string, an integer or null, not an array"],
    [{ enum: ["a", 1, null] }, "b", 'x has to be one of "a", 1, null'],
    [{ const: "a" }, "b", 'x has to be "a"'],
    [{ minimum: 2 }, 1, "x has to be at least 2"],
    [{ maximum: 2 }, 3, "x has to be at most 2"],
    [{ exclusiveMinimum: 2 }, 2, "x has to be more than 2"],
    [{ exclusiveMaximum: 2 }, 2, "x has to be less than 2"],
    [{ multipleOf: 5 }, 7, "x has to be a multiple of 5"],
    [{ minLength: 2 }, "a", "x needs at least 2 characters"],
    [{ minLength: 1 }, "", "x needs at least 1 character"],
    [{ maxLength: 2 }, "abc", "x may have at most 2 characters"],
    [{ maxLength: 1 }, "ab", "x may have at most 1 character"],
    [{ minItems: 2 }, [1], "x needs at least 2 items"],
    [{ minItems: 1 }, [], "x needs at least 1 item"],
    [{ maxItems: 1 }, [1, 2], "x may have at most 1 item"],
    [{ maxItems: 0 }, [1], "x may have at most 0 items"],
    [{ minProperties: 2 }, { a: 1 }, "x needs at least 2 properties"],
    [{ minProperties: 1 }, {}, "x needs at least 1 property"],
    [{ maxProperties: 1 }, { a: 1, b: 2 }, "x may have at most 1 property"],
    [{ uniqueItems: true }, [1, 1], "x may not hold the same item twice"],
    [{ uniqueItems: true }, [{ a: [1] }, { a: [1] }], "x may not hold the same item twice"],
    [{ pattern: "^a+$" }, "b", "x has to match the pattern ^a+$"],
    [{ format: "date" }, "x", "x has to be a date such as 2025-01-31"],
    [{ format: "date-time" }, "x", "x has to be a date and time such as 2025-01-31T12:00:00Z"],
    [{ format: "time" }, "x", "x has to be a time such as 12:00:00Z"],
    [{ format: "uuid" }, "x", "x has to be a UUID such as 123e4567-e89b-12d3-a456-426614174000"],
    [{ format: "email" }, "x", "x has to be an e-mail address"],
    [{ format: "ipv4" }, "x", "x has to be an IPv4 address"],
    [{ format: "ipv6" }, "x", "x has to be an IPv6 address"],
    [{ required: ["a", "b"] }, { b: 1 }, 'x needs "a"'],
    [{ required: ["a", "b"] }, {}, 'x needs "a", "b"'],
    [{ not: { type: "string" } }, "a", 'x may not fit {"type":["string"]}'],
    [{ type: "array", contains: { const: 1 } }, [2], 'x needs more items that fit {"const":1}'],
    [{ type: "array", contains: { const: 1 }, minContains: 2 }, [1], 'x needs more items that fit {"const":1}'],
    [{ type: "array", contains: { const: 1 }, maxContains: 1 }, [1, 1], 'x has too many items that fit {"const":1}'],
    [{ prefixItems: [{}, {}], items: false }, [1, 2, 3], "x may have at most 2 items"],
    [{ prefixItems: [{}], items: false }, [1, 2], "x may have at most 1 item"],
    [
      { properties: { name: {}, size: {} }, additionalProperties: false },
      { nmae: 1 },
      'x may not have "nmae". Did you mean "name"?',
    ],
    [
      { properties: { name: {}, size: {} }, additionalProperties: false },
      { zzzzzzz: 1 },
      'x may not have "zzzzzzz". Properties: "name", "size"',
    ],
    [{ additionalProperties: false }, { name: 1 }, 'x may not have "name"'],
    [{ propertyNames: { maxLength: 2 } }, { abc: 1 }, "The name of x.abc may have at most 2 characters"],
    [{ dependentRequired: { a: ["b"] } }, { a: 1 }, 'x: with "a" there also has to be "b".'],
    [{ items: { type: "string" } }, ["a", 1], "x[1] has to be a string, not a number"],
    [{ properties: { a: { properties: { b: { minimum: 1 } } } } }, { a: { b: 0 } }, "x.a.b has to be at least 1"],
  ])("%j: %j", (schema, value, want) => expect(told(schema, value)).toBe(want));

  it("is quoted as far as it is short", () => {
    const values = Array.from({ length: 31 }, (_, index) => index);
    expect(told({ enum: values }, "x")).toBe(`x has to be one of ${values.slice(0, 30).join(", ")}, …`);
    expect(told({ enum: values.slice(0, 30) }, "x")).toBe(`x has to be one of ${values.slice(0, 30).join(", ")}`);
    expect(told({ const: "a".repeat(100) }, "x")).toBe(`x has to be "${"a".repeat(79)}`);
    expect(told({ pattern: `^${"a".repeat(250)}$` }, "x")).toBe(`x has to match the pattern ^${"a".repeat(199)}`);
    expect(told({ not: { enum: ["x", "y".repeat(300)] } }, "x")).toBe(
      `x may not fit {"enum":["x","${"y".repeat(186)}…`,
    );
    expect(told({ additionalProperties: false }, { ["n".repeat(150)]: 1 })).toBe(`x may not have "${"n".repeat(100)}"`);
  });
});

describe("alternatives of which none fits", () => {
  const cat = { type: "object", required: ["kind", "lives"], properties: { kind: { const: "cat" }, lives: {} } };
  const dog = { type: "object", required: ["kind", "bark"], properties: { kind: { const: "dog" }, bark: {} } };
  it.each<[JsonObject, JsonValue, string]>([
    [{ oneOf: [cat, dog] }, { kind: "dog" }, 'x needs "bark"'],
    [{ anyOf: [cat, dog] }, { kind: "cat" }, 'x needs "lives"'],
    [{ oneOf: [cat, dog] }, 5, "x fits none of the alternatives: an object"],
    [
      { oneOf: [{ type: "string" }, { type: "integer" }] },
      [],
      "x fits none of the alternatives: a string or an integer",
    ],
    [{ oneOf: [{ const: "a" }, { enum: ["b", "c"] }] }, "d", 'x has to be one of "a", "b", "c"'],
    [{ anyOf: [{ const: "a" }, { const: 1 }] }, "d", 'x has to be one of "a", 1'],
    [{ anyOf: [{ type: "string", maxLength: 1 }, { type: "integer" }] }, "ab", "x may have at most 1 character"],
    [{ anyOf: [{ type: "integer" }, { type: "string", maxLength: 1 }] }, "ab", "x may have at most 1 character"],
    // The one with the fewest faults, then the first.
    [
      { anyOf: [{ required: ["a", "b"], properties: { c: { minimum: 1 } } }, { required: ["d"] }] },
      { c: 0 },
      'x needs "d"',
    ],
    [{ anyOf: [{ required: ["a"] }, { required: ["b"] }] }, {}, 'x needs "a"'],
    // Who means an alternative gives what it cannot do without, well or badly.
    [
      { anyOf: [{ required: ["a"] }, { required: ["b"], properties: { b: { minimum: 1, multipleOf: 7 } } }] },
      { b: -1 },
      "x.b has to be at least 1\nx.b has to be a multiple of 7",
    ],
    [
      { anyOf: [{ anyOf: [{ type: "string", maxLength: 1 }, { type: "null" }] }, { type: "integer" }] },
      "ab",
      "x may have at most 1 character",
    ],
  ])("%j: %j", (schema, value, want) => expect(told(schema, value)).toBe(want));

  it("may lie within another alternative, of which one has to fit", () => {
    const text: JsonObject = { anyOf: [{ type: "string", maxLength: 1 }, { type: "null" }] };
    expect(told({ anyOf: [text, { type: "integer" }] }, "ab")).toBe("x may have at most 1 character");
    expect(told({ anyOf: [{ type: "integer" }, { anyOf: [{ const: "a" }, { const: "b" }] }] }, "c")).toBe(
      'x has to be one of "a", "b"',
    );
    const inProperty = { type: "object", properties: { a: { anyOf: [{ type: "string" }, { type: "integer" }] } } };
    expect(told({ anyOf: [{ type: "array" }, inProperty] }, { a: [] })).toBe(
      "x.a fits none of the alternatives: a string or an integer",
    );
  });

  it("may fit several: the API knows which one is meant", () => {
    expect(told({ oneOf: [{ minimum: 1 }, { maximum: 5 }] }, 3)).toEqual({ args: 3, mended: undefined });
  });

  it("are looked up where they are named", () => {
    const named = { oneOf: [{ $ref: "#/$defs/A" }, { $ref: "#/$defs/B" }] };
    expect(told(named, "c", { A: { const: "a" }, B: { enum: ["b"] } })).toBe('x has to be one of "a", "b"');
    expect(told(named, [], { A: { type: "string" }, B: { type: "integer" } })).toBe(
      "x fits none of the alternatives: a string or an integer",
    );
  });
});

describe("all arguments together", () => {
  it.each<[JsonObject, JsonObject, string]>([
    [{ required: ["a"] }, {}, 'Missing argument "a"'],
    [{ required: ["a", "b"] }, { c: 1 }, 'Missing arguments "a", "b"'],
    [{ minProperties: 2 }, { a: 1 }, "The arguments need at least 2 properties"],
    [{ maxProperties: 1 }, { a: 1, b: 1 }, "The arguments may have at most 1 property"],
    [{ not: { required: ["a"] } }, { a: 1 }, 'The arguments may not fit {"required":["a"]}'],
    [{ oneOf: [{ required: ["a"] }, { required: ["b"] }] }, { c: 1 }, 'Missing argument "a"'],
    [{ dependentRequired: { a: ["b"] } }, { a: 1 }, 'The arguments: with "a" there also has to be "b".'],
    [{ propertyNames: { maxLength: 0 } }, { a: 1 }, "The name of a may have at most 0 characters"],
    [{ properties: { a: { type: "string" } } }, { a: 1 }, "a has to be a string, not a number"],
  ])("%j: %j", (input, args, want) => expect(toldOf({ type: "object", ...input }, args)).toBe(want));

  it("are told five faults, and how many more there are", () => {
    const names = ["a", "b", "c", "d", "e", "f", "g"];
    const input = (count: number): JsonObject => ({
      type: "object",
      properties: Object.fromEntries(names.slice(0, count).map((name) => [name, { type: "string" }])),
    });
    const args = Object.fromEntries(names.map((name) => [name, 1]));
    const lines = names.map((name) => `${name} has to be a string, not a number`);
    expect(toldOf(input(5), args, names)).toBe(lines.slice(0, 5).join("\n"));
    expect(toldOf(input(7), args, names)).toBe([...lines.slice(0, 5), "and 2 more"].join("\n"));
  });

  it("are told which there are, where one is not known", () => {
    const input: JsonObject = { type: "object" };
    const many = Array.from({ length: 41 }, (_, index) => `arg${index}`);
    expect(toldOf(input, { a: 1 }, [])).toBe('Unknown argument "a". This tool takes no arguments.');
    expect(toldOf(input, { limt: 1 }, ["limit", "offset"])).toBe(
      'Unknown argument "limt". Did you mean "limit"? Arguments: limit, offset.',
    );
    expect(toldOf(input, { zzzzz: 1 }, ["limit", "offset"])).toBe(
      'Unknown argument "zzzzz". Arguments: limit, offset.',
    );
    expect(toldOf(input, { zzzzz: 1 }, many)).toBe(
      `Unknown argument "zzzzz". Arguments: ${many.slice(0, 40).join(", ")}, ….`,
    );
    expect(toldOf(input, { zzzzz: 1 }, many.slice(1))).toBe(
      `Unknown argument "zzzzz". Arguments: ${many.slice(1).join(", ")}.`,
    );
    expect(toldOf(input, { ["z".repeat(150)]: 1 }, [])).toBe(
      `Unknown argument "${"z".repeat(100)}". This tool takes no arguments.`,
    );
  });

  it("are refused before any schema is asked where they are too deep or too many", () => {
    const tooLarge = "The arguments nest deeper than 64 levels or hold more than 10000 values";
    const nested = (levels: number): JsonValue => (levels === 0 ? 1 : [nested(levels - 1)]);
    // The object of the arguments is the first level.
    expect(told({}, nested(63))).toEqual({ args: nested(63), mended: undefined });
    expect(told({}, nested(64))).toBe(tooLarge);
    const list = (length: number): JsonValue => Array.from({ length }, () => 1);
    expect(told({}, list(9_998))).toEqual({ args: list(9_998), mended: undefined });
    expect(told({}, list(9_999))).toBe(tooLarge);
  });
});

describe("a value that stands for another", () => {
  it.each<[JsonValue, JsonValue, JsonValue]>([
    [{ type: "integer" }, "12", 12],
    [{ type: "number" }, " -1.5e3 ", -1500],
    [{ type: "boolean" }, "True", true],
    [{ type: "boolean" }, "FALSE", false],
    [{ type: "boolean" }, "1", true],
    [{ type: "boolean" }, "0", false],
    [{ type: "boolean" }, 1, true],
    [{ type: "boolean" }, 0, false],
    [{ type: "array" }, "[1]", [1]],
    [{ type: "object" }, '{"a":1}', { a: 1 }],
    [{ type: ["integer", "boolean"] }, "1", 1],
  ])("%j: %j is %j", (schema, value, want) => expect(told(schema, value)).toEqual({ args: want, mended: ["x"] }));

  it.each<[JsonValue, JsonValue, string]>([
    [{ type: "integer" }, "1.5", "x has to be an integer, not a number"],
    [{ type: "integer" }, "", "x has to be an integer, not a string"],
    [{ type: "integer" }, "one", "x has to be an integer, not a string"],
    [{ type: "integer" }, true, "x has to be an integer, not a boolean"],
    [{ type: "boolean" }, "yes", "x has to be a boolean, not a string"],
    [{ type: "boolean" }, "true!", "x has to be a boolean, not a string"],
    [{ type: "boolean" }, 2, "x has to be a boolean, not a number"],
    [{ type: "string" }, 1, "x has to be a string, not a number"],
    [{ type: "array" }, '{"a":1}', "x has to be an array, not a string"],
    [{ type: "object" }, "[1]", "x has to be an object, not a string"],
    [{ type: "object" }, "{", "x has to be an object, not a string"],
    [{ type: "array", items: { type: "string" } }, [null], "x[0] has to be a string, not null"],
  ])("%j: not %j", (schema, value, want) => expect(told(schema, value)).toBe(want));

  it("is named by its place, and null where it is not allowed counts as absent", () => {
    const schema = {
      type: "object",
      properties: { a: { type: "string" }, b: { type: "object", properties: { c: { type: "integer" } } } },
    };
    expect(told(schema, { a: null, b: { c: "7" }, d: null })).toEqual({
      args: { b: { c: 7 }, d: null },
      mended: ["x.b.c"],
    });
    expect(told({ type: "string" }, null)).toEqual({ args: undefined, mended: undefined });
    expect(told({ type: ["string", "null"] }, null)).toEqual({ args: null, mended: undefined });
  });

  it("may hold others", () => {
    expect(told({ type: "array", items: { type: "integer" } }, '["1", 2, "3"]')).toEqual({
      args: [1, 2, 3],
      mended: ["x", "x[0]", "x[2]"],
    });
  });

  it("three times within texts, no more", () => {
    const schema = { type: "array", items: { type: "array", items: { type: "array", items: { type: "integer" } } } };
    const text = (value: JsonValue, times: number): string =>
      times === 0 ? JSON.stringify(value) : JSON.stringify([text(value, times - 1)]);
    expect(told(schema, text([1], 2))).toEqual({ args: [[[1]]], mended: ["x", "x[0]", "x[0][0]"] });
    expect(told(schema, text(["1"], 2))).toBe("x[0][0][0] has to be an integer, not a string");
  });
});

it("tells whether a value meets a schema", () => {
  const meets = meetsSchema({ type: "object", required: ["a"], properties: { a: { type: "integer", minimum: 1 } } });
  expect([{ a: 1 }, { a: 0 }, {}, 5, null].map((value) => meets(value))).toEqual([true, false, false, false, false]);
});

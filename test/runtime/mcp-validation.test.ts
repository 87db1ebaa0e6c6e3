import { describe, expect, it } from "vitest";
import type { InputSchema, JsonObject, JsonSchema, SchemaData } from "../../templates/always/src/runtime/data/model.js";
import { argumentValidator } from "../../templates/always/src/runtime/validation/validate.js";

const definitions: SchemaData = {
  Pet: {
    type: "object",
    required: ["name"],
    properties: {
      name: { type: "string", minLength: 1, example: { id: 5, $ref: "nowhere" } },
      tags: { type: "array", items: { type: "string" }, maxItems: 2, uniqueItems: true },
      parent: { $ref: "#/$defs/Pet" },
      born: { type: "string", format: "date" },
      kind: { $ref: "#/$defs/Missing" },
    },
    additionalProperties: false,
    discriminator: { propertyName: "kind" },
  },
  Circle: { allOf: [{ $ref: "#/$defs/Circle" }] },
};

const input: JsonObject = {
  type: "object",
  required: ["petId"],
  properties: {
    petId: { type: "integer", minimum: 1 },
    status: { type: "string", enum: ["available", "sold"] },
    pet: { $ref: "#/$defs/Pet" },
    flag: { type: "boolean" },
    size: { type: ["number", "null"], multipleOf: 0.1, exclusiveMaximum: 10 },
    code: { type: "string", pattern: "^[\\w\\-]+\\_$" },
    odd: { type: "string", pattern: "(?i)never\\Z" },
    at: { type: "string", format: "date-time" },
    circle: { $ref: "#/$defs/Circle" },
    choice: {
      oneOf: [
        {
          type: "object",
          required: ["type", "radius"],
          properties: { type: { const: "circle" }, radius: { type: "number" } },
        },
        {
          type: "object",
          required: ["type", "side"],
          properties: { type: { const: "square" }, side: { type: "number" } },
        },
      ],
    },
    either: { anyOf: [{ type: "string" }, { type: "integer" }] },
    chosen: {
      anyOf: [
        { type: "object", required: ["points"], properties: { points: { type: "array" } } },
        {
          type: "object",
          required: ["filter"],
          properties: {
            filter: { type: "object", properties: { must: {}, should: {} }, additionalProperties: false },
          },
        },
      ],
    },
    both: { oneOf: [{ type: "number" }, { type: "integer" }] },
    exact: { const: 7 },
    small: { type: ["integer", "null"], format: "int32" },
    large: { type: "integer", format: "int32", maximum: 5_000_000_000 },
    bytes: { type: "string", format: "byte" },
    __proto__x: { type: "string" },
  },
};
const listed: InputSchema = {
  type: "object",
  properties: input.properties as InputSchema["properties"],
  additionalProperties: false,
};
const validate = argumentValidator(listed, input, definitions);

describe("arguments that are refused", () => {
  it.each<[string, JsonObject, string]>([
    ["missing", {}, 'Missing argument "petId"'],
    ["type", { petId: "x" }, "petId has to be an integer, not a string"],
    ["null where something is required", { petId: null }, 'Missing argument "petId"'],
    ["null as an item", { petId: 1, pet: { name: "a", tags: [null] } }, "pet.tags[0] has to be a string, not null"],
    ["minimum", { petId: 0 }, "petId has to be at least 1"],
    ["enum", { petId: 1, status: "gone" }, 'status has to be one of "available", "sold"'],
    ["const", { petId: 1, exact: 8 }, "exact has to be 7"],
    ["int32", { petId: 1, small: 3_000_000_000 }, "small has to be at most 2147483647"],
    [
      "byte",
      { petId: 1, bytes: "***" },
      "bytes has to match the pattern ^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$",
    ],
    ["nested", { petId: 1, pet: { name: "" } }, "pet.name needs at least 1 character"],
    ["nested required", { petId: 1, pet: {} }, 'pet needs "name"'],
    [
      "through a circle",
      { petId: 1, pet: { name: "a", parent: { name: "b", parent: {} } } },
      'pet.parent.parent needs "name"',
    ],
    ["unknown property", { petId: 1, pet: { name: "a", tgas: [] } }, 'pet may not have "tgas". Did you mean "tags"?'],
    [
      "far-off property",
      { petId: 1, pet: { name: "a", zzzzzz: 1 } },
      'pet may not have "zzzzzz". Properties: "name", "tags", "parent", "born", "kind"',
    ],
    ["item", { petId: 1, pet: { name: "a", tags: ["x", 3] } }, "pet.tags[1] has to be a string, not a number"],
    [
      "items",
      { petId: 1, pet: { name: "a", tags: ["x", "x", "x"] } },
      "pet.tags may have at most 2 items\npet.tags may not hold the same item twice",
    ],
    ["date", { petId: 1, pet: { name: "a", born: "2025-02-30" } }, "pet.born has to be a date such as 2025-01-31"],
    ["date-time", { petId: 1, at: "yesterday" }, "at has to be a date and time such as 2025-01-31T12:00:00Z"],
    ["multiple", { petId: 1, size: 0.25 }, "size has to be a multiple of 0.1"],
    ["exclusive", { petId: 1, size: 10 }, "size has to be less than 10"],
    ["types", { petId: 1, size: "big" }, "size has to be a number or null, not a string"],
    ["pattern", { petId: 1, code: "a b" }, "code has to match the pattern ^[\\w\\-]+_$"],
    ["one of two kinds", { petId: 1, choice: { type: "square" } }, 'choice needs "side"'],
    ["none of the kinds", { petId: 1, choice: 5 }, "choice fits none of the alternatives: an object"],
    [
      "the kind whose required property is there",
      { petId: 1, chosen: { filter: { zzzzzzzz: 1, yyyyyyyy: 2 } } },
      'chosen.filter may not have "zzzzzzzz". Properties: "must", "should"\nchosen.filter may not have "yyyyyyyy". Properties: "must", "should"',
    ],
    ["either", { petId: 1, either: [] }, "either fits none of the alternatives: a string or an integer"],
    [
      "several",
      { status: "gone", flag: 7 },
      'Missing argument "petId"\nstatus has to be one of "available", "sold"\nflag has to be a boolean, not a number',
    ],
  ])("%s", (_name, args, message) => {
    expect(validate(args)).toEqual({ valid: false, message });
  });

  it.each<[string, string, string]>([
    ["petID", "petId", 'Unknown argument "petID". Did you mean "petId"? Arguments:'],
    ["pet_id", "petId", 'Unknown argument "pet_id". Did you mean "petId"? Arguments:'],
    ["admin", "", 'Unknown argument "admin". Arguments: petId, status'],
    ["constructor", "", 'Unknown argument "constructor". Arguments:'],
  ])("unknown argument %s", (name, _near, message) => {
    expect(validate({ petId: 1, [name]: 1 })).toMatchObject({
      valid: false,
      message: expect.stringContaining(message),
    });
  });

  it("unknown __proto__", () => {
    expect(validate(JSON.parse('{"petId":1,"__proto__":{"a":1}}') as JsonObject)).toMatchObject({
      valid: false,
      message: expect.stringContaining("__proto__"),
    });
  });

  it("names at most five faults", () => {
    const many = argumentValidator(
      { type: "object", properties: { list: true }, additionalProperties: false },
      { type: "object", properties: { list: { type: "array", items: { type: "string" } } } },
      {},
    );
    const found = many({ list: [1, 2, 3, 4, 5, 6, 7] });
    expect(found).toMatchObject({
      valid: false,
      message: expect.stringMatching(/^(?:list\[\d\] has to be a string, not a number\n){5}and 2 more$/),
    });
  });

  it("refuses depth and size before any schema is asked", () => {
    let deep: JsonObject = {};
    for (let level = 0; level < 100_000; level++) deep = { pet: deep };
    expect(validate({ petId: 1, pet: deep })).toMatchObject({
      valid: false,
      message: expect.stringContaining("64 levels"),
    });
    expect(validate({ petId: 1, pet: { tags: Array.from({ length: 10_001 }, () => "x") } })).toMatchObject({
      valid: false,
      message: expect.stringContaining("10000 values"),
    });
  });
});

describe("arguments that are accepted", () => {
  it.each<[string, JsonObject]>([
    ["plain", { petId: 1, status: "sold", flag: false, size: null }],
    ["a schema that only refers to itself", { petId: 1, circle: "anything" }],
    ["a reference to nothing", { petId: 1, pet: { name: "a", kind: 5 } }],
    ["formats within their bounds", { petId: 1, small: -2_147_483_648, large: 4_000_000_000, bytes: "YWI=" }],
    ["a pattern that does not compile", { petId: 1, odd: "anything" }],
    ["what several alternatives take", { petId: 1, both: 3 }],
    ["a union", { petId: 1, choice: { type: "circle", radius: 1 }, either: 4, both: 0.5 }],
  ])("%s", (_name, args) => {
    expect(validate(args)).toEqual({ valid: true, args });
  });

  it.each<[string, JsonObject, JsonObject, string[]]>([
    ["integer", { petId: "12" }, { petId: 12 }, ["petId"]],
    ["boolean", { petId: 1, flag: "true" }, { petId: 1, flag: true }, ["flag"]],
    ["boolean as Python writes it", { petId: 1, flag: "False" }, { petId: 1, flag: false }, ["flag"]],
    ["boolean as 1 in text", { petId: 1, flag: "1" }, { petId: 1, flag: true }, ["flag"]],
    ["boolean as 0", { petId: 1, flag: 0 }, { petId: 1, flag: false }, ["flag"]],
    ["object", { petId: 1, pet: '{"name":"a","tags":["x"]}' }, { petId: 1, pet: { name: "a", tags: ["x"] } }, ["pet"]],
    [
      "text in text",
      { petId: 1, pet: '{"name":"a","tags":"[\\"x\\"]"}' },
      { petId: 1, pet: { name: "a", tags: ["x"] } },
      ["pet", "pet.tags"],
    ],
    [
      "more digits than a number holds",
      { petId: "12345678901234567890" },
      { petId: "12345678901234567890" },
      ["petId"],
    ],
    [
      "an own __proto__ beside it",
      JSON.parse('{"petId":"1","pet":{"name":"a"}}') as JsonObject,
      { petId: 1, pet: { name: "a" } },
      ["petId"],
    ],
  ])("mended: %s", (_name, args, given, mended) => {
    expect(validate(args)).toEqual({ valid: true, args: given, mended });
  });

  it.each<[string, JsonObject, JsonObject]>([
    ["of a type", { petId: 1, flag: null }, { petId: 1 }],
    [
      "of listed values, inside, and beside a null that is allowed",
      { petId: 1, status: null, size: null, pet: { name: "a", tags: null } },
      { petId: 1, size: null, pet: { name: "a" } },
    ],
    ["of alternatives", { petId: 1, either: null, choice: null }, { petId: 1 }],
  ])("null counts as absent where it is not allowed: %s", (_name, args, given) => {
    expect(validate(args)).toEqual({ valid: true, args: given });
  });

  it("a string stays where a string fits", () => {
    expect(validate({ petId: 1, either: "5" })).toEqual({ valid: true, args: { petId: 1, either: "5" } });
  });

  it("mends every item of a long list", () => {
    const integers = argumentValidator(
      { type: "object", properties: { ids: true }, additionalProperties: false },
      { type: "object", properties: { ids: { type: "array", items: { type: "integer" } } } },
      {},
    );
    const ids = Array.from({ length: 4_000 }, (_, index) => String(index));
    const validated = integers({ ids });
    expect(validated).toMatchObject({ valid: true, args: { ids: ids.map(Number) } });
    expect(validated.valid && validated.mended).toHaveLength(4_000);
    expect(integers({ ids: [...ids, "x"] })).toEqual({
      valid: false,
      message: "ids[4000] has to be an integer, not a string",
    });
  });

  it("does not change what it was given", () => {
    const args = { petId: "12" };
    validate(args);
    expect(args).toEqual({ petId: "12" });
  });
});

describe("texts with hidden characters, which are listed as escapes", () => {
  const hidden = "a\u200bb";
  const listedAs = "a\\u200bb";
  const schema: JsonObject = {
    type: "object",
    properties: {
      one: { enum: [hidden, "c"] },
      many: { type: "array", items: { type: "array", items: { $ref: "#/$defs/Kind" } } },
      map: { type: "object", properties: { [hidden]: { type: "array", items: { const: "d\u200be" } } } },
    },
  };
  const check = argumentValidator({ ...schema, additionalProperties: false } as unknown as InputSchema, schema, {
    Kind: { enum: ["f\u200bg"] },
  });

  it.each<[string, JsonObject, JsonObject]>([
    ["a value", { one: listedAs }, { one: hidden }],
    ["a value as it is", { one: hidden }, { one: hidden }],
    ["a value that is none of them", { one: "c" }, { one: "c" }],
    ["values within lists, of a schema that is referred to", { many: [["f\\u200bg"]] }, { many: [["f\u200bg"]] }],
    [
      "a name, and what stands below it",
      { map: { [listedAs]: ["d\\u200be"], n: 1 } },
      { map: { [hidden]: ["d\u200be"], n: 1 } },
    ],
  ])("%s", (_what, given, args) => expect(check(given)).toEqual({ valid: true, args }));

  it("other escapes stay as they are", () => {
    expect(check({ map: { n: "\\u0041" } })).toEqual({ valid: true, args: { map: { n: "\\u0041" } } });
  });
});

it("a tool without arguments says so", () => {
  const none: InputSchema = { type: "object", properties: {}, additionalProperties: false };
  expect(argumentValidator(none, none as unknown as JsonSchema, {})({ a: 1 })).toEqual({
    valid: false,
    message: 'Unknown argument "a". This tool takes no arguments.',
  });
});

describe("ends in a bounded number of steps", () => {
  const validatorOf = (properties: InputSchema["properties"], definitions: SchemaData = {}) =>
    argumentValidator(
      { type: "object", properties, additionalProperties: false },
      { type: "object", properties },
      definitions,
    );
  const tooMuch = {
    valid: false,
    message: "The arguments take too long to check: make their texts and lists shorter",
  };

  it("a pattern that other engines try in vain for years", () => {
    const slow = validatorOf({ text: { type: "string", pattern: "^(a+)+$" } });
    expect(slow({ text: `${"a".repeat(100_000)}!` })).toEqual({
      valid: false,
      message: "text has to match the pattern ^(a+)+$",
    });
    expect(slow({ text: "aaa" })).toEqual({ valid: true, args: { text: "aaa" } });
  });

  it("a pattern that refers to what a group matched, which is not checked", () => {
    expect(validatorOf({ text: { type: "string", pattern: "^(a+)+\\1$" } })({ text: "b" })).toMatchObject({
      valid: true,
    });
  });

  it("a pattern beside a format", () => {
    const both = validatorOf({ day: { type: "string", format: "date", pattern: "^20" } });
    expect(both({ day: "2020-01-01" })).toMatchObject({ valid: true });
    expect(both({ day: "2020-01-99" })).toMatchObject({
      valid: false,
      message: "day has to be a date such as 2025-01-31",
    });
    expect(both({ day: "1999-01-01" })).toMatchObject({ valid: false, message: "day has to match the pattern ^20" });
  });

  it("a pattern beside a format and further rules", () => {
    const all = validatorOf({ day: { type: "string", format: "date", pattern: "^20", allOf: [{ pattern: "-01$" }] } });
    expect(all({ day: "2020-01-01" })).toMatchObject({ valid: true });
    expect(all({ day: "1999-01-01" })).toMatchObject({ valid: false });
    expect(all({ day: "2020-01-02" })).toMatchObject({ valid: false });
    expect(all({ day: "2020-99-01" })).toMatchObject({ valid: false });
  });

  it("a megabyte of base64, which is nothing", () => {
    const file = validatorOf({ data: { type: "string", format: "byte" } });
    expect(file({ data: "abcd".repeat(1_000_000) })).toMatchObject({ valid: true });
    expect(file({ data: `${"abcd".repeat(1_000_000)}*` })).toMatchObject({ valid: false });
  });

  it("schemas that double with each level", () => {
    const both = { anyOf: [{ $ref: "#/$defs/Node" }, { $ref: "#/$defs/Node" }] };
    const doubling = validatorOf(
      { root: { $ref: "#/$defs/Node" } },
      {
        Node: { type: "object", properties: { next: both, end: { type: "integer" } } },
      },
    );
    let root: JsonObject = { end: "x" };
    for (let level = 0; level < 50; level++) root = { next: root };
    expect(doubling({ root })).toEqual(tooMuch);
  });

  it("long lists against long lists of values", () => {
    const values = Array.from({ length: 20_000 }, (_, index) => `value${index}`);
    const many = validatorOf({ list: { type: "array", items: { enum: values } } });
    expect(many({ list: ["value19999"] })).toMatchObject({ valid: true });
    expect(many({ list: Array.from({ length: 9_000 }, () => "value19999") })).toEqual(tooMuch);
  });

  it("names that have to fit patterns", () => {
    const named = validatorOf({
      map: {
        type: "object",
        properties: { x1: { type: "string" } },
        patternProperties: { "^(x+)+\\d$": { type: "string", minLength: 2 }, "\\d$": { maxLength: 3 } },
        additionalProperties: false,
      },
    });
    expect(named({ map: { x1: "ab", xx2: "abc" } })).toMatchObject({ valid: true });
    expect(named({ map: { xx2: "abcd" } })).toMatchObject({ message: "map.xx2 may have at most 3 characters" });
    expect(named({ map: { x1: 77 } })).toMatchObject({ message: expect.stringContaining("map.x1") as string });
    expect(named({ map: { x1: "a" } })).toMatchObject({ message: "map.x1 needs at least 2 characters" });
    expect(named({ map: { [`${"x".repeat(5_000)}!`]: "ab" } })).toMatchObject({ valid: false });
  });

  it("names by a pattern that is not checked: what others hold is not known either", () => {
    const named = validatorOf({
      map: { type: "object", patternProperties: { "^(x)\\1$": true }, additionalProperties: false },
    });
    expect(named({ map: { y: 1 } })).toMatchObject({ valid: true });
  });
});

describe("items that have to differ", () => {
  const items = { type: "array", uniqueItems: true } as const;
  const properties = { list: items, other: { type: "array" }, inner: { type: "array", items } } as const;
  const validateLists = argumentValidator(
    { type: "object", properties } as unknown as InputSchema,
    { type: "object", properties } as unknown as JsonSchema,
    {},
  );
  it.each<[JsonObject, boolean]>([
    [{ list: [1, "1", true, null, [1], { a: 1 }, { a: "1" }, { b: 1 }, [], {}, ""] }, true],
    [{ list: [1, 2, 1] }, false],
    [
      {
        list: [
          { a: 1, b: [2] },
          { b: [2], a: 1 },
        ],
      },
      false,
    ],
    [{ list: [{ 'a"': 1 }, { a: 1 }] }, true],
    [{ list: [["a", "b"], ["a,b"]] }, true],
    [{ list: [{ a: { c: 1 }, b: 1 }, { a: { c: 1, b: 1 } }] }, true],
    [{ other: [1, 1], list: [1, 2] }, true],
    [{ other: [1, 1], list: [2, 2] }, false],
    [{ inner: [[1], [1]] }, true],
    [{ inner: [[1], [1, 1]] }, false],
    [{ list: [0, -0] }, false],
  ])("%j: %s", (value, valid) => expect(validateLists(value).valid).toBe(valid));

  it("are looked at once each, not each with each other", () => {
    let looks = 0;
    const list = Array.from(
      { length: 3_000 },
      (_, id) =>
        new Proxy(
          { id },
          {
            ownKeys: (target) => {
              looks += 1;
              return Reflect.ownKeys(target);
            },
          },
        ),
    );
    expect(validateLists({ list }).valid).toBe(true);
    expect(looks).toBeLessThan(10 * 3_000);
  });

  it("are told apart within a limit where some are equal", () => {
    const list = Array.from({ length: 4_000 }, (_, id) => ({ id }));
    expect(validateLists({ list, other: [1, 1] })).toMatchObject({ message: expect.stringContaining("take too long") });
  });
});

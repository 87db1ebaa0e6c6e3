/** What is seen of an answer: by whom it was chosen, what is said of it, and which fields there are to choose. */
import { describe, expect, it } from "vitest";
import type { OperationCall } from "../../templates/always/src/runtime/call/call.ts";
import type { ShapePlan } from "../../templates/always/src/runtime/data/model-parts.ts";
import type { CallPlan, JsonObject, JsonValue } from "../../templates/always/src/runtime/data/model.ts";
import { chosenFields } from "../../templates/always/src/runtime/shape/chosen-fields.ts";
import { namesOf, pathTree, without, withOnly } from "../../templates/always/src/runtime/shape/paths.ts";
import { shaped } from "../../templates/always/src/runtime/shape/shape.ts";
import type { HttpResponse } from "../../templates/always/src/runtime/upstream/http-message.ts";
import { json } from "./answer.ts";

const jmespath = () =>
  Promise.resolve({
    searchValue: (value: JsonValue, expression: string): JsonValue => {
      if (expression === "bad") throw new Error("does not fit");
      return { value, expression };
    },
  });

async function seen(shape: ShapePlan, body: JsonValue, fields?: readonly string[], parts: Partial<HttpResponse> = {}) {
  const response = json(JSON.stringify(body), parts);
  const found = await shaped(shape, fields, response, { jmespath } as never);
  const text = new TextDecoder().decode(found.response.body);
  return { isSame: found.response === response, body: JSON.parse(text) as unknown, note: found.note };
}

describe("an answer of which a part is seen", () => {
  const list: Record<string, JsonValue> = { data: [{ id: 1, x: 2 }, { id: 3 }], next: "n" };
  const part = "this server shows only a part of the API's answer";
  const many = Array.from({ length: 11 }, (_, index) => `f${index}`);
  const named = '"f0", "f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9"';
  it.each<[ShapePlan, readonly string[] | undefined, unknown, string]>([
    [
      { items: "/data" },
      ["id"],
      { data: [{ id: 1 }, { id: 3 }], next: "n" },
      'of its items only the fields "id" are here',
    ],
    [{}, ["next"], { next: "n" }, 'of its items only the fields "next" are here'],
    [{ argument: "fields" }, ["next"], { next: "n" }, 'of its items only the fields "next" are here'],
    [{ fields: ["next"] }, ["next"], { next: "n" }, 'of its items only the fields "next" are here'],
    [
      { argument: "fields", fields: ["next"] },
      ["next"],
      { next: "n" },
      'of its items only the fields "next" are here, "fields" asks for others',
    ],
    [{}, many.slice(1), {}, `of its items only the fields ${named.slice(6)}, "f10" are here`],
    [{}, many, {}, `of its items only the fields ${named} and 1 more are here`],
    [{ drop: ["next"] }, undefined, { data: list["data"] }, part],
    [{ keep: ["data.x", "next"] }, undefined, { data: [{ x: 2 }, {}], next: "n" }, part],
    [{ drop: ["data.x"], keep: ["data"] }, undefined, { data: [{ id: 1 }, { id: 3 }] }, part],
    [{ keep: ["next"], jmespath: "a" }, undefined, { value: { next: "n" }, expression: "a" }, part],
    [
      { drop: ["next"], items: "/data" },
      ["x"],
      { data: [{ x: 2 }, {}] },
      `${part}; of its items only the fields "x" are here`,
    ],
  ])("by %j and %j", async (shape, fields, body, note) => {
    expect(await seen(shape, list, fields)).toEqual({ isSame: false, body, note: `Note: ${note}.` });
  });

  it.each<[ShapePlan, JsonValue, readonly string[] | undefined, Partial<HttpResponse>]>([
    [{}, { a: 1 }, undefined, {}],
    [{ items: "/data" }, { a: 1 }, ["id"], {}],
    [{ items: "/data" }, [{ data: [{ a: 1 }] }], ["id"], {}],
    [{ items: "/data/x" }, { data: 5 }, ["id"], {}],
    [{}, { id: 1 }, ["id"], {}],
    [{ drop: ["a"] }, { a: 1 }, undefined, { status: 300 }],
    [{ drop: ["a"] }, { a: 1 }, undefined, { status: 199 }],
  ])("is whole by %j, as %j by %j with %j", async (shape, body, fields, parts) => {
    expect(await seen(shape, body, fields, parts)).toEqual({ isSame: true, body, note: undefined });
  });

  it.each([200, 299])("is one of status %i", async (status) => {
    expect((await seen({ drop: ["a"] }, { a: 1 }, undefined, { status })).body).toEqual({});
  });

  it("has its headers, but for its length", async () => {
    const headers = new Headers({ "Content-Length": "7", "Content-Type": "application/json", "X-A": "1" });
    const { response } = await shaped({ drop: ["a"] }, undefined, json('{"a":1}', { headers }), {});
    expect([...response.headers]).toEqual([
      ["content-type", "application/json"],
      ["x-a", "1"],
    ]);
    expect(headers.get("content-length")).toBe("7");
  });

  it.each([{ drop: ["a"] }, { keep: ["a"] }, { jmespath: "a" }])(
    "is none by %j where it cannot be read",
    async (shape) => {
      const fault = {
        name: "ConfigurationError",
        message:
          "This server shows only a part of the API's answers, and cannot tell it of this one: it is no JSON, or too long",
        hint: "Ask for less, if the tool can be.",
      };
      await expect(shaped(shape, undefined, json("{"), {})).rejects.toMatchObject(fault);
      await expect(shaped(shape, undefined, json("{}", { truncated: true }), {})).rejects.toMatchObject(fault);
    },
  );

  it("is none where its expression cannot be evaluated", async () => {
    await expect(seen({ jmespath: "bad" }, {})).rejects.toMatchObject({
      name: "ConfigurationError",
      message: "The expression that says what this server shows of the answer does not fit it",
      hint: 'Have "answer.jmespath" of this tool corrected.',
      cause: new Error("does not fit"),
    });
    await expect(shaped({ jmespath: "a" }, undefined, json("{}"), {})).rejects.toThrow(
      "This server was generated without the part that evaluates JMESPath.",
    );
  });
});

describe("paths", () => {
  it("are names between dots, or a pointer", () => {
    expect(["a.b", "/a.b/c~1d", "a", ""].map(namesOf)).toEqual([["a", "b"], ["a.b", "c/d"], ["a"], [""]]);
  });

  it("of all go before those of a part, in any order", () => {
    const all = new Map([["a", new Map()]]);
    expect([pathTree(["a", "a.b"]), pathTree(["a.b", "a"]), pathTree(["a.b.c", "a"])]).toEqual([all, all, all]);
    expect(pathTree(["a.b", "a.c"])).toEqual(new Map([["a", new Map([["b", new Map()], ["c", new Map()]])]])); // prettier-ignore
    expect(pathTree([])).toEqual(new Map());
  });

  it("lead through lists, and end at single values", () => {
    const value = { a: [{ b: 1, c: 2 }, 5], d: "x", "*": 0 };
    expect(withOnly(value, pathTree(["a.b", "d.e"]))).toEqual({ a: [{ b: 1 }, 5], d: "x" });
    expect(withOnly(value, pathTree([]))).toEqual(value);
    expect(without(value, pathTree(["a.b", "d.e", "no"]))).toEqual({ a: [{ c: 2 }, 5], d: "x", "*": 0 });
    expect(without([value], pathTree(["*"]))).toEqual([{}]);
    expect(without(value, pathTree(["*.b", "a.c"]))).toEqual({ a: [{}, 5], d: "x", "*": 0 });
  });
});

describe("fields to choose", () => {
  const choose = (fields: JsonValue, schema: JsonValue, plan: object = {}) =>
    chosenFields(
      { row: { api: { schemas: async () => ({ Self: schema }) } }, args: { fields, a: 1 } } as unknown as OperationCall,
      {
        shape: { argument: "fields" },
        responses: [
          { status: "404", contents: [{ mediaType: "a/b", schema: { properties: { error: {} } } }] },
          { status: "2XX", contents: [{ mediaType: "a/b" }, { mediaType: "c/d", schema }] },
          { status: "200", contents: [{ mediaType: "a/b", schema: {} }] },
        ],
        ...plan,
      } as unknown as CallPlan,
    );
  const properties = (count: number): JsonObject =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`n${index}`, {}]));
  const names = Object.keys(properties(40)).join(", ");

  it.each<[number, string]>([
    [40, `It has ${names}.`],
    [41, `It has ${names}, ….`],
  ])("are told, forty of them: of %i", async (count, hint) => {
    await expect(choose(["zzzzzz"], { properties: properties(count) })).rejects.toMatchObject({
      name: "ArgumentError",
      message: '"fields" names "zzzzzz", which the answer does not have',
      hint,
    });
  });

  it("are those of all parts of a schema, also of one that holds itself", async () => {
    const schema: JsonValue = {
      allOf: [{ properties: { a: {} } }, { anyOf: [{ properties: { b: {} } }] }, { $ref: "#/$defs/Self" }],
      oneOf: [{ items: { properties: { c: {}, a: { properties: { d: {} } } } } }],
    };
    expect(await choose(["a.d", "b", "c"], schema)).toEqual({ args: { a: 1 }, fields: ["a.d", "b", "c"] });
    await expect(choose(["a.e"], schema)).rejects.toMatchObject({ hint: "Did you mean d? It has d." });
  });

  it("are looked for twelve levels deep", async () => {
    const nested = (levels: number): JsonObject =>
      levels === 0 ? { properties: { a: {} } } : { allOf: [nested(levels - 1)] };
    await expect(choose(["zzz"], nested(12))).rejects.toMatchObject({ hint: "It has a." });
    expect(await choose(["zzz"], nested(13))).toEqual({ args: { a: 1 }, fields: ["zzz"] });
  });

  it("are any where the schema says nothing", async () => {
    const schemas: readonly JsonValue[] = [true, false, {}, { properties: 5 }];
    for (const schema of schemas)
      expect(await choose(" a , b.c ,", schema)).toEqual({ args: { a: 1 }, fields: ["a", "b.c"] });
  });

  it("are none where the plan has no shape", async () => {
    expect(await choose(["a"], {}, { shape: undefined })).toEqual({ args: { fields: ["a"], a: 1 } });
  });
});

/** What is found in data: places of JSON values, URLs, the files of a project, the newest of a map. */
import { describe, expect, it } from "vitest";
import {
  definedValue,
  isJsonArray,
  isJsonObject,
  memberAt,
  ownValue,
  parsedObject,
  pointerTokens,
  typedValue,
  valueAt,
} from "../../templates/always/src/runtime/data/json-place.ts";
import type { JsonObject, JsonValue, ResourceVariable } from "../../templates/always/src/runtime/data/model.ts";
import { setNewest } from "../../templates/always/src/runtime/data/newest.ts";
import { type DataFile, projectOf } from "../../templates/always/src/runtime/data/project.ts";
import { isWebUrl, parseUrl, parseWebUrl, pathOf } from "../../templates/always/src/runtime/data/url.ts";

describe("a value of JSON", () => {
  it("is told by its kind", () => {
    expect([{}, [], null, "a", undefined].map(isJsonObject)).toEqual([true, false, false, false, false]);
    expect([{}, [], null, "a", undefined].map(isJsonArray)).toEqual([false, true, false, false, false]);
  });

  it.each<[string | undefined, JsonObject | undefined]>([
    ['{"a":1}', { a: 1 }],
    ["[1]", undefined],
    ["null", undefined],
    ['"a"', undefined],
    ["{", undefined],
    ["", undefined],
    [undefined, undefined],
  ])("that %j is as an object", (text, want) => expect(parsedObject(text)).toEqual(want));

  it("that code made has nothing undefined", () => {
    expect(definedValue({ a: undefined, b: [undefined, null, { c: undefined, d: 0 }], e: "" })).toEqual({
      b: [null, null, { d: 0 }],
      e: "",
    });
    expect(Object.keys(definedValue({ a: undefined }) as object)).toEqual([]);
    expect([definedValue(undefined), definedValue(false)]).toEqual([null, false]);
  });

  it.each<[unknown, string, JsonValue | undefined]>([
    [{ a: null }, "a", null],
    [{}, "toString", undefined],
    [[1], "0", undefined],
    [null, "a", undefined],
    ["a", "length", undefined],
  ])("%j has of its own at %s: %j", (value, key, want) => expect(ownValue(value, key)).toBe(want));

  it.each<[JsonObject, string, JsonValue | undefined]>([
    [{ "a.b": 1, a: { b: 2 } }, "a.b", 1],
    [{ a: { b: 2 } }, "a.b", 2],
    [{ a: { b: { c: null } } }, "a.b.c", null],
    [{ a: null }, "a.b", undefined],
    [{ a: [1] }, "a.0", undefined],
    [{ a: 1 }, "b", undefined],
  ])("%j has at %s: %j", (value, name, want) => expect(memberAt(value, name)).toBe(want));

  it.each([
    ["", []],
    ["/", [""]],
    ["/a/b", ["a", "b"]],
    ["/a~1b/~0c/~01/~1~1", ["a/b", "~c", "~1", "//"]],
    ["/a%20b", ["a%20b"]],
    ["#/a%20b/c", ["a b", "c"]],
    ["#/%E2", ["%E2"]],
    ["#", []],
  ])("is pointed at by %s", (pointer, want) => expect(pointerTokens(pointer)).toEqual(want));

  it.each<[unknown, string, JsonValue | undefined]>([
    [{ a: [{ b: 1 }] }, "", { a: [{ b: 1 }] }],
    [{ a: [{ b: 1 }] }, "/a/0/b", 1],
    [{ a: null }, "/a", null],
    [{ a: null }, "/a/b", undefined],
    [{}, "/constructor", undefined],
    [["x", "y"], "/1", "y"],
    [["x", "y"], "/01", undefined],
    [["x", "y"], "/-", undefined],
    [["x", "y"], "/2", undefined],
    [["x", "y"], "/length", undefined],
    [["x", "y"], "/1x", undefined],
    [Array.from({ length: 11 }, (_, index) => index), "/10", 10],
    [undefined, "/a", undefined],
  ])("of %j at %s is %j", (root, pointer, want) => expect(valueAt(root, pointer)).toEqual(want));

  it.each<[readonly string[], ResourceVariable["type"], JsonValue]>([
    [["a", "b"], "string", "b"],
    [[], "string", ""],
    [["-12.50"], "number", -12.5],
    [["1.5"], "integer", 1.5],
    [["9007199254740991"], "integer", 9007199254740991],
    [["9007199254740993"], "integer", "9007199254740993"],
    [["1e3"], "number", "1e3"],
    [["1."], "number", "1."],
    [[" 1"], "number", " 1"],
    [["1x"], "number", "1x"],
    [["true"], "boolean", true],
    [["false"], "boolean", false],
    [["True"], "boolean", "True"],
    [["a,b", "c"], "array", ["a", "b", "c"]],
    [['{"a":1}'], "object", { a: 1 }],
    [["[1]"], "object", "[1]"],
    [["{"], "object", "{"],
  ])("of the texts %j as %s is %j", (texts, type, want) => expect(typedValue(texts, type)).toEqual(want));
});

describe("a URL", () => {
  it.each([
    ["https://", true],
    ["HTTP://x", true],
    ["https:/x", false],
    ["ahttp://x", false],
    ["ftp://x", false],
  ])("of the web may begin as %s: %s", (text, want) => expect(isWebUrl(text)).toBe(want));

  it.each([
    ["https://h.example/a", undefined, "https://h.example/a", "https://h.example/a"],
    ["http://h.example", undefined, "http://h.example/", "http://h.example/"],
    ["ftp://h.example/", undefined, "ftp://h.example/", undefined],
    ["../b", "https://h.example/a/c", "https://h.example/b", "https://h.example/b"],
    ["a", undefined, undefined, undefined],
    ["http://", undefined, undefined, undefined],
  ])("%s from %s is %s, of the web %s", (text, base, url, web) => {
    expect([parseUrl(text, base)?.href, parseWebUrl(text, base)?.href]).toEqual([url, web]);
  });

  it.each([
    ["a/b?c#d", "a/b"],
    ["a#b?c", "a"],
    ["a?b\nc", "a"],
    ["#a", ""],
    ["a", "a"],
  ])("%j has the path %j", (reference, want) => expect(pathOf(reference)).toBe(want));
});

describe("the newest of a map", () => {
  it("stand last, and the oldest goes", () => {
    const values = new Map<string, number>();
    for (const [key, value] of Object.entries({ a: 1, b: 2 })) setNewest(values, key, value, 2);
    setNewest(values, "a", 3, 2);
    expect([...values]).toEqual([["b", 2], ["a", 3]]); // prettier-ignore
    setNewest(values, "c", 4, 2);
    expect([...values]).toEqual([["a", 3], ["c", 4]]); // prettier-ignore
  });
});

describe("the files of a project", () => {
  const plain: Readonly<Record<string, unknown>> = {
    "apis.json": { name: "pets", apis: ["one"] },
    "one/api.json": { name: "one", groups: [{ file: "g" }] },
    "one/tools/g.json": [{ name: "list" }],
  };
  function filesOf(more: Readonly<Record<string, unknown>> = {}) {
    const values: Record<string, unknown> = { ...plain, ...more };
    const asked: string[] = [];
    const files = {
      read: (path: string): DataFile | undefined =>
        values[path] === undefined ? undefined : { value: values[path], bytes: path.length },
      readLater: (path: string): Promise<unknown> => {
        asked.push(path);
        return values[path] instanceof Error ? Promise.reject(values[path]) : Promise.resolve(values[path]);
      },
    };
    return { project: projectOf(files), values, asked };
  }

  it("are what lists need, and nothing where there is none", async () => {
    const { project } = filesOf();
    const { apis, ...others } = project;
    expect(others).toEqual({ data: plain["apis.json"] });
    const { calls: _calls, schemas, examples, ...api } = apis[0] ?? expect.fail("no API");
    expect(api).toEqual({
      data: plain["one/api.json"],
      groups: [{ data: { file: "g" }, tools: [{ name: "list" }], bytes: 16 }],
      resources: [],
      prompts: [],
    });
    expect([await schemas(), await examples()]).toEqual([{}, {}]);
  });

  it("are plan, workflows, jobs, policy, resources and prompts, where they are there", async () => {
    const { project } = filesOf({
      "plan.json": { list: "all" },
      "workflows.json": [{ id: "w" }],
      "jobs.json": { j: 1 },
      "policy.json": { p: 1 },
      "finding.json": { f: 1 },
      "one/resources.json": [{ uri: "u" }],
      "one/prompts.json": [{ name: "p" }],
      "one/schemas.json": { S: true },
      "one/examples.json": { list: 1 },
    });
    const { plan, workflows, jobs, policy, apis } = project;
    expect({ plan, workflows, jobs, policy }).toEqual({
      plan: { list: "all" },
      workflows: [{ id: "w" }],
      jobs: { j: 1 },
      policy: { p: 1 },
    });
    expect([apis[0]?.resources, apis[0]?.prompts]).toEqual([[{ uri: "u" }], [{ name: "p" }]]);
    expect([await apis[0]?.schemas(), await apis[0]?.examples()]).toEqual([{ S: true }, { list: 1 }]);
    expect(await project.finding?.()).toEqual({ f: 1 });
  });

  it("are read once, but again after a failure", async () => {
    const { project, values, asked } = filesOf({ "one/calls/g.json": new Error("damaged") });
    const [api] = project.apis;
    await expect(api?.calls("g")).rejects.toThrow("damaged");
    values["one/calls/g.json"] = { list: 1 };
    expect([await api?.calls("g"), await api?.calls("g")]).toEqual([{ list: 1 }, { list: 1 }]);
    await api?.schemas();
    await api?.schemas();
    expect(asked).toEqual(["one/calls/g.json", "one/calls/g.json", "one/schemas.json"]);
  });

  it.each(["apis.json", "one/api.json", "one/tools/g.json"])("have to be there: %s", (path) => {
    expect(() => filesOf({ [path]: undefined })).toThrow(
      new Error(`src/generated/${path} is not there: generate the project again`),
    );
  });

  it("have to be there when they are read later", async () => {
    const { project } = filesOf({ "plan.json": {} });
    await expect(project.finding?.()).rejects.toThrow(
      "src/generated/finding.json is not there: generate the project again",
    );
    await expect(project.apis[0]?.calls("h")).rejects.toThrow(
      "src/generated/one/calls/h.json is not there: generate the project again",
    );
  });
});

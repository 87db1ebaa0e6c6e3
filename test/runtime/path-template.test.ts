/** What a path template and its arguments become, and which values no segment takes. */
import { describe, expect, it } from "vitest";
import type { JsonObject, ParameterPlan } from "../../templates/always/src/runtime/data/model.ts";
import { composePath } from "../../templates/always/src/runtime/request/path.ts";
import { parameter } from "./wire.ts";

function parametersOf(parts: Partial<ParameterPlan> = {}): readonly ParameterPlan[] {
  return ["id", "b"].map((name) => parameter("path", { name, argument: name, ...parts }));
}

function filled(template: string, args: JsonObject = {}, parts: Partial<ParameterPlan> = {}) {
  return composePath(template, parametersOf(parts), args);
}

const dots = (...names: readonly string[]): string =>
  `Argument ${names.map((name) => `"${name}"`).join(", ")} must not make a path segment that is empty, “.” or “..”.`;

describe("a path template", () => {
  const rows: readonly (readonly [string, JsonObject, path: string, query: string])[] = [
    ["/pets", {}, "/pets", ""],
    ["", {}, "/", ""],
    ["/", {}, "/", ""],
    ["pets", {}, "/pets", ""],
    ["/a/", {}, "/a/", ""],
    ["//a", {}, "//a", ""],
    ["/a/{id}/c", { id: "x y" }, "/a/x%20y/c", ""],
    ["/{id}", { id: 5 }, "/5", ""],
    ["/v{id}.{b}x", { id: 1, b: true }, "/v1.truex", ""],
    ["/pets#archived", {}, "/pets", ""],
    ["/pets#a{no}b", {}, "/pets", ""],
    ["/pets#a?b=c", {}, "/pets", ""],
    ["/pets?kind=dog#x", {}, "/pets", "kind=dog"],
    ["/pets?kind=dog#{no}", {}, "/pets", "kind=dog"],
    ["/pets?next=/b/c", {}, "/pets", "next=/b/c"],
    ["/pets?a?b#c", {}, "/pets", "a?b"],
    ["/{id}?kind={b}&x=1?/y#z", { id: "i", b: "a b" }, "/i", "kind=a%20b&x=1?/y"],
    ["/a?x={b}", {}, "/a", "x="],
    ["/a?x={b}", { b: null }, "/a", "x="],
    ["/a?x={b}", { b: { c: 1 } }, "/a", "x=%7B%22c%22%3A1%7D"],
    ["/a?é= '", {}, "/a", "%C3%A9=%20%27"],
    ['/a b/é"', {}, "/a%20b/%C3%A9%22", ""],
    ["/a:b@c;d=e,f/%41+(x)'!*$&", {}, "/a:b@c;d=e,f/%41+(x)'!*$&", ""],
    ["/a{b", {}, "/a%7Bb", ""],
    ["/a}b", {}, "/a%7Db", ""],
  ];
  it.each(rows)("%s with %j", (template, args, path, query) => {
    expect(filled(template, args)).toEqual({ path, query });
  });

  it.each(["/{no}", "/a?x={no}"])("%s has a part that no argument fills", (template) => {
    expect(() => filled(template, { no: "x" })).toThrow('No argument fills "{no}" of the path.');
  });

  it("is not filled by parameters of other places", () => {
    const parameters = [parameter("query", { name: "id", argument: "id" })];
    expect(() => composePath("/{id}", parameters, { id: "x" })).toThrow('No argument fills "{id}" of the path.');
  });

  it.each<JsonObject>([{}, { id: null }])("has to be filled: %j", (args) => {
    expect(() => filled("/{id}", args)).toThrow('Argument "id" is required: it is a part of the path.');
  });
});

describe("a value in a path", () => {
  it.each([
    [{}, "a/b:c d%41", "/a%2Fb%3Ac%20d%2541"],
    [{ allowReserved: true }, "a/b:c d%41", "/a%2Fb:c%20d%41"],
    [{ allowReserved: true, allowSlashes: true }, "a/b:c d?", "/a/b:c%20d%3F"],
    [{ allowReserved: true, allowSlashes: true }, "a/", "/a/"],
    [{ mediaType: "application/json" }, { a: "/" }, "/%7B%22a%22%3A%22%2F%22%7D"],
    [{ style: "segments", explode: true }, ["a", "b/c"], "/a/b%2Fc"],
    [{ style: "matrix" }, "x", "/;id=x"],
    [{ style: "matrix", explode: true }, ["x", "y"], "/;id=x;id=y"],
    [{ style: "label" }, "x", "/.x"],
  ] as const)("with %j, %j is written %s", (parts, value, path) => {
    expect(filled("/{id}", { id: value }, parts)).toEqual({ path, query: "" });
  });

  it.each(["...", "a..b", "a.", ".a", "..a", "a;..", "%C3%A9.", "%", "%25252541", "é", "/", "a/b\\c", "%zz"])(
    "may be %j",
    (id) => {
      expect(filled("/{id}", { id })).toEqual({ path: `/${encodeURIComponent(id)}`, query: "" });
    },
  );

  it.each([
    ["nothing", ""],
    ["one dot", "."],
    ["two dots", ".."],
    ["encoded dots", "%2e%2E"],
    ["dots that are encoded twice", "%252e%252e"],
    ["dots behind a slash", "a/.."],
    ["a dot before a slash", "./a"],
    ["dots behind a backslash", "a\\.."],
    ["dots behind an encoded slash", "a%2f.."],
    ["dots with a parameter", "..;x"],
    ["dots with spaces", ". . "],
    ["dots with control characters", ".\u0001."],
    ["wide dots", "\uff0e\uff0e"],
    ["a leader of two dots", "\u2025"],
    ["dots as %u", "%u002e%u002e"],
    ["dots in two bytes", "%C0%AE%C0%AE"],
    ["dots in three bytes", "%E0%80%AE%E0%80%AE"],
    ["dots in four bytes", "%F0%80%80%AE."],
    ["dots in five bytes", "%F8%80%80%80%AE."],
    ["dots in six bytes", "%FC%80%80%80%80%AE."],
    ["dots behind a slash in two bytes", "x%C0%AF.."],
    ["dots behind a backslash in two bytes", "x%C1%9C.."],
    ["dots behind a backslash in three bytes", "x%E0%81%9C.."],
    ["what is encoded too often", "%2525252541"],
  ])("is not %s", (_what, id) => {
    expect(() => filled("/{id}", { id })).toThrow(dots("id"));
  });

  it.each(["a//b", "/a", "/", "a//", "a/../b", "./b", "a/;x/b"])("with slashes is not %j", (id) => {
    expect(() => filled("/{id}", { id }, { allowReserved: true, allowSlashes: true })).toThrow(dots("id"));
  });

  it("is not a parameter alone, but in the style of those", () => {
    const parts = { allowReserved: true } as const;
    expect(() => filled("/{id}", { id: ";x" }, parts)).toThrow(dots("id"));
    expect(filled("/a{id}", { id: ";x" }, parts).path).toBe("/a;x");
    expect(filled("/{id}", { id: ";x" }, { ...parts, style: "matrix" }).path).toBe("/;id=;x");
  });

  it("makes no dots with what stands beside it", () => {
    expect(() => filled("/{id}{b}", { id: ".", b: "." })).toThrow(dots("id", "b"));
    expect(() => filled("/{id}.", { id: "." })).toThrow(dots("id"));
    expect(() => filled("/.{id}", { id: "" })).toThrow(dots("id"));
    expect(filled("/{id}{b}", { id: "", b: "y" }).path).toBe("/y");
    expect(filled("/../{id}", { id: "x" }).path).toBe("/../x");
  });

  it("holds no NUL, however it is written", () => {
    const message = 'Argument "id" must not put a NUL character into the path.';
    expect(() => filled("/{id}", { id: "a\0b" })).toThrow(message);
    expect(() => filled("/{id}", { id: "a%00b" }, { allowReserved: true })).toThrow(message);
    expect(filled("/{id}", { id: "a%00b" }).path).toBe("/a%2500b");
  });
});

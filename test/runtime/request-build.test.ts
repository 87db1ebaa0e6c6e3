/** A request of its pieces: base, path, query, headers and body. */
import { describe, expect, it } from "vitest";
import type { JsonValue, ParameterPlan } from "../../templates/always/src/runtime/data/model.ts";
import { composeQuery } from "../../templates/always/src/runtime/request/build.ts";
import { build, parameter, plan } from "./wire.ts";

describe("the query", () => {
  it.each<[Partial<ParameterPlan>, JsonValue, string]>([
    [{}, "a b&c", "color=a%20b%26c"],
    [{ name: "a[b] c" }, "x", "a%5Bb%5D%20c=x"],
    [{}, null, ""],
    [{}, [], ""],
    [{}, "", "color="],
    [{}, ["a", "b"], "color=a&color=b"],
    [{ explode: false }, ["a,", "b"], "color=a%2C,b"],
    [{ explode: false, style: "pipeDelimited" }, ["a", "b"], "color=a%7Cb"],
    [{ explode: false, style: "spaceDelimited" }, ["a", "b"], "color=a%20b"],
    [{ style: "deepObject" }, { a: { b: 1 } }, "color%5Ba%5D%5Bb%5D=1"],
    [{ allowReserved: true }, "a:/?b&c d", "color=a:/?b%26c%20d"],
    [{ allowEmptyValue: true }, "", "color="],
    [{ allowEmptyValue: true, name: "a b" }, [], "a%20b="],
    [{ allowEmptyValue: true }, {}, "color="],
    [{ allowEmptyValue: true }, ["a"], "color=a"],
    [{ allowEmptyValue: true }, { a: 1 }, "a=1"],
    [{ allowEmptyValue: true }, "x", "color=x"],
    [{ allowEmptyValue: true }, null, ""],
    [{ mediaType: "application/json", name: "a b" }, { c: "d e" }, "a%20b=%7B%22c%22%3A%22d%20e%22%7D"],
    [{ in: "querystring" }, { a: ["b c", 1] }, "a=b+c&a=1"],
    [{ in: "querystring" }, {}, ""],
    [{ in: "querystring" }, "a=b c", "a%3Db%20c"],
    [{ in: "querystring", mediaType: "application/x-www-form-urlencoded; a=b" }, { a: 1 }, "a=1"],
    [{ in: "querystring", mediaType: "application/json" }, { a: 1 }, "%7B%22a%22%3A1%7D"],
    [{ in: "header" }, "x", ""],
    [{ in: "path" }, "x", ""],
  ])("of %j with %j is %s", (parts, value, want) => {
    expect(composeQuery([parameter("query", parts)], { color: value })).toBe(want);
  });
});

describe("a request", () => {
  const parameters = [
    parameter("query", { name: "q", argument: "q" }),
    parameter("header", { name: "X-A", argument: "h" }),
    parameter("cookie", { name: "c", argument: "c" }),
    parameter("cookie", { name: "d", argument: "d" }),
  ];
  const body = {
    required: false,
    argument: "body",
    contents: [{ mediaType: "application/json", encoding: "json" }],
  } as const;

  it("has its headers in order, the type of its body last", async () => {
    const made = plan({ method: "POST", path: "/a?x=1", parameters, accept: ["text/csv"], body });
    expect(await build(made, { q: "y", h: "z", c: "1", d: "2", body: [1] })).toEqual({
      method: "POST",
      url: "https://api.example.com/v1/a?x=1&q=y",
      headers: [
        ["Accept", "text/csv"],
        ["X-A", "z"],
        ["Cookie", "c=1; d=2"],
        ["Content-Type", "application/json"],
      ],
      body: "[1]",
    });
  });

  it("without values has nothing of them", async () => {
    expect(await build(plan({ parameters, body, path: "/a?x=1" }), {})).toEqual({
      method: "GET",
      url: "https://api.example.com/v1/a?x=1",
      headers: [],
    });
    expect(await build(plan({ parameters, contentType: "application/json" }), { q: "y" })).toEqual({
      method: "GET",
      url: "https://api.example.com/v1/things?q=y",
      headers: [["Content-Type", "application/json"]],
    });
  });

  it.each([
    ["http://h.example:8080/a/b//", "http://h.example:8080/a/b/things"],
    ["https://h.example", "https://h.example/things"],
  ])("goes below %s", async (base, url) => expect((await build(plan(), {}, base)).url).toBe(url));

  it.each([
    "h.example",
    "ftp://h.example",
    "https://user@h.example",
    "https://:s3cr3t-b@h.example",
    "https://h.example/?a=b",
    "https://h.example/#a",
  ])("does not go to %s", async (base) => {
    await expect(build(plan(), {}, base)).rejects.toThrow(
      expect.objectContaining({
        name: "ConfigurationError",
        message: "The base URL of the API must be an absolute http or https URL without user, query and fragment.",
      }),
    );
  });

  it("does not go elsewhere than its pieces say", async () => {
    await expect(build(plan({ path: "/a/../b" }), {})).rejects.toThrow(
      expect.objectContaining({
        name: "ArgumentError",
        message: "The arguments make a URL that does not lead where this tool goes.",
      }),
    );
  });
});

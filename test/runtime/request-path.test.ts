/** Path templating (§4.8.8.2), and what a value must not do to a path. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonValue } from "../../templates/always/src/runtime/data/model.ts";
import { build, parameter, plan, target } from "./wire.ts";

const refused = { name: "ArgumentError" };

describe("path templates", () => {
  it("a template without its slash gets one", async () => {
    const parameters = [parameter("path", { name: "b", argument: "b" })];
    expect((await build(plan({ path: "a/{b}", parameters }), { b: "x" })).url).toBe("https://api.example.com/v1/a/x");
  });

  it("a part of a segment may be empty", async () => {
    const parameters = ["a", "b"].map((name) => parameter("path", { name, argument: name }));
    expect((await build(plan({ path: "/{a}{b}", parameters }), { a: "", b: "y" })).url).toBe(
      "https://api.example.com/v1/y",
    );
  });

  it.each([
    ["https://h.example", "https://h.example/things"],
    ["https://h.example/", "https://h.example/things"],
    ["https://h.example/v1", "https://h.example/v1/things"],
    ["https://h.example/v1//", "https://h.example/v1/things"],
    ["http://127.0.0.1:8080/a/b", "http://127.0.0.1:8080/a/b/things"],
    ["http://[::1]:8080", "http://[::1]:8080/things"],
  ])("joins base %s", async (baseUrl, want) => {
    expect((await build(plan(), {}, baseUrl)).url).toBe(want);
  });

  it.each([
    "",
    "/v1",
    "api.example.com",
    "ftp://h.example",
    "file:///etc",
    "https://u:p@h.example",
    "https://u@h.example",
    "https://h.example/?a",
    "https://h.example/#a",
  ])("refuses base %s", async (baseUrl) => {
    await expect(build(plan(), {}, baseUrl)).rejects.toMatchObject({ name: "ConfigurationError" });
  });
});

describe("a path segment stays where it is", () => {
  const values: readonly JsonValue[] = [
    "",
    ".",
    "..",
    "%2e",
    "%2E%2E",
    ".%2e",
    "%2e.",
    "%252e%252e",
    "%25252e%25252E",
    "../",
    "../..",
    "../admin",
    "..\\admin",
    "/..",
    "a/../b",
    "a/./b",
    "a\\..\\b",
    "..%2fadmin",
    "%2e%2e%2fadmin",
    "%2e%2e%5cadmin",
    "..;",
    "..;/admin",
    "..;a=b/admin",
    "..\0",
    "..\t",
    ".\n.",
    " ..",
    "%00..",
    "%c0%ae%c0%ae",
    "..%c0%af",
    "．．",
    "．．／admin",
    "‥",
    "․․",
    null,
    [],
    [".."],
    [""],
    {},
    "\ud800",
    "a\udc00",
    ["\ud83d"],
  ];
  it.each(values.map((value) => [JSON.stringify(value), value] as const))("%s is refused", async (_title, value) => {
    await expect(target(parameter("path"), value, "/users/{color}/secret")).rejects.toMatchObject(refused);
  });

  it.each(values.filter((value) => typeof value === "string").map((value) => [JSON.stringify(value), value] as const))(
    "%s is refused with reserved characters allowed, or is one segment",
    async (_title, value) => {
      const sent = await target(parameter("path", { allowReserved: true }), value, "/users/{color}/secret").catch(
        () => undefined,
      );
      if (sent !== undefined) expect(sent.split("/")).toHaveLength(4);
      expect(sent === undefined || !/%2e/i.test(sent)).toBe(true);
    },
  );

  it.each([
    ["/{a}{b}", { a: ".", b: "." }],
    ["/{a}{b}", { a: "", b: "" }],
    ["/.{a}", { a: "." }],
    ["/.{a}", { a: "" }],
    ["/{a}.", { a: "." }],
    ["/%2e{a}", { a: "." }],
    ["/x/{a}", {}],
    ["/x{a}", { a: null }],
  ])("%s with %j is refused", async (path, args) => {
    const parameters = ["a", "b"].map((name) => parameter("path", { name, argument: name }));
    await expect(build(plan({ path, parameters }), args)).rejects.toMatchObject(refused);
  });

  it.each([
    ["label", "."],
    ["label", ""],
    ["label", ["", ""]],
    ["matrix", []],
  ] as const)("%s of %j is refused", async (style, value) => {
    await expect(target(parameter("path", { style, explode: true }), value, "/x/{color}")).rejects.toMatchObject(
      refused,
    );
  });

  it("names the argument and the rule", async () => {
    await expect(target(parameter("path"), "..", "/users/{color}")).rejects.toThrow(
      'Argument "color" must not make a path segment that is empty, “.” or “..”.',
    );
  });

  it("a template that climbs by itself is refused", async () => {
    await expect(build(plan({ path: "/a/../b" }), {})).rejects.toMatchObject(refused);
    await expect(build(plan({ path: "/a/%2e%2e/b" }), {})).rejects.toMatchObject(refused);
  });

  it("any text is refused or comes back as the same segment", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary" }), fc.boolean(), async (value, dotted) => {
        const given = dotted ? `.${value}` : value;
        const sent = await target(parameter("path"), given, "/users/{color}/secret").catch(() => undefined);
        if (sent === undefined) return;
        const segments = new URL(`https://api.example.com/v1${sent}`).pathname.split("/");
        expect(segments).toHaveLength(5);
        expect(decodeURIComponent(segments[3] ?? "")).toBe(given);
      }),
      { numRuns: 3_000 },
    );
  });
});

/** Servers of documents as base URLs: which text is one, how variables are filled in, and what an owner is told to set. */
import { describe, expect, it } from "vitest";
import type { ServerPlan } from "../../templates/always/src/runtime/data/model.ts";
import {
  defaultBaseUrl,
  exampleUrl,
  fillIn,
  readBaseUrl,
} from "../../templates/always/src/runtime/upstream/server-url.ts";

describe("a base URL", () => {
  it.each<[string, string | undefined]>([
    ["https://a.example", "https://a.example"],
    ["https://a.example/", "https://a.example"],
    ["https://a.example/v1//", "https://a.example/v1"],
    ["HTTP://A.example:80/v1", "http://a.example/v1"],
    ["http://localhost:8080", "http://localhost:8080"],
    ["http://[::1]:8080/x", "http://[::1]:8080/x"],
    ["https://{region}.example", undefined],
    ["https://a.example/{v}", undefined],
    ["https://u@a.example", undefined],
    ["https://u:p@a.example", undefined],
    ["https://:p@a.example", undefined],
    ["https://a.example?x", undefined],
    ["https://a.example#x", undefined],
    ["https://.../v1", undefined],
    ["https://api./v1", undefined],
    ["https://a..example", undefined],
    ["ftp://a.example", undefined],
    ["a.example", undefined],
    ["", undefined],
  ])("%s is %s", (text, want) => {
    const found = readBaseUrl(text);
    expect(found?.url).toBe(want);
    expect(found?.origin).toBe(want === undefined ? undefined : new URL(want).origin);
  });
});

describe("variables of a server", () => {
  const server = (url: string, ...variables: readonly object[]): ServerPlan =>
    ({ url, variables }) as unknown as ServerPlan;
  const region = { name: "region", environment: "REGION", default: "eu", enum: ["eu", "us"] };
  const filled = (plan: ServerPlan, environment: Record<string, string> = {}): unknown => {
    const { text, sources, open, wrong } = fillIn(plan, environment);
    return [text, sources, open, wrong];
  };
  const url = "https://{region}.a.example/{path}";
  const path = { name: "path", environment: "PATH_", default: "v1" };

  it.each<[Record<string, string>, unknown]>([
    [{}, ["https://eu.a.example/v1", [], [], []]],
    [{ REGION: "" }, ["https://eu.a.example/v1", [], [], []]],
    [{ REGION: " us " }, ["https://us.a.example/v1", ["REGION"], [], []]],
    [{ REGION: "xx" }, ["https://xx.a.example/v1", ["REGION"], [], [["REGION", ["eu", "us"]]]]],
    [{ PATH_: "a/b" }, ["https://eu.a.example/a/b", ["PATH_"], [], []]],
    [{ REGION: "us", PATH_: "x" }, ["https://us.a.example/x", ["REGION", "PATH_"], [], []]],
  ])("by %j are %j", (environment, want) => expect(filled(server(url, region, path), environment)).toEqual(want));

  it("stay open where nobody says what they are", () => {
    const open = { name: "region", environment: "REGION" };
    expect(filled(server(url, open, path))).toEqual(["https://{region}.a.example/v1", [], ["REGION"], []]);
    expect(filled(server(url, { ...open, default: "your-region" }, path))).toEqual([
      "https://{region}.a.example/v1",
      [],
      ["REGION"],
      [],
    ]);
    // Of one that is not described nobody can set a value.
    expect(filled(server(url, path))).toEqual(["https://{region}.a.example/v1", [], [], []]);
    expect(defaultBaseUrl(server(url, open, path))).toBeUndefined();
    expect(defaultBaseUrl(server(url, region, path))).toBe("https://eu.a.example/v1");
  });

  it.each([
    ["evil.example/", true],
    ["evil.example\\", true],
    ["evil.example?", true],
    ["evil.example#", true],
    ["u@evil.example", true],
    ["evil example", true],
    ["good-one", false],
  ])("do not leave the host by %j: %s", (value, wrong) => {
    const host = { name: "region", environment: "REGION", default: "eu" };
    expect(fillIn(server(url, host, path), { REGION: value }).wrong).toEqual(wrong ? [["REGION", []]] : []);
    // A value that the document itself has in that form may be of that form.
    const whole = { name: "server", environment: "SERVER", default: "https://a.example/v1" };
    expect(fillIn(server("{server}", whole), { SERVER: `https://${value}` }).wrong).toEqual([]);
  });

  it.each<[string | undefined, string]>([
    [undefined, "https://api.example.com"],
    ["https://a.b/v1/", "https://api.example.com/v1"],
    ["https://{host}/v1/{x}?a#b", "https://api.example.com/v1/x"],
    ["/v1", "https://api.example.com/v1"],
    ["../../v1", "https://api.example.com/v1"],
    ["./", "https://api.example.com"],
    ["v1", "https://api.example.com/v1"],
    ["localhost:8080/v1/", "https://localhost:8080/v1"],
    ["a.example.com/v1", "https://a.example.com/v1"],
    ["//a.b/v1", "https://api.example.com/a.b/v1"],
    ["<host>/v1 x", "https://api.example.com/host/v1x"],
    ["", "https://api.example.com"],
  ])("of %s the owner is shown %s", (given, want) =>
    expect(exampleUrl(given === undefined ? undefined : server(given))).toBe(want),
  );
});

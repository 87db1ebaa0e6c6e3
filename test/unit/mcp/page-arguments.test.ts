/** What the schema of an argument says of pages: which counts, which is a token, and where counting begins. */
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import { toolOf } from "../document.ts";

const text = { type: "string" };
const integer = { type: "integer" };
const list = { type: "array", items: { type: "object", properties: { id: text } } };

function pagesOf(parameters: Readonly<Record<string, JsonObject>>, around: JsonObject = {}) {
  const schema = { type: "object", properties: { items: list, ...around } };
  return toolOf({
    parameters: Object.entries(parameters).map(([name, given]) => ({ name, in: "query", schema: given })),
    responses: { 200: { description: "", content: { "application/json": { schema } } } },
  }).call.pages;
}

describe("a size", () => {
  it.each<[JsonObject, boolean]>([
    [integer, true],
    [{ type: "number" }, true],
    [{ type: ["integer", "null"] }, true],
    [{ type: ["integer", "number"] }, true],
    [{ type: ["integer", "string"] }, false],
    [{ default: 10 }, true],
    [{}, false],
    [text, false],
    [{ type: "string", format: "int32" }, true],
    [{ type: "string", pattern: "^\\d+$" }, true],
    [{ type: "string", pattern: "[0-9]+" }, true],
    [{ type: "string", pattern: "^a\\d+$" }, false],
    [{ type: "string", default: "20" }, true],
    [{ type: "string", default: "20a" }, false],
    [{ type: "boolean" }, false],
  ])("of %j counts: %s", (limit, counts) => {
    const pages = pagesOf({ page: integer, limit });
    expect(pages).toMatchObject({ by: "page", argument: "page" });
    expect(pages?.size).toBe(counts ? "limit" : undefined);
  });

  it("has its default where that is a number", () => {
    expect(pagesOf({ page: integer, limit: { type: "integer", default: 30 } })?.defaultSize).toBe(30);
    expect(pagesOf({ page: integer, limit: { type: "string", default: "30" } })).not.toHaveProperty("defaultSize");
  });
});

describe("a page", () => {
  it.each<[JsonObject, number]>([
    [integer, 1],
    [{ type: "integer", default: 0 }, 0],
    [{ type: "integer", default: 1, minimum: 0 }, 1],
    [{ type: "integer", default: 2 }, 1],
    [{ type: "integer", minimum: 0 }, 0],
    [{ type: "integer", minimum: 1, description: "zero-based" }, 1],
    [{ type: "integer", minimum: 5 }, 1],
    [{ type: "integer", description: "Zero-based number." }, 0],
    [{ type: "integer", description: "0 indexed." }, 0],
    [{ type: "integer", description: "Starts at 0." }, 0],
    [{ type: "integer", description: "Counted from zero." }, 0],
    [{ type: "integer", description: "Begins with 01." }, 1],
    [{ type: "integer", description: "Up to 10 based ones." }, 1],
    [text, 1],
    [{ type: ["integer", "string"] }, 1],
  ])("of %j begins at %i", (page, first) => expect(pagesOf({ page })).toMatchObject({ by: "page", first }));

  it.each<[JsonObject]>([[{ type: "boolean" }], [{ type: "object" }], [{ type: ["boolean", "integer"] }]])(
    "is none of %j",
    (page) => expect(pagesOf({ page })).toBeUndefined(),
  );
});

describe("an offset", () => {
  it.each<[string, JsonObject, number]>([
    ["offset", integer, 0],
    ["startIndex", integer, 1],
    ["startIndex", { type: "integer", minimum: 0 }, 0],
    ["offset", { type: "integer", default: 1 }, 1],
  ])("%s of %j begins at %i", (name, schema, first) =>
    expect(pagesOf({ [name]: schema, limit: integer })).toMatchObject({ by: "offset", argument: name, first }),
  );
});

describe("a token", () => {
  it("has first what is called as it is", () => {
    const around = { next_cursor: text, next_page_token: text };
    expect(pagesOf({ page_token: text }, around)?.next).toEqual(["/next_page_token", "/next_cursor"]);
    expect(pagesOf({ cursor: text }, around)?.next).toEqual(["/next_cursor", "/next_page_token"]);
  });

  it("that is just called so needs an answer that ends in that word", () => {
    expect(pagesOf({ token: text }, { next_token: text })).toMatchObject({ by: "token", argument: "token" });
    const beside = { token_page: { type: "object", properties: { next: text } } };
    expect(pagesOf({ token: text }, beside)?.by).not.toBe("token");
  });

  it.each<[JsonObject, boolean]>([
    [text, true],
    [{}, true],
    [{ type: "string", format: "date-time" }, false],
    [{ type: "string", description: "An ISO 8601 timestamp." }, false],
    [{ type: "string", description: "As updated." }, true],
    [{ type: "boolean" }, false],
  ])("of %j: %s", (cursor, is) => expect(pagesOf({ cursor }, { next_cursor: text })?.by === "token").toBe(is));

  it.each([
    ["page[cursor]", "page_cursor"],
    ["x-cursor", "x-cursor"],
  ])("%s is a cursor", (name, argument) =>
    expect(pagesOf({ [name]: text }, { next_cursor: text })).toMatchObject({ by: "token", argument }),
  );
});

describe("a header Link", () => {
  const link = { Link: { schema: text } };
  const answer = (headers: JsonObject) => ({
    description: "",
    headers,
    content: { "application/json": { schema: list } },
  });
  const byLink = (responses: JsonObject): unknown =>
    toolOf({ parameters: [{ name: "per_page", in: "query", schema: integer }], responses }).call.pages?.by;

  it.each<[string, JsonObject, string | undefined]>([
    ["of the answer", { 200: answer(link) }, "link"],
    ["of the answer, where a failure has none", { 200: answer(link), 404: { description: "" } }, "link"],
    ["of nothing", { 200: answer({}) }, undefined],
    ["that is another", { 200: answer({ "X-Link": { schema: text } }) }, undefined],
  ])("%s", (_, responses, want) => expect(byLink(responses)).toBe(want));
});

describe("cursors before and after", () => {
  const by = (after: JsonObject): unknown =>
    pagesOf({ before: text, after, limit: integer }, { next_cursor: text })?.by;

  it.each<[string, JsonObject, boolean]>([
    ["a text", text, true],
    ["a date", { type: "string", format: "date" }, false],
    ["a time", { type: "string", format: "date-time" }, false],
    ["no date by its format", { type: "string", format: "up-to-date" }, true],
    ["a number", integer, true],
  ])("of which one is %s", (_, after, isCursor) => expect(by(after) !== undefined).toBe(isCursor));
});

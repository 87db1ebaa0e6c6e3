/** How lists go on, as parameters and answers tell it. */
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import { generateFrom } from "./pages-document.ts";

const list = { type: "array", items: { type: "object", properties: { id: { type: "string" } } } };
const text = { type: "string" };
const integer = { type: "integer" };
const object = (properties: JsonObject): JsonObject => ({ type: "object", properties });

/** The plan of a list with these query parameters, and this answer. */
async function planOf(parameters: Readonly<Record<string, JsonObject>>, answer: JsonObject, method = "get") {
  const { model } = await generateFrom(parameters, answer, method);
  return model.apis[0]?.groups[0]?.tools[0];
}

describe("pages", () => {
  it.each<[string, Readonly<Record<string, JsonObject>>, JsonObject, JsonObject]>([
    [
      "a cursor in an envelope",
      { cursor: text, limit: integer },
      object({ data: list, meta: object({ next_cursor: text }) }),
      { by: "token", argument: "cursor", items: "/data", next: ["/meta/next_cursor"], size: "limit" },
    ],
    [
      "nextPageToken for pageToken",
      { pageToken: text, pageSize: integer },
      object({ files: list, nextPageToken: text }),
      { by: "token", argument: "pageToken", items: "/files", next: ["/nextPageToken"] },
    ],
    [
      "paging.next.after",
      { after: text, limit: integer },
      object({ results: list, paging: object({ next: object({ after: text, link: text }) }) }),
      { by: "token", argument: "after", next: ["/paging/next/after", "/paging/next/link"] },
    ],
    [
      "metadata.continue",
      { continue: text, limit: integer },
      object({ items: list, metadata: object({ continue: text }) }),
      { by: "token", argument: "continue", next: ["/metadata/continue"] },
    ],
    [
      "has_more and the last id",
      { starting_after: text, limit: integer },
      object({ data: list, has_more: { type: "boolean" } }),
      { by: "lastItem", argument: "starting_after", id: "id", more: "/has_more" },
    ],
    [
      "pages by number, from 0 on",
      { page: { type: "integer", minimum: 0 }, size: { type: "integer", default: 20 } },
      object({ content: list, totalPages: integer }),
      { by: "page", argument: "page", first: 0, size: "size", defaultSize: 20, pages: "/totalPages" },
    ],
    [
      "offset and limit",
      { offset: integer, limit: integer },
      list,
      { by: "offset", argument: "offset", items: "", first: 0 },
    ],
    [
      "links.next",
      { kind: text },
      object({ data: list, links: object({ next: text }) }),
      { by: "link", next: ["/links/next"] },
    ],
    [
      "@odata.nextLink",
      { $top: integer, $filter: text },
      object({ value: list, "@odata.nextLink": text }),
      { by: "link", next: ["/@odata.nextLink"], size: "top" },
    ],
  ])("%s", async (_, parameters, answer, expected) => {
    const tool = await planOf(parameters, answer);
    expect(tool?.call.pages).toMatchObject(expected);
    expect(tool?.reasons.find(({ about }) => about === "pages")?.text).toMatch(/^(?:by the|the id of)/);
  });

  it.each<[string, Readonly<Record<string, JsonObject>>, JsonObject, string?]>([
    ["a time", { after: { type: "string", format: "date-time" }, limit: integer }, list],
    ["the number of a page of a book", { page: integer }, object({ text })],
    ["a limit alone", { limit: integer }, list],
    ["a token that says who calls", { token: text }, object({ items: list, next_cursor: text })],
    ["what changes something", { cursor: text }, object({ data: list, next_cursor: text }), "put"],
  ])("are not seen in %s", async (_, parameters, answer, method) => {
    expect((await planOf(parameters, answer, method))?.call.pages).toBeUndefined();
  });

  it("take $skiptoken although no document says so, and no list", async () => {
    const tool = await planOf({ $top: integer }, object({ value: list, "@odata.nextLink": text }));
    expect(tool?.call.request.parameters.map(({ name }) => name)).toContain("$skiptoken");
    expect(Object.keys(tool?.listing.inputSchema.properties ?? {})).toEqual(["top"]);
    expect(tool?.call.input).toMatchObject({ properties: { skiptoken: { type: "string" } } });
  });
});

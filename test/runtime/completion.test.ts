/** Completions from lists that an API gives page by page. */
import { describe, expect, it } from "vitest";
import { ResourceCompletions } from "../../templates/always/src/runtime/resources/resource-methods.ts";
import type { InputSchema, JsonObject, JsonValue } from "../../templates/always/src/runtime/data/model.ts";
import type { ResourceVariable } from "../../templates/always/src/runtime/data/model-parts.ts";
import type { CallResult } from "../../templates/always/src/runtime/response/result.ts";
import type { ToolTable } from "../../templates/always/src/runtime/tools/tool-table.ts";

const integer = { type: "integer" } as const;

interface Page {
  readonly items: readonly JsonValue[];
  readonly around?: JsonObject;
  readonly headers?: JsonObject;
  readonly error?: true;
}

/** Completes an empty text from a list of a tool with these arguments; tells what it was called with. */
async function complete(properties: InputSchema["properties"], pageOf: (args: JsonObject) => Page, typed = "") {
  const inputSchema: InputSchema = { type: "object", properties, additionalProperties: false };
  const table = { get: () => ({ listing: { inputSchema } }) } as unknown as ToolTable;
  const variable: ResourceVariable = {
    name: "id",
    argument: "id",
    in: "path",
    type: "string",
    list: { tool: "list", items: "/data", property: "id" },
  };
  const calls: JsonObject[] = [];
  const completion = await new ResourceCompletions(table).complete(variable, typed, {}, "ann", (_tool, args) => {
    calls.push(args);
    const { items, around, headers, error } = pageOf(args);
    const result: CallResult = {
      content: [],
      ...(error ? { isError: true } : { structuredContent: { data: items, ...around } }),
      ...(headers === undefined ? {} : { _meta: { "openapi-to-mcp/headers": headers } }),
    };
    return Promise.resolve(result);
  });
  return { ...completion, calls };
}

/** Items `from` to `to - 1` of so many. */
const items = (from: number, to: number, of = to): { id: number }[] =>
  Array.from({ length: Math.max(0, Math.min(to, of) - from) }, (_, index) => ({ id: 1000 + from + index }));
const number = (value: JsonValue | undefined, otherwise: number): number =>
  typeof value === "number" ? value : otherwise;

describe("a list in pages", () => {
  it("is read on by number, offset, token and link, up to its end", async () => {
    const byNumber = await complete({ page: integer }, ({ page }) => ({
      items: items((number(page, 1) - 1) * 10, number(page, 1) * 10, 35),
    }));
    expect(byNumber).toMatchObject({ total: 35, hasMore: false });
    expect(byNumber.calls).toEqual([{}, { page: 2 }, { page: 3 }, { page: 4 }, { page: 5 }]);

    const byOffset = await complete({ skip: { type: "integer", default: 0 } }, ({ skip }) => ({
      items: items(number(skip, 0), number(skip, 0) + 10, 15),
    }));
    expect(byOffset).toMatchObject({ total: 15, hasMore: false, calls: [{}, { skip: 10 }, { skip: 15 }] });

    const byToken = await complete({ page_token: { type: "string" } }, ({ page_token: token }) =>
      token === undefined
        ? { items: items(0, 2), around: { meta: { nextPageToken: "t2" } } }
        : { items: items(2, 3), around: { meta: { nextPageToken: "" } } },
    );
    expect(byToken).toMatchObject({ total: 3, hasMore: false, calls: [{}, { page_token: "t2" }] });

    const byLink = await complete({ cursor: { type: "string" } }, ({ cursor }) =>
      cursor === undefined
        ? { items: items(0, 2), headers: { link: '<https://api.example.com/x?cursor=c2&a=1>; rel="next"' } }
        : { items: items(2, 3) },
    );
    expect(byLink).toMatchObject({ total: 3, hasMore: false, calls: [{}, { cursor: "c2" }] });
  });

  it("is asked for as many items as a completion has, or as the list allows", async () => {
    const asked = async (schema: JsonObject) => (await complete({ per_page: schema }, () => ({ items: [] }))).calls;
    expect(await asked(integer)).toEqual([{ per_page: 100 }]);
    expect(await asked({ type: "integer", maximum: 50 })).toEqual([{ per_page: 50 }]);
    expect(await asked({ type: "string" })).toEqual([{}]);
  });

  it.each<[string, InputSchema["properties"], Page]>([
    ["its page is full", { limit: integer }, { items: items(0, 100) }],
    ["a number of all is larger", {}, { items: items(0, 10), around: { total: 100 } }],
    ["a header says so", {}, { items: items(0, 10), headers: { "x-total-count": "100" } }],
    ["a mark says so", {}, { items: items(0, 10), around: { has_more: true } }],
    ["there is a next page", {}, { items: items(0, 10), around: { links: { next: "/x?page=2" } } }],
  ])("that goes on is not called complete: %s", async (_name, properties, page) => {
    const { values, ...completion } = await complete(properties, () => page);
    expect(values).toHaveLength(page.items.length);
    expect(completion.hasMore).toBe(true);
    expect(Object.hasOwn(completion, "total")).toBe(false);
  });

  it.each<[string, Page]>([
    ["nothing", { items: items(0, 10) }],
    ["a number of all", { items: items(0, 10), around: { total: 10, next: null, has_more: false } }],
  ])("that ends is complete: %s", async (_name, page) => {
    expect(await complete({ limit: integer }, () => page)).toMatchObject({ total: 10, hasMore: false });
  });

  it("is read for five pages at most, and without end where pages repeat", async () => {
    const endless = await complete({ page: integer }, ({ page }) => ({
      items: items((number(page, 1) - 1) * 10, number(page, 1) * 10),
    }));
    expect(endless.calls).toHaveLength(5);
    expect(endless.values).toHaveLength(50);
    expect(endless.hasMore).toBe(true);
    const same = await complete({ page: integer }, () => ({ items: items(0, 10) }));
    expect(same).toMatchObject({ total: 10, hasMore: false });
    expect(same.calls).toHaveLength(2);
  });

  it("keeps what came before a page that failed", async () => {
    const { values, hasMore } = await complete({ page: integer }, ({ page }) =>
      page === undefined ? { items: items(0, 10) } : { items: [], error: true },
    );
    expect([values.length, hasMore]).toEqual([10, true]);
  });

  it("is searched beyond its first page", async () => {
    const { values } = await complete(
      { page: integer },
      ({ page }) => ({ items: items((number(page, 1) - 1) * 10, number(page, 1) * 10, 30) }),
      "1025",
    );
    expect(values).toEqual(["1025"]);
  });
});

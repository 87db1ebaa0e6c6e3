/** Completions from lists that an API gives page by page. */
import { describe, expect, it } from "vitest";
import { listIn } from "../../templates/always/src/runtime/resources/resource-links.ts";
import { ResourceCompletions } from "../../templates/always/src/runtime/resources/resource-methods.ts";
import type { PagePlan } from "../../templates/always/src/runtime/data/model-parts.ts";
import type { InputSchema, JsonObject, JsonValue } from "../../templates/always/src/runtime/data/model.ts";
import type { ResourceVariable } from "../../templates/always/src/runtime/data/model-parts.ts";
import type { CallResult } from "../../templates/always/src/runtime/response/result.ts";
import type { ToolTable } from "../../templates/always/src/runtime/tools/tool-table.ts";

const integer = { type: "integer" } as const;

interface Page {
  readonly items: readonly JsonValue[];
  /** Arguments of the call that goes on. */
  readonly next?: JsonObject;
  readonly isPart?: true;
  readonly error?: true;
}

/** Completes an empty text from a list of a tool with these arguments; tells what it was called with. */
async function complete(
  properties: InputSchema["properties"],
  pageOf: (args: JsonObject) => Page,
  { typed = "", pages }: { typed?: string; pages?: Partial<PagePlan> } = {},
) {
  const inputSchema: InputSchema = { type: "object", properties, additionalProperties: false };
  const table = { get: () => ({ kind: "operation", listing: { inputSchema } }) } as unknown as ToolTable;
  const plan = () => Promise.resolve(pages === undefined ? {} : { pages: { by: "page", ...pages } as PagePlan });
  const variable: ResourceVariable = {
    name: "id",
    argument: "id",
    in: "path",
    type: "string",
    list: { tool: "list", items: "/data", property: "id" },
  };
  const calls: JsonObject[] = [];
  const completion = await new ResourceCompletions(table, plan).complete(variable, typed, {}, "ann", (_tool, args) => {
    calls.push(args);
    const { items, next, isPart, error } = pageOf(args);
    const result: CallResult = {
      content: [],
      ...(error ? { isError: true } : { structuredContent: isPart ? items : { data: items } }),
      ...(next === undefined ? {} : { _meta: { "openapi-to-mcp/next": next } }),
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

/** Pages of ten items, `page` by `page`, of so many in all. */
const paged =
  (of: number) =>
  ({ page }: JsonObject): Page => {
    const at = number(page, 1);
    return { items: items((at - 1) * 10, at * 10, of), ...(at * 10 < of ? { next: { page: at + 1 } } : {}) };
  };

describe("a list in pages", () => {
  it("is read on by what each page says of the next one, up to its end", async () => {
    const read = await complete({ page: integer }, paged(35));
    expect(read).toMatchObject({ total: 35, hasMore: false });
    expect(read.calls).toEqual([{}, { page: 2 }, { page: 3 }, { page: 4 }]);
  });

  it("is read on where a page is too long for one result", async () => {
    const read = await complete({}, ({ answer_part: part }) =>
      part === undefined ? { items: items(0, 3), next: { answer_part: "a" } } : { items: items(3, 5), isPart: true },
    );
    expect(read).toMatchObject({ total: 5, hasMore: false, calls: [{}, { answer_part: "a" }] });
  });

  it.each<[string, JsonObject, Partial<PagePlan> | undefined, JsonObject]>([
    ["as many items as a completion has", { n: integer }, { size: "n" }, { n: 100 }],
    ["as many as the list allows", { n: { type: "integer", maximum: 50 } }, { size: "n" }, { n: 50 }],
    ["whole ones", { n: { type: "number", maximum: 50.5 } }, { size: "n" }, { n: 50 }],
    ["one at least", { n: { type: "integer", maximum: 0 } }, { size: "n" }, { n: 1 }],
    ["as it likes, where the argument is no number", { n: { type: "string" } }, { size: "n" }, {}],
    ["as it likes, where the argument is not listed", {}, { size: "n" }, {}],
    ["as it likes, where the plan names no argument", { limit: integer }, {}, {}],
    ["as it likes, where it has no pages", { limit: integer }, undefined, {}],
  ])("is asked for %s", async (_name, properties, pages, want) => {
    const asked = await complete(properties as InputSchema["properties"], () => ({ items: [] }), {
      ...(pages === undefined ? {} : { pages }),
    });
    expect(asked.calls).toEqual([want]);
  });

  it("is read for five pages at most, and without end where pages repeat", async () => {
    const endless = await complete({ page: integer }, paged(1_000));
    expect(endless.calls).toHaveLength(5);
    expect(endless.values).toHaveLength(50);
    expect(endless.hasMore).toBe(true);
    const same = await complete({ page: integer }, () => ({ items: items(0, 10), next: { page: 2 } }));
    expect(same).toMatchObject({ total: 10, hasMore: false });
    expect(same.calls).toHaveLength(2);
  });

  it("goes on where a first page has nothing to complete from, and says that there is more", async () => {
    const { values, hasMore } = await complete({}, () => ({ items: [{}], next: { page: 2 } }));
    expect([values, hasMore]).toEqual([[], true]);
  });

  it("keeps what came before a page that failed", async () => {
    const { values, hasMore } = await complete({ page: integer }, ({ page }) =>
      page === undefined ? { items: items(0, 10), next: { page: 2 } } : { items: [], error: true },
    );
    expect([values.length, hasMore]).toEqual([10, true]);
  });

  it("is searched beyond its first page", async () => {
    expect((await complete({ page: integer }, paged(30), { typed: "1025" })).values).toEqual(["1025"]);
  });
});

describe("the items of a list", () => {
  it.each<[JsonValue, string, JsonValue]>([
    [[1, 2], "", [1, 2]],
    [{ items: [1] }, "/items", [1]],
    [{ result: [1] }, "", [1]],
    [{ result: { items: [1] } }, "/items", [1]],
    [{ result: [1] }, "/items", [1]],
    [[1], "/items", [1]],
    [{ items: 5 }, "/items", []],
    [{ result: "x" }, "", []],
    [null, "", []],
  ])("of %j at %j are %j", (structuredContent, pointer, want) =>
    expect(listIn({ structuredContent }, pointer)).toEqual(want),
  );
});

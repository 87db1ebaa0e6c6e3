/** Which tools matter most, one by one, and at which number a list is still whole. */
import { describe, expect, it } from "vitest";
import type { ServerApi, Tool } from "../../../../src/mcp/model.ts";
import { discoveryTokens, listPlanOf, portableCaps } from "../../../../src/mcp/plan/list-plan.ts";
import { rankedTools } from "../../../../src/mcp/plan/rank.ts";
import { toolTokens } from "../../../../src/mcp/cost.ts";

interface Made {
  readonly required?: readonly string[];
  readonly deprecated?: boolean;
  readonly pinned?: boolean;
}

function tool(request: string, { required = [], deprecated, pinned }: Made = {}): Tool {
  const [method = "", path = ""] = request.split(" ");
  return {
    listing: {
      name: request,
      title: request,
      description: "",
      inputSchema: { type: "object", properties: {}, required },
      annotations: {},
    },
    call: { request: { method, path } },
    ...(deprecated === undefined ? {} : { isDeprecated: deprecated }),
    ...(pinned === undefined ? {} : { pinned: { value: pinned, by: "mine.yaml" } }),
  } as unknown as Tool;
}
const api = (...groups: readonly (readonly Tool[])[]): ServerApi =>
  ({ groups: groups.map((tools) => ({ tools })) }) as unknown as ServerApi;
const names = (apis: readonly ServerApi[], usage?: ReadonlyMap<string, number>): readonly string[] =>
  rankedTools(apis, usage).map(({ tool: { listing }, why }) => `${listing.name}: ${why}`);

describe("the order of tools", () => {
  it.each<[string, readonly Tool[]]>([
    [
      "what reads is before what writes",
      ["GET /a", "POST /a", "PATCH /a", "DELETE /a", "LINK /a"].map((one) => tool(one)),
    ],
    ["changing in place or whole is the same", ["PATCH /a", "PUT /a"].map((one) => tool(one))],
    ["asking by QUERY is reading", ["QUERY /a", "POST /a"].map((one) => tool(one))],
    ["a collection is before its items", ["GET /a", "GET /a/{id}"].map((one) => tool(one))],
    [
      "near the root is before far from it",
      ["GET /a", "GET /a/{id}", "GET /a/b", "GET /a/{id}/b"].map((one) => tool(one)),
    ],
    ["few arguments are before many", [tool("GET /a"), tool("GET /b", { required: ["x"] })]],
    ["what is deprecated is last", [tool("DELETE /a/b/c/d/e"), tool("GET /a", { deprecated: true })]],
  ])("%s", (_name, tools) => {
    const want = tools.map(({ listing }) => listing.name);
    expect(rankedTools([api(tools)]).map((one) => one.tool.listing.name)).toEqual(want);
    if (!want.includes("PUT /a"))
      expect(rankedTools([api([...tools].reverse())]).map((one) => one.tool.listing.name)).toEqual(want);
  });

  it("goes in turn through the tags, the largest first, over all APIs", () => {
    const one = api([tool("GET /a")], [tool("GET /b"), tool("POST /b")]);
    const other = api([tool("GET /c/{id}"), tool("PUT /c/{id}"), tool("DELETE /c/{id}")]);
    expect(names([one, other])).toEqual([
      "GET /c/{id}: reads one of its tag, with few arguments",
      "GET /b: reads a collection of its tag, with few arguments",
      "GET /a: reads a collection of its tag, with few arguments",
      "PUT /c/{id}: PUT near the root of its tag, with few arguments",
      "POST /b: POST near the root of its tag, with few arguments",
      "DELETE /c/{id}: DELETE near the root of its tag, with few arguments",
    ]);
    expect(names([])).toEqual([]);
  });

  it("begins with what is pinned, then with what was called; what is to be found only is not in it", () => {
    const tools = [
      tool("GET /a"),
      tool("GET /b", { pinned: false }),
      tool("GET /c/d", { pinned: true }),
      tool("GET /e/f"),
      tool("GET /g/h"),
    ];
    const usage = new Map([
      ["GET /b", 9],
      ["GET /c/d", 1],
      ["GET /e/f", 1],
      ["GET /g/h", 2],
      ["GET /a", 0],
    ]);
    expect(names([api(tools)], usage)).toEqual([
      "GET /c/d: listed by mine.yaml",
      "GET /g/h: called 2 times",
      "GET /e/f: called 1 time",
      "GET /a: reads a collection of its tag, with few arguments",
    ]);
  });
});

describe("a list", () => {
  const tools = [tool("GET /a"), tool("GET /b"), tool("POST /b")];
  const tokens = tools.reduce((sum, { listing }) => sum + toolTokens(listing), 0);
  const each = tokens / 3;
  const apis = [api(tools)];

  it("is whole while it fits exactly", () => {
    expect(listPlanOf(apis, { maxTools: 3, budget: tokens }).mode).toBe("all");
    expect(listPlanOf(apis, { maxTools: 2, budget: tokens }).mode).toBe("planned");
    expect(listPlanOf(apis, { maxTools: 3, budget: tokens - 1 }).mode).toBe("planned");
    expect(portableCaps).toEqual({ budget: 20_000, maxTools: 40 });
    const many = (count: number): ServerApi => api(Array.from({ length: count }, (_, index) => tool(`GET /${index}`)));
    expect(listPlanOf([many(40)]).mode).toBe("all");
    expect(listPlanOf([many(41)]).mode).toBe("planned");
  });

  it("that is planned holds as many as fit exactly, discovery among them", () => {
    const listed = (options: object): number =>
      listPlanOf(apis, { mode: "planned", maxTools: 40, budget: 100_000, ...options }).listed.length;
    expect([4, 5, 6].map((maxTools) => listed({ maxTools }))).toEqual([0, 1, 2]);
    const shortest = Math.min(...tools.map(({ listing }) => toolTokens(listing)));
    expect(listed({ budget: discoveryTokens + shortest })).toBe(1);
    expect(listed({ budget: discoveryTokens + shortest - 1 })).toBe(0);
    expect(each).toBeGreaterThan(10);
  });

  it("says what it costs, in the order of the server", () => {
    const plan = listPlanOf(apis, { mode: "planned", maxTools: 6 });
    expect(plan.listed.map(({ name }) => name)).toEqual(["GET /a", "GET /b"]);
    expect(plan.whole).toMatchObject({ tools: 3, tokens });
    expect(plan.cost).toMatchObject({
      tools: 6,
      tokens: discoveryTokens + tools.slice(0, 2).reduce((sum, { listing }) => sum + toolTokens(listing), 0),
    });
    const hidden = [api([tool("GET /a"), tool("GET /b", { pinned: false })])];
    expect(listPlanOf(hidden).mode).toBe("planned");
    expect(listPlanOf(hidden, { mode: "all" })).toMatchObject({ mode: "all", listed: [], cost: { tools: 2 } });
    const pinned = [api([tool("GET /a"), tool("GET /b", { pinned: true })])];
    expect(listPlanOf(pinned).mode).toBe("all");
    expect(listPlanOf(pinned, { mode: "discovery" }).listed).toEqual([
      { name: "GET /b", why: "listed by mine.yaml", pinned: true },
    ]);
  });
});

import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../src/base/json.ts";
import type { ServerModel } from "../../../../src/mcp/model.ts";
import { discoveryTokens, type ListOptions } from "../../../../src/mcp/plan/list-plan.ts";
import { serverOf } from "../../document.ts";

const answer = { responses: { 200: { description: "done" } } };
const item = { parameters: [{ name: "id", in: "path", required: true, schema: { type: "string" } }] };

/** Collections of two tags, and one far from the root. */
function document(tags: readonly string[]): JsonObject {
  return {
    paths: Object.fromEntries(
      tags.flatMap((tag) => [
        [
          `/${tag}`,
          {
            get: { operationId: `list_${tag}`, tags: [tag], ...answer },
            post: { operationId: `create_${tag}`, tags: [tag], ...answer },
          },
        ],
        [`/${tag}/{id}`, { ...item, get: { operationId: `get_${tag}`, tags: [tag], ...answer } }],
        [`/${tag}/{id}/deep/log`, { ...item, get: { operationId: `log_${tag}`, tags: [tag], ...answer } }],
      ]),
    ),
  };
}

const planOf = (source: JsonObject, list?: ListOptions, more: object = {}): ServerModel["plan"] =>
  serverOf(source, undefined, { ...(list === undefined ? {} : { list }), ...more }).model.plan;
const namesOf = ({ listed }: ServerModel["plan"]): readonly string[] => listed.map(({ name }) => name);

const small = document(["pets", "orders"]);
const large = document(Array.from({ length: 12 }, (_, index) => `things${index}`));

describe("discovery alone", () => {
  it("lists no tool of the API, however cheap", () => {
    const plan = planOf(small, { mode: "discovery" });
    expect(plan).toMatchObject({ mode: "discovery", listed: [], cost: { tokens: discoveryTokens } });
  });
});

describe("what is listed", () => {
  it("is everything while that fits, and says what it costs", () => {
    const plan = planOf(small);
    expect(plan).toMatchObject({ mode: "all", listed: [], cost: { tools: 8 }, whole: { tools: 8 } });
    expect(plan.cost.tokens).toBe(plan.whole.tokens);
  });

  it("is part of it where there are more tools than clients load, discovery among them", () => {
    const plan = planOf(large);
    expect(plan.mode).toBe("planned");
    expect(plan.whole.tools).toBe(48);
    expect(plan.listed).toHaveLength(36);
    expect(plan.cost.tools).toBe(40);
  });

  it("begins with the collections of each tag, and leaves out first what is far from the root", () => {
    expect(namesOf(planOf(small, { mode: "planned", maxTools: 6 }))).toEqual(["list_orders", "list_pets"]);
    expect(namesOf(planOf(small, { mode: "planned", maxTools: 10 }))).toEqual([
      "list_orders",
      "create_orders",
      "get_orders",
      "list_pets",
      "create_pets",
      "get_pets",
    ]);
  });

  it("stays within the budget", () => {
    const plan = planOf(large, { budget: discoveryTokens + 150 });
    expect(plan.mode).toBe("planned");
    expect(plan.listed.length).toBeGreaterThan(0);
    expect(plan.listed.length).toBeLessThan(10);
    expect(plan.cost.tokens).toBeLessThanOrEqual(discoveryTokens + 150);
  });

  it("is nothing but discovery, where that is asked for", () => {
    const plan = planOf(small, { mode: "discovery" });
    expect(plan).toMatchObject({ mode: "discovery", listed: [], cost: { tools: 4, tokens: discoveryTokens } });
  });

  it("is everything where that is asked for, whatever it costs", () => {
    const limits = { mode: "all", budget: 1, maxTools: 1 } as const;
    expect(planOf(large, { ...limits, fold: false })).toMatchObject({
      mode: "all",
      folded: false,
      cost: { tools: 48 },
    });
  });

  it("shows the essence of each tool where all of them cost more than the budget, and what tells the rest", () => {
    const plan = planOf(large, { mode: "all", budget: 1000 });
    expect(plan).toMatchObject({ mode: "all", folded: true, listed: [], cost: { tools: 49 } });
    expect(plan.cost.bytes).toBeLessThan(plan.whole.bytes);
    expect(planOf(large, { mode: "all" })).toMatchObject({ folded: false, cost: { tools: 48 } });
  });

  it("is everything in short, rather than part of it, where that fits", () => {
    const { whole } = planOf(small, { mode: "all" });
    const plan = planOf(small, { budget: whole.tokens - 1 });
    expect(plan).toMatchObject({ mode: "all", folded: true, cost: { tools: 9 } });
    expect(plan.cost.tokens).toBeLessThan(whole.tokens);
    expect(planOf(small, { budget: whole.tokens - 1, fold: false })).toMatchObject({ mode: "planned", folded: false });
  });

  it("holds what the owner pins, beyond every limit, and not what they want found only", () => {
    const entry = (operation: string, listed: boolean): object => ({
      operation,
      listed,
      place: { file: "openapi-to-mcp.yaml", pointer: "", line: 3 },
      arguments: new Map(),
    });
    const curation = {
      tools: [entry("log_pets", true), entry("list_orders", false)],
      prompts: [],
      aliases: { days: 90 },
    };
    expect(planOf(small, { mode: "discovery" }, { curation }).listed).toEqual([
      { name: "log_pets", why: "listed by openapi-to-mcp.yaml line 3", pinned: true },
    ]);
    const plan = planOf(small, {}, { curation });
    expect(plan.mode).toBe("planned");
    expect(namesOf(plan)).toContain("log_pets");
    expect(namesOf(plan)).not.toContain("list_orders");
  });

  it("is what the author of the document pins by x-mcp, too", () => {
    const source = {
      paths: { "/a": { get: { operationId: "readA", "x-mcp": { listed: true }, ...answer } } },
    };
    expect(planOf(source, { mode: "discovery" }).listed).toMatchObject([{ name: "read_a", pinned: true }]);
  });

  it("prefers what was called most", () => {
    const usage = new Map([
      ["log_orders", 7],
      ["get_pets", 9],
    ]);
    expect(planOf(small, { mode: "planned", maxTools: 6, usage }).listed).toEqual([
      { name: "log_orders", why: "called 7 times" },
      { name: "get_pets", why: "called 9 times" },
    ]);
  });

  it("leaves out what is deprecated before anything else", () => {
    const old = {
      paths: {
        "/old": { get: { operationId: "old", deprecated: true, ...answer } },
        "/a/b/c/d": { delete: { operationId: "far", ...answer } },
      },
    };
    expect(namesOf(planOf(old, { mode: "planned", maxTools: 5 }))).toEqual(["far"]);
  });
});

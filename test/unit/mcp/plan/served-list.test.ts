/** Every figure is what a client gets: of the form that is listed, and of what is listed. */
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../src/base/json.ts";
import { buildLock } from "../../../../src/lock/build.ts";
import { parseLock } from "../../../../src/lock/parse.ts";
import { toolTokens } from "../../../../src/mcp/cost.ts";
import type { ServerModel } from "../../../../src/mcp/model.ts";
import type { ListOptions } from "../../../../src/mcp/plan/list-plan.ts";
import { discoveryIn, listOfServer, shownCostsOf, toolsOf } from "../../../../src/mcp/plan/served-list.ts";
import { compareSurfaces } from "../../../../src/surface/diff.ts";
import { loadingOf } from "../../../../src/surface/loading.ts";
import { inspectModel } from "../../../../src/surface/inspection.ts";
import { surfaceOfLock, surfaceOfModel } from "../../../../src/surface/surface.ts";
import { serverOf } from "../../document.ts";

const address = {
  type: "object",
  description: "Where it goes to.",
  properties: Object.fromEntries(
    "street city country note".split(" ").map((name) => [name, { type: "string", description: `The ${name} of it.` }]),
  ),
};
const repeated = {
  name: "trace",
  in: "query",
  description: "Says who asked first, for the log of the service.",
  schema: { type: "string" },
};

/** Thirty tools of three tags that are long when whole. */
function document(more: string = ""): JsonObject {
  const paths = ["pets", "orders", "users"].flatMap((tag) =>
    Array.from({ length: 10 }, (_, index) => [
      `/${tag}/${index}`,
      {
        post: {
          operationId: `make_${tag}_${index}`,
          tags: [tag],
          description: index === 0 ? more : "",
          parameters: [repeated],
          requestBody: {
            content: {
              "application/json": { schema: { type: "object", properties: { name: { type: "string" }, address } } },
            },
          },
          responses: { 200: { description: "done" } },
        },
      },
    ]),
  );
  return { paths: Object.fromEntries(paths) as JsonObject };
}

const modelOf = (list: ListOptions, source = document()): ServerModel => serverOf(source, undefined, { list }).model;

describe.each<[string, ListOptions]>([
  ["all, each whole", { mode: "all", fold: false }],
  ["all in short", { mode: "all", budget: 100 }],
  ["a part in short", { mode: "planned", budget: 1_500 }],
  ["a part, each whole", { mode: "planned", maxTools: 12 }],
  ["discovery alone", { mode: "discovery" }],
  ["all for strict mode", { mode: "all", fold: false, target: "openai-strict" }],
  ["a part in short for strict mode", { mode: "planned", budget: 2_500, target: "openai-strict" }],
])("the cost of a list: %s", (_name, list) => {
  const model = modelOf(list);
  const served = listOfServer(model);
  const tokens = served.reduce((sum, tool) => sum + toolTokens(tool), 0);

  it("is that of the entries that are sent, in plan, lock and inspection", () => {
    expect(model.plan.cost.tokens).toBe(tokens);
    const { cost, tools } = inspectModel(model);
    expect(cost).toMatchObject(model.plan.cost);
    const entries = new Map(served.map((tool) => [tool.name, toolTokens(tool)]));
    for (const tool of tools) {
      expect(tool.listed).toBe(entries.has(tool.name));
      if (tool.listed) expect([tool.name, tool.tokens]).toEqual([tool.name, entries.get(tool.name)]);
    }
    const ofTags = cost.tags.reduce((sum, tag) => sum + tag.tokens, 0);
    expect(ofTags + cost.besides.tokens).toBe(tokens);
    expect(cost.tags.reduce((sum, tag) => sum + tag.tools, 0)).toBe(30);
    expect(cost.tags.reduce((sum, tag) => sum + tag.listed, 0)).toBe(served.length - discoveryIn(model.plan).length);
    const surface = surfaceOfLock(lockOf(model));
    const own = surface.tools.map(({ name, tokens: each }) => [name, each]);
    expect(own).toEqual(tools.map(({ name, tokens: each }) => [name, each]));
    expect(compareSurfaces(surface, surfaceOfModel(model)).cost).toEqual({ before: tokens, after: tokens, tools: [] });
  });

  it("differs by the tools that are listed alone", () => {
    const after = modelOf(
      list,
      document("Makes one, and says at once what became of it, and where it is to be found."),
    );
    const { cost } = compareSurfaces(surfaceOfModel(model), surfaceOfModel(after));
    const listed = new Set([...served, ...listOfServer(after)].map(({ name }) => name));
    expect(cost.after).toBe(after.plan.cost.tokens);
    expect(cost.tools.filter(({ name }) => !listed.has(name))).toEqual([]);
    expect(cost.tools.length > 0).toBe(list.mode !== "discovery");
    const changed = cost.tools.reduce((sum, tool) => sum + tool.after - tool.before, 0);
    expect(cost.after - cost.before).toBe(changed);
  });
});

it("a tool that is found has the cost that it would have in the list", () => {
  const model = modelOf({ mode: "discovery", budget: 1_500 });
  const whole = toolsOf(model.apis).map(({ listing }) => toolTokens(listing));
  const shown = [...shownCostsOf(model).values()];
  expect(model.plan.folded).toBe(true);
  expect(shown.every(({ isListed }) => !isListed)).toBe(true);
  for (const [index, cost] of shown.entries()) expect(cost.tokens).toBeLessThan(whole[index] ?? 0);
});

it("a list that is made for strict mode loads there, and loads in part elsewhere", () => {
  const loads = (target?: "openai-strict"): boolean => {
    const list = listOfServer(modelOf({ mode: "planned", ...(target === undefined ? {} : { target }) }));
    return loadingOf("openai-strict", list, "server").lost.length === 0;
  };
  expect([loads(), loads("openai-strict")]).toEqual([false, true]);
});

function lockOf(model: ServerModel) {
  const lock = parseLock(JSON.stringify(buildLock(model, [], "1.0.0")));
  if (lock === undefined) throw new Error("no lock");
  return lock;
}

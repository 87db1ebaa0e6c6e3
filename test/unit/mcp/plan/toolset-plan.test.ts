import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../../../../src/base/diagnostics.ts";
import type { JsonObject } from "../../../../src/base/json.ts";
import { type ServerOptions, buildServer } from "../../../../src/mcp/build.ts";
import type { Selector, ToolsetWish } from "../../../../src/mcp/curation/curation.ts";
import { noCheck } from "../../../../src/mcp/curation/value-check.ts";
import type { ServerModel } from "../../../../src/mcp/model.ts";
import { withinToolset } from "../../../../src/mcp/plan/toolset-plan.ts";
import { apiOf } from "../../document.ts";

const answer = { responses: { 200: { description: "done" } } };
const place = { file: "openapi-to-mcp.yaml", pointer: "/toolsets/x", line: 7 };

function wish(name: string, include: readonly Omit<Selector, "place">[], more: Partial<ToolsetWish> = {}): ToolsetWish {
  const of = include.map((criteria) => ({ ...criteria, place }));
  return { name, include: of, exclude: [], readOnly: false, custom: [], place, ...more };
}

function documentOf(tags: readonly string[]): JsonObject {
  const operations = (tag: string): JsonObject => ({
    get: { operationId: `list_${tag}`, tags: [tag], ...answer },
    post: { operationId: `create_${tag}`, tags: [tag], ...answer },
  });
  return { paths: Object.fromEntries(tags.map((tag) => [`/${tag}`, operations(tag)])) };
}

function serverOf(
  documents: readonly JsonObject[],
  toolsets: readonly ToolsetWish[],
  options: ServerOptions = {},
): { readonly model: ServerModel; readonly told: readonly Diagnostic[] } {
  const told: Diagnostic[] = [];
  const inputs = documents.map((document, index) => ({
    ...apiOf(document, `api${index}`),
    name: documents.length > 1 ? `api${index}` : undefined,
    report: () => undefined,
  }));
  const checks = { tell: (diagnostic: Diagnostic) => void told.push(diagnostic), valueCheck: noCheck };
  return { model: buildServer(inputs, { ...options, toolsets }, checks), told };
}

describe("a toolset", () => {
  it("holds the tools that its selectors fit, and lists all of them while they fit", () => {
    const { model, told } = serverOf([documentOf(["pets", "orders"])], [wish("pets", [{ tag: "pets" }])]);
    expect(told).toEqual([]);
    expect(model.toolsets).toMatchObject([
      { name: "pets", title: "Petstore: pets", tools: ["list_pets", "create_pets"], mode: "all", cost: { tools: 2 } },
    ]);
    expect(model.plan.cost.tools).toBe(4);
  });

  it("leaves out what it excludes and, read-only, what writes", () => {
    const orders = { tag: "orders", place };
    const { model } = serverOf(
      [documentOf(["pets", "orders"])],
      [wish("reading", [], { readOnly: true }), wish("rest", [], { exclude: [orders] })],
    );
    expect(model.toolsets.map(({ tools }) => tools)).toEqual([
      ["list_orders", "list_pets"],
      ["list_pets", "create_pets"],
    ]);
  });

  it("has a plan of its own: its limits, else those of the server, whose way of listing is not its own", () => {
    const document = documentOf(Array.from({ length: 30 }, (_, index) => `things${index}`));
    const { model } = serverOf(
      [document],
      [
        wish("wide", []),
        wish("narrow", [], { list: { maxTools: 6 } }),
        wish("quiet", [], { list: { mode: "discovery" } }),
        wish("few", [{ tag: "things1" }]),
      ],
      { list: { mode: "all", maxTools: 20 } },
    );
    expect(model.plan.mode).toBe("all");
    expect(model.toolsets.map(({ mode, cost }) => [mode, cost.tools])).toEqual([
      ["planned", 20],
      ["planned", 6],
      ["discovery", 4],
      ["all", 2],
    ]);
  });

  it("has the prompts of the APIs that it has tools of, and the owner's", () => {
    const prompts = [{ name: "greet", arguments: [], text: "Hello", place }];
    const { model } = serverOf([documentOf(["pets"]), documentOf(["orders"])], [wish("orders", [{ tag: "orders" }])], {
      curation: { tools: [], prompts, aliases: { days: 1 } },
    });
    expect(model.toolsets[0]?.prompts).toEqual(["greet", "api1_explore_api", "api1_plan_task", "api1_check_access"]);
  });

  it("begins its instructions with what its owner says of it, on one line and cut where that is long", () => {
    const description = `Triage.\n${"word ".repeat(400)}`;
    const { model } = serverOf([documentOf(["pets"])], [wish("pets", [], { description })]);
    const { instructions = "" } = model.toolsets[0] ?? {};
    expect(instructions).toMatch(/^Triage\./);
    expect(instructions).toContain("2 tools call an HTTP API");
    expect(instructions.length).toBeLessThan(2048);
  });

  it.each(["", "A", "a b", "a/b", "-a", "a-", "ä", "a".repeat(41), "..", "%61"])(
    "cannot be called %j, which is told where it stands",
    (name) => {
      const { model, told } = serverOf([documentOf(["pets"])], [wish(name, [])]);
      expect(model.toolsets).toEqual([]);
      expect(told).toMatchObject([{ code: "invalid-toolset", file: "openapi-to-mcp.yaml", line: 7 }]);
    },
  );

  it("is told to be empty, and selectors that fit nothing", () => {
    const { told } = serverOf(
      [documentOf(["pets"])],
      [
        wish("none", [{ tag: "pets" }], { exclude: [{ tag: "pets", place }] }),
        wish("typo", [{ tag: "pets" }, { tag: "pet" }]),
      ],
    );
    expect(told.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      'empty-toolset: The toolset "none" holds no tool',
      'unmatched-selector: No operation fits "tag:pet"; did you mean "tag:pets"?',
    ]);
  });

  it("is, by itself, a server of its tools", () => {
    const { model } = serverOf([documentOf(["pets", "orders"])], [wish("pets", [{ tag: "pets" }])]);
    const [toolset] = model.toolsets;
    const within = withinToolset(model, toolset as NonNullable<typeof toolset>);
    expect(within.project).toMatchObject({ name: "petstore-pets", title: "Petstore: pets" });
    expect(within.apis[0]?.groups.flatMap(({ tools }) => tools.map(({ listing }) => listing.name))).toEqual([
      "list_pets",
      "create_pets",
    ]);
    expect(within.apis[0]?.data.groups.map(({ tag }) => tag)).toEqual(["pets"]);
    expect(within).toMatchObject({ toolsets: [], workflows: [], plan: { mode: "all", cost: { tools: 2 } } });
    expect(within.project).not.toHaveProperty("aliases");
    expect(within.project.instructions).toBe(toolset?.instructions);
  });
});

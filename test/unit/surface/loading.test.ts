/** What clients load of a list, and which limit costs which tool. */
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import { type CheckedTool, breachesOf } from "../../../src/surface/target-breaches.ts";
import { loadingOf, loadingOfAll } from "../../../src/surface/loading.ts";
import { type TargetName, knownAs, targetNames, targets } from "../../../src/mcp/plan/targets.ts";

const tool = (name: string, properties: JsonObject = {}, more: JsonObject = {}): CheckedTool => ({
  name,
  description: "Does it.",
  inputSchema: { type: "object", properties, additionalProperties: false, ...more },
});
const rulesOf = (target: TargetName, checked: CheckedTool, server = "server"): readonly string[] =>
  breachesOf(targets[target], [checked], server).map(({ pointer, rule }) => `${pointer} ${rule}`);
const text = { type: "string" };
const required = { required: ["a"] };

describe("a target", () => {
  it("loads a tool without anything special, whichever it is", () => {
    const list = [tool("get_pet", { a: text }, required)];
    for (const loading of loadingOfAll(list, "pets")) expect(loading).toMatchObject({ tools: 1, loads: 1, lost: [] });
  });

  it.each<[TargetName, CheckedTool, string]>([
    ["portable", tool("Get-Pet"), " takes names that match ^[a-z0-9_]+$"],
    ["portable", tool("g".repeat(51)), " takes names of at most 50 characters"],
    ["portable", { ...tool("a"), description: "d".repeat(1025) }, " takes descriptions of at most 1024 characters"],
    ["portable", tool("a", { a: { const: 1 } }), "/properties/a/const takes no const"],
    ["portable", tool("a", { a: { items: { $ref: "#" } } }), "/properties/a/items/$ref takes no $ref"],
    ["portable", tool("a", { a: { type: ["string", "null"] } }), "/properties/a/type takes one type a schema"],
    ["portable", tool("a", { a: { anyOf: [{ type: "array" }] } }), "/properties/a/anyOf/0 takes no list without items"],
    ["portable", tool("a", {}, { anyOf: [{}] }), "/anyOf takes no anyOf at the root"],
    [
      "claude",
      tool("a", { "filter[name]": text }),
      "/properties/filter[name] takes arguments whose names match ^[a-zA-Z0-9_.-]{1,64}$",
    ],
    ["claude-code", tool("g".repeat(120)), " takes names of at most 128 characters, mcp__{server}__{tool} together"],
    ["cursor", tool("g".repeat(55)), " takes names of at most 60 characters, {server}:{tool} together"],
    ["vscode", tool("a.b"), " takes names that match ^[a-zA-Z0-9_-]+$"],
    ["gemini", tool("9lives"), " takes names that match ^[a-zA-Z_][a-zA-Z0-9_.-]*$"],
    ["gemini", tool("a", { a: { oneOf: [text] } }), "/properties/a/oneOf takes no oneOf"],
    ["openai-strict", tool("a", { a: text }), " takes no optional properties"],
    ["openai-strict", tool("a", {}, { additionalProperties: true }), " takes closed objects only"],
    [
      "openai-strict",
      tool("a", { a: { ...text, format: "uri" } }, required),
      "/properties/a/format takes no such format",
    ],
    [
      "openai-strict",
      tool("a", { a: { ...text, minLength: 1 } }, required),
      "/properties/a/minLength takes no minLength",
    ],
    [
      "openai-strict",
      tool("a", { a: { type: ["string", "integer"] } }, required),
      "/properties/a/type takes one type a schema",
    ],
    [
      "openai-strict",
      tool("a", { a: { type: ["array", "null"] } }, required),
      "/properties/a takes no list without items",
    ],
    [
      "openai-strict",
      tool("a", { a: { type: ["object", "null"], properties: {} } }, required),
      "/properties/a takes closed objects only",
    ],
    ["openai-strict", tool("a", { a: { ...text, default: "x" } }, required), "/properties/a/default takes no default"],
    [
      "openai-strict",
      tool("a", { a: { type: "integer", enum: Array.from({ length: 1001 }, (_, value) => value) } }, required),
      " takes at most 1000 values of enumerations",
    ],
  ])("%s does not load what it cannot: %#", (target, checked, rule) => {
    expect(rulesOf(target, checked)).toContain(rule);
  });

  it("takes null for what is optional in strict mode", () => {
    const optional = { type: ["string", "null"], format: "date" };
    expect(rulesOf("openai-strict", tool("a", { a: optional }, required))).toEqual([]);
  });

  it.each<[TargetName, string, number, string]>([
    ["cursor", "github-v3-rest-api", 50, "github-v3"],
    ["cursor", "github-v3-rest-api", 41, "github-v3-rest-api"],
    ["cursor", "github-v3-rest-api", 42, "github-v3-rest"],
    ["cursor", "kubernetes", 50, "kubernete"],
    ["cursor", "ab-kubernetes", 50, "ab-kubern"],
    ["cursor", "github", 57, "github"],
    ["portable", "github-v3-rest-api", 50, "github-v3-rest-api"],
  ])("%s knows the server %s beside a tool of %i letters as %s", (target, server, letters, known) => {
    const list = [tool("a"), tool("g".repeat(letters))];
    expect(knownAs(target, server, list)).toBe(known);
    if (target === "cursor") expect(loadingOf(target, list, server).lost).toHaveLength(letters === 57 ? 1 : 0);
  });

  it("counts objects within each other", () => {
    const nested = (levels: number): JsonObject =>
      levels === 0
        ? text
        : { type: "object", properties: { a: nested(levels - 1) }, ...required, additionalProperties: false };
    expect(rulesOf("openai-strict", tool("a", { a: nested(9) }, required))).toEqual([]);
    expect(rulesOf("openai-strict", tool("a", { a: nested(10) }, required))).toEqual([
      " takes at most 10 levels of objects",
    ]);
  });

  it("loads as many tools as it takes, the first ones", () => {
    const list = Array.from({ length: 130 }, (_, index) => tool(`tool_${index}`));
    expect(loadingOf("vscode", list, "s")).toMatchObject({ tools: 130, loads: 128 });
    expect(loadingOf("vscode", list, "s").lost).toEqual([
      {
        rule: "loads the first 128 tools",
        source: "VS Code: a request has at most 128 tools",
        tools: ["tool_128", "tool_129"],
      },
    ]);
    expect(loadingOf("claude-code", list, "s").loads).toBe(130);
  });

  it("names the rule first that costs most tools", () => {
    const list = [tool("A"), tool("b", {}, { anyOf: [] }), tool("c", {}, { anyOf: [] })];
    expect(loadingOf("portable", list, "s").lost.map(({ tools }) => tools)).toEqual([["b", "c"], ["A"]]);
  });

  it("says of each limit where it is known from", () => {
    for (const name of targetNames)
      for (const [key, limit] of Object.entries(targets[name]))
        if (key !== "caps") expect((limit as { source: string }).source, `${name} ${key}`).toMatch(/\S{3}/);
  });
});

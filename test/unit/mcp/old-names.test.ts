/** Names that tools had, and what is noted of schemas in words: rule by rule. */
import { describe, expect, it } from "vitest";
import type { Operation } from "../../../src/api/model.ts";
import type { Finding } from "../../../src/base/diagnostics.ts";
import type { Json, JsonObject } from "../../../src/base/json.ts";
import { standalone } from "../../../src/base/schema/node.ts";
import type { JsonType } from "../../../src/base/schema/types.ts";
import { buildAliases, fixNames } from "../../../src/mcp/curation/alias.ts";
import type { Anchors, FormerAlias, FormerTool } from "../../../src/mcp/curation/anchor.ts";
import { exampleNote, notesOf } from "../../../src/mcp/text/notes.ts";

const operationOf = (path: string): Operation =>
  ({ method: "GET", path, pointer: `/paths${path}` }) as unknown as Operation;
const former = (name: string): FormerTool => ({ name, api: "a", pointer: "", input: "" });

/** Operations by path with the names that they had, and have. */
function made(pairs: Readonly<Record<string, readonly [was: string | undefined, is: string]>>) {
  const entries = Object.entries(pairs).map(([path, [was, is]]) => ({ operation: operationOf(path), was, is }));
  const tools = new Map(
    entries.flatMap(({ operation, was }) => (was === undefined ? [] : [[operation, former(was)] as const])),
  );
  const anchors: Anchors = { tools, guessed: new Set() };
  return { entries, anchors, tools: [...tools.values()] };
}

describe("an old name", () => {
  function aliases(
    pairs: Parameters<typeof made>[0],
    known: readonly FormerAlias[] = [],
    policy?: Parameters<typeof buildAliases>[3],
    today: string | undefined = "2026-01-31",
  ) {
    const { entries, anchors, tools } = made(pairs);
    const told: Finding[] = [];
    const report = (finding: Finding): number => told.push(finding);
    const named = entries.map(({ operation, is }) => ({ operation, name: is, report }));
    const found = buildAliases(named as never, anchors, { tools, aliases: known }, policy, today);
    return { found, told: told.map(({ code }) => code) };
  }

  it.each<[string, Parameters<typeof aliases>, readonly FormerAlias[], readonly string[]]>([
    ["is none where the name stays", [{ "/a": ["a", "a"] }], [], []],
    ["is none of a new tool", [{ "/a": [undefined, "a"] }], [], []],
    [
      "stays for ninety days",
      [{ "/a": ["a", "b"] }],
      [{ name: "a", tool: "b", until: "2026-05-01" }],
      ["renamed-tool"],
    ],
    [
      "stays as long as is said",
      [{ "/a": ["a", "b"] }, [], { days: 1 }],
      [{ name: "a", tool: "b", until: "2026-02-01" }],
      ["renamed-tool"],
    ],
    [
      "stays until a day",
      [{ "/a": ["a", "b"] }, [], { until: "2030-01-01" }],
      [{ name: "a", tool: "b", until: "2030-01-01" }],
      ["renamed-tool"],
    ],
    [
      "has no end on a day that is none",
      [{ "/a": ["a", "b"] }, [], undefined, "today"],
      [{ name: "a", tool: "b" }],
      ["renamed-tool"],
    ],
    [
      "of before follows its tool, and keeps its end",
      [{ "/a": ["a", "b"] }, [{ name: "z", tool: "a", until: "2026-02-02" }]],
      [
        { name: "a", tool: "b", until: "2026-05-01" },
        { name: "z", tool: "b", until: "2026-02-02" },
      ],
      ["renamed-tool"],
    ],
    ["of before ends with its tool", [{ "/a": ["a", "a"] }, [{ name: "z", tool: "gone" }]], [], []],
    ["of before that is no name is left out", [{ "/a": ["a", "a"] }, [{ name: "Not a name", tool: "a" }]], [], []],
    ["that is no name is left out", [{ "/a": ["A b", "b"] }], [], []],
    [
      "that another tool has now is told, and dropped",
      [{ "/a": ["a", "b"], "/c": [undefined, "a"] }],
      [],
      ["dropped-alias"],
    ],
    [
      "that is its tool's again is dropped without a word",
      [{ "/a": ["b", "a"] }, [{ name: "a", tool: "b" }]],
      [{ name: "b", tool: "a", until: "2026-05-01" }],
      ["renamed-tool"],
    ],
  ])("%s", (_, given, want, told) => expect(aliases(...given)).toEqual({ found: want, told }));
});

describe("a name that is fixed", () => {
  const fixed = (pairs: Parameters<typeof made>[0], chosen: Readonly<Record<string, string>> = {}, renewed = false) => {
    const { entries, anchors, tools } = made(pairs);
    const owners = new Map(
      entries.flatMap(({ operation }) => {
        const name = chosen[operation.path];
        return name === undefined ? [] : [[operation, { name, reason: "chosen" }] as const];
      }),
    );
    const naming = fixNames(anchors, { tools }, owners, renewed);
    return Object.fromEntries([...naming.fixed].map(([{ path }, { name, reason }]) => [path, `${name}: ${reason}`]));
  };
  const kept = "kept from openapi-to-mcp.lock.json";

  it.each<[string, Parameters<typeof fixed>, Record<string, string>]>([
    ["is what it was", [{ "/a": ["a", ""] }], { "/a": `a: ${kept}` }],
    ["is what its owner chose", [{ "/a": ["a", ""] }, { "/a": "mine" }], { "/a": "mine: chosen" }],
    [
      "is not what an owner chose for another",
      [{ "/a": ["a", ""], "/b": ["b", ""] }, { "/b": "a" }],
      { "/b": "a: chosen" },
    ],
    ["is one tool's", [{ "/a": ["a", ""], "/b": ["a", ""] }], { "/a": `a: ${kept}` }],
    ["is a name", [{ "/a": ["A b", ""] }], {}],
    [
      "is made anew where that is asked for",
      [{ "/a": ["a", ""], "/b": ["b", ""] }, { "/b": "c" }, true],
      { "/b": "c: chosen" },
    ],
  ])("%s", (_, given, want) => expect(fixed(...given)).toEqual(want));

  it("is none that a tool had, has, or can still be called by", () => {
    const { anchors, tools } = made({ "/a": ["a", ""] });
    const aliases = [{ name: "z", tool: "a" }];
    const { names } = fixNames(anchors, { tools: [...tools, former("gone")], aliases }, new Map(), false);
    const given = ["a", "gone", "z", "free"].map((name) => [name, names.allocate(name)]);
    expect(given.filter(([wanted, name]) => wanted === name)).toEqual([["free", "free"]]);
  });
});

describe("a note", () => {
  it.each<[JsonObject, JsonType | undefined, readonly string[], readonly string[]]>([
    [{ format: "slug" }, "string", ["Format: slug."], ["format"]],
    [{ format: "slug" }, undefined, ["Format: slug."], ["format"]],
    [{ format: "slug" }, "integer", [], []],
    [{ format: "date" }, "string", [], []],
    [{ format: "password" }, "string", [], []],
    [{ contentEncoding: "base64" }, "string", ["Encoded as base64."], []],
    [{ deprecated: true }, "boolean", ["Deprecated."], []],
    [{ pattern: "^(?<=a)b$" }, "string", ["Has to match ^(?<=a)b$."], ["pattern"]],
    [{ pattern: "^a$" }, "string", [], []],
    [{ pattern: "^(?<=a)b$" }, "object", [], []],
    [{ pattern: "^(?<=a)b$", enum: ["b"] }, "string", [], []],
    [{ propertyNames: { enum: ["a", "b"] } }, "object", ["Names: a, b."], []],
    [{ propertyNames: { pattern: "^x" } }, "object", ["Names match ^x."], []],
    [{ propertyNames: { pattern: "^x" } }, "array", [], []],
    [
      { patternProperties: { "^a": {}, "^b": {} }, additionalProperties: false },
      "object",
      ["Names match ^a or ^b."],
      [],
    ],
    [
      { properties: { c: {} }, patternProperties: { "^a": {} }, additionalProperties: false },
      "object",
      ["Further names match ^a."],
      [],
    ],
    [{ patternProperties: { "^a": {} } }, "object", [], []],
  ])("of %j, type %s: %j", (schema, type, notes, lost) => {
    const found = notesOf(standalone.of(type === undefined ? schema : { type, ...schema }), type);
    expect(found.notes).toEqual(notes);
    expect(found.losses.map(({ kind }) => kind)).toEqual(lost);
  });

  it.each<[readonly Json[], string | undefined]>([
    [[], undefined],
    [["a", 1, null], 'Such as "a", 1, null.'],
    [["x".repeat(100), "y".repeat(100)], `Such as "${"x".repeat(100)}" and 1 more.`],
  ])("of the values %j is %j", (values, want) => expect(exampleNote(values)).toBe(want));
});

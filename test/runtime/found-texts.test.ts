/** How found operations are told: what is left of arguments in a text of ten, what is needed before, and the fields of each. */
import { describe, expect, it } from "vitest";
import type { InputSchema, JsonObject } from "../../templates/always/src/runtime/data/model.ts";
import type { FindingIndex, IndexedOperation } from "../../templates/always/src/runtime/data/project.ts";
import { findOperations } from "../../templates/always/src/runtime/finding/find-operations.ts";
import type { Discoverable } from "../../templates/always/src/runtime/tools/tool-parts.ts";

interface Made {
  readonly name: string;
  /** Names of its arguments; those with a `?` are optional. */
  readonly args?: string;
  readonly operation?: Partial<IndexedOperation>;
  readonly row?: object;
  readonly description?: string;
  readonly annotations?: object;
}

const text = { type: "string" } as const;
function schemaOf(args: string): InputSchema {
  const names = args.split(" ").filter((name) => name !== "");
  return {
    type: "object",
    properties: Object.fromEntries(names.map((name) => [name.replace("?", ""), text])),
    required: names.filter((name) => !name.endsWith("?")),
    additionalProperties: false,
  };
}

/** Finds lanes among operations that are all about lanes. */
async function lanesOf(made: readonly Made[], asked: JsonObject = {}) {
  const index: FindingIndex = {
    operations: made.map(({ name, operation }) => ({ name, request: "GET /x", core: [0], last: [], ...operation })),
    stems: ["lan"],
    postings: [made.map((_, at) => `${at === 0 ? 0 : 1} k`).join(" ")],
    initials: {},
    apiStems: [],
  };
  const rows = new Map(
    made.map(({ name, args = "", row, description = "Lists lanes.", annotations }) => [
      name,
      {
        kind: "operation",
        listing: {
          name,
          title: `The ${name}`,
          description,
          inputSchema: schemaOf(args),
          annotations: { readOnlyHint: true, ...annotations },
        },
        ...row,
      },
    ]),
  );
  const run = findOperations({
    index: () => Promise.resolve(index),
    tools: () => ({ get: (name: string) => rows.get(name), isFor: (_: unknown, name: string) => name !== "hidden" }),
  } as unknown as Discoverable);
  const { content, structuredContent } = await run({ query: "lanes", limit: 50, ...asked }, {
    caller: { id: "ada" },
  } as Parameters<typeof run>[1]);
  const [block] = content;
  return {
    lines: (block?.type === "text" ? block.text : "").split("\n"),
    operations: (structuredContent as { operations: readonly JsonObject[] }).operations,
  };
}
const many = (count: number, of: (at: number) => Partial<Made> = () => ({})): readonly Made[] =>
  Array.from({ length: count }, (_, at) => ({ name: `lane_${at}`, ...of(at) }));

describe("the text of found operations", () => {
  const long = "x".repeat(90);
  const padded = (length: number) => (at: number) => ({ name: `n${at}`.padEnd(length, "_"), args: long });
  /** Characters of the arguments that are shown of the first. */
  const shown = async (made: readonly Made[]): Promise<number> => {
    const { lines } = await lanesOf(made);
    const args = /\((x*)…\) GET \/x$/.exec(lines[0] ?? "")?.[1];
    if (args === undefined) throw new Error(lines[0]);
    return args.length;
  };

  it.each<[number, number, number]>([
    [10, 85, 50],
    [10, 84, 51],
    [10, 65, 70],
    [10, 64, 70],
    [10, 119, 16],
    [10, 120, 16],
    [9, 85, 66],
    [11, 85, 50],
    [1, 20, 70],
    [20, 85, 50],
  ])("of %i, whose names take %i, has %i characters of arguments each", async (count, length, want) =>
    expect(await shown(many(count, padded(length)))).toBe(want),
  );

  it("has arguments whole that just fit", async () => {
    const { lines } = await lanesOf([{ name: "a", args: "x".repeat(70) }]);
    expect(lines).toEqual([`a(${"x".repeat(70)}) GET /x`]);
    expect((await lanesOf([{ name: "a", args: "x".repeat(71) }])).lines).toEqual([`a(${"x".repeat(70)}…) GET /x`]);
  });

  it.each<[number, number, boolean]>([
    [7, 4, true],
    [8, 4, false],
    [9, 5, true],
    [5, 3, false],
    [4, 4, true],
    [3, 3, false],
  ])("of %i, of which %i have an optional argument, leaves it out: %s", async (count, having, isLeft) => {
    const args = (at: number) => (at < having ? { args: "id common?" } : { args: "id" });
    const { lines } = await lanesOf(many(count, args));
    expect(lines[0]).toBe(isLeft ? "lane_0(id, …) GET /x" : "lane_0(id, common?) GET /x");
    expect(lines.at(-1)).toBe(
      having < count ? `lane_${count - 1}(id) GET /x` : lines[0]?.replace("_0", `_${count - 1}`),
    );
  });

  it("never leaves out what is required", async () => {
    expect((await lanesOf(many(5, () => ({ args: "common" })))).lines[0]).toBe("lane_0(common) GET /x");
    expect((await lanesOf(many(5, () => ({ args: "common?" })))).lines[0]).toBe("lane_0(…) GET /x");
    expect((await lanesOf(many(5))).lines[0]).toBe("lane_0() GET /x");
  });

  it("names two that are needed before, of the first five", async () => {
    const needs = { operation: { needs: [6, 7, 8] } };
    const { lines, operations } = await lanesOf(many(9, (at) => (at < 6 ? needs : {})));
    expect(lines.map((line) => line.replace(/^lane_\d\(\) GET \/x/, ""))).toEqual([
      ...Array.from({ length: 5 }, () => " needs lane_6, lane_7"),
      ...["", "", "", ""],
    ]);
    expect(operations.map(({ needs: before }) => before)).toEqual([
      ...Array.from({ length: 6 }, () => ["lane_6", "lane_7", "lane_8"]),
      ...[undefined, undefined, undefined],
    ]);
  });
});

it("one that is needed is named as well", async () => {
  const { lines } = await lanesOf(many(2, (at) => (at === 0 ? { operation: { needs: [1] } } : {})));
  expect(lines).toEqual(["lane_0() GET /x needs lane_1", "lane_1() GET /x"]);
});

describe("a found operation", () => {
  it("is told by its fields", async () => {
    const { operations } = await lanesOf([
      {
        name: "a",
        args: "id more?",
        operation: { api: "shop", request: "DELETE /lanes/{id}" },
        description: `${"x".repeat(98)}. And more.`,
        annotations: { readOnlyHint: false, destructiveHint: true },
      },
      { name: "b", description: `${"x".repeat(99)}. And more.`, annotations: { readOnlyHint: false } },
      { name: "w", row: { kind: "custom", tool: { runWith: () => undefined } } },
      { name: "c", row: { kind: "custom", tool: {} } },
      { name: "hidden" },
    ]);
    expect(operations.map(({ name }) => name).sort()).toEqual(["a", "b", "w"]);
    expect(operations.find(({ name }) => name === "a")).toEqual({
      name: "a",
      request: "DELETE /lanes/{id}",
      api: "shop",
      title: "The a",
      summary: `${"x".repeat(98)}.`.slice(0, 99),
      hint: "delete",
      arguments: "id, more?",
    });
    expect(operations.find(({ name }) => name === "b")).toEqual({
      name: "b",
      request: "GET /x",
      title: "The b",
      summary: `${"x".repeat(99)}.`,
      hint: "write",
      arguments: "",
    });
    expect(operations.find(({ name }) => name === "w")).toMatchObject({ hint: "read", call: "as a tool of its own" });
    const [cut] = (await lanesOf([{ name: "a", description: `${"x".repeat(100)}. And more.` }])).operations;
    expect(cut?.["summary"]).toBe(`${"x".repeat(99)}…`);
  });

  it("is of the tag and the kind that are asked for", async () => {
    const made: readonly Made[] = [
      { name: "a", operation: { tag: "Lanes" } },
      { name: "b", operation: { tag: "LANES" }, annotations: { readOnlyHint: false } },
      { name: "c" },
    ];
    const names = async (asked: JsonObject) => (await lanesOf(made, asked)).operations.map(({ name }) => name);
    expect(await names({ tag: "lanes" })).toEqual(["a", "b"]);
    expect(await names({ only: "read" })).toEqual(["a", "c"]);
    expect(await names({ only: "write" })).toEqual(["b"]);
    expect(await names({ only: "write", tag: "x" })).toEqual([]);
    expect(await names({ limit: 1 })).toEqual(["a"]);
  });

  it("is one of ten where nobody says how many, or none", async () => {
    expect((await lanesOf(many(12), { limit: null })).operations).toHaveLength(10);
    const query = `zeppelins "${"x".repeat(300)}"`;
    expect(await lanesOf(many(12), { query })).toEqual({
      lines: [
        `Nothing was found for "zeppelins \\"${"x".repeat(189)}". Say it in other words, or name the thing that it is about.`,
      ],
      operations: [],
    });
  });
});

/** Which tool a name leads to, which tools a caller is shown, and in how many pages. */
import { describe, expect, it } from "vitest";
import type { AliasData, ToolListing, ToolPolicy } from "../../templates/always/src/runtime/data/model.ts";
import type { Project } from "../../templates/always/src/runtime/data/project.ts";
import { missingScopes, ToolTable } from "../../templates/always/src/runtime/tools/tool-table.ts";

const listing = (name: string, description = ""): ToolListing =>
  ({ name, title: name, description, inputSchema: { type: "object", properties: {} } }) as unknown as ToolListing;

interface Made {
  readonly tools?: readonly ToolListing[];
  readonly bytes?: number;
  readonly policies?: Readonly<Record<string, ToolPolicy>>;
  readonly aliases?: readonly AliasData[];
}
const project = ({ tools = [listing("one"), listing("two")], bytes = 0, policies, aliases }: Made = {}): Project =>
  ({
    data: { aliases },
    apis: [{ data: { policies }, groups: [{ data: { file: "f" }, tools, bytes }] }],
  }) as unknown as Project;
const custom = (name: string, more: object = {}) => ({
  name,
  description: "D",
  inputSchema: { type: "object" as const },
  run: () => Promise.resolve({ content: [] }),
  ...more,
});
const names = (table: ToolTable, cursor?: string, scopes?: readonly string[]): unknown => {
  const page = table.page(cursor, { id: "ada", ...(scopes === undefined ? {} : { scopes }) } as never);
  return page && [page.tools.map(({ name }) => name).join(" "), page.nextCursor];
};

describe("a name", () => {
  const aliases = [
    { name: "uno", tool: "one" },
    { name: "due", tool: "two", until: "2026-03-05" },
    { name: "tre", tool: "three" },
    { name: "one", tool: "two" },
  ];
  const table = new ToolTable(project({ aliases }), {});
  const found = (name: string, day = "2026-03-05"): unknown => {
    const { row, ...rest } = table.find(name, new Date(`${day}T23:59:59Z`));
    return row === undefined ? rest : row.listing.name;
  };
  it.each<[string, string, unknown]>([
    ["one", "2026-03-05", "one"],
    ["uno", "2026-03-05", "one"],
    ["due", "2026-03-05", "two"],
    ["due", "2026-03-06", { successor: "two" }],
    ["tre", "2026-03-05", { successor: undefined }],
    ["none", "2026-03-05", { successor: undefined }],
    ["toString", "2026-03-05", { successor: undefined }],
  ])("%s on %s leads to %j", (name, day, want) => expect(found(name, day)).toEqual(want));

  it("is there under which a tool is listed only", () => {
    expect([table.get("one")?.kind, table.get("uno"), table.names()]).toEqual(["operation", undefined, ["one", "two"]]);
    expect(new ToolTable(project(), {}).find("uno")).toEqual({ successor: undefined });
  });
});

describe("a tool of the owner's", () => {
  it("stands behind those of the APIs, which it cannot replace, with hints that are careful", () => {
    const table = new ToolTable(project(), {
      tools: [
        custom("mine", { title: "Mine", annotations: { readOnlyHint: true }, outputSchema: { type: "object" } }),
        custom("one", { description: "other" }),
        custom("plain", { inputSchema: { type: "object", properties: { a: {} }, required: ["a"] } }),
      ],
    });
    expect(table.names()).toEqual(["one", "two", "mine", "plain"]);
    expect(table.get("one")?.kind).toBe("operation");
    expect(table.get("mine")?.listing).toEqual({
      name: "mine",
      title: "Mine",
      description: "D",
      inputSchema: { type: "object", properties: {}, additionalProperties: false },
      outputSchema: { type: "object" },
      annotations: { readOnlyHint: true, destructiveHint: true, idempotentHint: false, openWorldHint: true },
    });
    expect(table.get("plain")?.listing).toEqual({
      name: "plain",
      title: "plain",
      description: "D",
      inputSchema: { type: "object", properties: { a: {} }, required: ["a"], additionalProperties: false },
      annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true },
    });
  });
});

describe("what a caller is shown", () => {
  const table = new ToolTable(project({ policies: { two: { scopes: ["a", "b"] } } }), { tools: [custom("mine")] });
  it.each<[readonly string[] | undefined, string, readonly string[]]>([
    [undefined, "one two mine", []],
    [["b", "a"], "one two mine", []],
    [["a"], "one mine", ["b"]],
    [[], "one mine", ["a", "b"]],
  ])("with scopes %j is %j, for lack of %j", (scopes, want, missing) => {
    expect(names(table, undefined, scopes)).toEqual([want, undefined]);
    const caller = { id: "ada", ...(scopes === undefined ? {} : { scopes }) } as never;
    const row = table.get("two");
    expect(row && missingScopes(row, caller)).toEqual(missing);
    expect(table.isFor(caller, "two")).toBe(missing.length === 0);
    expect([table.isFor(caller, "one"), table.isFor(caller, "none"), table.isFor(caller, "mine")]).toEqual([
      true,
      true,
      true,
    ]);
  });

  it("is the same for all where no tool asks for scopes", () => {
    expect(table.isRestricted).toBe(true);
    const open = new ToolTable(project({ policies: { two: { callsPerMinute: 5 } } }), {});
    expect([open.isRestricted, names(open, undefined, [])]).toEqual([false, ["one two", undefined]]);
    const row = open.get("two");
    expect(row?.kind === "operation" && [row.policy, row.file]).toEqual([{ callsPerMinute: 5 }, "f"]);
    const other = new ToolTable(project({ policies: {} }), {}).get("two");
    expect(other?.kind === "operation" && other.policy).toEqual({});
  });

  it("is what discovery lists, and the tools of discovery before all else", () => {
    const rows = [{ kind: "custom", listing: listing("find"), tool: custom("find") }] as never;
    const part = new ToolTable(project(), { tools: [custom("mine")] }, (one) => ({ ...one, title: "shown" }), {
      rows,
      isListed: (name) => name === "two",
    });
    expect(names(part)).toEqual(["find two mine", undefined]);
    expect([part.names(), part.get("one")?.listing.title]).toEqual([["find", "one", "two", "mine"], "shown"]);
  });
});

describe("pages", () => {
  const megabyte = 1024 * 1024;
  const large = [0, 1, 2, 3, 4].map((at) => listing(`t${at}`, "x".repeat(1.5 * megabyte)));
  it("are one as long as all fit", () => {
    const table = new ToolTable(project({ tools: large, bytes: 4 * megabyte }), {});
    expect([names(table), names(table, "2")]).toEqual([["t0 t1 t2 t3 t4", undefined], undefined]);
  });

  it("hold as many tools as fit, and lead forward only", () => {
    const table = new ToolTable(project({ tools: large, bytes: 4 * megabyte + 1 }), {});
    expect(names(table)).toEqual(["t0 t1", "2"]);
    expect(names(table, "2")).toEqual(["t2 t3", "4"]);
    expect(names(table, "4")).toEqual(["t4", undefined]);
    expect([names(table, "0"), names(table, "1"), names(table, "x")]).toEqual([undefined, undefined, undefined]);
    const huge = [listing("t0", "x".repeat(5 * megabyte)), listing("t1")];
    const alone = new ToolTable(project({ tools: huge, bytes: 6 * megabyte }), {});
    expect([names(alone), names(alone, "1")]).toEqual([
      ["t0", "1"],
      ["t1", undefined],
    ]);
  });
});

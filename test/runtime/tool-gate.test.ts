/** What keeps tools from callers besides scopes, what a table of a part has of the whole, and in which form tools are listed. */
import { describe, expect, it } from "vitest";
import type {
  InputSchema,
  JsonObject,
  ToolListing,
  ToolPolicy,
} from "../../templates/always/src/runtime/data/model.ts";
import type { Project } from "../../templates/always/src/runtime/data/project.ts";
import {
  type Discovery,
  type Gate,
  type ToolRow,
  ToolTable,
} from "../../templates/always/src/runtime/tools/tool-table.ts";

const listing = (name: string, readOnlyHint = true): ToolListing =>
  ({
    name,
    title: name,
    description: "",
    inputSchema: { type: "object", properties: {} },
    annotations: { readOnlyHint },
  }) as unknown as ToolListing;
const project = (tools: readonly ToolListing[], policies?: Readonly<Record<string, ToolPolicy>>): Project =>
  ({
    data: {},
    apis: [{ data: { policies }, groups: [{ data: { file: "f" }, tools, bytes: 0 }] }],
  }) as unknown as Project;
const mine = {
  name: "mine",
  description: "D",
  inputSchema: { type: "object" as const },
  run: () => Promise.resolve({ content: [] }),
};
const ada = { id: "ada" };
const table = (gate?: Gate, discovery?: Discovery, whole?: ToolTable) =>
  new ToolTable(project([listing("one"), listing("two")]), { tools: [mine] }, undefined, discovery, whole, gate);
const names = (of: ToolTable, caller = ada) => of.page(undefined, caller)?.tools.map(({ name }) => name);

describe("a gate", () => {
  const asked: unknown[] = [];
  const gate: Gate = {
    mayCall: ({ kind, listing: { name } }: ToolRow, { id }) => {
      asked.push([kind, name, id]);
      return { allowed: !(id === "bob" && name === "two"), rule: "r" };
    },
    within: (toolset) => ({ ...gate, mayCall: () => ({ allowed: toolset === "open", rule: "r" }) }),
  };

  it("keeps tools from those who may not call them, from lists as well", () => {
    const gated = table(gate);
    expect([gated.isRestricted, table().isRestricted]).toEqual([true, false]);
    expect([names(gated), names(gated, { id: "bob" })]).toEqual([
      ["one", "two", "mine"],
      ["one", "mine"],
    ]);
    asked.length = 0;
    expect([gated.isFor({ id: "bob" }, "two"), gated.isFor(ada, "mine"), gated.isFor(ada, "none")]).toEqual([
      false,
      true,
      true,
    ]);
    expect(asked).toEqual([
      ["operation", "two", "bob"],
      ["custom", "mine", "ada"],
    ]);
  });

  it("is another one by way of a toolset", () => {
    const within = (name: string) => table(table(gate).gateOf(name)).isFor(ada, "one");
    expect([within("open"), within("closed"), table().gateOf("open")]).toEqual([true, false, undefined]);
  });
});

it("scopes of what reads are those that a client asks for first, sorted", () => {
  const tools = [listing("one"), listing("two"), listing("three", false), listing("four")];
  const policies = { one: { scopes: ["c", "a"] }, two: { scopes: ["b", "a"] }, three: { scopes: ["write"] } };
  expect(new ToolTable(project(tools, policies), { tools: [mine] }).readScopes).toEqual(["a", "b", "c"]);
  expect(new ToolTable(project(tools), {}).readScopes).toEqual([]);
});

it("a part takes what the whole has of a tool", () => {
  const whole = new ToolTable(project([listing("one")]), {}, (one) => ({ ...one, title: "shown" }));
  const part = table(undefined, undefined, whole);
  expect(part.get("one")).toBe(whole.get("one"));
  expect([part.get("one")?.listing.title, part.get("two")?.listing.title]).toEqual(["shown", "two"]);
});

describe("a list", () => {
  const shown: Discovery = {
    isListed: (name) => name !== "two",
    rows: [],
    shown: (listings) => listings.map((one) => ({ ...one, title: "short" })),
    written: (entries) => entries.map((one) => ({ ...one, description: "written" })),
    given: (schema: InputSchema, args: JsonObject) => ({ ...args, of: schema.type }),
  };
  const of = ({ tools }: { readonly tools: readonly { name: string; title?: string; description: string }[] }) =>
    tools.map(({ name, title, description }) => [name, title, description]);

  it("shows operations in few words, and writes all entries in the form that clients take", () => {
    const page = table(undefined, shown).page(undefined, ada);
    expect(page && of(page)).toEqual([
      ["one", "short", "written"],
      ["mine", "mine", "written"],
    ]);
    const { shown: _, written: __, ...plain } = shown;
    const whole = table(undefined, plain).page(undefined, ada);
    expect(whole && of(whole)).toEqual([
      ["one", "one", ""],
      ["mine", "mine", "D"],
    ]);
  });

  it("is read back in that form", () => {
    const row = table().get("one");
    if (row === undefined) throw new Error("no row");
    const args = { a: 1 };
    expect(table(undefined, shown).given(row, args)).toEqual({ a: 1, of: "object" });
    expect(table().given(row, args)).toBe(args);
  });
});

it("a page holds four megabytes, and leads on for callers who may not see all of it, too", () => {
  const megabyte = 1024 * 1024;
  /** A tool whose entry takes so many bytes. */
  const sized = (name: string, bytes: number): ToolListing => ({
    ...listing(name),
    description: "x".repeat(bytes - JSON.stringify(listing(name)).length),
  });
  const pages = (last: number, policies?: Readonly<Record<string, ToolPolicy>>, cursor?: string) => {
    const tools = [sized("t0", 2 * megabyte), sized("t1", last), sized("t2", 2 * megabyte)];
    const { apis, data } = project(tools, policies);
    const groups = [{ data: { file: "f" }, tools, bytes: 5 * megabyte }];
    const whole = { data, apis: apis.map((api) => ({ ...api, groups })) } as unknown as Project;
    const page = new ToolTable(whole, {}).page(cursor, { id: "ada", scopes: [] } as never);
    return [page?.tools.map(({ name }) => name), page?.nextCursor];
  };
  expect(pages(2 * megabyte)).toEqual([["t0", "t1"], "2"]);
  expect(pages(2 * megabyte + 1)).toEqual([["t0"], "1"]);
  const policies = { t0: { scopes: ["a"] } };
  expect(pages(2 * megabyte, policies)).toEqual([["t1"], "2"]);
  expect(pages(2 * megabyte, policies, "2")).toEqual([["t2"], undefined]);
});

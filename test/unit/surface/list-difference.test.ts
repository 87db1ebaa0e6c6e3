/** What models are shown, and what they find, before and after: of a server, of its toolsets, by document and by lock. */
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import { buildLock } from "../../../src/lock/build.ts";
import { parseLock } from "../../../src/lock/parse.ts";
import type { Lock } from "../../../src/lock/lock.ts";
import type { ServerOptions } from "../../../src/mcp/build.ts";
import type { ToolsetWish } from "../../../src/mcp/curation/curation.ts";
import type { ServerModel } from "../../../src/mcp/model.ts";
import { compareSurfaces } from "../../../src/surface/diff.ts";
import { surfaceOfLock, surfaceOfModel } from "../../../src/surface/surface.ts";
import { summaryLine } from "../../../src/surface/summary.ts";
import { serverOf } from "../document.ts";

const place = { file: "", pointer: "" };
const names = ["a", "b", "c", "d"];

function document(ids: readonly string[] = names): JsonObject {
  return { paths: Object.fromEntries(ids.map((id) => [`/${id}`, { get: { operationId: id, responses: {} } }])) };
}

const modelOf = (options: ServerOptions, ids?: readonly string[]): ServerModel =>
  serverOf(document(ids), undefined, options).model;
const lockOf = (model: ServerModel): Lock => {
  const lock = parseLock(JSON.stringify(buildLock(model, [], "1")));
  if (lock === undefined) throw new Error("The lock cannot be read");
  return lock;
};
const pinned = (...ids: readonly string[]): ServerOptions => ({
  list: { mode: "discovery" },
  curation: {
    prompts: [],
    aliases: { days: 1 },
    tools: ids.map((operation) => ({ operation, place, arguments: new Map(), listed: true })),
  },
});
const holding = (name: string, ids: readonly string[], list: ToolsetWish["list"] = {}): ToolsetWish => ({
  name,
  include: ids.map((operationId) => ({ operationId, place })),
  exclude: [],
  readOnly: false,
  custom: [],
  list,
  place,
});

/** Differences between models, which are those between their locks, and between a lock and a model. */
function differences(before: ServerModel, after: ServerModel): ReturnType<typeof compareSurfaces> {
  const found = compareSurfaces(surfaceOfModel(before), surfaceOfModel(after));
  const kinds = (of: typeof found) => of.differences.map(({ kind, subject, at }) => [kind, subject.kind, at]);
  const ofLists = (of: typeof found) =>
    kinds(of).filter(([kind]) => kind?.includes("list") || kind?.includes("toolset"));
  const [old, fresh] = [surfaceOfLock(lockOf(before)), surfaceOfLock(lockOf(after))];
  expect(ofLists(compareSurfaces(old, fresh))).toEqual(ofLists(found));
  expect(ofLists(compareSurfaces(old, surfaceOfModel(after)))).toEqual(ofLists(found));
  return found;
}
const lines = (before: ServerModel, after: ServerModel): readonly string[] =>
  differences(before, after).differences.map(({ severity, subject, text }) => `${severity} ${subject.name} ${text}`);

describe("a list", () => {
  it("that is the same is no difference", () => {
    expect(lines(modelOf(pinned("a")), modelOf(pinned("a")))).toEqual([]);
    expect(lines(modelOf({}), modelOf({}))).toEqual([]);
  });

  it("that shows another tool in the place of one says both, with a warning for permission lists", () => {
    const found = differences(modelOf(pinned("a", "b")), modelOf(pinned("a", "c")));
    expect(found.differences.map(({ kind, subject }) => [kind, subject.name])).toEqual([
      ["tool-found", "b"],
      ["tool-listed", "c"],
    ]);
    expect(found.verdict).toBe("minor");
    expect(found.warnings).toEqual([expect.stringMatching(/^Allow and deny lists on "b" do not see/)]);
    expect(summaryLine(found)).toBe("1 tool found and no longer listed (b), 1 tool listed that was found (c): minor");
  });

  it("of a part where all was listed is one difference, whatever the number of tools, and its cost that of the part", () => {
    const found = differences(modelOf({ list: { mode: "all" } }), modelOf(pinned("a")));
    expect(found.differences.map(({ kind, text }) => `${kind}: ${text}`)).toEqual([
      "list-changed: lists discovery now: 1 of 4, and what finds the others",
      "server-described: has other instructions",
    ]);
    expect(found.cost.after).toBe(modelOf(pinned("a")).plan.cost.tokens);
    expect(lines(modelOf(pinned("a")), modelOf({ list: { mode: "all" } }))[0]).toBe(
      "minor petstore lists all of its tools now",
    );
  });

  it("says nothing more of a tool that is new or gone", () => {
    const found = lines(modelOf(pinned("a"), ["a", "b"]), modelOf(pinned("c"), ["b", "c"]));
    expect(found.filter((line) => line.includes("list"))).toEqual([]);
  });
});

describe("a toolset", () => {
  it("that comes or goes is told, and what it holds and lists", () => {
    const before = modelOf({ toolsets: [holding("one", ["a", "b"]), holding("two", ["a"])] });
    const after = modelOf({ toolsets: [holding("one", ["b", "c"]), holding("three", ["a"])] });
    expect(lines(before, after)).toEqual([
      "major two is no toolset any more",
      'major one does not hold "a" any more',
      'minor one holds "c" now',
      "minor three is a new toolset, of 1 tool",
    ]);
  });

  it("that lists another part is told by its name", () => {
    const few = { mode: "planned" as const, maxTools: 5 };
    const usage = (tool: string): ServerOptions => ({
      list: { mode: "all", usage: new Map([[tool, 9]]) },
      toolsets: [holding("one", names, few)],
    });
    expect(lines(modelOf(usage("a")), modelOf(usage("c")))).toEqual([
      'minor a is found now in the toolset "one": it is not listed any more',
      'minor c is listed now in the toolset "one": it was found',
    ]);
  });
});

describe("a lock", () => {
  it("holds what is listed and what it costs; of a server that lists all, nothing", () => {
    expect(lockOf(modelOf({})).list).toBeUndefined();
    const { plan } = modelOf(pinned("b"));
    expect(lockOf(modelOf(pinned("b"))).list).toEqual({ mode: "discovery", tokens: plan.cost.tokens, listed: ["b"] });
    expect(lockOf(modelOf({ toolsets: [holding("one", ["a"])] })).toolsets).toMatchObject([
      { name: "one", mode: "all", tools: ["a"], listed: [] },
    ]);
  });

  it("of before, without a word of lists, is that of a server that lists all", () => {
    const { list: _, ...old } = lockOf(modelOf(pinned("b")));
    expect(surfaceOfLock(old).list).toMatchObject({ mode: "all", listed: [] });
  });
});

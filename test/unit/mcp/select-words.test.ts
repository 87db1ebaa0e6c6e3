/** What is said of selectors that fit nothing, and which requests a selection would leave out unseen. */
import { describe, expect, it } from "vitest";
import type { Operation } from "../../../src/api/model.ts";
import type { Diagnostic } from "../../../src/base/diagnostics.ts";
import type { Selector } from "../../../src/mcp/curation/curation.ts";
import { deselected, extensionsIn, leavesOut } from "../../../src/mcp/curation/select.ts";

const place = { file: "mine.yaml", pointer: "/include/0", line: 3 };
const operation = (method: string, path: string, more: object = {}): Operation =>
  ({ method, path, operationId: undefined, tags: [], deprecated: false, ...more }) as unknown as Operation;
const operations = [
  operation("GET", "/pets", { operationId: "listPets", tags: ["pets"], extensionNames: ["x-public"] }),
  operation("POST", "/shops", {
    operationId: "createShop",
    tags: ["shops", "admin"],
    deprecated: true,
    internal: true,
    extensions: new Map<string, unknown>([
      ["x-off", false],
      ["x-tier", { b: 1, a: 2 }],
    ]),
    extensionNames: ["x-off", "x-tier"],
  }),
];

function chosen(include: readonly object[], exclude: readonly object[] = [], from = operations): readonly string[] {
  const told: Diagnostic[] = [];
  const placed = (list: readonly object[]): readonly Selector[] => list.map((one) => ({ ...one, place }) as Selector);
  const selection = { include: placed(include), exclude: placed(exclude), readOnly: false };
  const left = deselected(from, selection, (one) => told.push(one));
  for (const one of told) expect([one.code, one.file, one.line]).toEqual(["unmatched-selector", "mine.yaml", 3]);
  return [...from.filter((one) => !left.has(one)).map(({ path }) => path), ...told.map(({ message }) => message)];
}

describe("a selector", () => {
  it.each<[object, readonly string[]]>([
    [{ tag: "admin" }, ["/shops"]],
    [{ method: "get" }, ["/pets"]],
    [{ operationId: "list*" }, ["/pets"]],
    [{ path: "/s*" }, ["/shops"]],
    [{ deprecated: true }, ["/shops"]],
    [{ deprecated: false }, ["/pets"]],
    [{ internal: true }, ["/shops"]],
    [{ internal: false }, ["/pets"]],
    [{ extension: { name: "x-tier" } }, ["/shops"]],
    [{ extension: { name: "x-tier", value: { a: 2, b: 1 } } }, ["/shops"]],
    [{ extension: { name: "x-off", value: false } }, ["/shops"]],
    [{ tag: "shops", method: "POST", deprecated: true }, ["/shops"]],
    [{}, ["/pets", "/shops"]],
  ])("%j fits %j", (selector, want) => expect(chosen([selector])).toEqual(want));

  it.each<[object, string]>([
    [{ tag: "pet" }, 'No operation fits "tag:pet"; did you mean "tag:pets"?'],
    [{ tag: "zzzzzz" }, 'No operation fits "tag:zzzzzz"; there are "admin", "pets", "shops"'],
    [{ operationId: "listPet" }, 'No operation fits "operation:listPet"; did you mean "operation:listPets"?'],
    [{ operationId: "zzzzzz" }, 'No operation fits "operation:zzzzzz"; there are "createShop", "listPets"'],
    [{ path: "/pet" }, 'No operation fits "path:/pet"; did you mean "path:/pets"?'],
    [{ path: "/zzzzzzz" }, 'No operation fits "path:/zzzzzzz"; there are "/pets", "/shops"'],
    [{ method: "PUT" }, 'No operation fits "method:PUT"; there are "GET", "POST"'],
    [{ extension: { name: "x-publi" } }, 'No operation fits "x-publi"; did you mean "x-public"?'],
    [{ extension: { name: "y-zzzzz" } }, 'No operation fits "y-zzzzz"; there are "x-off", "x-public", "x-tier"'],
    // It is there, though not so.
    [{ extension: { name: "x-off" } }, 'No operation fits "x-off"'],
    [{ extension: { name: "x-tier", value: "gold" } }, 'No operation fits "x-tier=gold"'],
    [{ extension: { name: "x-tier", value: { a: 1 } } }, 'No operation fits "x-tier={"a":1}"'],
    [{ tag: "pets", method: "POST" }, 'No operation fits "tag:pets" and "method:POST"'],
    [{ tag: "pets", deprecated: true }, 'No operation fits "tag:pets" and "deprecated"'],
    [{ path: "/pets", internal: true }, 'No operation fits "path:/pets" and "internal"'],
    [{ tag: "admin", deprecated: false }, 'No operation fits "tag:admin" and "deprecated: false"'],
    [{ tag: "admin", internal: false }, 'No operation fits "tag:admin" and "internal: false"'],
  ])("%j that fits nothing is told: %s", (selector, want) => expect(chosen([], [selector])).toContain(want));

  it("is told what there is, eight of it", () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, at) => operation("GET", `/${at}`, { tags: [`t${at}`] }));
    const last = (from: readonly Operation[]): string | undefined => chosen([], [{ tag: "zzzzzz" }], [...from]).at(-1);
    expect(last(many(1))).toBe('No operation fits "tag:zzzzzz"; there is "t0"');
    expect(last(many(8))).toMatch(/there are "t0", .*"t7"$/);
    expect(last(many(10))).toMatch(/"t7" and 2 more$/);
    expect(last([operation("GET", "/a")])).toBe('No operation fits "tag:zzzzzz"; no operation has any');
  });
});

describe("a selection", () => {
  it("leaves out what is excluded, and what is not included where something is", () => {
    expect(chosen([])).toEqual(["/pets", "/shops"]);
    expect(chosen([{ method: "GET" }, { tag: "admin" }], [{ deprecated: true }])).toEqual(["/pets"]);
    expect(chosen([], [{ method: "GET" }, { tag: "admin" }])).toEqual([]);
  });

  it("tells of a request alone whether it would be left out", () => {
    const of = (include: readonly object[], exclude: readonly object[]): boolean =>
      leavesOut(
        {
          include: include.map((one) => ({ ...one, place }) as Selector),
          exclude: exclude.map((one) => ({ ...one, place }) as Selector),
          readOnly: false,
        },
        { method: "GET", path: "/pets" },
      );
    expect([
      of([], []),
      of([{ path: "/pets" }], []),
      of([{ path: "/shops" }], []),
      of([{ tag: "pets" }], []),
      of([], [{ method: "get" }]),
      of([], [{ method: "post" }]),
      of([{ path: "/pets" }], [{ path: "/**" }]),
    ]).toEqual([false, false, true, true, true, false, true]);
    const named = (name: string): Selector => ({ extension: { name }, place });
    expect(
      extensionsIn({ include: [named("x-a"), { tag: "t", place }], exclude: [named("x-b")], readOnly: false }),
    ).toEqual(["x-a", "x-b"]);
  });
});

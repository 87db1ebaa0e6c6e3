/** `docs/diff-and-inspect.md`, held against what the command prints. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { diff } from "../../src/diff.ts";
import { inspect, inspectTool } from "../../src/inspect.ts";
import { differenceKinds } from "../../src/surface/difference.ts";

const page = readFileSync("docs/diff-and-inspect.md", "utf8");
const petstore = "samples/petstore/openapi.yaml";

/** The rows of the tables of a section, by their first cell. */
function rows(title: string): ReadonlyMap<string, readonly string[]> {
  const section = page.split(/^## /m).find((part) => part.startsWith(`${title}\n`)) ?? "";
  const found = [...section.matchAll(/^\| `([\w-]+)` +\|(.*)\|$/gm)];
  return new Map(found.map(([, key = "", rest = ""]) => [key, rest.split("|").map((cell) => cell.trim())]));
}

const keys = (value: object): readonly string[] => Object.keys(value);
/** Words in code that a cell names. */
const named = (cell: string | undefined): readonly string[] =>
  [...(cell ?? "").matchAll(/`([\w-]+)`/g)].map((match) => match[1] ?? "");

describe("the page names", () => {
  it("every kind of difference with its severity and reason", () => {
    const listed = rows("diff");
    for (const [kind, { severity, reason }] of Object.entries(differenceKinds))
      expect([kind, listed.get(kind)]).toEqual([kind, [severity, reason]]);
    const others = [...listed.keys()].filter((key) => !Object.hasOwn(differenceKinds, key));
    expect(others).toEqual(
      "ok verdict differences cost warnings detail kind severity subject text reason at before after".split(" "),
    );
  });

  it("every field of a difference", async () => {
    const found = await diff(petstore, "test/cli/bookshop.json");
    const fields = new Set([...keys(found), ...found.differences.flatMap(keys)]);
    for (const field of fields) expect([...rows("diff").keys()]).toContain(field);
  });

  it("every field of an inspection", async () => {
    const found = await inspect(petstore);
    const listed = rows("inspect");
    expect(["ok", ...keys(found)]).toEqual([...listed.keys()]);
    const parts: readonly (readonly [string, readonly object[]])[] = [
      ["server", [found.server]],
      ["tools", found.tools],
      ["resources", found.resources],
      ["prompts", found.prompts],
      ["cost", [found.cost]],
      ["targets", found.targets ?? []],
      ["losses", found.losses.tools.flatMap(({ losses }) => losses)],
    ];
    for (const [part, values] of parts)
      expect([part, named(listed.get(part)?.[0])]).toEqual([
        part,
        expect.arrayContaining([...new Set(values.flatMap(keys))]) as readonly string[],
      ]);
  });

  it("every field of a trace", async () => {
    const found = await inspectTool({ inputs: [petstore] }, "create_pet");
    const listed = rows("inspect --why");
    expect(["ok", ...keys(found)]).toEqual([...listed.keys()]);
    for (const [part, values] of [
      ["arguments", found.arguments],
      ["losses", found.losses],
      ["reasons", found.reasons],
      ["place", [found.place]],
    ] as const)
      expect(named(listed.get(part)?.[0])).toEqual(
        expect.arrayContaining([...new Set((values as readonly object[]).flatMap(keys))]),
      );
  });
});

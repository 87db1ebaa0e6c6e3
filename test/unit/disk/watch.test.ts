/** What `--watch` takes for known after a run, by files that are saved at every moment of it. */
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Watched, knownAfter, stateOf } from "../../../src/disk/watch.ts";

let root = "";
beforeEach(() => void (root = mkdtempSync(join(tmpdir(), "openapi-to-mcp-watch-"))));
afterEach(() => rmSync(root, { recursive: true, force: true }));
const at = (...path: readonly string[]): string => join(root, ...path);

/** Paths that are a change after a run that watched `paths` before, and `further` from then on. */
function changesAfter(
  paths: readonly string[],
  during: () => void,
  { further = [], wrote = [] }: { readonly further?: readonly string[]; readonly wrote?: readonly string[] } = {},
): readonly string[] {
  const states = stateOf(paths);
  const began = Date.now();
  during();
  const watched = [...paths, ...further];
  return differing(knownAfter({ paths, states, began, wrote }, watched), stateOf(watched));
}

function differing(one: Watched, other: Watched): readonly string[] {
  return [...new Set([...one.keys(), ...other.keys()])]
    .filter((path) => one.get(path) !== other.get(path))
    .map((path) => path.slice(root.length + 1))
    .sort();
}

describe("what happens while a run goes on", () => {
  beforeEach(() => {
    mkdirSync(at("mine/once"), { recursive: true });
    writeFileSync(at("mine/once/a"), "1");
    writeFileSync(at("document"), "1");
  });

  it.each<readonly [string, () => void, readonly string[]]>([
    ["nothing", () => undefined, []],
    ["a file in a folder that came before it", () => writeFileSync(at("mine/once/b"), "1"), ["mine/once/b"]],
    [
      "a file in a folder that came with it",
      () => {
        mkdirSync(at("mine/always/deep"), { recursive: true });
        writeFileSync(at("mine/always/deep/c"), "1");
      },
      ["mine/always", "mine/always/deep", "mine/always/deep/c"],
    ],
    ["a file that goes", () => rmSync(at("mine/once/a")), ["mine/once/a"]],
    [
      "a folder that goes by another name",
      () => renameSync(at("mine/once"), at("mine/always")),
      ["mine/always", "mine/always/a", "mine/once", "mine/once/a"],
    ],
    [
      "a document that another takes the place of, as old and as long",
      () => {
        writeFileSync(at("new"), "2");
        utimesSync(at("new"), 1, 1);
        renameSync(at("new"), at("document"));
      },
      ["document"],
    ],
  ])("%s", (_, during, changed) => {
    expect(changesAfter([at("mine"), at("document")], during)).toEqual(changed);
  });

  it("takes a file that the run was the first to read for known, unless it was saved meanwhile", () => {
    writeFileSync(at("further"), "1");
    utimesSync(at("further"), 1, 1);
    expect(changesAfter([at("document")], () => undefined, { further: [at("further")] })).toEqual([]);
    const saved = (): void => writeFileSync(at("further"), "2");
    expect(changesAfter([at("document")], saved, { further: [at("further")] })).toEqual(["further"]);
  });

  it("leaves out what the run wrote itself, and what is watched no longer", () => {
    const wrote = [at("configuration")];
    const write = (): void => writeFileSync(at("configuration"), "1");
    expect(changesAfter([at("configuration")], write, { wrote })).toEqual([]);
    const states = stateOf([at("document"), at("mine")]);
    const paths = [at("document"), at("mine")];
    expect([...knownAfter({ paths, states, began: 0, wrote: [] }, [at("document")]).keys()]).toEqual([at("document")]);
  });
});

describe("links", () => {
  it("are followed, and lead to each folder once", () => {
    mkdirSync(at("real"));
    writeFileSync(at("real/a"), "1");
    for (const name of ["x", "y", "z"]) symlinkSync(".", at("real", name));
    symlinkSync("real", at("link"));
    const known = stateOf([at("link")]);
    expect([...known.keys()].map((path) => path.slice(root.length + 1))).toEqual([
      "link",
      "link/a",
      "link/x",
      "link/y",
      "link/z",
    ]);
    writeFileSync(at("real/a"), "22");
    expect(differing(known, stateOf([at("link")]))).toEqual(["link/a"]);
    rmSync(at("link"));
    expect(stateOf([at("link")]).get(at("link"))).toBe("");
  });
});

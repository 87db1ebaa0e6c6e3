/** What each sample compiles to, byte for byte. A difference is either a fault or belongs into `samples/` and CHANGELOG. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { load } from "js-yaml";
import { format } from "prettier";
import { beforeAll, describe, expect, it } from "vitest";
import type { FileSet } from "../../src/project/files.ts";
import { filesOf, readTree, repository, sampleOf, samples } from "./sample.ts";

const lockPath = "openapi-to-mcp.lock.json";
const isRuntime = (path: string): boolean => path.startsWith("src/runtime/");

interface Lock {
  readonly files: readonly { readonly path: string; readonly sha256: string }[];
}

describe.each(samples)("sample $name", (sample) => {
  let files: FileSet;
  const expected = readTree(join(sample.folder, "expected"));

  beforeAll(async () => {
    files = await filesOf(sample);
  });

  it("has just the files of its golden tree", () => {
    expect(files.map(({ path }) => path).filter((path) => !isRuntime(path))).toEqual([...expected.keys()].sort());
  });

  it("says in each file what its golden tree says", () => {
    for (const { path, text } of files)
      if (!isRuntime(path) && path !== lockPath) expect(text, path).toBe(expected.get(path));
    const lock = JSON.parse(textOf(files, lockPath)) as Lock;
    const shown = { ...lock, files: lock.files.filter(({ path }) => !isRuntime(path)) };
    expect(shown).toEqual(JSON.parse(expected.get(lockPath) ?? "null"));
  });

  it("holds the runtime as it lies in templates/", () => {
    const source = readTree(join(repository, "templates/always/src/runtime"));
    const emitted = files.filter(({ path }) => isRuntime(path));
    expect(emitted.length).toBeGreaterThan(50);
    for (const { path, text } of emitted) expect(source.get(path.slice("src/runtime/".length)), path).toBe(text);
  });

  it("locks the hash of every file of the generator, and of no other", () => {
    const lock = JSON.parse(textOf(files, lockPath)) as Lock;
    const owned = files.filter(({ path, owner }) => owner === "generator" && path !== lockPath);
    expect(lock.files).toEqual(
      owned.map(({ path, text }) => ({ path, sha256: createHash("sha256").update(text).digest("hex") })),
    );
  });

  it("is laid out as Prettier with default options leaves it", async () => {
    for (const { path, text } of files) {
      // Prettier leaves a file of npm's as npm writes it.
      const parser = path === "package-lock.json" ? "json-stringify" : parsers.get(extname(path));
      if (parser !== undefined && !isRuntime(path)) expect(await format(text, { parser }), path).toBe(text);
    }
  });

  it("ends every file with one line feed, and holds no carriage return, byte order mark or machine's path", () => {
    for (const { path, text } of files) {
      expect(text, path).toMatch(/[^\n]\n$|^\n?$/);
      expect(text, path).not.toMatch(/\r|\uFEFF/);
      expect(text.includes(repository) || text.includes(tmpdir() + "/"), path).toBe(false);
    }
  });
});

const parsers = new Map([
  [".ts", "typescript"],
  [".json", "json"],
  [".md", "markdown"],
  [".yaml", "yaml"],
]);

it("holds a runtime that is laid out as Prettier with default options leaves it", async () => {
  for (const [path, text] of readTree(join(repository, "templates/always/src")))
    if (path.endsWith(".ts")) expect(await format(text, { parser: "typescript" }), path).toBe(text);
});

describe("the same document", () => {
  it("gives the same files twice", async () => {
    expect(await filesOf(sampleOf("styles"))).toEqual(await filesOf(sampleOf("styles")));
  });

  it.each(["petstore", "styles", "swagger"])(
    "gives the same bytes whatever the order of its keys, but for those of fields that are sent one after another: %s",
    async (name) => {
      const sample = sampleOf(name);
      const folder = mkdtempSync(join(tmpdir(), "shuffled-"));
      try {
        const text = readTree(sample.folder).get(sample.document.slice(sample.folder.length + 1)) ?? "";
        const document = join(folder, sample.document.slice(sample.folder.length + 1));
        const value = load(text);
        writeFileSync(document, JSON.stringify(reversed(value, sentInOrder(value))));
        const shuffled = await filesOf(sample, { inputs: [document] });
        const plain = await filesOf(sample);
        expect(shuffled.map(({ path }) => path)).toEqual(plain.map(({ path }) => path));
        for (const [index, { path, text: other }] of shuffled.entries()) expect(other, path).toBe(plain[index]?.text);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );

  it("gives the same bytes in another time zone, language, working folder and output folder", () => {
    const folder = mkdtempSync(join(tmpdir(), "elsewhere-"));
    try {
      cpSync(join(repository, "samples/library"), join(folder, "library"), { recursive: true });
      const settings = [
        { TZ: "Pacific/Kiritimati", LANG: "tr_TR.UTF-8", LC_ALL: "tr_TR.UTF-8", cwd: folder, output: "library/one" },
        { TZ: "America/St_Johns", LANG: "C", LC_ALL: "C", cwd: join(folder, "library"), output: "two" },
      ];
      const trees = settings.map(({ cwd, output, ...environment }) => {
        const document = cwd === folder ? "library/openapi.yaml" : "openapi.yaml";
        const { status, stderr } = spawnSync(
          process.execPath,
          [join(repository, "dist/main.js"), document, "-o", output, "--quiet"],
          { cwd, env: { PATH: process.env["PATH"], ...environment }, encoding: "utf8" },
        );
        expect(stderr).toBe("");
        expect(status).toBe(0);
        return readTree(join(cwd, output));
      });
      expect(trees[0]).toEqual(trees[1]);
      expect(trees[0]?.size).toBeGreaterThan(50);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

function textOf(files: FileSet, path: string): string {
  const found = files.find((file) => file.path === path);
  if (found === undefined) throw new Error(`There is no ${path}`);
  return found.text;
}

/** The same value with the keys of every object backwards, but of those to `keep`. */
function reversed(value: unknown, keep: ReadonlySet<unknown>): unknown {
  if (Array.isArray(value)) return value.map((item) => reversed(item, keep));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, member]) => [key, reversed(member, keep)]);
  return Object.fromEntries(keep.has(value) ? entries : entries.reverse());
}

/** The schemas of bodies whose fields are sent one after another, and their `properties`: there the order counts. */
function sentInOrder(root: unknown): ReadonlySet<unknown> {
  const found = new Set<unknown>();
  const member = (value: unknown, key: string): unknown => (value as Record<string, unknown> | undefined)?.[key];
  const schema = (value: unknown): void => {
    if (typeof value !== "object" || value === null || found.has(value)) return;
    found.add(value);
    const reference = member(value, "$ref");
    if (typeof reference === "string") schema(reference.slice(2).split("/").reduce(member, root));
    for (const key in value) schema(member(value, key));
  };
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [mediaType, content] of Object.entries(member(member(value, "requestBody"), "content") ?? {}))
      if (/^multipart\/|form-urlencoded$|[/+]xml$/.test(mediaType)) schema(member(content, "schema"));
    Object.values(value).forEach(visit);
  };
  visit(root);
  return found;
}

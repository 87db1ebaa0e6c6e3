/** What each sample compiles to, byte for byte. A difference is either a fault or belongs into `samples/` and CHANGELOG. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { FileSet } from "../../src/project/files.ts";
import { goldenTree, isRuntime, lockPath } from "./golden-tree.ts";
import { checkLayout } from "./layout.ts";
import {
  base,
  cases,
  documentOf,
  everything,
  filesOf,
  readTree,
  repository,
  sampleOf,
  samples,
  sentenceOf,
} from "./sample.ts";

interface Lock {
  readonly files: readonly { readonly path: string; readonly sha256: string }[];
}

const source = readTree(join(repository, "templates/always/src/runtime"));
let baseFiles: FileSet;
beforeAll(async () => {
  baseFiles = await filesOf(base);
});

describe.each(samples)("sample $name", (sample) => {
  let files: FileSet;
  /** Those that are not the petstore's as they are: of these all is held. */
  let own: FileSet;

  beforeAll(async () => {
    files = await filesOf(sample);
    const known = new Map(baseFiles.map(({ path, text }) => [path, text]));
    own = sample === base ? files : files.filter(({ path, text }) => known.get(path) !== text);
  });

  it("compiles to what its golden tree says, file by file", async () => {
    const expected = readTree(join(sample.folder, "expected"));
    const found = await goldenTree(sample, files);
    expect([...found.keys()].sort()).toEqual([...expected.keys()].sort());
    for (const [path, text] of found) expect(text, path).toBe(expected.get(path));
  });

  it("holds the runtime as it lies in templates/", () => {
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

  // The cases, and the runtime, in layout.long.test.ts.
  if (sample === base) it("is laid out as Prettier with default options leaves it", () => checkLayout(own));

  it("ends every file with one line feed, and holds no carriage return, byte order mark or machine's path", () => {
    for (const { path, text } of own) {
      expect(text, path).toMatch(/[^\n]\n$|^\n?$/);
      expect(text, path).not.toMatch(/\r|\uFEFF/);
      expect(text.includes(repository) || text.includes(tmpdir() + "/"), path).toBe(false);
    }
  });
});

describe("every case", () => {
  it.each(cases)("says in a sentence what it shows, also in the list of samples: $name", (sample) => {
    const sentence = sentenceOf(sample);
    expect(sentence).toMatch(/^[A-Z].{15,140}$/);
    const page = readFileSync(join(repository, "samples/README.md"), "utf8").replace(/ +/g, " ");
    expect(page).toContain(`| [${sample.name}](cases/${sample.name}) | ${sentence} |`);
  });

  it.each(cases)("differs from the petstore in what it is about, and in little else: $name", (sample) => {
    const tree = readTree(join(sample.folder, "expected"));
    const lines = [...tree.values()].reduce((sum, text) => sum + text.split("\n").length, 0);
    expect(lines).toBeGreaterThan(5);
    expect(lines).toBeLessThan(1_000);
  });

  it("has one that the command makes of its configuration as the library does", async () => {
    const folder = mkdtempSync(join(tmpdir(), "configured-"));
    try {
      const sample = sampleOf("curation/arguments");
      for (const part of ["petstore", `cases/${sample.name}`])
        cpSync(join(repository, "samples", part), join(folder, part), {
          recursive: true,
          filter: (path) => !path.endsWith("expected"),
        });
      const line = ["-c", "openapi-to-mcp.yaml", "-o", "expected", "-q"];
      const { status, stderr } = spawnSync(process.execPath, [join(repository, "dist/main.js"), ...line], {
        cwd: join(folder, "cases", sample.name),
        encoding: "utf8",
      });
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      const files = await filesOf(sample);
      expect(readTree(join(folder, "cases", sample.name, "expected"))).toEqual(
        new Map(files.map(({ path, text }) => [path, text])),
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("the same document", () => {
  it("gives the same files twice", async () => {
    expect(await filesOf(base, everything())).toEqual(await filesOf(base, everything()));
  });

  it.each([
    ["petstore", base, []],
    ["petstore with all that the cases add", base, everything().overlays],
    ...cases.flatMap((sample) => (sample.name.startsWith("swagger-2.0/") ? [[sample.name, sample, []] as const] : [])),
  ] as const)(
    "gives the same bytes whatever the order of its keys, but for those of fields that are sent one after another: %s",
    async (_name, sample, overlays) => {
      const folder = mkdtempSync(join(tmpdir(), "shuffled-"));
      try {
        const value = await documentOf(sample, overlays);
        const [plain, shuffled] = [join(folder, "plain.json"), join(folder, "shuffled.json")];
        writeFileSync(plain, JSON.stringify(value));
        writeFileSync(shuffled, JSON.stringify(reversed(value, sentInOrder(value))));
        const [one, other] = [
          await filesOf(sample, { inputs: [plain] }),
          await filesOf(sample, { inputs: [shuffled] }),
        ];
        expect(other.map(({ path }) => path)).toEqual(one.map(({ path }) => path));
        for (const [index, { path, text }] of other.entries()) expect(text, path).toBe(one[index]?.text);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );

  it("gives the same bytes in another time zone, language, working folder and output folder", () => {
    const folder = mkdtempSync(join(tmpdir(), "elsewhere-"));
    try {
      cpSync(sampleOf("documents/several-files").folder, join(folder, "library"), { recursive: true });
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

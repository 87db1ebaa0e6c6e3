/** What is emitted compiles as its owner would compile it, and its types say what the tools take and give. */
import { spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { GenerateOptions } from "../../src/config/options.ts";
import { base, compile, filesOf, sampleOf, samples, writeTree } from "../golden/sample.ts";

describe.each(samples)("the golden tree of $name", (sample) => {
  let folder: string;

  beforeAll(async () => {
    folder = writeTree(await filesOf(sample));
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  it("compiles with its own settings", () => expect(compile(folder, ".")).toBe(""));

  // Those of the cases are the same.
  it.runIf(sample === base)("has tests that compile", () => expect(compile(folder, "test/tsconfig.json")).toBe(""));

  it("has declarations that hold up to the strictest settings", () => {
    const settings = {
      extends: "./tsconfig.json",
      compilerOptions: {
        noEmit: true,
        rootDir: ".",
        strict: true,
        noUncheckedIndexedAccess: true,
        exactOptionalPropertyTypes: true,
        skipLibCheck: false,
        types: [],
      },
      include: ["src/generated/**/*.d.ts"],
    };
    writeFileSync(join(folder, "tsconfig.strict.json"), JSON.stringify(settings));
    expect(compile(folder, "tsconfig.strict.json")).toBe("");
  });
});

describe("an owner's hooks", () => {
  let folder: string;

  beforeAll(async () => {
    folder = writeTree(await filesOf(sampleOf("petstore")));
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  const custom = (hooks: string): string => `
    import type { Tools } from "./generated/types.js";
    import { defineCustom, jsonResult } from "./runtime/custom.js";
    export const custom = defineCustom<Tools>({ hooks: { ${hooks} } });`;

  it.each([
    ["a known argument", "list_pets: { before: (args) => ({ ...args, limit: (args.limit ?? 5) + 1 }) }"],
    ["a known value", 'list_pets: { before: (args) => ({ ...args, status: ["sold"] }) }'],
    ["a nullable field", "update_pet: { before: (args) => ({ ...args, tag: null }) }"],
    [
      "a field of the answer",
      "get_pet: { after: (result) => (result.structuredContent?.name === 'x' ? result : result) }",
    ],
    ["an own answer", "get_pet: { replace: async ({ petId }) => jsonResult({ id: petId, name: 'Rex' }) }"],
  ])("compile with %s", (_name, hooks) => {
    writeFileSync(join(folder, "src/custom.ts"), custom(hooks));
    expect(compile(folder, ".")).toBe("");
  });

  it.each([
    ["a tool that is none", "list_cats: {}", /list_cats/],
    ["an unknown argument", "list_pets: { before: (args) => ({ limit: args.limt }) }", /limt/],
    ["a wrong type", "list_pets: { before: (args) => ({ ...args, limit: '5' }) }", /string/],
    ["an unknown value", "list_pets: { before: (args) => ({ ...args, status: ['lost'] }) }", /lost/],
    ["a missing argument", "get_pet: { replace: async (_args, { next }) => next({}) }", /petId/],
    ["a wrong answer", "get_pet: { replace: async () => jsonResult({ surname: 'Rex' }) }", /surname|name/],
  ])("do not compile with %s", (_name, hooks, message) => {
    writeFileSync(join(folder, "src/custom.ts"), custom(hooks));
    expect(compile(folder, ".")).toMatch(message);
  });
});

it.each<[string, string, Partial<GenerateOptions>]>([
  ["of several documents", "documents/several-files", {}],
  ["that lists a part", "petstore", { list: { mode: "planned", maxTools: 7 } }],
  ["that lists discovery alone", "petstore", { list: { mode: "discovery" } }],
  ["with toolsets", "curation/toolsets", {}],
  ["with workflows", "curation/workflows", {}],
])("a fresh project %s passes its own tests, offline", async (_name, sample, options) => {
  const folder = writeTree(await filesOf(sampleOf(sample), options));
  try {
    const { status, stdout, stderr } = spawnSync("npm", ["test", "--offline"], {
      cwd: folder,
      encoding: "utf8",
      env: {
        PATH: process.env["PATH"],
        HOME: folder,
        // Whatever went to another machine would fail here.
        HTTPS_PROXY: "http://127.0.0.1:9",
        HTTP_PROXY: "http://127.0.0.1:9",
        NO_PROXY: "127.0.0.1,localhost",
      },
    });
    expect(`${stdout}${stderr}`).toMatch(/# fail 0|fail 0/);
    expect(status, `${stdout}${stderr}`).toBe(0);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it("a fresh project packs what it needs to run, although nobody built it", async () => {
  const folder = writeTree(await filesOf(sampleOf("petstore")));
  try {
    const line = ["pack", "--json", "--offline", "--loglevel=error"];
    const { status, stdout, stderr } = spawnSync("npm", line, { cwd: folder, encoding: "utf8" });
    expect(status, stderr).toBe(0);
    // The build says what it does before the report.
    const [packed] = JSON.parse(stdout.slice(stdout.indexOf("[\n"))) as { files: { path: string }[] }[];
    const paths = packed?.files.map(({ path }) => path) ?? [];
    for (const path of ["dist/main.js", "dist/runtime/node/serve.js", "src/generated/apis.json"])
      expect(paths).toContain(path);
    expect(paths.filter((path) => path.startsWith("src/runtime"))).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

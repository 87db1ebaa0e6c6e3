/** A project that takes the runtime from a package: what is left of it. */
import { format } from "prettier";
import { beforeAll, describe, expect, it } from "vitest";
import { generate } from "../../../src/generate.ts";
import type { FileSet } from "../../../src/project/files.ts";
import { runtimePackage } from "../../../src/project/runtime-package.ts";
import { sampleOf } from "../../golden/sample.ts";

let files: FileSet;
let codes: readonly string[];
const textOf = (path: string): string => files.find((file) => file.path === path)?.text ?? "";

beforeAll(async () => {
  const generated = await generate({ inputs: [sampleOf("petstore").document], runtime: "package" });
  files = generated.files;
  codes = generated.diagnostics.map(({ code }) => code);
});

describe("a project with its runtime in a package", () => {
  it("has no file of the runtime, and none that names one", () => {
    expect(files.filter(({ path }) => path.startsWith("src/runtime/"))).toEqual([]);
    for (const { path, text } of files)
      if (path.endsWith(".ts")) expect(text, path).not.toMatch(/\.\/(?:src\/)?runtime\//);
  });

  it("depends on the package in place of what that depends on", () => {
    const { dependencies } = JSON.parse(textOf("package.json")) as { dependencies: object };
    expect(dependencies).toEqual({ [runtimePackage]: "~0.1.0", oauth4webapi: "3.8.8" });
  });

  it("leaves the lock of npm to npm, and the parts that it has to its own", () => {
    expect(files.map(({ path }) => path)).not.toContain("package-lock.json");
    const { parts } = JSON.parse(textOf("openapi-to-mcp.lock.json")) as { parts: readonly string[] };
    expect(parts).toContain("resources");
    expect(parts).not.toContain("redis");
  });

  it("says in its configuration and README where the runtime is, and is warned of an unpublished package", () => {
    expect(textOf("openapi-to-mcp.yaml")).toContain('runtime: "package"\n');
    expect(textOf("README.md")).toContain(`The runtime is the package \`${runtimePackage}\``);
    expect(codes).toContain("unpublished-runtime");
  });

  it("is laid out as Prettier leaves it", async () => {
    for (const { path, text } of files)
      if (/\.(?:ts|md|json)$/.test(path) && !path.startsWith("test/") && path !== "package.json")
        expect(await format(text, { filepath: path }), path).toBe(text);
  });
});

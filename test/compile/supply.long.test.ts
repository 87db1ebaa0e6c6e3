/** What an emitted project, and the generator itself, install and say of it. */
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, unlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { installed } from "../conformance/packages.ts";
import { filesOf, repository, sampleOf, writeTree } from "../golden/sample.ts";

function npm(folder: string, ...line: readonly string[]) {
  const { status, stdout, stderr } = spawnSync("npm", line, { cwd: folder, encoding: "utf8" });
  expect(status, stderr).toBe(0);
  return stdout;
}

let folder: string;

beforeAll(async () => {
  folder = writeTree(await filesOf(sampleOf("petstore")));
  unlinkSync(join(folder, "node_modules"));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("a fresh project", () => {
  it("installs what its lock names, and npm finds nothing to change in the lock", () => {
    const lock = readFileSync(join(folder, "package-lock.json"), "utf8");
    npm(folder, "ci", "--ignore-scripts");
    npm(folder, "install", "--ignore-scripts", "--omit-lockfile-registry-resolved");
    expect(readFileSync(join(folder, "package-lock.json"), "utf8")).toBe(lock);
    npm(folder, "ls", "--all");
  });
});

describe.each([
  ["an emitted project", () => folder, ["undici", "zod", "@modelcontextprotocol/server", "oauth4webapi"]],
  ["the generator", () => repository, ["handlebars", "ts-morph"]],
])("the bill of materials of %s", (_name, at, names) => {
  it("is CycloneDX, and names every package with its version, hash and licence", async () => {
    const text = npm(at(), "run", "--silent", "sbom");
    const library = installed("@cyclonedx/cyclonedx-library", "10.3.0", [
      "ajv@8.20.0",
      "ajv-formats@3.0.1",
      "ajv-formats-draft2019@1.6.1",
    ]);
    const { Validation, Spec } = createRequire(import.meta.url)(library) as {
      Validation: { JsonStrictValidator: new (version: string) => { validate(text: string): Promise<unknown> } };
      Spec: { Version: { v1dot5: string } };
    };
    expect(await new Validation.JsonStrictValidator(Spec.Version.v1dot5).validate(text)).toBeNull();
    const { components } = JSON.parse(text) as {
      components: { name: string; version: string; hashes: unknown[]; licenses: unknown[] }[];
    };
    expect(components.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
    expect(components.map(({ name }) => name)).not.toContain("typescript");
    for (const { name, version, hashes, licenses } of components)
      expect([name, version !== "", hashes.length, licenses.length]).toEqual([name, true, 1, 1]);
  });
});

/** The data of a server on the disk: where it lies, and what is said where it cannot be read. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readProject } from "../../templates/always/src/runtime/node/project-data.ts";

let folder = "";
const write = (path: string, text: string): void => {
  const file = join(folder, path);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, text);
};
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "project-")));
  const api = { name: "pets", title: "Pets", version: "1", serverGroups: [], securitySchemes: {} };
  write("src/generated/apis.json", JSON.stringify({ name: "pets", title: "Pets", version: "1", apis: ["pets"] }));
  write("src/generated/pets/api.json", JSON.stringify({ ...api, groups: [{ file: "a" }, { file: "b" }] }));
  write("src/generated/pets/tools/a.json", '[{"name":"ä"}]');
  write("src/generated/pets/tools/b.json", "[]");
  write("src/generated/pets/calls/a.json", '{"x":{"pointer":"p"}}');
  write("src/generated/pets/calls/b.json", "{");
  write("other/apis.json", "{}");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const moduleAt = (path: string): string => pathToFileURL(join(folder, path)).href;

describe("a project", () => {
  it.each(["src/generated/index.ts", "dist/generated/index.js", "dist/a/b/c/d.js", "main.js"])(
    "is that of the nearest folder above which has one: %s",
    (path) => {
      const project = readProject(moduleAt(path));
      expect([project.folder, project.data.title, project.apis.map(({ data }) => data.name)]).toEqual([
        folder,
        "Pets",
        ["pets"],
      ]);
      expect(project).not.toHaveProperty("parts");
    },
  );

  it("has the parts that it is given", () => {
    const parts = { sse: "x" };
    expect(readProject(moduleAt("dist/index.js"), parts).parts).toBe(parts);
  });

  it("has lists whose bytes are known, and plans that are read later", async () => {
    const [api] = readProject(moduleAt("dist/index.js")).apis;
    expect(api?.groups.map(({ bytes, tools }) => [bytes, tools.length])).toEqual([
      [15, 1],
      [2, 0],
    ]);
    expect(await api?.calls("a")).toEqual({ x: { pointer: "p" } });
    const path = join(folder, "src/generated/pets/calls/b.json");
    await expect(api?.calls("b")).rejects.toThrow(`${path} cannot be read: `);
    await expect(api?.calls("none")).rejects.toThrow();
  });

  it("that is not there is looked for in vain, and it is said what to do", () => {
    expect(() => readProject(pathToFileURL(join(tmpdir(), "no-project-here", "dist/index.js")).href)).toThrow(
      "src/generated/apis.json was not found: keep src/generated beside the compiled server",
    );
  });

  it("whose file is damaged names the file and the fault", () => {
    write("damaged/src/generated/apis.json", "{ no JSON");
    const path = join(folder, "damaged/src/generated/apis.json");
    let fault: unknown;
    try {
      readProject(moduleAt("damaged/dist/index.js"));
    } catch (error) {
      fault = error;
    }
    expect(fault).toBeInstanceOf(Error);
    expect((fault as Error).message.startsWith(`${path} cannot be read: `)).toBe(true);
    expect((fault as Error).message).toContain("JSON");
    expect((fault as Error).cause).toBeInstanceOf(SyntaxError);
  });
});

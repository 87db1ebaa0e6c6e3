/** The configuration file and the command line together, through the real command in this process. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { load } from "js-yaml";
import { readTree, repository } from "../golden/sample.ts";

let folder = "";
let count = 0;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "openapi-to-mcp-configuration-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A folder of its own with the document of the pet store. */
function workplace(): string {
  const path = join(folder, `w${++count}`);
  mkdirSync(path);
  cpSync(join(repository, "samples/petstore/openapi.yaml"), join(path, "openapi.yaml"));
  return path;
}

function command(cwd: string, ...line: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(repository, "dist/main.js"), ...line], {
    cwd,
    encoding: "utf8",
  });
  return { code: status, out: stdout, err: stderr };
}

const settings = (project: string): unknown => load(readFileSync(join(project, "openapi-to-mcp.yaml"), "utf8"));

describe("the file of a new project", () => {
  it("says what the flags said, so that a run without arguments changes nothing, elsewhere too", () => {
    const work = workplace();
    const line = ["openapi.yaml", "-o", "server", "-n", "Pets!", "--allow-ref-folder", "../common", "--timeout", "9"];
    expect(command(work, ...line)).toMatchObject({ code: 0 });
    const server = join(work, "server");
    expect(settings(server)).toEqual({
      input: ["../openapi.yaml"],
      output: ".",
      "credential-hosts": ["https://petstore.example.com"],
      name: "Pets!",
      "allow-ref-folders": ["../../common"],
      timeout: 9,
    });
    const before = readTree(server);
    const moved = join(folder, `moved${++count}`);
    cpSync(work, moved, { recursive: true });
    for (const [cwd, ...words] of [
      [server],
      [work, "-o", "server"],
      [work, "-c", "server/openapi-to-mcp.yaml"],
      [folder, "--config", join(server, "openapi-to-mcp.yaml")],
      [join(moved, "server")],
    ] as const) {
      const { code, out } = command(cwd, ...words, "--json");
      expect(code, words.join(" ")).toBe(0);
      expect(JSON.parse(out), words.join(" ")).toMatchObject({
        name: "pets",
        files: { added: 0, changed: 0, removed: 0 },
      });
      expect(out).not.toContain("different-configuration");
    }
    expect(readTree(server)).toEqual(before);
    expect(readTree(join(moved, "server"))).toEqual(before);
  });

  it("says selection and overlays too, and what is left out is counted", () => {
    const work = workplace();
    const overlay =
      "overlay: 1.0.0\nactions:\n- { target: $.info, update: { title: Zoo } }\n- { target: $.no, remove: true }\n";
    writeFileSync(join(work, "o.yaml"), overlay);
    const line = ["--overlay", "o.yaml", "--include", "tag:pets", "--exclude", "path:/pets/search", "--read-only"];
    const { code, err } = command(work, "openapi.yaml", "-o", "server", ...line);
    expect(code).toBe(0);
    expect(err).toMatch(/\[unmatched-action\]\n {2}at o\.yaml:4 #\/actions\/1\/target/);
    expect(err).toMatch(
      /left out: \d+ operations, because it changes something\n {2}left out: \d+ operations, because it is not selected/,
    );
    const server = join(work, "server");
    expect(settings(server)).toEqual({
      input: ["../openapi.yaml"],
      overlays: ["../o.yaml"],
      select: { include: ["tag:pets"], exclude: ["path:/pets/search"], "read-only": true },
      output: ".",
      "credential-hosts": ["https://petstore.example.com"],
      name: "zoo",
    });
    const { out } = command(server, "--json");
    expect(JSON.parse(out)).toMatchObject({ name: "zoo", files: { added: 0, changed: 0, removed: 0 } });
    expect(command(server, "--strict")).toMatchObject({ code: 1 });
    writeFileSync(join(work, "o.yaml"), "overlay: 1.0.0\nactions: [{ target: 'no path', remove: true }]\n");
    const faulty = command(server);
    expect(faulty.code).toBe(1);
    expect(faulty.err).toMatch(/\[invalid-overlay\]\n {2}at \.\.\/o\.yaml:2 #\/actions\/0\/target/);
  });

  it("points to the configuration elsewhere that said the rest", () => {
    const work = workplace();
    writeFileSync(join(work, "shop.yaml"), "input: openapi.yaml\nname: shop\noutput: out/server\n");
    expect(command(work, "-c", "shop.yaml", "--allow-ref-host", "example.com")).toMatchObject({ code: 0 });
    expect(settings(join(work, "out/server"))).toEqual({
      extends: "../../shop.yaml",
      output: ".",
      "credential-hosts": ["https://petstore.example.com"],
      "allow-ref-hosts": ["example.com"],
    });
    const { code, out } = command(join(work, "out/server"), "--json");
    expect({ code, ...(JSON.parse(out) as object) }).toMatchObject({
      code: 0,
      name: "shop",
      files: { added: 0, changed: 0, removed: 0 },
    });
  });
});

describe("a run", () => {
  it("lets flags win over the file, says so, and leaves the file", () => {
    const work = workplace();
    command(work, "openapi.yaml", "-o", "server");
    const file = join(work, "server/openapi-to-mcp.yaml");
    const text = readFileSync(file, "utf8");
    const { code, err } = command(work, "openapi.yaml", "-o", "server", "-n", "other");
    expect(code).toBe(0);
    expect(err).toContain("Wrote other to server");
    expect(err).toMatch(
      /info The command line says something else than this file about name;.*\[different-configuration\]\n {2}at server\/openapi-to-mcp\.yaml/,
    );
    expect(readFileSync(file, "utf8")).toBe(text);
    expect(command(work, "openapi.yaml", "-o", "server").err).not.toContain("different-configuration");
  });

  it("finds the project that only the document's name leads to, and reads standard input once", () => {
    const work = workplace();
    command(work, "openapi.yaml");
    const file = join(work, "pet-store-mcp/openapi-to-mcp.yaml");
    writeFileSync(file, readFileSync(file, "utf8").replace('"pet-store"', '"zoo"'));
    expect(command(work, "openapi.yaml").err).toContain("Wrote zoo to ./pet-store-mcp");
    const input = readFileSync(join(work, "openapi.yaml"));
    const { status, stderr } = spawnSync(process.execPath, [join(repository, "dist/main.js"), "-"], {
      cwd: work,
      input,
    });
    expect(status).toBe(0);
    expect(String(stderr)).toContain("Wrote zoo to ./pet-store-mcp");
  });

  it("keeps to a project that an older version made, without output in its file", () => {
    const work = workplace();
    command(work, "openapi.yaml", "-o", "server");
    writeFileSync(join(work, "server/openapi-to-mcp.yaml"), 'input:\n  - "../openapi.yaml"\nname: "pet-store"\n');
    const { code, err } = command(join(work, "server"));
    expect({ code, err }).toMatchObject({ code: 0, err: expect.stringContaining("0 added, 0 changed") as string });
  });

  it("does not write into the folder of a configuration that is no project", () => {
    const work = workplace();
    writeFileSync(join(work, "openapi-to-mcp.yaml"), "input: openapi.yaml\n");
    expect(command(work)).toMatchObject({ code: 0, err: expect.stringContaining("./pet-store-mcp") as string });
    expect(existsSync(join(work, "src"))).toBe(false);
  });

  it("without a document and without a file exits with 2, a faulty file with 1", () => {
    const work = workplace();
    expect(command(work)).toMatchObject({ code: 2, out: "" });
    writeFileSync(join(work, "openapi-to-mcp.yaml"), "name: x\n");
    expect(command(work).err).toContain('"openapi-to-mcp.yaml" names no input');
    writeFileSync(join(work, "openapi-to-mcp.yaml"), "input: openapi.yaml\nnam: x\n");
    const { code, err } = command(work);
    expect(code).toBe(1);
    expect(err).toMatch(/did you mean "name"\? \[unknown-key\]\n {2}at openapi-to-mcp\.yaml:2 #\/nam/);
    expect(command(work, "openapi.yaml", "--include", "tags:x")).toMatchObject({ code: 2 });
  });
});

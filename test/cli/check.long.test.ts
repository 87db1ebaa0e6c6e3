/** `--check` and `--watch`, by the built command. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { check } from "../../src/check.ts";
import { stagingFolder } from "../../src/disk/paths.ts";
import { readTree, repository } from "../golden/sample.ts";

const main = join(repository, "dist/main.js");
let folder = "";
let count = 0;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "openapi-to-mcp-check-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A folder with a document and the project that is made of it. */
function workplace(): { readonly work: string; readonly server: string } {
  const work = join(folder, `w${++count}`);
  mkdirSync(work);
  cpSync(join(repository, "samples/petstore/openapi.yaml"), join(work, "openapi.yaml"));
  expect(command(work, "openapi.yaml", "-o", "server", "-q").code).toBe(0);
  return { work, server: join(work, "server") };
}

function command(cwd: string, ...line: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...line], { cwd, encoding: "utf8" });
  return { code: status, out: stdout, err: stderr };
}

function edit(path: string, from: string, to: string): void {
  const text = readFileSync(path, "utf8");
  expect(text).toContain(from);
  writeFileSync(path, text.replaceAll(from, to));
}

describe("--check", () => {
  it("says so where nothing would change, and writes nothing", () => {
    const { server } = workplace();
    const before = statSync(server).mtimeMs;
    expect(command(server, "--check")).toEqual({
      code: 0,
      out: "",
      err: "Up to date: generating . again changes nothing\n",
    });
    expect(command(server, "--check", "-q")).toEqual({ code: 0, out: "", err: "" });
    expect(JSON.parse(command(server, "--check", "--json").out)).toMatchObject({
      ok: true,
      folder: ".",
      changes: [],
      edited: [],
      faults: [],
    });
    expect(statSync(server).mtimeMs).toBe(before);
  });

  it("lists what would change and what was edited, and exits with 1", () => {
    const { work, server } = workplace();
    edit(join(work, "openapi.yaml"), "/health", "/status");
    writeFileSync(join(server, "src/runtime/call/run.ts"), "// mine\n");
    rmSync(join(server, "src/generated/apis.json"));
    rmSync(join(server, "Dockerfile"));
    writeFileSync(join(server, "src/custom.ts"), readFileSync(join(server, "src/custom.ts"), "utf8") + "// mine\n");
    const before = readTree(server);
    const { code, out, err } = command(server, "--check");
    expect({ code, out }).toEqual({ code: 1, out: "" });
    const lines = err.split("\n");
    expect(lines[0]).toBe("Out of date: . is not what generating it again makes");
    expect(lines).toContain("  edited  src/runtime/call/run.ts");
    expect(lines).toContain("  add     src/generated/apis.json");
    expect(lines).toContain("  change  openapi-to-mcp.lock.json");
    expect(err).not.toMatch(/custom\.ts|Dockerfile|Next:/);
    const found = JSON.parse(command(server, "--check", "--json").out) as { ok: boolean; edited: string[] };
    expect(found).toMatchObject({ ok: false, edited: ["src/runtime/call/run.ts"] });
    expect(readTree(server)).toEqual(before);
    expect(command(work, "openapi.yaml", "-o", "nowhere", "--check").code).toBe(1);
    expect(existsSync(join(work, "nowhere"))).toBe(false);
  });

  it("tells of a folder that is no project, of links in the way and of an interrupted run, and leaves them", () => {
    const { work, server } = workplace();
    mkdirSync(join(work, "thesis"));
    writeFileSync(join(work, "thesis/years.txt"), "");
    expect(command(work, "openapi.yaml", "-o", "thesis", "--check")).toMatchObject({
      code: 1,
      err: expect.stringContaining("[output-not-empty]") as string,
    });
    mkdirSync(join(server, stagingFolder));
    const { code, err } = command(server, "--check");
    expect(code).toBe(1);
    expect(err).toContain("[interrupted-run]");
    expect(existsSync(join(server, stagingFolder))).toBe(true);
  });

  it("is a function of the library", async () => {
    const { work, server } = workplace();
    const options = { inputs: [join(work, "openapi.yaml")] };
    expect(await check(options, server)).toMatchObject({ upToDate: true, changes: [], faults: [] });
    edit(join(work, "openapi.yaml"), "List pets", "List all pets");
    const { upToDate, changes } = await check(options, server);
    expect(upToDate).toBe(false);
    expect(changes.map(({ path }) => path)).toContain("src/generated/pet_store/tools/pets.json");
  });
});

describe("--watch", () => {
  let child: ChildProcess | undefined;
  afterEach(() => void child?.kill("SIGKILL"));

  /** Starts watching; `says` waits until the text so far, from the last call on, holds something. */
  function watching(cwd: string, ...line: readonly string[]) {
    const started = spawn(process.execPath, [main, ...line, "--watch"], { cwd });
    child = started;
    let text = "";
    started.stderr.on("data", (chunk) => (text += String(chunk)));
    const says = async (pattern: RegExp): Promise<string> => {
      for (let tries = 0; tries < 600; tries += 1) {
        const found = pattern.exec(text);
        if (found !== null) {
          text = text.slice(found.index + found[0].length);
          return found[0];
        }
        await wait(50);
      }
      throw new Error(`nothing like ${String(pattern)} in: ${text}`);
    };
    return { says, child: started };
  }

  it("generates again when a document, an overlay, the configuration or a further file changes", async () => {
    const { work, server } = workplace();
    writeFileSync(join(work, "o.yaml"), "overlay: 1.0.0\nactions: []\n");
    writeFileSync(join(work, "answer.yaml"), "description: answer\n");
    edit(
      join(work, "openapi.yaml"),
      "paths:\n",
      "paths:\n  /further: { get: { responses: { 200: { $ref: ./answer.yaml } } } }\n",
    );
    const file = join(server, "openapi-to-mcp.yaml");
    writeFileSync(file, `${readFileSync(file, "utf8")}overlays: [../o.yaml]\n`);
    const { says, child: started } = watching(server);
    await says(/Wrote pet-store to \./);

    // As editors save: another file takes the place of the old one.
    writeFileSync(
      join(work, "new.yaml"),
      readFileSync(join(work, "openapi.yaml"), "utf8").replace("List pets", "List cats"),
    );
    renameSync(join(work, "new.yaml"), join(work, "openapi.yaml"));
    expect(await says(/openapi\.yaml changed: .*/)).toMatch(
      /^openapi\.yaml changed: 0 files added, \d+ changed.*a model sees:/,
    );
    expect(readFileSync(join(server, "src/generated/pet_store/tools/pets.json"), "utf8")).toContain("List cats");

    const overlay = "overlay: 1.0.0\nactions: [{ target: $.info, update: { title: Zoo } }]\n";
    writeFileSync(join(work, "o.yaml"), overlay);
    await says(/o\.yaml changed: /);
    writeFileSync(join(work, "answer.yaml"), "description: another answer\n");
    await says(/answer\.yaml changed: /);

    writeFileSync(join(work, "o.yaml"), "overlay: 1.0.0\nactions: [\n");
    await says(/\[invalid-syntax\][\s\S]*o\.yaml changed: nothing was written/);
    edit(file, '"pet-store"', '"house"\ntimeout: soon');
    await says(/\[invalid-configuration\][\s\S]*nothing was written/);
    edit(file, "\ntimeout: soon", "");
    writeFileSync(join(work, "o.yaml"), overlay);
    await says(/changed: \d+ files? added/);
    expect(readFileSync(join(server, "src/generated/apis.json"), "utf8")).toContain('"house"');

    const ended = new Promise((resolve) => started.once("exit", (code, signal) => resolve(code ?? signal)));
    started.kill("SIGINT");
    expect(await ended).toBe("SIGINT");
  });

  it("generates again when a template changes", async () => {
    const { work } = workplace();
    mkdirSync(join(work, "mine/once"), { recursive: true });
    writeFileSync(join(work, "mine/once/NOTES.md"), "one\n");
    const { says } = watching(work, "openapi.yaml", "-o", "other", "--templates", "mine");
    await says(/Wrote pet-store to other/);
    mkdirSync(join(work, "mine/always"));
    writeFileSync(join(work, "mine/always/MORE.md"), "more\n");
    await says(/changed: 1 file added/);
    expect(readFileSync(join(work, "other/MORE.md"), "utf8")).toBe("more\n");
  });

  it("sees a configuration that appears, a template folder that is renamed, and what a link leads to", async () => {
    const { work } = workplace();
    mkdirSync(join(work, "mine/always"), { recursive: true });
    writeFileSync(join(work, "mine/always/MORE.md"), "more\n");
    renameSync(join(work, "openapi.yaml"), join(work, "real.yaml"));
    symlinkSync("real.yaml", join(work, "linked.yaml"));
    const { says } = watching(work, "linked.yaml", "-o", "other", "--templates", "mine");
    await says(/Wrote pet-store to other/);
    renameSync(join(work, "mine/always"), join(work, "mine/once"));
    // What a run wrote itself is no change: nothing is said of it before this.
    expect(await says(/^.* changed: .*$/m)).toMatch(/^mine.*changed: /);
    edit(join(work, "real.yaml"), "List pets", "List cats");
    await says(/linked\.yaml changed: 0 files added/);
    rmSync(join(work, "mine"), { recursive: true });
    await says(/changed: nothing was written/);
    mkdirSync(join(work, "mine/always"), { recursive: true });
    writeFileSync(join(work, "mine/always/AGAIN.md"), "more\n");
    await says(/changed: 1 file added/);
    const file = join(work, "other/openapi-to-mcp.yaml");
    writeFileSync(join(work, "mine.yaml"), `${readFileSync(file, "utf8")}read-only-is-no-key: 1\n`);
    renameSync(join(work, "mine.yaml"), file);
    await says(/openapi-to-mcp\.yaml changed: nothing was written/);
  });

  it.each([["--check"], ["--dry-run"], ["-"]])("does not go with %s", (word) => {
    const { work } = workplace();
    expect(command(work, "openapi.yaml", "--watch", word)).toMatchObject({ code: 2, out: "" });
  });
});

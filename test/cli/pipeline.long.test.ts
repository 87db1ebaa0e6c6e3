/** `docs/ci.md`: its steps run, in a repository of Git, with the built command. */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { load } from "js-yaml";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readTree, repository } from "../golden/sample.ts";

const page = readFileSync("docs/ci.md", "utf8");
const shellSteps = new Map(
  [...page.matchAll(/```sh\n# (.*)\n([\s\S]*?)```/g)].map(([, name = "", script = ""]) => [name, script]),
);
const workflow = load(/```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? "") as {
  jobs: { server: { steps: { name?: string; run?: string; uses?: string; env?: Record<string, string> }[] } };
};
const jobSteps = new Map(workflow.jobs.server.steps.map(({ name = "", run = "" }) => [name, run]));

let folder = "";
let work = "";
let tools = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "pipeline-"));
  tools = join(folder, "tools");
  mkdirSync(tools);
  program("openapi-to-mcp", `exec "${process.execPath}" "${join(repository, "dist/main.js")}" "$@"`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function program(name: string, script: string): void {
  writeFileSync(join(tools, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(tools, name), 0o755);
}

/** As GitHub's runner and most others do: the first command that fails ends the step. */
function shell(script: string | undefined, environment: Record<string, string> = {}) {
  if (script === undefined || script === "") throw new Error("The page has no such step");
  const { status, stdout, stderr } = spawnSync(
    "bash",
    ["--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script],
    {
      cwd: work,
      encoding: "utf8",
      env: {
        PATH: `${tools}:${process.env["PATH"] ?? ""}`,
        HOME: folder,
        TMPDIR: folder,
        BASE: "main",
        GIT_CONFIG_NOSYSTEM: "1",
        ...environment,
      },
    },
  );
  return { code: status, out: stdout, err: stderr };
}

const step = (name: string, environment?: Record<string, string>) => shell(shellSteps.get(name), environment);

function git(...line: readonly string[]): void {
  const identity = ["-c", "user.name=Ann", "-c", "user.email=ann@example.com", "-c", "commit.gpgsign=false"];
  const { status, stderr } = spawnSync("git", [...identity, ...line], { cwd: work, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
}

function begin(name: string): void {
  work = join(folder, name);
  mkdirSync(work);
  cpSync("samples/petstore/openapi.yaml", join(work, "openapi.yaml"));
  git("init", "-q", "-b", "main");
  git("add", ".");
  git("commit", "-qm", "Document");
  git("branch", "empty");
  expect(shell("openapi-to-mcp openapi.yaml -o server -q").code).toBe(0);
  git("add", ".");
  git("commit", "-qm", "Server");
  git("checkout", "-qb", "change");
}

function edit(path: string, from: string, to: string): void {
  const text = readFileSync(join(work, path), "utf8");
  expect(text).toContain(from);
  writeFileSync(join(work, path), text.replace(from, to));
}

describe("the shell steps", () => {
  beforeAll(() => begin("shell"));

  it("are those that are tested here", () =>
    expect([...shellSteps.keys()]).toEqual([
      "pack",
      "pin",
      "regenerate",
      "check",
      "compare",
      "stop at major changes",
      "test",
    ]));

  it("pass where nothing changed, and leave the tree as it is", () => {
    const before = readTree(join(work, "server"));
    expect(step("check")).toMatchObject({ code: 0, err: expect.stringContaining("Up to date") as string });
    expect(step("regenerate").code).toBe(0);
    expect(step("stop at major changes").code).toBe(0);
    expect(readTree(join(work, "server"))).toEqual(before);
  });

  it("find a document that is ahead of its server, and a generated file that was edited", () => {
    edit("openapi.yaml", "operationId: deletePet", "x-mcp: { enabled: false }\n      operationId: deletePet");
    expect(step("check")).toMatchObject({ code: 1, err: expect.stringContaining("Out of date") as string });
    expect(step("regenerate").code).toBe(0);
    expect(step("check").code).toBe(0);
    edit("server/src/runtime/call/run.ts", "\n", "\n// mine\n");
    expect(step("check")).toMatchObject({
      code: 1,
      err: expect.stringContaining("edited  src/runtime/call/run.ts") as string,
    });
    expect(step("regenerate")).toMatchObject({ code: 1, err: expect.stringContaining("[edited-file]") as string });
    git("checkout", "-q", "--", "server/src/runtime/call/run.ts");
    expect(step("check").code).toBe(0);
  });

  it("write the comment, and stop at what is major", () => {
    expect(step("compare").code).toBe(0);
    const comment = readFileSync(join(work, "comment.md"), "utf8");
    expect(comment).toContain("**major**");
    expect(comment).toContain("| `delete_pet` | is no tool any more |");
    expect(step("stop at major changes").code).toBe(1);
    expect(step("compare", { BASE: "empty" }).code).toBe(0);
    expect(readFileSync(join(work, "comment.md"), "utf8")).toMatch(/^A new server/);
  });

  it("build the server and call it", () => {
    // The packages of this repository stand for those that would be fetched.
    program("npm", `if [ "$1" = install ]; then exit 0; fi\nPATH="${process.env["PATH"] ?? ""}" exec npm "$@"`);
    const link = join(work, "server/node_modules");
    symlinkSync(join(repository, "node_modules"), link);
    const { code, out, err } = step("test");
    unlinkSync(link);
    expect({ code, err: code === 0 ? "" : out + err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(/^# fail 0$|^ℹ fail 0$/m);
  });
});

describe("the workflow of GitHub Actions", () => {
  beforeAll(() => begin("workflow"));

  it("takes nothing from the pull request into a script", () => {
    for (const [name, run] of jobSteps) expect(run.includes("${{"), name).toBe(false);
  });

  it("runs: install, check, compare, comment", () => {
    program("npm", `printf '%s\\n' "$*" > "${folder}/npm.txt"`);
    program("gh", `printf '%s\\n' "$@" > "${folder}/gh.txt"`);
    const path = join(folder, "path.txt");
    const run = (name: string) => shell(jobSteps.get(name), { GITHUB_PATH: path, NUMBER: "7", GH_TOKEN: "none" });
    expect(run("Install the generator, as package-lock.json pins it").code).toBe(0);
    expect(readFileSync(join(folder, "npm.txt"), "utf8")).toBe("ci --no-audit --no-fund\n");
    expect(readFileSync(path, "utf8")).toBe(`${work}/node_modules/.bin\n`);
    expect(run("Check that the server is what the document says").code).toBe(0);
    edit("openapi.yaml", "youngest first", "oldest first");
    expect(run("Check that the server is what the document says").code).toBe(1);
    step("regenerate");
    expect(run("Compare with the server of the base").code).toBe(0);
    expect(readFileSync(join(work, "comment.md"), "utf8")).toContain("| `list_pets` | has another description");
    expect(run("Comment on the pull request").code).toBe(0);
    expect(readFileSync(join(folder, "gh.txt"), "utf8")).toBe(
      "pr\ncomment\n7\n--body-file\ncomment.md\n--edit-last\n--create-if-none\n",
    );
    expect(jobSteps.get("Test the server")).toBe(shellSteps.get("test"));
  });
});

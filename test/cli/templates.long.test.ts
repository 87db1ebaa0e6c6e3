/** `openapi-to-mcp templates`, and projects that are made with templates of the user's. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readTree, repository, sampleOf } from "../golden/sample.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "templates-command-"));
  cpSync(sampleOf("petstore").document, join(folder, "openapi.yaml"));
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(line: string, below = "."): Ended {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(repository, "dist/main.js"), ...line.split(" ").filter((word) => word !== "")],
    { cwd: join(folder, below), encoding: "utf8", env: { PATH: process.env["PATH"] } },
  );
  return { status, stdout, stderr };
}

const read = (path: string): string => readFileSync(join(folder, path), "utf8");
function put(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}
const ours = (path: string): string => readFileSync(join(repository, "templates", path), "utf8");

describe("templates list", () => {
  it("lists every template with its owner and kind", () => {
    const { status, stdout } = run("templates list");
    expect(status).toBe(0);
    const line = (path: string): string =>
      stdout
        .split("\n")
        .find((text) => text.startsWith(`  ${path} `))
        ?.replace(/ +/g, " ")
        .trim() ?? "";
    expect(line("README.md")).toBe("README.md once rendered once/README.md.hbs");
    expect(line("src/runtime/call/run.ts")).toBe(
      "src/runtime/call/run.ts each run copied always/src/runtime/call/run.ts",
    );
    expect(line(".gitignore")).toBe(".gitignore once copied once/_gitignore");
    expect(line("src/runtime/oauth.ts")).toContain("only with oauth");
    expect(stdout).not.toContain("types.d.ts");
  });

  it("says which are the user's, also in a project that is configured so", () => {
    put("mine/once/README.md", "# Mine\n");
    put("mine/always/extra.txt", "x\n");
    const json = (line: string, below?: string): readonly Record<string, unknown>[] =>
      JSON.parse(run(`templates list --json ${line}`, below).stdout) as readonly Record<string, unknown>[];
    const found = json("--templates mine");
    expect(found.find(({ path }) => path === "README.md")).toEqual({
      template: "once/README.md.hbs",
      path: "README.md",
      owner: "user",
      rendered: false,
      replacedBy: "mine/once/README.md",
    });
    expect(found.at(-1)).toEqual({
      path: "extra.txt",
      owner: "generator",
      rendered: false,
      replacedBy: "mine/always/extra.txt",
    });
    expect(run("openapi.yaml -o server --templates mine").status).toBe(0);
    expect(json("README.md", "server")[0]).toMatchObject({ replacedBy: "../mine/once/README.md" });
  });
});

describe("templates eject", () => {
  it("copies all, with originals, and none twice", () => {
    const first = run("templates eject");
    expect(first.status).toBe(0);
    expect(first.stderr).toContain("openapi-to-mcp <document> --templates templates");
    const tree = readTree(join(folder, "templates"));
    expect(tree.get("always/src/runtime/call/run.ts")).toBe(ours("always/src/runtime/call/run.ts"));
    expect(tree.get(".base/once/README.md.hbs")).toBe(ours("once/README.md.hbs"));
    expect(run("templates eject").stderr).toContain("0 templates written");
    expect(readTree(join(folder, "templates"))).toEqual(tree);
  });

  it("copies by path in the project, path of the template, folder and glob", () => {
    expect(run("templates eject README.md once/Dockerfile clients src/runtime/node/resp*.ts -o mine").status).toBe(0);
    const copied = [...readTree(join(folder, "mine")).keys()].filter((path) => !path.startsWith(".base/"));
    expect(copied).toEqual([
      "always/src/runtime/node/response-body.ts",
      "once/Dockerfile",
      "once/README.md.hbs",
      "once/clients/codex.toml.hbs",
      "once/clients/goose.yaml.hbs",
      "once/clients/http/codex.toml.hbs",
      "once/clients/http/goose.yaml.hbs",
    ]);
  });

  it("overwrites nothing without --force, and then nothing at all", () => {
    put("templates/once/README.md.hbs", "mine\n");
    const refused = run("templates eject README.md Dockerfile");
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('error "once/README.md.hbs" exists already, and differs [existing-file]');
    expect([...readTree(join(folder, "templates")).keys()]).toEqual(["once/README.md.hbs"]);
    expect(run("templates eject README.md Dockerfile --force").status).toBe(0);
    expect(read("templates/once/README.md.hbs")).toBe(ours("once/README.md.hbs"));
  });

  it("goes through no link", () => {
    mkdirSync(join(folder, "elsewhere"));
    mkdirSync(join(folder, "templates"));
    symlinkSync(join(folder, "elsewhere"), join(folder, "templates/once"));
    const refused = run("templates eject README.md");
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain("[unsafe-path]");
    expect(readTree(join(folder, "elsewhere")).size).toBe(0);
  });

  it.each([
    ["templates", "Say what to do with the templates: list or eject\n"],
    ["templates remove", "Say what to do with the templates: list or eject, not remove\n"],
    ["templates eject READM.md", 'There is no template "READM.md"; did you mean "README.md"?\n'],
    ["templates list -o elsewhere", "--output goes with eject, not with list\n"],
    ["templates list --base", "--base goes with eject, not with list\n"],
    ["templates list nothing*", 'There is no template "nothing*"\n'],
  ])("%s is no command line", (line, message) => {
    const { status, stderr } = run(line);
    expect(status).toBe(2);
    expect(stderr).toBe(`${message}Run openapi-to-mcp templates --help for what it takes.\n`);
  });
});

describe("a project with templates of the user's", () => {
  it("is generated again without flags, elsewhere too, to the same bytes", () => {
    run("templates eject README.md -o house");
    put("house/once/README.md.hbs", "# {{text title}}, by the house\n");
    put("house/always/NOTICE.hbs", "{{toolCount}} tools\n");
    expect(run("openapi.yaml -o server --templates house").stderr).not.toContain("warning");
    const tree = readTree(join(folder, "server"));
    expect(tree.get("README.md")).toBe("# Pet Store, by the house\n");
    expect(tree.get("openapi-to-mcp.yaml")).toContain('templates: "../house"');
    expect(run("", "server").stderr).toContain("0 added, 0 changed, 0 removed");
    const moved = mkdtempSync(join(tmpdir(), "moved-"));
    try {
      cpSync(folder, join(moved, "a/b"), { recursive: true });
      const { status } = spawnSync(process.execPath, [join(repository, "dist/main.js"), "-q"], {
        cwd: join(moved, "a/b/server"),
      });
      expect(status).toBe(0);
      expect(readTree(join(moved, "a/b/server"))).toEqual(tree);
    } finally {
      rmSync(moved, { recursive: true });
    }
  });

  it("tells a fault with template, line and column, and leaves the project as it was", () => {
    expect(run("openapi.yaml -o server").status).toBe(0);
    const tree = readTree(join(folder, "server"));
    put("house/once/README.md.hbs", "# A\n\nSee {{code tool.name}}\n");
    const { status, stderr } = run("openapi.yaml -o server --templates house");
    expect(status).toBe(1);
    expect(stderr).toContain('error There is no "tool"; did you mean "tools"? There is: title, ');
    expect(stderr).toContain("(column 12) [invalid-template]\n  at house/once/README.md.hbs:3\n");
    expect(stderr).not.toMatch(/\n\s+at .*\.js/);
    expect(readTree(join(folder, "server"))).toEqual(tree);
  });

  it("hears of a change of the generator's own, with the difference, until it says that it has it", () => {
    run("templates eject README.md -o house");
    const former = ours("once/README.md.hbs").replace("## Deploy it", "## Ship it");
    put("house/.base/once/README.md.hbs", former);
    put("house/once/README.md.hbs", former);
    const told = run("openapi.yaml -o server --templates house").stderr;
    expect(told).toContain(
      `warning The generator's own template "once/README.md.hbs" changed since yours was made of it\n`,
    );
    expect(told).toContain("    -## Ship it\n    +## Deploy it\n");
    expect(told).toContain("at house/once/README.md.hbs\n");
    expect(run("", "server").stderr).toContain("[changed-template]");
    expect(run("templates eject --base", "server").stderr).toContain(
      "1 original brought up to date in ../house/.base.",
    );
    expect(read("house/once/README.md.hbs")).toBe(former);
    expect(run("", "server").stderr).not.toContain("[changed-template]");
  });
});

/** The first lines of the README and of `docs/ci.md`, as they stand there, on a machine that has nothing but npm. */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, sep } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { repository } from "../golden/sample.ts";

const manifest = JSON.parse(readFileSync("package.json", "utf8")) as { name: string; version: string };
const packed = `${manifest.name}-${manifest.version}.tgz`;

let machine = "";
beforeAll(() => void (machine = mkdtempSync(join(tmpdir(), "openapi-to-mcp-machine-"))));
afterAll(() => rmSync(machine, { recursive: true, force: true }));

/** What a clone holds: the files of this repository without those that were installed or made here. */
function clone(name: string): string {
  const made = ["node_modules", "dist", "demo-server", ".git", ".ci/results"].map((path) => join(repository, path));
  const folder = join(machine, name);
  cpSync(repository, folder, {
    recursive: true,
    filter: (path) => !made.some((other) => path === other || path.startsWith(other + sep)) && !path.endsWith(".tgz"),
  });
  return folder;
}

/** A shell of a user who has no package of npm's, neither installed nor kept. */
function shell(script: string, cwd: string): { code: number | null; out: string; err: string } {
  const prefix = join(machine, "prefix");
  // What npm tells the scripts that it runs, these tests among them, is no setting of this user's.
  const rest = Object.entries(process.env).filter(
    ([name]) => !/^npm_/i.test(name) || /registry|proxy|cafile/i.test(name),
  );
  const { status, stdout, stderr } = spawnSync("bash", ["--noprofile", "--norc", "-e", "-c", script], {
    cwd,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    input: "",
    env: {
      ...Object.fromEntries(rest),
      PATH: [join(prefix, "bin"), process.env["PATH"]].join(delimiter),
      NPM_CONFIG_PREFIX: prefix,
      NPM_CONFIG_CACHE: join(machine, "cache"),
      NPM_CONFIG_UPDATE_NOTIFIER: "false",
    },
  });
  return { code: status, out: stdout, err: stderr };
}

function blockOf(page: string, from: string): string {
  const text = readFileSync(page, "utf8");
  return /```sh\n([\s\S]*?)```/.exec(text.slice(text.indexOf(from)))?.[1] ?? "";
}

describe("a fresh clone", () => {
  it("gives the command, a server and its build by the README's first lines", () => {
    const folder = clone("clone");
    const script = blockOf("README.md", "In a clone of this repository");
    expect(script).toMatch(/^npm install --global \.\nopenapi-to-mcp /);
    const ran = shell(script, folder);
    expect({ ...ran, err: ran.code === 0 ? "" : ran.err }).toMatchObject({ code: 0, err: "" });
    expect(ran.err).toContain("Wrote pet-store to ../server");
    expect(existsSync(join(machine, "server/dist/main.js"))).toBe(true);
    expect(shell("openapi-to-mcp --version", machine).out).toBe(`${manifest.version}\n`);
  });

  it("can be packed, and the packed file pins the command in another repository", () => {
    const folder = clone("packed");
    const pack = shell(blockOf("docs/ci.md", "In a checkout of the generator"), folder);
    expect({ code: pack.code, err: pack.code === 0 ? "" : pack.err }).toEqual({ code: 0, err: "" });
    expect(readdirSync(folder)).toContain(packed);

    const work = join(machine, "work");
    mkdirSync(join(work, "tools"), { recursive: true });
    renameSync(join(folder, packed), join(work, "tools", packed));
    const pin = blockOf("docs/ci.md", "Move the file into your repository");
    expect(pin).toContain(`./tools/${packed}`);
    expect(shell(`npm init --yes >/dev/null && ${pin}`, work).code).toBe(0);
    rmSync(join(work, "node_modules"), { recursive: true });
    const install = shell(`npm ci --no-audit --no-fund\nnode_modules/.bin/openapi-to-mcp --version`, work);
    expect(install).toMatchObject({ code: 0, out: expect.stringMatching(`\n${manifest.version}\n$`) as string });
    const lock = JSON.parse(readFileSync(join(work, "package-lock.json"), "utf8")) as {
      packages: Record<string, { resolved?: string; integrity?: string }>;
    };
    expect(lock.packages[`node_modules/${manifest.name}`]).toMatchObject({
      resolved: `file:tools/${packed}`,
      integrity: expect.stringMatching(/^sha512-/) as string,
    });
    // The packed copy, not a link to the checkout.
    expect(existsSync(join(work, `node_modules/${manifest.name}/src`))).toBe(false);
  });
});

/** `--runtime package`: what this repository packs, from a registry on loopback, is the runtime of an emitted project. */
import { execFile, execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generate } from "../../src/generate.ts";
import type { FileSet } from "../../src/project/files.ts";
import { version } from "../../src/base/version.ts";
import { runtimePackage } from "../../src/project/runtime-package.ts";
import { runStages, stagesOf } from "../deploy/dockerfile.ts";
import { readTree, repository, sampleOf } from "../golden/sample.ts";
import { type LoopbackRegistry, startRegistry } from "./loopback-registry.ts";

const run = promisify(execFile);
const registryToken = "token-of-the-registry-7d02";

let work: string;
let published: LoopbackRegistry;

beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), "runtime-package-"));
  published = await startRegistry();
  await npm(repository, "run", "pack:runtime");
  await publish(join(repository, "dist/runtime-package"));
});

afterAll(async () => {
  await published.close();
  rmSync(work, { recursive: true });
});

/** The scope is this registry's alone, as docs/runtime-package.md has it; all other packages come from where they do. */
const scoped = (): string => `${runtimePackage.split("/")[0]}:registry=${published.url}\n`;

/** What npm says. This process is the registry, so that it must not wait for npm in the meantime. */
async function npm(folder: string, ...line: readonly string[]): Promise<string> {
  const { stdout } = await run("npm", line, {
    cwd: folder,
    env: { ...process.env, npm_config_cache: join(work, "cache") },
    shell: process.platform === "win32",
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}

/** The registry takes whatever comes, but npm sends nothing without a token. */
async function publish(folder: string): Promise<void> {
  const settings = join(work, "publish.npmrc");
  writeFileSync(settings, `${scoped()}${published.url.replace("http:", "")}:_authToken=any\n`);
  await npm(folder, "publish", "--userconfig", settings);
}

function write(files: FileSet, name: string): string {
  const folder = join(work, name);
  for (const { path, text } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  writeFileSync(join(folder, ".npmrc"), scoped());
  return folder;
}

/** What the server says of its version. */
const said = (folder: string): string =>
  execFileSync(process.execPath, [join(folder, "dist/main.js"), "--version"], { encoding: "utf8" });

describe("a project whose runtime is a package", () => {
  it("is the owner's files, the data and the types, and passes its own tests; a fix is npm update", async () => {
    const { files } = await generate({ inputs: [sampleOf("petstore").document], runtime: "package" });
    expect(files.filter(({ path }) => path.startsWith("src/runtime/"))).toEqual([]);
    const folder = write(files, "petstore");
    await npm(folder, "install", "--ignore-scripts", "--no-audit", "--no-fund");
    expect(await npm(folder, "test")).toMatch(/# fail 0|fail 0/);
    expect(said(folder)).toMatch(`(runtime ${version})`);

    // A security fix of the runtime: a patch of the same package.
    const fixed = join(work, "fixed");
    cpSync(join(repository, "dist/runtime-package"), fixed, { recursive: true });
    const patch = version.replace(/\d+$/, (last) => String(Number(last) + 1));
    for (const name of ["package.json", "version.js"])
      writeFileSync(join(fixed, name), readFileSync(join(fixed, name), "utf8").replace(`"${version}"`, `"${patch}"`));
    await publish(fixed);
    await npm(folder, "update", "--ignore-scripts", "--no-audit", "--no-fund");
    const { version: taken } = JSON.parse(
      readFileSync(join(folder, "node_modules", runtimePackage, "package.json"), "utf8"),
    ) as { version: string };
    expect(taken).toBe(patch);
    expect(said(folder)).toMatch(`(runtime ${patch})`);
  });

  it("becomes an image by its Dockerfile, with the settings of the registry as a secret of the build", async () => {
    const { files } = await generate({ inputs: [sampleOf("petstore").document], runtime: "package" });
    const context = write(files, "context");
    const settings = join(work, "npmrc");
    writeFileSync(settings, `${scoped()}${published.url.replace("http:", "")}:_authToken=${registryToken}\n`);
    rmSync(join(context, ".npmrc"));
    const stages = stagesOf(readFileSync(join(context, "Dockerfile"), "utf8"));
    const app = await runStages(stages, context, join(work, "layers"), settings);
    expect(said(app)).toMatch(/\(runtime \d+\.\d+\.\d+\)/);
    const layers = [...readTree(join(work, "layers"))];
    expect(layers.filter(([, text]) => text.includes(registryToken)).map(([path]) => path)).toEqual([]);
  });
});

/** A copy of the repository in which files may be broken. */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

export const repository = join(dirname(fileURLToPath(import.meta.url)), "../..");

/**
 * In place of the compiler that tests run on emitted projects: it only takes the types away, so that a mutant is
 * noticed by a test and not by its types, and a test of an emitted server takes a second less.
 */
const compiler = `const { existsSync, readdirSync, readFileSync, statSync } = require("node:fs");
const { dirname, join } = require("node:path");
const esbuild = require(${JSON.stringify(join(repository, "node_modules/esbuild"))});
const at = process.argv.indexOf("-p");
const project = at === -1 ? "." : process.argv[at + 1];
const file = existsSync(project) && statSync(project).isDirectory() ? join(project, "tsconfig.json") : project;
const options = {};
for (let next = file; next !== undefined; ) {
  const read = JSON.parse(readFileSync(next, "utf8"));
  for (const [name, value] of Object.entries(read.compilerOptions ?? {})) options[name] ??= value;
  next = read.extends === undefined ? undefined : join(dirname(next), read.extends);
}
if (!options.noEmit && !process.argv.includes("--noEmit")) {
  const root = join(dirname(file), options.rootDir ?? "src");
  const entryPoints = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\\.ts$/.test(entry.name) && !/\\.d\\.ts$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.includes("node_modules"));
  esbuild.buildSync({ entryPoints, outbase: root, outdir: join(dirname(file), options.outDir ?? "dist"), format: "esm", target: "es2022" });
}
`;

/** Makes the copy; `remove` takes it away. */
export function copyRepository() {
  const folder = mkdtempSync(join(tmpdir(), "mutants-"));
  const tracked = execFileSync("git", ["ls-files", "-z"], { cwd: repository, encoding: "utf8" }).split("\0");
  for (const file of tracked.filter((path) => path !== "" && existsSync(join(repository, path))))
    cpSync(join(repository, file), join(folder, file));
  if (existsSync(join(repository, "dist"))) cpSync(join(repository, "dist"), join(folder, "dist"), { recursive: true });
  mkdirSync(join(folder, "node_modules"));
  for (const name of readdirSync(join(repository, "node_modules")))
    if (name !== "typescript") symlinkSync(join(repository, "node_modules", name), join(folder, "node_modules", name));
  const typescript = join(folder, "node_modules/typescript");
  mkdirSync(join(typescript, "bin"), { recursive: true });
  cpSync(join(repository, "node_modules/typescript/package.json"), join(typescript, "package.json"));
  writeFileSync(join(typescript, "bin/tsc.cjs"), compiler);
  writeFileSync(join(typescript, "bin/tsc"), 'import "./tsc.cjs";\n');
  mkdirSync(join(folder, "scratch"));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }) };
}

/** Builds the command of a copy anew, as `npm run build` does. */
export async function buildCommand(folder) {
  await build({
    absWorkingDir: folder,
    entryPoints: ["src/cli/main.ts", "src/index.ts"],
    outdir: "dist",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    packages: "external",
    entryNames: "[name]",
    chunkNames: "[name]-[hash]",
    logLevel: "silent",
  });
}

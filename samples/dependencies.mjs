/**
 * Writes `templates/package-lock.json`: every package that an emitted project installs, to the last one, by version and
 * hash, as npm finds them. Run `npm run dependencies` after a change of `src/project/dependencies.ts`. The addresses of
 * the registry are left out: npm looks each package up in the registry that its user has set.
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generate } from "../dist/index.js";

/** Optional parts that bring packages. */
const withPackages = ["authorization", "cache", "jmespath", "jsonpath", "oauth", "redis", "telemetry"];
const work = mkdtempSync(join(tmpdir(), "dependencies-"));
try {
  const document = join(import.meta.dirname, "petstore/openapi.yaml");
  const { files } = await generate({ inputs: [document], features: withPackages });
  const { dependencies, devDependencies } = JSON.parse(files.find(({ path }) => path === "package.json").text);
  writeFileSync(join(work, "package.json"), JSON.stringify({ private: true, dependencies, devDependencies }));
  // From the versions that this repository tests with.
  copyFileSync(join(import.meta.dirname, "../package-lock.json"), join(work, "package-lock.json"));
  const line = ["install", "--package-lock-only", "--ignore-scripts", "--omit-lockfile-registry-resolved"];
  execFileSync("npm", [...line, "--no-audit", "--no-fund"], { cwd: work, shell: process.platform === "win32" });
  const { lockfileVersion, requires, packages } = JSON.parse(readFileSync(join(work, "package-lock.json"), "utf8"));
  const { "": _own, ...found } = packages;
  const text = JSON.stringify({ lockfileVersion, requires, packages: found }, null, 2);
  writeFileSync(join(import.meta.dirname, "../templates/package-lock.json"), `${text}\n`);
} finally {
  rmSync(work, { recursive: true, force: true });
}

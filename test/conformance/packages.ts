/** Programs that only tests need, from the package registry: installed once, into a cache that git ignores. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { repository } from "../golden/sample.ts";

/**
 * The folder of a package at an exact version, with others that it needs beside it, as `name@version`.
 *
 * @throws Error when it can be had from nowhere
 */
export function installed(name: string, version: string, others: readonly string[] = []): string {
  const label = [`${name}@${version}`, ...others].join(",").replaceAll("/", "+");
  const folder = join(repository, "node_modules/.cache/openapi-to-mcp", label);
  if (!existsSync(folder)) {
    // In a folder of its own first: one that was interrupted is not taken for a whole one, and suites do not share it.
    mkdirSync(dirname(folder), { recursive: true });
    const fresh = mkdtempSync(`${folder}.`);
    writeFileSync(join(fresh, "package.json"), '{ "private": true }\n');
    execFileSync("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error", `${name}@${version}`, ...others], {
      cwd: fresh,
      stdio: "pipe",
      shell: process.platform === "win32",
    });
    try {
      renameSync(fresh, folder);
    } catch (error) {
      // Another suite was faster: the two are the same.
      rmSync(fresh, { recursive: true });
      if (!existsSync(folder)) throw error;
    }
  }
  return join(folder, "node_modules", name);
}

/** The program of a version of Node.js. */
export function nodeOf(version: string): string {
  const platform = process.platform === "win32" ? "win" : process.platform;
  const program = platform === "win" ? "bin/node.exe" : "bin/node";
  return join(installed(`node-${platform}-${process.arch}`, version), program);
}

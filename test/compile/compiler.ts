/** Projects made to run: checked by the compiler as their owners would, or as fast as may be. */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";

/** What the compiler says; empty when all is well. */
export function compile(folder: string, project: string): string {
  const tsc = new URL("../../node_modules/typescript/bin/tsc", import.meta.url).pathname;
  const { stdout, status } = spawnSync(process.execPath, [tsc, "-p", project], { cwd: folder, encoding: "utf8" });
  return status === 0 ? "" : stdout;
}

/**
 * The sources of a project as what Node.js runs, each where the compiler would put it. Their types are not read: that
 * takes the compiler two seconds of the processor, and `compile.long.test.ts` has it read every sample.
 */
export function transpile(folder: string): void {
  const source = join(folder, "src");
  const paths = readdirSync(source, { recursive: true, encoding: "utf8" });
  buildSync({
    absWorkingDir: source,
    entryPoints: paths.filter((path) => path.endsWith(".ts") && !path.endsWith(".d.ts")),
    outdir: join(folder, "dist"),
    outbase: source,
    format: "esm",
    target: "es2022",
  });
}

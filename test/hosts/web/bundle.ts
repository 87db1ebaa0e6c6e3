/** A project as one file for a platform without Node.js: the owner's files, the data, the core, and the Worker's host. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { build } from "esbuild";
import { transpile } from "../../compile/compiler.ts";
import { repository } from "../../golden/sample.ts";

/** What Node.js has beside the web standard: no file of the bundle sees it. */
const hidden = ["process", "Buffer", "global", "setImmediate", "clearImmediate", "require", "module", "exports"];

export interface Bundle {
  readonly path: string;
  /** Files that are in it, by their paths from the project's folder; with a link, by where that leads. */
  readonly inputs: readonly string[];
  /** Modules that it asks the platform for. */
  readonly external: readonly string[];
}

/** @param folder of a generated project that has the part for Workers */
export async function bundleForWeb(folder: string): Promise<Bundle> {
  transpile(folder);
  // The rest of `npm run build:worker`.
  execFileSync(process.execPath, [join(folder, "worker/data.mjs")]);
  const path = join(folder, "worker.mjs");
  const { metafile } = await build({
    entryPoints: [join(folder, "dist/worker.js")],
    outfile: path,
    bundle: true,
    format: "esm",
    banner: { js: `const ${hidden.map((name) => `${name} = undefined`).join(", ")};` },
    platform: "neutral",
    conditions: ["workerd", "worker", "browser", "module"],
    mainFields: ["module", "main"],
    external: ["node:*"],
    absWorkingDir: folder,
    nodePaths: [join(repository, "node_modules")],
    metafile: true,
    logLevel: "silent",
  });
  const external = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path));
  return { path, inputs: Object.keys(metafile.inputs), external };
}

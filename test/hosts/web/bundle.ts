/** A project as one file for a platform without Node.js: the owner's files, the data, the core, and the host beside this. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { readTree, repository } from "../../golden/sample.ts";

/** What Node.js has beside the web standard: no file of the bundle sees it. */
const hidden = ["process", "Buffer", "global", "setImmediate", "clearImmediate", "require", "module", "exports"];

export interface Bundle {
  readonly path: string;
  /** Files that are in it, by their paths from the project's folder; with a link, by where that leads. */
  readonly inputs: readonly string[];
  /** Modules that it asks the platform for. */
  readonly external: readonly string[];
}

/** @param folder of a generated project */
export async function bundleForWeb(folder: string): Promise<Bundle> {
  const source = join(folder, "src");
  for (const name of ["host.ts", "worker.ts"]) {
    // The same runtime, where it was emitted.
    const text = readFileSync(join(import.meta.dirname, name), "utf8");
    writeFileSync(join(source, name), text.replaceAll("../../../templates/always/src/", "./"));
  }
  const data = [...readTree(join(source, "generated")).keys()].filter(
    (path) => path.endsWith(".json") && !path.endsWith(".schema.json"),
  );
  writeFileSync(
    join(source, "entry.ts"),
    [
      ...["access", "auth", "custom"].map((name) => `import * as ${name} from "./${name}.js";`),
      'import { parts } from "./generated/parts.js";',
      'import { rateLimiting } from "./rate-limit.js";',
      'import { createWorker } from "./worker.js";',
      ...data.map((path, index) => `import file${index} from "./generated/${path}";`),
      "const owner = { ...access, ...auth, ...custom, rateLimiting };",
      `const files = new Map([${data.map((path, index) => `[${JSON.stringify(path)}, file${index}]`).join(", ")}]);`,
      "export default createWorker(owner, files, parts);",
    ].join("\n"),
  );
  const path = join(folder, "worker.mjs");
  const { metafile } = await build({
    entryPoints: [join(source, "entry.ts")],
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

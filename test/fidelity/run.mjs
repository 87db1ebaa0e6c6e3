/** Bundles the judge with a copy of the templates into the cache, and runs it there with the same arguments. */
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const repository = fileURLToPath(new URL("../../", import.meta.url));
// A copy, so that whoever edits a template meanwhile does not change what is judged.
const folder = join(repository, "node_modules/.cache/openapi-to-mcp", `fidelity-${process.pid}`);
mkdirSync(join(folder, "test/fidelity"), { recursive: true });
cpSync(join(repository, "templates"), join(folder, "templates"), { recursive: true });
cpSync(join(repository, "test/fidelity/prism-server.cjs"), join(folder, "test/fidelity/prism-server.cjs"));
for (const name of ["package.json", "samples", "node_modules"]) symlinkSync(join(repository, name), join(folder, name));
const outfile = join(folder, "test/fidelity/main.js");
await build({
  entryPoints: [join(repository, "test/fidelity/main.ts")],
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  packages: "external",
  outfile,
  logLevel: "warning",
  // Modules find the templates from where they lie; in a bundle they all lie where it does.
  define: { "import.meta.url": JSON.stringify(pathToFileURL(outfile).href) },
});
const child = spawn(process.execPath, [outfile, ...process.argv.slice(2)], {
  stdio: "inherit",
  env: {
    ...process.env,
    OPENAPI_CORPUS: resolve(repository, process.env.OPENAPI_CORPUS ?? "../shared/specs"),
    FIDELITY_KNOWN: join(repository, "test/fidelity/known-failures.json"),
  },
});
child.once("exit", (code) => {
  rmSync(folder, { recursive: true, force: true });
  process.exitCode = code ?? 1;
});

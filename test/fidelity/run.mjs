/** Bundles the judge into the cache and runs it with the same arguments. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const main = new URL("main.ts", import.meta.url);
const outfile = fileURLToPath(
  new URL(`../../node_modules/.cache/openapi-to-mcp/fidelity-${process.pid}.mjs`, import.meta.url),
);
await build({
  entryPoints: [fileURLToPath(main)],
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  packages: "external",
  outfile,
  logLevel: "warning",
  // Modules find the templates and the corpus from where they lie; a bundle lies elsewhere.
  define: { "import.meta.url": JSON.stringify(main.href) },
});
const child = spawn(process.execPath, [outfile, ...process.argv.slice(2)], { stdio: "inherit" });
child.once("exit", (code) => {
  process.exitCode = code ?? 1;
});

/**
 * Writes the golden trees: what each sample compiles to. Run `npm run golden` after a change of what is emitted, and
 * read the difference before you commit it.
 */
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const repository = dirname(dirname(fileURLToPath(import.meta.url)));
// As deep as its source, which looks for the repository from where it lies.
const outfile = join(repository, "dist/golden/update.mjs");
await build({
  entryPoints: [join(repository, "test/golden/update.ts")],
  outfile,
  bundle: true,
  packages: "external",
  platform: "node",
  format: "esm",
  logLevel: "warning",
});
await import(pathToFileURL(outfile).href);

/**
 * Writes the golden tree of each sample: `samples/<name>/expected/` is the project that its document compiles to,
 * without `src/runtime/`, which is the same in every project. Run `npm run golden` after a change of what is emitted,
 * and read the difference before you commit it.
 */
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { format } from "prettier";
import { generate } from "../dist/index.js";

const folder = dirname(fileURLToPath(import.meta.url));

for (const name of readdirSync(folder)) {
  const document = ["openapi.yaml", "swagger.json"].find((file) => existsSync(join(folder, name, file)));
  if (document === undefined) continue;
  const { files } = await generate({
    inputs: [join(folder, name, document)],
    recordedInputs: [`../${document}`],
  });
  const expected = join(folder, name, "expected");
  rmSync(expected, { recursive: true, force: true });
  for (const { path, text } of files) {
    if (path.startsWith("src/runtime/")) continue;
    const target = join(expected, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, path === "openapi-to-mcp.lock.json" ? await withoutRuntime(text) : text);
  }
  console.log(`samples/${name}/expected`);
}

/** The lock without the hashes of the runtime: else each change there would change every golden tree. */
async function withoutRuntime(text) {
  const lock = JSON.parse(text);
  const files = lock.files.filter(({ path }) => !path.startsWith("src/runtime/"));
  return format(JSON.stringify({ ...lock, files }, null, 2), { parser: "json" });
}

/**
 * Writes the golden tree of each sample: `samples/<name>/expected/` is the project that its document compiles to,
 * without `src/runtime/`, which is the same in every project. Run `npm run golden` after a change of what is emitted,
 * and read the difference before you commit it.
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { format } from "prettier";
import { generate } from "../dist/index.js";

const folder = dirname(fileURLToPath(import.meta.url));

for (const name of readdirSync(folder)) {
  const document = ["openapi.yaml", "swagger.json"].find((file) => existsSync(join(folder, name, file)));
  if (document === undefined) continue;
  const files = existsSync(join(folder, name, "openapi-to-mcp.yaml"))
    ? await configured(join(folder, name))
    : (await generate({ inputs: [join(folder, name, document)], recordedInputs: [`../${document}`] })).files;
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

/** What the command makes of a configuration file; the project lies in a folder below it. */
async function configured(sample) {
  const work = mkdtempSync(join(tmpdir(), "sample-"));
  try {
    cpSync(sample, work, { recursive: true, filter: (path) => !path.startsWith(join(sample, "expected")) });
    const command = [join(folder, "../dist/main.js"), "-c", "openapi-to-mcp.yaml", "-o", "expected", "-q"];
    const { status, stderr } = spawnSync(process.execPath, command, { cwd: work, encoding: "utf8" });
    if (status !== 0) throw new Error(stderr);
    const project = join(work, "expected");
    return readdirSync(project, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => ({ path: relative(project, path).replaceAll("\\", "/"), text: readFileSync(path, "utf8") }));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The lock without the hashes of the runtime: else each change there would change every golden tree. */
async function withoutRuntime(text) {
  const lock = JSON.parse(text);
  const files = lock.files.filter(({ path }) => !path.startsWith("src/runtime/"));
  return format(JSON.stringify({ ...lock, files }, null, 2), { parser: "json" });
}

/**
 * `npm run build:worker`: the data of this server as a module, `dist/generated/data.js`, for platforms that have no
 * files. What bundles the Worker takes it in. This file is yours.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";

const folder = join(import.meta.dirname, "..");
const generated = join(folder, "src", "generated");
const files = readdirSync(generated, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith(".json"))
  .map((entry) => join(entry.parentPath, entry.name))
  // The schema of the configuration, and examples for the mock.
  .filter((path) => !/(?:\.schema|[\\/]examples)\.json$/.test(path))
  .sort();
const texts = files.map((path) => [
  relative(generated, path).replaceAll("\\", "/"),
  JSON.stringify(JSON.parse(readFileSync(path, "utf8"))),
]);
writeFileSync(
  join(folder, "dist", "generated", "data.js"),
  `export default ${JSON.stringify(Object.fromEntries(texts))};\n`,
);

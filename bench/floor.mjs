/** The least that generation could be: parses a document (where it is JSON) and writes the texts of a project. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const [document, project, target] = process.argv.slice(2);
const text = readFileSync(document, "utf8");
if (/^\s*\{/.test(text)) JSON.parse(text);
for (const entry of readdirSync(project, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile()) continue;
  const path = join(entry.parentPath, entry.name);
  const copy = join(target, path.slice(project.length));
  mkdirSync(dirname(copy), { recursive: true });
  writeFileSync(copy, readFileSync(path, "utf8"));
}

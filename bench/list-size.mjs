/**
 * Prints the bytes of `tools/list` with all tools, whole, and as it is listed: `node bench/list-size.mjs [name …]`, after `npm run build`.
 *
 * A name is a file, or part of the path of a document below OPENAPI_CORPUS (by default `../shared/specs` beside the
 * repository). Without names, the large documents there; without a corpus, a document that is made up.
 */
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { generate } from "../dist/index.js";
import { syntheticDocument } from "./document.mjs";

const repository = fileURLToPath(new URL("../", import.meta.url));
const corpus = resolve(repository, process.env.OPENAPI_CORPUS ?? "../shared/specs");
const names = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "openapi-to-mcp-bench-"));

try {
  console.log(
    `${"document".padEnd(40)}${["tools", "whole", "per tool", "prose", "largest", "listed", "tokens"].map(cell).join("")}`,
  );
  for (const [name, path] of documents()) await measure(name, path);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Documents by the name that they are printed with. */
function documents() {
  const files = names.filter((name) => existsSync(name)).map((name) => [name, resolve(name)]);
  const parts = names.length === 0 ? ["large/"] : names.filter((name) => !existsSync(name));
  const known = existsSync(corpus) ? readdirSync(corpus, { recursive: true }) : [];
  const found = known
    .filter((file) => /\.(?:json|ya?ml)$/.test(file) && parts.some((part) => file.includes(part)))
    .sort()
    .map((file) => [file, join(corpus, file)]);
  if (files.length + found.length > 0) return [...files, ...found];
  const path = join(folder, "synthetic.json");
  writeFileSync(path, JSON.stringify(syntheticDocument(1_200)));
  return [["made up", path]];
}

async function measure(name, path) {
  const { model } = await generate({ inputs: [path], list: { mode: "all" } });
  const listings = model.apis.flatMap(({ groups }) =>
    groups.flatMap(({ tools }) => tools.map(({ listing }) => listing)),
  );
  const sizes = listings.map((listing) => Buffer.byteLength(JSON.stringify(listing)));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  const prose = listings.reduce((sum, listing) => sum + proseOf(listing), 0);
  const figures = [
    listings.length,
    bytes,
    Math.round(bytes / listings.length),
    `${Math.round((100 * prose) / bytes)} %`,
  ];
  console.log(
    `${name.padEnd(40)}${[...figures, Math.max(...sizes), model.plan.cost.bytes, model.plan.cost.tokens].map(cell).join("")}`,
  );
}

/** Characters of descriptions, wherever they stand. */
function proseOf(value) {
  if (typeof value !== "object" || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [key, entry]) => sum + (key === "description" && typeof entry === "string" ? entry.length : proseOf(entry)),
    0,
  );
}

function cell(value) {
  return String(value).padStart(11);
}

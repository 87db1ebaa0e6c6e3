/**
 * Compares the generation of a project with its floor: reading and parsing the same document, and writing the same
 * files; and with itself, where the project is there and nothing has changed ("unchanged", as a ratio to the first run).
 * All run as processes of their own, in turn, so that they meet the same machine; the least of each counts.
 *
 * `npm run bench -- [document] [--runs N]`; without a document, one of 1,200 operations is made up. Nothing here fails:
 * the figures are for people to compare.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { syntheticDocument } from "./document.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: "string", default: "5" } },
});
const program = fileURLToPath(new URL("../dist/main.js", import.meta.url));
const floor = fileURLToPath(new URL("floor.mjs", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "openapi-to-mcp-bench-"));

try {
  const document = positionals[0] === undefined ? writeDocument() : resolve(positionals[0]);
  const project = join(folder, "project");
  measure([program, document, "-o", project, "-q"]);
  const runs = Math.max(1, Number(values.runs) || 1);
  const generation = [];
  const again = [];
  const least = [];
  for (let run = 0; run < runs; run += 1) {
    generation.push(measure([program, document, "-o", join(folder, `generated-${run}`), "-q"]));
    again.push(measure([program, document, "-o", project, "-q"]));
    least.push(measure([floor, document, project, join(folder, `written-${run}`)]));
  }
  report(document, project, { generation, again, least });
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function writeDocument() {
  const path = join(folder, "synthetic.json");
  writeFileSync(path, JSON.stringify(syntheticDocument(1_200), null, 2));
  return path;
}

/** Runs a program of Node.js; what it took of the processor, of time and of memory. */
function measure(line) {
  const probe = `data:text/javascript,${encodeURIComponent(
    'import { writeSync } from "node:fs"; process.on("exit", () => { const used = process.resourceUsage(); writeSync(3, JSON.stringify([used.userCPUTime + used.systemCPUTime, used.maxRSS])); });',
  )}`;
  const start = performance.now();
  const { status, output } = spawnSync(process.execPath, ["--import", probe, ...line], {
    stdio: ["ignore", "ignore", "inherit", "pipe"],
    encoding: "utf8",
  });
  const wall = performance.now() - start;
  if (status !== 0) throw new Error(`${line[0]} ended with ${status}`);
  const [cpu, memory] = JSON.parse(output[3]);
  return { cpu: cpu / 1e6, wall: wall / 1e3, memory: memory / 1024 };
}

function report(document, project, { generation, again, least }) {
  const files = filesBelow(project);
  const bytes = files.reduce((sum, path) => sum + statSync(path).size, 0);
  console.log(
    `${document}: ${mebibytes(statSync(document).size)} in, ${files.length} files of ${mebibytes(bytes)} out`,
  );
  console.log(row("", ["generation", "floor", "ratio", "unchanged", "ratio"]));
  for (const [name, key, unit, digits] of [
    ["processor", "cpu", "s", 2],
    ["wall clock", "wall", "s", 2],
    ["peak memory", "memory", "MiB", 0],
  ]) {
    const [first, theirs, second] = [generation, least, again].map((runs) => Math.min(...runs.map((run) => run[key])));
    const figure = (value) => `${value.toFixed(digits)} ${unit}`;
    const ratios = [first / theirs, second / first].map((ratio) => ratio.toFixed(2));
    console.log(row(name, [figure(first), figure(theirs), ratios[0], figure(second), ratios[1]]));
  }
}

function row(name, cells) {
  return name.padEnd(14) + cells.map((cell) => cell.padStart(12)).join("");
}

function filesBelow(root) {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function mebibytes(bytes) {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

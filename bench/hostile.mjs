/**
 * What documents that are built to be costly (`test/hostile/large.ts`) cost a run of the command: processor time and peak
 * memory of its whole process, beside a process that only parses the same document ("floor").
 *
 * `node bench/hostile.mjs [PART OF A NAME..] [--runs N] [--over]`, after `npm run build`; `--over` shows only what takes
 * more than the limits. The least of the runs counts. Nothing here fails: the figures are for people to compare.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";

/** What a document may take: seconds of the processor, MiB. */
const limits = { cpu: 5, memory: 300 };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: "string", default: "1" }, over: { type: "boolean", default: false } },
});
const runs = Math.max(1, Number(values.runs) || 1);
const repository = fileURLToPath(new URL("../", import.meta.url));
const program = join(repository, "dist/main.js");
const folder = mkdtempSync(join(tmpdir(), "openapi-to-mcp-hostile-"));
const widths = [8, 8, 8, 8, 8, 8, 8, 6];

try {
  const documents = Object.entries(await builders()).filter(
    ([name]) => positionals.length === 0 || positionals.some((part) => name.includes(part)),
  );
  console.log(row(["cpu s", "MiB", "floor s", "MiB", "in MB", "files", "out MB", "exit"], "document"));
  let over = 0;
  for (const [name, make] of documents) {
    const { cells, told, isOver } = measured(make);
    if (isOver) over += 1;
    if (isOver || !values.over)
      console.log(row(cells, `${isOver ? "! " : ""}${name}${told === "" ? "" : ` | ${told}`}`));
  }
  console.log(`${over} of ${documents.length} take more than ${limits.cpu} s or ${limits.memory} MiB`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The documents by name, each as a function that builds it. */
async function builders() {
  symlinkSync(join(repository, "node_modules"), join(folder, "node_modules"));
  const outfile = join(folder, "large.mjs");
  await build({
    entryPoints: [join(repository, "test/hostile/large.ts")],
    bundle: true,
    format: "esm",
    platform: "node",
    packages: "external",
    outfile,
    logLevel: "error",
  });
  return (await import(outfile)).largeDocuments;
}

function measured(make) {
  const path = join(folder, "document.json");
  writeFileSync(path, JSON.stringify(make()));
  const project = join(folder, "project");
  const generation = [];
  const floor = [];
  let files = [];
  for (let run = 0; run < runs; run += 1) {
    rmSync(project, { recursive: true, force: true });
    generation.push(measure([program, path, "-o", project]));
    floor.push(measure(["--eval", `JSON.parse(require("node:fs").readFileSync(${JSON.stringify(path)}, "utf8"))`]));
    files = filesBelow(project);
  }
  const [cpu, memory, least, room] = [generation, floor].flatMap((all) =>
    ["cpu", "memory"].map((key) => Math.min(...all.map((run) => run[key]))),
  );
  const { status, told } = generation[0];
  return {
    isOver: !(cpu <= limits.cpu && memory <= limits.memory),
    told: told.slice(0, 160),
    cells: [
      cpu.toFixed(2),
      memory.toFixed(0),
      least.toFixed(2),
      room.toFixed(0),
      megabytes(statSync(path).size),
      files.length,
      megabytes(files.reduce((sum, file) => sum + statSync(file).size, 0)),
      status,
    ],
  };
}

/** Runs a program of Node.js: what it took, how it ended, and its first diagnostic. */
function measure(line) {
  // The peak of this process alone: what `getrusage` knows begins with that of the process that started it.
  const probe = `data:text/javascript,${encodeURIComponent(
    `import { readFileSync, writeSync } from "node:fs";
    process.on("exit", () => {
      const used = process.resourceUsage();
      let peak = used.maxRSS;
      try { peak = Number(/VmHWM:\\s*(\\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1]); } catch {}
      writeSync(3, JSON.stringify([used.userCPUTime + used.systemCPUTime, peak]));
    });`,
  )}`;
  const { status, signal, output } = spawnSync(process.execPath, ["--import", probe, ...line], {
    stdio: ["ignore", "ignore", "pipe", "pipe"],
    encoding: "utf8",
    maxBuffer: 1 << 28,
    timeout: 60_000,
    killSignal: "SIGKILL",
  });
  const [cpu, memory] = output?.[3] ? JSON.parse(output[3]) : [Number.NaN, Number.NaN];
  const told = (output?.[2] ?? "").split("\n").find((text) => /\b(?:error|warning)\b|^Error/i.test(text)) ?? "";
  return { cpu: cpu / 1e6, memory: memory / 1024, status: status ?? signal, told: told.replace(folder, "").trim() };
}

function row(cells, name) {
  return `${cells.map((cell, index) => String(cell).padStart(widths[index])).join("")}  ${name}`;
}

function filesBelow(root) {
  try {
    return readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  } catch {
    return [];
  }
}

function megabytes(bytes) {
  return (bytes / 1e6).toFixed(1);
}

/**
 * Breaks the code in one small place at a time, in a copy, runs the tests that reach the place, and prints which
 * mutants no test notices, and the share of those that are noticed. The mutants are a sample that is the same for the
 * same seed and sources; what the compiler refuses is none of them, equivalent ones are for the reader to tell.
 *
 * node bench/mutants.mjs ROOM [--seed 1] [--count 100] [--only WORD]… [--seconds 60] [--reached FILE]
 *                       [--tests FILE]…
 *
 * ROOM is `runtime`, `mcp` or `disk`. `--only` takes mutants whose place has that word, `--seconds` says for how long,
 * by the time that the tests took before, tests are run against one mutant, the quickest first. `--reached` keeps in
 * a file which test reaches what, for the next run with the same sources. `--tests` runs these files of tests alone,
 * against every mutant: the quick way to see what the tests of one file hold.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { transformSync } from "esbuild";
import { buildCommand, copyRepository } from "./mutants/copy.mjs";
import { mutantsOf, withProbes } from "./mutants/operators.mjs";
import { startTests, writeSetup } from "./mutants/process.mjs";
import { typeChecker } from "./mutants/type-check.mjs";

const rooms = {
  runtime: {
    folder: "templates/always/src/runtime",
    tests: [
      "test/runtime/**/*.test.ts",
      "test/wire/*.test.ts",
      "test/e2e/*.test.ts",
      "test/unit/{base,api}/*.test.ts",
      "test/unit/mcp/**/*.test.ts",
      "test/unit/config/derived.test.ts",
    ],
    without: ["test/e2e/foreign-origins.long.test.ts"],
  },
  mcp: {
    folder: "src/mcp",
    tests: ["test/unit/**/*.test.ts", "test/golden/golden.test.ts", "test/wire/*.test.ts", "test/e2e/*.test.ts"],
    without: ["test/e2e/foreign-origins.long.test.ts", "test/unit/disk/*.test.ts"],
  },
  disk: {
    folder: "src/disk",
    tests: ["test/unit/disk/*.test.ts", "test/cli/*.test.ts"],
    without: ["test/cli/*.long.test.ts"],
  },
};

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: "string", default: "1" },
    count: { type: "string", default: "100" },
    only: { type: "string", multiple: true, default: [""] },
    reached: { type: "string" },
    seconds: { type: "string", default: "60" },
    tests: { type: "string", multiple: true, default: [] },
  },
});
const room = rooms[positionals[0]];
if (room === undefined) throw new Error(`Name one of the rooms ${Object.keys(rooms).join(", ")}`);

const copy = copyRepository();
const areNamed = values.tests.length > 0;
const patterns = areNamed ? values.tests : [...room.tests, ...room.without.map((path) => `!${path}`)];
let tests;
process.on("exit", () => copy.remove());
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(1));

const sources = new Map(
  readdirSync(join(copy.folder, room.folder), { recursive: true })
    .map((path) => `${room.folder}/${path.replaceAll("\\", "/")}`)
    .filter((path) => path.endsWith(".ts"))
    .sort()
    .map((path) => [path, readFileSync(join(copy.folder, path), "utf8")]),
);
const leftOut = join(copy.folder, "left-out.mjs");
const reached = areNamed ? await readNamed() : await keptOrReached();
writeSetup(leftOut, reached.failed);
const all = [...sources]
  .flatMap(([path, text]) => mutantsOf(path, text))
  .filter(({ place }) => values.only.some((word) => place.includes(word)));
const { mutants, refused } = pick(all, Number(values.seed), Number(values.count));
console.log(`${mutants.length} of ${all.length} mutants of ${room.folder}, seed ${values.seed}`);
console.log(`${refused} more were drawn that the compiler refuses`);

const counts = { killed: 0, survived: 0, unreached: 0 };
tests = await startTests(copy.folder, patterns, leftOut);
for (const mutant of mutants) {
  const { verdict, by, seconds } = await judge(mutant);
  counts[verdict] += 1;
  const { place, operator } = mutant;
  console.log(`${verdict.padEnd(9)} ${place}  ${operator}  ${by ?? ""}  ${seconds.toFixed(1)} s`);
}
tests.kill();
const share = (counts.killed / mutants.length) * 100;
console.log(
  `${counts.killed} of ${mutants.length} killed (${share.toFixed(1)} %), ${counts.survived} survived, ${counts.unreached} reached by no test`,
);

/** As an earlier run kept it, else read, and kept for the next. */
async function keptOrReached() {
  if (values.reached === undefined) return readReached();
  if (!existsSync(values.reached)) writeFileSync(values.reached, JSON.stringify(await readReached()));
  return JSON.parse(readFileSync(values.reached, "utf8"));
}

/** Which tests reach which function, and how long each takes: all run once, with a probe in every function. */
async function readReached() {
  const hits = join(copy.folder, "reached.txt");
  const current = join(copy.folder, "current.txt");
  const setup = join(copy.folder, "reached-setup.mjs");
  writeFileSync(hits, "");
  writeFileSync(
    setup,
    `import { writeFileSync } from "node:fs";
import { expect } from "vitest";
globalThis.__test = expect.getState().testPath;
writeFileSync(${JSON.stringify(current)}, globalThis.__test);
`,
  );
  // Also in processes that the tests start, which find the test in a file.
  const preamble = `const __reached = (globalThis.__reachedBy ??= (() => {
    const fs = globalThis.process?.getBuiltinModule?.("node:fs");
    const last = new Map();
    return (id) => {
      const test = (globalThis.__test ??= fs?.readFileSync(${JSON.stringify(current)}, "utf8"));
      if (fs === undefined || last.get(id) === test) return;
      last.set(id, test);
      fs.appendFileSync(${JSON.stringify(hits)}, test + "\\t" + id + "\\n");
    };
  })());`.replaceAll("\n", " ");
  for (const [path, text] of sources) writeFileSync(join(copy.folder, path), withProbes(path, text, preamble));
  await buildCommand(copy.folder);
  tests = await startTests(copy.folder, patterns, setup, 0);
  const started = Date.now();
  const { failed, took } = await tests.ask({}, 3_600_000);
  tests.kill();
  for (const [path, text] of sources) writeFileSync(join(copy.folder, path), text);
  await buildCommand(copy.folder);
  // What fails for the copy's sake is left out: a test that checks types, a path that is longer.
  const broken = new Set(failed.filter((name) => !name.includes(" > ")).map((name) => name.split(": ")[0]));
  console.log(`${Object.keys(took).length} files of tests in ${Math.round((Date.now() - started) / 1000)} s`);
  for (const name of failed) console.log(`fails without a change, is left out: ${name}`);
  const by = {};
  for (const line of readFileSync(hits, "utf8").split("\n")) {
    const [path, id] = line.split("\t");
    if (id === undefined) continue;
    const name = relative(copy.folder, path);
    if (broken.has(name)) continue;
    by[id] = [...new Set([...(by[id] ?? []), name])];
  }
  return { by, took, failed };
}

/** The tests that were named, as if each reached everything. */
async function readNamed() {
  writeSetup(leftOut, []);
  tests = await startTests(copy.folder, patterns, leftOut, 0);
  const { failed, took } = await tests.ask({}, 3_600_000);
  tests.kill();
  for (const name of values.tests) if (took[name] === undefined) throw new Error(`${name} is no file of tests`);
  if (failed.length > 0) throw new Error(`These fail without a change: ${failed.join(", ")}`);
  return { took, failed };
}

/** What reaches a function; of a module, which is read once for all tests, what reaches any of its functions. */
function testsOf(path, scope) {
  if (areNamed) return Object.keys(reached.took);
  if (scope !== 0) return reached.by[`${path} ${scope}`] ?? [];
  const within = Object.entries(reached.by).filter(([id]) => id.startsWith(`${path} `));
  return new Set(within.flatMap(([, files]) => files));
}

/** Runs the tests that reach a mutant, the quickest first. */
async function judge({ path, scope, start, end, text }) {
  const started = Date.now();
  const seconds = () => (Date.now() - started) / 1000;
  const { took } = reached;
  let left = Number(values.seconds) * 1000;
  const files = [...testsOf(path, scope)]
    .sort((a, b) => took[a] - took[b])
    .filter((file, index) => (left -= took[file]) > 0 || index < 2);
  if (files.length === 0) return { verdict: "unreached", seconds: 0 };
  const source = sources.get(path);
  const mutated = source.slice(0, start) + text + source.slice(end);
  const limit = 90_000 + 5 * files.reduce((sum, file) => sum + took[file], 0);
  const answer = await tests.ask({ path, text: mutated, files }, limit);
  if (answer === undefined || answer.broken !== undefined) {
    tests.kill();
    writeFileSync(join(copy.folder, path), source);
    await buildCommand(copy.folder);
    tests = await startTests(copy.folder, patterns, leftOut);
    return { verdict: "killed", by: answer?.broken ?? "never ends", seconds: seconds() };
  }
  const [by] = answer.failed;
  return by === undefined
    ? { verdict: "survived", by: files.join(" "), seconds: seconds() }
    : { verdict: "killed", by, seconds: seconds() };
}

/** Drawn without replacement; mutants that the compiler would not tell from the source, or refuses, are none. */
function pick(from, seed, count) {
  const isRefused = typeChecker(copy.folder, sources);
  let state = seed >>> 0;
  const random = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const rest = [...from];
  const picked = [];
  let refused = 0;
  while (picked.length < count && rest.length > 0) {
    const [mutant] = rest.splice(Math.floor(random() * rest.length), 1);
    const source = sources.get(mutant.path);
    const mutated = source.slice(0, mutant.start) + mutant.text + source.slice(mutant.end);
    const code = (text) => transformSync(text, { loader: "ts" }).code;
    try {
      if (code(mutated) === code(source)) continue;
    } catch {
      continue;
    }
    if (isRefused(mutant.path, mutated)) refused += 1;
    else picked.push(mutant);
  }
  return { mutants: picked, refused };
}

/**
 * The tests, in one process that stays: its parent sends what to run, it answers what failed first. It is killed with
 * all that it started when a mutant never ends.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { buildCommand } from "./copy.mjs";
import { BaseSequencer, createVitest } from "vitest/node";

const [, , folder, patterns, setup, bail] = process.argv;
let order = [];

/** In the order that was asked for. */
class AsTold extends BaseSequencer {
  sort(specifications) {
    const rank = ({ moduleId }) => order.indexOf(relative(folder, moduleId));
    return [...specifications].sort((a, b) => rank(a) - rank(b));
  }
}

const vitest = await createVitest("test", {
  config: false,
  root: folder,
  include: JSON.parse(patterns),
  // In a worker thread the expressions that look for secrets run hundreds of times slower; see vitest.config.ts.
  pool: "forks",
  isolate: false,
  maxWorkers: 1,
  fileParallelism: false,
  testTimeout: 300_000,
  hookTimeout: 300_000,
  watch: false,
  bail: Number(bail),
  reporters: [{}],
  onConsoleLog: () => false,
  sequence: { sequencer: AsTold },
  setupFiles: [setup],
});
await vitest.standalone();
const known = await vitest.globTestSpecifications();

async function run({ files }) {
  const asked = known.filter(({ moduleId }) => files === undefined || files.includes(relative(folder, moduleId)));
  order = files ?? [];
  // What it holds of earlier runs it would tell again.
  vitest.state.filesMap.clear();
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(asked);
  const failed = [];
  const took = {};
  for (const module of testModules) {
    const name = relative(folder, module.moduleId);
    took[name] = module.diagnostic().duration + module.diagnostic().collectDuration;
    for (const error of module.errors()) failed.push(`${name}: ${error.message.split("\n")[0]}`);
    for (const test of module.children.allTests("failed")) failed.push(`${name} > ${test.fullName}`);
    for (const suite of module.children.allSuites())
      for (const error of suite.errors()) failed.push(`${name} > ${suite.fullName}: ${error.message.split("\n")[0]}`);
  }
  for (const error of unhandledErrors) failed.push(`unhandled: ${String(error.message ?? error).split("\n")[0]}`);
  return { failed, took };
}

async function replace({ path, text, files }) {
  const asked = files ?? known.map(({ moduleId }) => relative(folder, moduleId));
  writeFileSync(join(folder, path), text);
  if (path.startsWith("src/") && asked.some((file) => file.startsWith("test/cli/"))) await buildCommand(folder);
  vitest.invalidateFile(join(folder, path));
}

process.on("message", async (message) => {
  try {
    if (message.path === undefined) return process.send(await run(message));
    const whole = readFileSync(join(folder, message.path), "utf8");
    await replace(message);
    const answer = await run(message);
    await replace({ ...message, text: whole });
    process.send(answer);
  } catch (error) {
    process.send({ broken: String(error?.stack ?? error) });
  }
});
process.send({ files: known.map(({ moduleId }) => relative(folder, moduleId)) });

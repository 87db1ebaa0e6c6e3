/**
 * Breaks each encoder by itself, in a copy, so that it leaves its text as it is or leaves out one of its replacements,
 * and prints whether a test notices. Places and their encoders: bench/encoders/sinks.mjs. Exit code 1 where fewer than
 * 95 in a hundred are noticed, or an encoder of the list is not there.
 *
 * node bench/encoders.mjs [word in a place or the name of an encoder]
 */
import { join } from "node:path";
import { breakagesOf } from "./encoders/breakages.mjs";
import { sinks } from "./encoders/sinks.mjs";
import { buildCommand, copyRepository } from "./mutants/copy.mjs";
import { startTests, writeSetup } from "./mutants/process.mjs";

const [, , word = ""] = process.argv;
const copy = copyRepository();
process.on("exit", () => copy.remove());
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(1));
const setup = join(copy.folder, "setup.mjs");
writeSetup(setup, []);
await buildCommand(copy.folder);

const chosen = sinks.flatMap(({ place, encoders, tests }) =>
  encoders
    .filter((encoder) => `${place} ${encoder}`.includes(word))
    .flatMap((encoder) =>
      breakagesOf(copy.folder, encoder).map((breakage) => ({ ...breakage, place, encoder, tests })),
    ),
);
let killed = 0;
for (const tests of new Set(chosen.map((breakage) => breakage.tests))) {
  // Each by itself, so that they run in the order of the list.
  const started = [];
  for (const [index, pattern] of tests.entries()) {
    const first = await startTests(copy.folder, [pattern], setup, 0);
    const { failed } = await first.ask({}, 3_600_000);
    first.kill();
    for (const name of failed) console.log(`fails without a change, is left out: ${name}`);
    const leftOut = join(copy.folder, `left-out-${index}.mjs`);
    writeSetup(leftOut, failed);
    started.push(await startTests(copy.folder, [pattern], leftOut));
  }
  for (const breakage of chosen.filter((other) => other.tests === tests)) {
    const by = await noticed(breakage, started);
    if (by !== undefined) killed += 1;
    const { place, encoder, how } = breakage;
    console.log(
      `${by === undefined ? "SURVIVED" : "killed  "}  ${place}  ${encoder.split("=")[0]} ${how}  ${by ?? ""}`,
    );
  }
  for (const run of started) run.kill();
}
console.log(`${sinks.length} places; ${killed} of ${chosen.length} killed`);
if (killed < chosen.length * 0.95) process.exitCode = 1;

async function noticed({ path, text }, started) {
  for (const run of started) {
    const answer = await run.ask({ path, text }, 1_200_000);
    if (answer === undefined) return "never ends";
    if (answer.broken !== undefined) throw new Error(answer.broken);
    if (answer.failed.length > 0) return answer.failed[0];
  }
  return undefined;
}

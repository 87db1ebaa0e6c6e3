/**
 * Sums up what ran: vitest's reports, and the steps that are one check each. Prints `N passed, N failed` and fails
 * where something failed, or where nothing ran.
 *
 * Usage: node .ci/count.mjs <folder of reports> <passed steps> <failed steps>
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const [folder, steps, failures] = process.argv.slice(2);
let passed = Number(steps);
let failed = Number(failures);
for (const suite of ["short", "long"]) {
  const path = join(folder, `${suite}.json`);
  if (!existsSync(path)) {
    console.log(`The ${suite} suites gave no report`);
    failed += 1;
    continue;
  }
  const report = JSON.parse(readFileSync(path, "utf8"));
  passed += report.numPassedTests;
  failed += report.numFailedTests;
  for (const { name, assertionResults, status, message } of report.testResults) {
    const faults = assertionResults.filter((test) => test.status === "failed");
    // A file that could not be loaded has no test that could fail.
    if (status === "failed" && faults.length === 0) {
      failed += 1;
      console.log(`FAILED ${name}: ${message}`);
    }
    for (const test of faults) console.log(`FAILED ${test.fullName}`);
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);

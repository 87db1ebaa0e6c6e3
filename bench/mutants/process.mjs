/** A process that runs the tests of a copy, again and again. */
import { fork } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "./copy.mjs";

/**
 * `ask` sends it what to run, and gives nothing when it takes too long; `kill` ends it with all that it started.
 *
 * @param folder the copy
 * @param patterns which files are tests
 * @param setup a file that runs before each file of tests
 * @param bail after how many failures a run ends; 0: never
 */
export async function startTests(folder, patterns, setup, bail = 1) {
  const child = fork(
    join(repository, "bench/mutants/tests.mjs"),
    [folder, JSON.stringify(patterns), setup, String(bail)],
    {
      cwd: folder,
      detached: true,
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      env: { ...process.env, NO_COLOR: "1", TMPDIR: join(folder, "scratch") },
    },
  );
  const answer = (limit) =>
    new Promise((resolve) => {
      const done = (value) => {
        clearTimeout(timer);
        child.off("message", done).off("exit", gone);
        resolve(value);
      };
      const gone = () => done({ broken: "the process of the tests ended" });
      const timer = setTimeout(done, limit);
      child.on("message", done).on("exit", gone);
    });
  const kill = () => {
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      // It has ended.
    }
  };
  process.once("exit", kill);
  await answer(300_000);
  return {
    ask: (message, limit) => {
      const answered = answer(limit);
      child.send(message);
      return answered;
    },
    kill: () => {
      process.off("exit", kill);
      kill();
    },
  };
}

/** Writes a setup that leaves out tests that fail without a change, such as those that check types. */
export function writeSetup(file, failed) {
  const names = failed.map((name) => name.slice(name.indexOf(" > ") + 3));
  writeFileSync(
    file,
    `import { beforeEach } from "vitest";
const failed = new Set(${JSON.stringify(names)});
beforeEach(({ task, skip }) => {
  if (failed.has(task.fullTestName)) skip();
});
`,
  );
}

import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** Suites that read many documents, fetch programs from the package registry, or try every hostile input. */
const long = [
  ...["test/corpus", "test/hostile", "test/conformance", "test/matrix"].map((folder) => `${folder}/**/*.test.ts`),
  "test/**/*.long.test.ts",
];
/** Calls every tool of every document before a judge that takes its own time: run by itself. */
const fidelity = "test/fidelity/fidelity.test.ts";

/** No test may depend on how fast a machine is: the limits are there for what would never end. */
const settings = { pool: "threads", isolate: false, testTimeout: 600_000, hookTimeout: 600_000 } as const;

export default defineConfig({
  test: {
    // Most of the time goes by in the processes that are tested.
    maxWorkers: Math.max(2, availableParallelism()),
    projects: [
      // In a thread V8 comes to run the expressions that look for secrets some 500 times slower than in a process.
      {
        test: {
          ...settings,
          pool: "forks",
          name: "short",
          include: ["test/**/*.test.ts"],
          exclude: [...long, fidelity],
        },
      },
      { test: { ...settings, name: "long", include: long } },
      { test: { ...settings, name: "fidelity", include: [fidelity] } },
    ],
  },
});

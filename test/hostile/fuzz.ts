/** Runs mutated documents through the compiler and looks at what comes out. Two test files share the work, one a core. */
import fc from "fast-check";
import { expect } from "vitest";
import { CompileError, type FileSet, generate } from "../../src/index.ts";
import type { JsonObject } from "../../src/base/json.ts";
import { faultsOf } from "./emitted.ts";
import { mutate, mutations } from "./mutations.ts";

/** Mutated documents in one run of the tests, over all samples. `FUZZ_RUNS` overrides. */
export const runs = Number(process.env["FUZZ_RUNS"] ?? 2_000);

/**
 * Mutated forms of a document: each gives a project whose files are sound, or a `CompileError`.
 *
 * @param seed of the mutations: the same ones in each run, and others with `FUZZ_SEED`
 */
export async function fuzz(document: JsonObject, count: number, seed: number): Promise<void> {
  let projects = 0;
  await fc.assert(
    fc.asyncProperty(mutations, async (all) => {
      const files = await filesOf(mutate(document, all));
      if (files === undefined) return;
      projects++;
      // Parsing the README takes longer than all else together.
      const looked = projects % 5 === 0 ? files : files.filter(({ path }) => !path.endsWith("README.md"));
      expect(faultsOf(looked)).toEqual([]);
    }),
    { numRuns: count, seed: Number(process.env["FUZZ_SEED"] ?? seed), endOnFailure: true },
  );
  // Most mutations leave a document of which something can be made, or the test would look at nothing.
  expect(projects).toBeGreaterThan(count / 2);
}

async function filesOf(document: JsonObject): Promise<FileSet | undefined> {
  const bytes = Buffer.from(JSON.stringify(document));
  try {
    return (await generate({ inputs: ["-"], stdin: async () => bytes })).files;
  } catch (fault) {
    if (fault instanceof CompileError) return undefined;
    throw fault;
  }
}

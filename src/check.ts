/** Whether a project is what generating it again would make: for pipelines, and before a commit. */
import { defined } from "./base/defined.ts";
import { type Comparison, compareProject } from "./disk/compare.ts";
import { readLock } from "./disk/folder.ts";
import type { Diagnostic } from "./base/diagnostics.ts";
import { generate } from "./generate.ts";
import type { GenerateOptions } from "./config/options.ts";

/** What a check found. */
export interface Check {
  /** Whether generating would change nothing, and nothing that is generated was edited. */
  readonly upToDate: boolean;
  /** Files that generating would add, change or remove, in the order of their paths. */
  readonly changes: Comparison["changes"];
  /** Edited generated files, and whatever else `writeProject` would refuse. */
  readonly faults: readonly Diagnostic[];
  /** What was found in the documents, as `generate` tells it. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Generates a project in memory and compares it with the folder. Nothing is written; a network is used only where an
 * input, an overlay or an allowed reference is a URL.
 *
 * @param options as for `generate`; the lock is the folder's where none is given
 * @throws {CompileError} where no server can be made of the documents
 */
export async function check(options: GenerateOptions, folder: string): Promise<Check> {
  const lock = options.lock ?? (await readLock(folder));
  const { files, diagnostics } = await generate({ ...options, ...defined({ lock }) });
  return { ...checkOf(await compareProject(files, folder)), diagnostics };
}

/** The verdict on a comparison. */
export function checkOf({ changes, diagnostics }: Comparison): Omit<Check, "diagnostics"> {
  return { upToDate: changes.length === 0 && diagnostics.length === 0, changes, faults: diagnostics };
}

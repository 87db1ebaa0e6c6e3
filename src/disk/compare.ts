import { CompileError, type Diagnostic } from "../base/diagnostics.ts";
import type { FileSet } from "../project/files.ts";
import { type Change, planFiles } from "./changes.ts";
import { refuseInterrupted } from "./recover.ts";

/** How a project on the disk differs from what generating it again would make. */
export interface Comparison {
  /** What would be added, changed or removed, in the order of the paths. */
  readonly changes: readonly Change[];
  /** What stands against it: edited files, links in the way, a folder that is no project, an interrupted run. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Compares a project with what is on the disk. Nothing is written, not even what an interrupted run left is tidied. */
export async function compareProject(files: FileSet, folder: string): Promise<Comparison> {
  try {
    await refuseInterrupted(folder);
    const { changes, diagnostics } = await planFiles(files, folder, { force: false });
    return { changes: changes.filter(({ kind }) => kind !== "same"), diagnostics };
  } catch (error) {
    if (error instanceof CompileError) return { changes: [], diagnostics: error.diagnostics };
    throw error;
  }
}

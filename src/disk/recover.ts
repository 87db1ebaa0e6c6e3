/** Puts in order what a run left that was interrupted. */
import { basename, join } from "node:path";
import { CompileError, diagnosticAt } from "../base/diagnostics.ts";
import { visible } from "../base/visible.ts";
import { realFileSystem, type FileSystem } from "./file-system.ts";
import { findFolder, preparationOf, statusOf } from "./folder.ts";
import {
  clean,
  complete,
  isToBeUndone,
  leftovers,
  refuseForeign,
  refuseForeignPreparation,
  removeClaimed,
  undo,
} from "./journal.ts";
import { stagingFolder } from "./paths.ts";
import { takeOver } from "./runs.ts";

/**
 * Completes an interrupted run of `writeProject` that had begun to change the folder, and removes what one left that
 * had not. Afterwards the folder is as it was before that run or as that run meant it. A run that is under way is
 * waited for. Does nothing in other cases.
 *
 * @throws CompileError `unsafe-path` where a link is in the way; `folder-in-use` where another run does not end;
 *   `write-failed` where the disk refuses
 */
export async function recoverFolder(given: string, disk: FileSystem = realFileSystem): Promise<void> {
  try {
    const preparation = preparationOf(await findFolder(given));
    const name = basename(preparation);
    if ((await statusOf(preparation))?.isDirectory() === false)
      throw new CompileError([diagnosticAt("unsafe-path", name, `"${visible(name)}" is a symbolic link or no folder`)]);
    await afterTakingOver(preparation, name, disk, async () => {
      await refuseForeignPreparation(preparation, name);
      await removeClaimed(preparation, disk);
    });
    const folder = await findFolder(given);
    if (!folder.exists || (await leftovers(folder.root)).kind === "none") return;
    await afterTakingOver(join(folder.root, stagingFolder), `${given}/${stagingFolder}`, disk, async () => {
      const left = await leftovers(folder.root);
      if (left.kind !== "none") await refuseForeign(folder.root);
      if (left.kind === "journal" || left.kind === "undo") {
        const back = left.kind === "undo" || (await isToBeUndone(folder.root, left.journal));
        await (back ? undo : complete)(folder.root, left.journal, "found", disk);
      }
      if (left.kind !== "none") await clean(folder.root, disk);
    });
  } catch (error) {
    throw asCompileError(error, given);
  }
}

async function afterTakingOver(
  path: string,
  shown: string,
  disk: FileSystem,
  work: () => Promise<void>,
): Promise<void> {
  const name = await takeOver(path, shown, disk);
  if (name === undefined) return;
  try {
    await work();
  } finally {
    disk.runs.end(name);
  }
}

/** Whether a run was interrupted in this folder, so that it may hold a mixture until `recoverFolder` ran. Only reads. */
export async function isInterrupted(given: string): Promise<boolean> {
  const folder = await findFolder(given);
  return folder.exists && (await leftovers(folder.root)).kind !== "none";
}

/**
 * For whoever reads a project as it is.
 *
 * @throws {CompileError} `interrupted-run` where it holds a part of its files only
 */
export async function refuseInterrupted(given: string): Promise<void> {
  if (!(await isInterrupted(given))) return;
  const message = `A run was interrupted in "${visible(given)}", so that it holds a part of its files only`;
  throw new CompileError([diagnosticAt("interrupted-run", given, message)]);
}

/** An error of the disk as a diagnostic, without absolute paths. */
export function asCompileError(error: unknown, given: string): CompileError {
  if (error instanceof CompileError) return error;
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
  const cause =
    (code === undefined ? undefined : causes.get(code)) ??
    code ??
    (error instanceof Error ? error.message : String(error));
  const fault = new CompileError([
    diagnosticAt("write-failed", given, `The folder "${visible(given)}" cannot be written: ${visible(cause)}`),
  ]);
  fault.cause = error;
  return fault;
}

const causes = new Map([
  ["ENOSPC", "the disk is full (ENOSPC)"],
  ["EDQUOT", "the disk quota is used up (EDQUOT)"],
  ["EROFS", "the file system is read-only (EROFS)"],
  ["EACCES", "permission denied (EACCES)"],
  ["EPERM", "permission denied (EPERM)"],
  ["EMFILE", "too many open files (EMFILE)"],
  ["ENAMETOOLONG", "a path is too long for this file system (ENAMETOOLONG)"],
  ["EBUSY", "a file is in use by another program (EBUSY)"],
]);

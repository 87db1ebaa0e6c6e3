/** Puts copies of files into a folder of the user's: new ones only, unless the user says otherwise. */
import { join } from "node:path";
import { CompileError, diagnosticAt, type Diagnostic } from "../base/diagnostics.ts";
import { visible } from "../base/visible.ts";
import { realFileSystem, type FileSystem } from "./file-system.ts";
import { findFolder, ProjectReader, statusOf } from "./folder.ts";
import { checkPaths, foldersOf } from "./paths.ts";
import { asCompileError } from "./recover.ts";

export interface Copy {
  /** Relative to the folder, `/` between segments. */
  readonly path: string;
  readonly text: string;
  /** Whether it may replace another file of this name without being asked to. */
  readonly replaces?: true;
}

/**
 * Writes the copies and returns the paths that were written: files that are the same already are left alone.
 *
 * @throws CompileError `existing-file` where a file is there that differs, and `force` is not set; `unsafe-path` where a
 *   link is in the way; `write-failed`. Nothing is written in the first two cases.
 */
export async function writeCopies(
  copies: readonly Copy[],
  given: string,
  { force }: { readonly force: boolean },
  disk: FileSystem = realFileSystem,
): Promise<readonly string[]> {
  try {
    const folder = await findFolder(given);
    const reader = new ProjectReader(folder.root);
    const faults: Diagnostic[] = [...checkPaths(copies.map(({ path }) => path))];
    const written: (Copy & { readonly exists: boolean })[] = [];
    for (const copy of copies) {
      const found = folder.exists ? await reader.read(copy.path) : undefined;
      if (found === copy.text) continue;
      if (typeof found === "object") faults.push(found);
      else if (found !== undefined && !force && copy.replaces !== true) faults.push(existingFile(copy.path));
      else written.push({ ...copy, exists: found !== undefined });
    }
    if (faults.length > 0) throw new CompileError(faults);
    const folders = new Set(written.flatMap(({ path }) => foldersOf(path)));
    if (written.length > 0) await makeMissing(folder.root, disk);
    for (const path of [...folders].sort()) await makeMissing(join(folder.root, path), disk);
    for (const copy of written) await writeCopy(folder.root, copy, disk);
    return written.map(({ path }) => path);
  } catch (error) {
    throw asCompileError(error, given);
  }
}

function existingFile(path: string): Diagnostic {
  return diagnosticAt("existing-file", path, `"${visible(path)}" exists already, and differs`);
}

async function makeMissing(path: string, disk: FileSystem): Promise<void> {
  if ((await statusOf(path)) === undefined) await disk.makeFolder(path);
}

/** A file that is replaced is so by one rename: it is never half written. */
async function writeCopy(
  root: string,
  { path, text, exists }: Copy & { readonly exists: boolean },
  disk: FileSystem,
): Promise<void> {
  const target = join(root, path);
  if (!exists) return disk.writeNew(target, text);
  const fresh = `${target}.new`;
  await disk.writeNew(fresh, text);
  await disk.rename(fresh, target);
}

/** Reading of a project that was generated, by whoever: bounded, and never through a symbolic link below its folder. */
import { isLock } from "../lock/parse.ts";
import { open, readdir, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { CompileError, diagnosticAt } from "../base/diagnostics.ts";
import { visible } from "../base/visible.ts";
import { findFolder, isMissing, ProjectReader } from "./folder.ts";
import { faultOfPath } from "./paths.ts";

/** What a path leads to. */
export type PathKind = "folder" | "lock" | "other";

/** Largest file of a project that is read, in bytes, and most of all together. */
const largestFile = 64 * 1024 * 1024;
const largestProject = 512 * 1024 * 1024;

/** A lock says so in its first line; this many bytes of a file are looked at. */
const headBytes = 4096;

/**
 * Whether a path is a folder, a lock file or something else, such as a document. Something else is also what does not
 * exist: whoever reads it says so.
 */
export async function kindOfPath(path: string): Promise<PathKind> {
  try {
    const status = await stat(resolve(path));
    if (status.isDirectory()) return "folder";
    if (!status.isFile()) return "other";
    return isLock(await headOf(path)) ? "lock" : "other";
  } catch (error) {
    if (isMissing(error) || !(error instanceof Error)) return "other";
    return "other";
  }
}

/** Whether there is anything at a path, or a link to something. */
export async function somethingIsAt(path: string): Promise<boolean> {
  try {
    await stat(resolve(path));
    return true;
  } catch (error) {
    return !isMissing(error);
  }
}

/** Names of what lies in the folder that a path names, its own among them; none where there is no such folder. */
export async function namesBeside(path: string): Promise<readonly string[]> {
  try {
    return (await readdir(dirname(resolve(path)))).sort();
  } catch {
    return [];
  }
}

async function headOf(path: string): Promise<string> {
  const file = await open(resolve(path));
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    return buffer.subarray(0, bytesRead).toString("utf8");
  } finally {
    await file.close();
  }
}

/**
 * Text of a file that the user named, such as a lock.
 *
 * @throws {CompileError} `unreadable-project` where it cannot be read or is larger than 64 MiB
 */
export async function readNamedFile(path: string): Promise<string> {
  try {
    const file = await open(resolve(path));
    try {
      if ((await file.stat()).size > largestFile) throw tooLarge(path);
      return await file.readFile("utf8");
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof CompileError) throw error;
    throw new CompileError([diagnosticAt("unreadable-project", path, `"${visible(path)}" cannot be read`)]);
  }
}

/** Files of a project by their path relative to its folder. */
export interface ProjectFiles {
  /**
   * Text of a file, `undefined` where there is none.
   *
   * @throws {CompileError} `unsafe-path` or `unreadable-project` where it is a link, too large, or not to be read
   */
  read(path: string): Promise<string | undefined>;
}

/**
 * The files of a folder. All that is read of it together is at most 512 MiB.
 *
 * @throws {CompileError} `unsafe-path` where it is no folder
 */
export async function openProject(given: string): Promise<ProjectFiles> {
  const folder = await findFolder(given);
  const reader = new ProjectReader(folder.root);
  let left = largestProject;
  return {
    async read(path) {
      if (faultOfPath(path) !== undefined) return undefined;
      const text = await reader.read(path, Math.min(largestFile, left)).catch(() => {
        throw new CompileError([diagnosticAt("unreadable-project", path, `"${visible(path)}" cannot be read`)]);
      });
      if (text === undefined || typeof text === "string") {
        left -= text?.length ?? 0;
        return text;
      }
      throw new CompileError([{ ...text, file: `${given}/${path}` }]);
    },
  };
}

function tooLarge(path: string): CompileError {
  return new CompileError([
    diagnosticAt("unreadable-project", path, `"${visible(path)}" is larger than ${largestFile} bytes`),
  ]);
}

/** Reading of a project's folder. No symbolic link below it is followed. */
import { constants, type Stats } from "node:fs";
import { lstat, open, readdir, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { CompileError, diagnosticAt, type Diagnostic } from "../base/diagnostics.ts";
import { lockPath, type Lock } from "../lock/lock.ts";
import { parseLock } from "../lock/parse.ts";
import { visible } from "../base/visible.ts";
import { foldersOf, stagingFolder } from "./paths.ts";

/** The folder that a project goes to. */
export interface OutputFolder {
  /** As the user gave it, for messages. */
  readonly given: string;
  /** Absolute, with the links above it resolved where it exists. */
  readonly root: string;
  readonly exists: boolean;
}

/**
 * The folder as it is on the disk. Links above it, and the folder itself being one, are the user's choice.
 *
 * @throws CompileError `unsafe-path` where something else than a folder is in its place
 */
export async function findFolder(given: string): Promise<OutputFolder> {
  const path = resolve(given);
  const found = await statusOf(path);
  if (found === undefined) return { given, root: path, exists: false };
  const root = await realpath(path).catch(() => undefined);
  const target = root === undefined ? undefined : await statusOf(root);
  if (root === undefined || target?.isDirectory() !== true)
    throw new CompileError([diagnosticAt("unsafe-path", given, `"${visible(given)}" is not a folder`)]);
  return { given, root, exists: true };
}

/** Where a folder that does not exist yet is prepared, beside its future place. */
export function preparationOf(folder: OutputFolder): string {
  return join(dirname(folder.root), `.${basename(folder.root)}${stagingFolder}`);
}

/** Names in a folder, but for those of version control and of work under way. */
export async function ownNames(root: string): Promise<readonly string[]> {
  const names = await readdir(root);
  return names.filter((name) => name !== ".git" && name !== stagingFolder);
}

export async function statusOf(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** The text of a project's files, and faults where a link or another kind of thing is in the way. */
export class ProjectReader {
  readonly #root: string;
  readonly #folders = new Map<string, Promise<"folder" | "missing" | "other">>();

  constructor(root: string) {
    this.#root = root;
  }

  /**
   * Text of a file, `undefined` where there is none, a diagnostic where it may not be touched or is too large.
   *
   * @param maximum bytes; default no limit
   */
  async read(path: string, maximum = Infinity): Promise<string | undefined | Diagnostic> {
    const found = await this.#find(path);
    return found === "file" ? this.#text(path, maximum) : found;
  }

  /** Why a file may not be touched, or `undefined`. */
  async check(path: string): Promise<Diagnostic | undefined> {
    const found = await this.#find(path);
    return found === "file" ? undefined : found;
  }

  /** Why files of a folder may not be touched, or `undefined`. */
  async checkFolder(path: string): Promise<Diagnostic | undefined> {
    const found = await this.#throughFolders([...foldersOf(path), path], path);
    return found === "missing" ? undefined : found;
  }

  async #find(path: string): Promise<"file" | undefined | Diagnostic> {
    const way = await this.#throughFolders(foldersOf(path), path);
    if (way !== undefined) return way === "missing" ? undefined : way;
    const status = await statusOf(join(this.#root, path));
    if (status === undefined) return undefined;
    if (!status.isFile()) return diagnosticAt("unsafe-path", path, `"${visible(path)}" is a symbolic link or no file`);
    return "file";
  }

  async #throughFolders(folders: readonly string[], path: string): Promise<"missing" | undefined | Diagnostic> {
    for (const folder of folders) {
      const kind = await this.#kind(folder);
      if (kind === "missing") return "missing";
      if (kind === "other")
        return diagnosticAt(
          "unsafe-path",
          path,
          `"${visible(folder)}" is a symbolic link or no folder, so that "${visible(path)}" cannot be written through it`,
        );
    }
    return undefined;
  }

  async #text(path: string, maximum: number): Promise<string | Diagnostic> {
    // O_NOFOLLOW does not exist on Windows; there the check before has to do.
    const file = await open(join(this.#root, path), constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
    try {
      if (maximum !== Infinity && (await file.stat()).size > maximum)
        return diagnosticAt("unreadable-project", path, `The file is larger than ${maximum} bytes`);
      return await file.readFile("utf8");
    } finally {
      await file.close();
    }
  }

  #kind(folder: string): Promise<"folder" | "missing" | "other"> {
    const known = this.#folders.get(folder);
    if (known !== undefined) return known;
    const kind = statusOf(join(this.#root, folder)).then((status) =>
      status === undefined ? "missing" : status.isDirectory() ? "folder" : "other",
    );
    this.#folders.set(folder, kind);
    return kind;
  }
}

export function isMissing(error: unknown): boolean {
  return errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR";
}

export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** Text of a file of an existing project; `undefined` where there is none, or none that may be read. */
export async function readOwnFile(given: string, path: string): Promise<string | undefined> {
  const folder = await findFolder(given);
  const found = folder.exists ? await new ProjectReader(folder.root).read(path) : undefined;
  return typeof found === "string" ? found : undefined;
}

/** Whether there is such a file, or a link to one. */
export async function hasFile(folder: string, name: string): Promise<boolean> {
  try {
    return (await stat(resolve(folder, name))).isFile();
  } catch {
    return false;
  }
}

/** The lock of an existing project; `undefined` where there is no project, or no lock that can be read. */
export async function readLock(given: string): Promise<Lock | undefined> {
  const text = await readOwnFile(given, lockPath);
  return text === undefined ? undefined : parseLock(text);
}

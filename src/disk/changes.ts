/** Compares a project with what is on the disk: what would be written, and what stands against it. */
import { lstat } from "node:fs/promises";
import { CompileError, diagnosticAt, type Diagnostic } from "../base/diagnostics.ts";
import type { EmittedFile, FileSet } from "../project/files.ts";
import { sha256 } from "../base/hash.ts";
import { lockPath, type Lock } from "../lock/lock.ts";
import { parseLock } from "../lock/parse.ts";
import { visible } from "../base/visible.ts";
import { type FileSystem, realFileSystem } from "./file-system.ts";
import { findFolder, ownNames, ProjectReader, type OutputFolder } from "./folder.ts";
import { checkPaths, faultOfPath, isGenerators } from "./paths.ts";
import { recoverFolder } from "./recover.ts";

export interface Change {
  /** Relative to the project's folder. */
  readonly path: string;
  readonly kind: "add" | "change" | "remove" | "same";
  readonly owner: "generator" | "user";
}

export interface WriteOptions {
  /** Overwrites files of the generator that someone edited, and writes again what the user deleted. */
  readonly force: boolean;
  /** Paths of files of the user's that are written although they exist, on request; default none. */
  readonly updated?: readonly string[];
}

/** A file that makes a folder a project of ours, so that it may be regenerated. */
const markers = [lockPath, "openapi-to-mcp.yaml"];

/** What `writeProject` does. */
export interface Plan {
  readonly folder: OutputFolder;
  readonly changes: readonly Change[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * What writing a project would change, in the order of their paths, without changing it; only the leftovers of an
 * earlier run that was interrupted are put in order first. User files that exist, or that the user deleted, are not
 * changed. An error among the diagnostics says why `writeProject` would refuse.
 */
export async function planChanges(
  files: FileSet,
  folder: string,
  options: WriteOptions,
): Promise<{ changes: readonly Change[]; diagnostics: readonly Diagnostic[] }> {
  try {
    const { changes, diagnostics } = await planUndisturbed(files, folder, options);
    return { changes, diagnostics };
  } catch (error) {
    if (error instanceof CompileError) return { changes: [], diagnostics: error.diagnostics };
    throw error;
  }
}

/** How often a comparison that was disturbed is begun again; what touches a folder that often is no run of ours. */
const mostAttempts = 20;

/** What writing would do, once no other run is under way: one that changed the folder meanwhile makes it begin again. */
export async function planUndisturbed(
  files: FileSet,
  folder: string,
  options: WriteOptions,
  disk: FileSystem = realFileSystem,
): Promise<Plan> {
  for (let attempt = 1; ; attempt += 1) {
    await recoverFolder(folder, disk);
    const before = await stampOf(folder);
    const plan = await planFiles(files, folder, options).catch((error: unknown) => ({ error }));
    if (attempt < mostAttempts && (await stampOf(folder)) !== before) continue;
    if ("error" in plan) throw plan.error;
    return plan;
  }
}

/** Each run makes a folder of its own in the project's, which gives that one another time of change. */
async function stampOf(given: string): Promise<string> {
  const { root, exists } = await findFolder(given);
  const status = exists ? await lstat(root, { bigint: true }) : undefined;
  return status === undefined ? "" : `${status.ino} ${status.mtimeNs} ${status.ctimeNs}`;
}

/** The same where an earlier run left nothing to be put in order, and no other run can change the folder meanwhile. */
export async function planFiles(files: FileSet, given: string, options: WriteOptions): Promise<Plan> {
  const faults = checkPaths(files.map((file) => file.path));
  if (faults.length > 0) throw new CompileError(faults);
  const folder = await findFolder(given);
  const names = folder.exists ? await ownNames(folder.root) : [];
  if (names.length === 0) return { folder, changes: sorted(files.map((file) => change(file, "add"))), diagnostics: [] };
  if (!names.some((name) => markers.includes(name))) {
    const message = `The folder "${visible(given)}" is not empty, and not a project of this generator`;
    return { folder, changes: [], diagnostics: [diagnosticAt("output-not-empty", given, message)] };
  }
  return compare(files, folder, options);
}

async function compare(files: FileSet, folder: OutputFolder, options: WriteOptions): Promise<Plan> {
  const reader = new ProjectReader(folder.root);
  const lock = lockIn(await reader.read(lockPath));
  const hashes = new Map((lock?.files ?? []).map((file) => [file.path, file.sha256]));
  const deleted = new Set(options.force ? [] : lock?.userFiles);
  const emitted = new Set(files.map((file) => file.path));
  const isThere = new Map<string, boolean>();
  for (const path of new Set(files.flatMap(({ along }) => along ?? [])))
    isThere.set(path, deleted.has(path) || (await reader.read(path)) !== undefined);
  const isLate = ({ along }: EmittedFile): boolean => along !== undefined && isThere.get(along) === true;
  const stalePaths = [...hashes.keys()].filter(
    (path) => !emitted.has(path) && faultOfPath(path) === undefined && path !== lockPath && isGenerators(path),
  );
  const comparisons = [
    ...files.map(
      (file) => () =>
        options.updated?.includes(file.path) === true
          ? compareUpdated(file, reader)
          : compareFile(file, reader, hashes.get(file.path), deleted.has(file.path) || isLate(file)),
    ),
    ...stalePaths.map((path) => () => compareGone(path, reader, hashes.get(path))),
  ];
  // One after another: the texts of a large project are not all in memory at once.
  const found: Comparison[] = [];
  for (const next of comparisons) found.push(await next());
  const diagnostics = found
    .flatMap((item) => item.fault ?? [])
    .filter((fault) => !(options.force && fault.code === "edited-file"));
  return { folder, changes: sorted(found.flatMap((item) => item.change ?? [])), diagnostics };
}

interface Comparison {
  readonly change?: Change;
  readonly fault?: Diagnostic;
}

async function compareFile(
  file: EmittedFile,
  reader: ProjectReader,
  hash: string | undefined,
  deleted: boolean,
): Promise<Comparison> {
  const text = await reader.read(file.path);
  if (text === undefined) return deleted && file.owner === "user" ? {} : { change: change(file, "add") };
  if (typeof text !== "string") return { fault: text };
  if (file.owner === "user" || withoutReturns(text) === file.text) return { change: change(file, "same") };
  const edited = file.path !== lockPath && !hasHash(text, hash);
  return {
    change: change(file, "change"),
    ...(edited ? { fault: editedFile(file.path, "It is generated, and was edited") } : {}),
  };
}

/** A file of the user's that is written on request. */
async function compareUpdated(file: EmittedFile, reader: ProjectReader): Promise<Comparison> {
  const text = await reader.read(file.path);
  if (text !== undefined && typeof text !== "string") return { fault: text };
  return { change: change(file, text === undefined ? "add" : text === file.text ? "same" : "change") };
}

/** A file that an earlier run made and that the project has no longer. */
async function compareGone(path: string, reader: ProjectReader, hash: string | undefined): Promise<Comparison> {
  const text = await reader.read(path);
  if (text === undefined) return {};
  if (typeof text !== "string") return { fault: text };
  const edited = !hasHash(text, hash);
  return {
    change: { path, kind: "remove", owner: "generator" },
    ...(edited ? { fault: editedFile(path, "It is generated no longer, and was edited") } : {}),
  };
}

function editedFile(path: string, message: string): Diagnostic {
  return diagnosticAt("edited-file", path, message);
}

/** Paths of the user's files, in the order of the lock, that are as the generator wrote them. */
export async function untouchedFiles(given: string, { written = [] }: Lock): Promise<readonly string[]> {
  const { root } = await findFolder(given);
  const reader = new ProjectReader(root);
  const found: string[] = [];
  for (const { path, sha256: hash } of written) {
    if (faultOfPath(path) !== undefined) continue;
    const text = await reader.read(path);
    if (typeof text === "string" && hasHash(text, hash)) found.push(path);
  }
  return found;
}

function hasHash(text: string, hash: string | undefined): boolean {
  return hash !== undefined && (sha256(text) === hash || sha256(withoutReturns(text)) === hash);
}

/** Git may check files out with CR LF; that is no edit. */
function withoutReturns(text: string): string {
  return text.replaceAll("\r\n", "\n");
}

function lockIn(text: string | undefined | Diagnostic): Lock | undefined {
  return typeof text === "string" ? parseLock(text) : undefined;
}

function change(file: EmittedFile, kind: Change["kind"]): Change {
  return { path: file.path, kind, owner: file.owner };
}

function sorted(changes: readonly Change[]): readonly Change[] {
  return [...changes].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

/**
 * Replacing files of a folder that also holds the user's own: the new files are staged, a journal says what is to be
 * done, then each step is a rename. A process that ends in between leaves either no journal, and nothing was changed,
 * or a journal, and the next run completes it.
 */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { CompileError, diagnosticAt } from "../base/diagnostics.ts";
import { isArray, isObject, own, ownString, type Json } from "../base/json.ts";
import { visible } from "../base/visible.ts";
import type { FileSystem } from "./file-system.ts";
import { errorCode, isMissing, ProjectReader, statusOf } from "./folder.ts";
import { faultOfPath, foldersOf, isGenerators, stagingFolder } from "./paths.ts";
import { isSignature } from "./runs.ts";

export interface Journal {
  /** In this order; the number of a step is the name of its files in `new` and `old`. */
  readonly steps: readonly Step[];
  /** Folders to make, outer ones first. */
  readonly folders: readonly string[];
  /** Folders to remove if they are empty by then, inner ones first. */
  readonly emptied: readonly string[];
}

/** `add` never replaces a file: what the user made in the meantime stays. */
export interface Step {
  readonly kind: "add" | "replace" | "remove";
  readonly path: string;
}

/** The same before it is whole. */
const journalDraft = "journal.tmp";
/** Present from the decision to change the folder until all is done. */
const journalName = "journal.json";
/** Bytes; the largest project's has some 200 for each of its files. */
const largestJournal = 64 * 1024 * 1024;
/** In its place once a step failed: the steps are undone. */
const undoName = "undo.json";

/** There while files are being replaced: a build of what an interrupted run left fails, and says why. */
const markPath = "src/generated/interrupted-run.ts";
const markText = `/**
 * A run of openapi-to-mcp ended while it replaced files of this project: some are new, some are old. Run the command
 * again in this folder: it completes what was begun, and removes this file, which does not compile on purpose.
 */
export const state: "run openapi-to-mcp again" = "a run was interrupted";
`;

/** Writes the new texts, by step, into the staging folder, which this run claimed. Nothing of the project changes. */
export async function stage(root: string, texts: readonly (string | undefined)[], disk: FileSystem): Promise<void> {
  const staging = join(root, stagingFolder);
  await disk.makeFolder(join(staging, "new"));
  await disk.makeFolder(join(staging, "old"));
  for (const [index, text] of texts.entries())
    if (text !== undefined) await disk.writeNew(join(staging, "new", String(index)), text);
}

/** The point of no return: from here on the folder gets the new files, now or in the next run. */
export async function commit(root: string, journal: Journal, disk: FileSystem): Promise<void> {
  const staging = join(root, stagingFolder);
  await disk.writeNew(join(staging, journalDraft), JSON.stringify(journal));
  await disk.rename(join(staging, journalDraft), join(staging, journalName));
}

/**
 * Whose journal it is: `own` of this run, or `found` in the folder. One that was found may be anyone's: it never takes
 * away or replaces a file outside the generator's folders.
 */
export type Origin = "own" | "found";

/** Does what is left of the steps. May be repeated. */
export async function complete(root: string, journal: Journal, origin: Origin, disk: FileSystem): Promise<void> {
  await refuseLinks(root, journal);
  await mark(root, disk);
  for (const folder of journal.folders)
    if (!(await exists(join(root, folder)))) await disk.makeFolder(join(root, folder));
  for (const [index, step] of journal.steps.entries())
    await (isAllowed(step, origin) ? completeStep : putBack)(root, step, index, disk);
  await unmark(root, disk);
  for (const folder of journal.emptied) await removeIfEmpty(join(root, folder), disk);
}

/** Says by a file that does not compile that the folder holds old and new files, wherever it is copied to by then. */
async function mark(root: string, disk: FileSystem): Promise<void> {
  if ((await isMarked(root)) === false) await disk.writeNew(join(root, markPath), markText);
}

async function unmark(root: string, disk: FileSystem): Promise<void> {
  if ((await isMarked(root)) === true) await disk.removeFile(join(root, markPath));
}

/** `undefined` where its place is no folder, or reached through a link. */
async function isMarked(root: string): Promise<boolean | undefined> {
  for (const folder of foldersOf(markPath))
    if ((await statusOf(join(root, folder)))?.isDirectory() !== true) return undefined;
  return exists(join(root, markPath));
}

function isAllowed(step: Step, origin: Origin): boolean {
  return origin === "own" || step.kind === "add" || isGenerators(step.path);
}

/** A file of the owner's that was on its way out is in its place again; one that is there stays. */
async function putBack(root: string, step: Step, index: number, disk: FileSystem): Promise<void> {
  const { former, target } = placesOf(root, step, index);
  if ((await exists(former)) && !(await exists(target))) await disk.rename(former, target);
}

/** Whether a journal that was found has a file of the owner's still to replace, which is not done: it is undone. */
export async function isToBeUndone(root: string, journal: Journal): Promise<boolean> {
  for (const [index, step] of journal.steps.entries())
    if (!isAllowed(step, "found") && (await exists(placesOf(root, step, index).fresh))) return true;
  return false;
}

async function completeStep(root: string, step: Step, index: number, disk: FileSystem): Promise<void> {
  const { fresh, former, target } = placesOf(root, step, index);
  if (step.kind !== "remove" && !(await exists(fresh))) return;
  const occupied = await exists(target);
  if (occupied && step.kind === "add") return;
  if (occupied && !(await exists(former))) await disk.rename(target, former);
  if (step.kind !== "remove") await disk.rename(fresh, target);
}

/** Undoes the steps that were done, in the reverse order. May be repeated. */
export async function undo(root: string, journal: Journal, origin: Origin, disk: FileSystem): Promise<void> {
  await refuseLinks(root, journal);
  const staging = join(root, stagingFolder);
  if (await exists(join(staging, journalName))) await disk.rename(join(staging, journalName), join(staging, undoName));
  for (const [index, step] of [...journal.steps.entries()].reverse()) {
    const { fresh, former, target } = placesOf(root, step, index);
    if (origin === "found" && !isGenerators(step.path)) await putBack(root, step, index, disk);
    else if (await exists(former)) await disk.rename(former, target);
    else if (step.kind === "add" && !(await exists(fresh)) && (await exists(target))) await disk.removeFile(target);
  }
  for (const folder of [...journal.folders].reverse()) await removeIfEmpty(join(root, folder), disk);
  await unmark(root, disk);
}

/** Removes the staging folder. The journal goes first: without it the rest has no meaning. */
export async function clean(root: string, disk: FileSystem): Promise<void> {
  const staging = join(root, stagingFolder);
  for (const name of [journalName, undoName])
    if (await exists(join(staging, name))) await disk.removeFile(join(staging, name));
  await removeClaimed(staging, disk);
}

/** What an interrupted run left: nothing, files without meaning, or a journal to complete or to undo. */
export async function leftovers(
  root: string,
): Promise<{ readonly kind: "none" | "staging" } | { readonly kind: "journal" | "undo"; readonly journal: Journal }> {
  const staging = join(root, stagingFolder);
  const status = await statusOf(staging);
  if (status === undefined) return { kind: "none" };
  if (!status.isDirectory())
    throw new CompileError([
      diagnosticAt("unsafe-path", stagingFolder, `"${stagingFolder}" is a symbolic link or no folder`),
    ]);
  for (const [name, kind] of [
    [undoName, "undo"],
    [journalName, "journal"],
  ] as const) {
    const reader = new ProjectReader(staging);
    const text = await reader.read(name, largestJournal);
    if (text === undefined) continue;
    const journal = typeof text === "string" ? parseJournal(text) : undefined;
    if (journal === undefined)
      throw new CompileError([
        diagnosticAt(
          "write-failed",
          `${stagingFolder}/${name}`,
          "An earlier run was interrupted, and what it left cannot be read; restore the folder and remove this one",
        ),
      ]);
    return { kind, journal };
  }
  return { kind: "staging" };
}

/**
 * Refuses a staging folder that holds what no run puts there: links, folders in place of files, files of others. What is
 * in it is moved and removed by its name, and must be what that says.
 *
 * @throws {CompileError} `unsafe-path`
 */
export async function refuseForeign(root: string): Promise<void> {
  const refuse = (path: string, what: string): never => {
    const shown = `${stagingFolder}/${path}`;
    throw new CompileError([diagnosticAt("unsafe-path", shown, `"${visible(shown)}" ${what}; nothing was changed`)]);
  };
  const staging = join(root, stagingFolder);
  for (const name of await readdir(staging)) {
    const status = await statusOf(join(staging, name));
    if (name === "new" || name === "old") {
      if (status?.isDirectory() !== true) refuse(name, "is a symbolic link or no folder");
      for (const inner of await readdir(join(staging, name))) {
        if (!/^\d+$/.test(inner)) refuse(`${name}/${inner}`, "is no file of a run: move it away");
        if ((await statusOf(join(staging, name, inner)))?.isFile() !== true)
          refuse(`${name}/${inner}`, "is a symbolic link or no file");
      }
    } else if (![journalName, undoName, journalDraft].includes(name) && !isSignature(name))
      refuse(name, "is no file of a run: move it away");
    else if (status !== undefined && !status.isFile()) refuse(name, "is a symbolic link or no file");
  }
}

/**
 * The same for the folder beside a new project's place, where that is prepared.
 *
 * @throws {CompileError} `unsafe-path`
 */
export async function refuseForeignPreparation(path: string, shown: string): Promise<void> {
  const foreign = (await readdir(path)).find((name) => name !== "project" && !isSignature(name));
  if (foreign === undefined) return;
  const message = `"${visible(`${shown}/${foreign}`)}" is no file of a run: move it away; nothing was changed`;
  throw new CompileError([diagnosticAt("unsafe-path", shown, message)]);
}

/** Removes a folder and all in it; links are removed, not followed. */
export async function removeTree(path: string, disk: FileSystem): Promise<void> {
  const status = await statusOf(path);
  if (status === undefined) return;
  if (!status.isDirectory()) return disk.removeFile(path);
  for (const name of await readdir(path)) await removeTree(join(path, name), disk);
  await disk.removeFolder(path);
}

/**
 * Removes a folder that this run claimed, and with it the claim. What says whose it is goes last: until then no other
 * run takes it for one that was left. Another run may claim it before it is gone: then it is that one's to remove.
 */
export async function removeClaimed(path: string, disk: FileSystem): Promise<void> {
  const names = (await statusOf(path)) === undefined ? [] : await readdir(path);
  for (const name of names.filter((item) => !isSignature(item))) await removeTree(join(path, name), disk);
  for (const name of names.filter(isSignature)) await removeTree(join(path, name), disk);
  await removeIfEmpty(path, disk);
}

async function removeIfEmpty(path: string, disk: FileSystem): Promise<void> {
  try {
    if ((await readdir(path)).length === 0) await disk.removeFolder(path);
  } catch (error) {
    if (!isMissing(error) && errorCode(error) !== "ENOTEMPTY" && errorCode(error) !== "EEXIST") throw error;
  }
}

function placesOf(
  root: string,
  step: Step,
  index: number,
): { readonly fresh: string; readonly former: string; readonly target: string } {
  const staging = join(root, stagingFolder);
  return {
    fresh: join(staging, "new", String(index)),
    former: join(staging, "old", String(index)),
    target: join(root, step.path),
  };
}

async function refuseLinks(root: string, journal: Journal): Promise<void> {
  const reader = new ProjectReader(root);
  const found = await Promise.all([
    ...journal.steps.map((step) => reader.check(step.path)),
    ...[...journal.folders, ...journal.emptied].map((folder) => reader.checkFolder(folder)),
  ]);
  const faults = found.filter((fault) => fault !== undefined);
  if (faults.length > 0) throw new CompileError(faults);
}

async function exists(path: string): Promise<boolean> {
  return (await statusOf(path)) !== undefined;
}

/** A journal is only as good as the folder that it lies in: its paths are checked like any others. */
function parseJournal(text: string): Journal | undefined {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
  const steps = own(value, "steps");
  if (!isArray(steps)) return undefined;
  const parsed = steps.map(stepOf).filter((step) => step !== undefined);
  const folders = pathsOf(own(value, "folders"));
  const emptied = pathsOf(own(value, "emptied"));
  if (parsed.length !== steps.length || folders === undefined || emptied === undefined) return undefined;
  return { steps: parsed, folders, emptied };
}

function stepOf(value: Json): Step | undefined {
  const kind = ownString(value, "kind");
  const path = ownString(value, "path");
  if (!isObject(value) || path === undefined || faultOfPath(path) !== undefined) return undefined;
  return kind === "add" || kind === "replace" || kind === "remove" ? { kind, path } : undefined;
}

function pathsOf(value: Json | undefined): readonly string[] | undefined {
  if (!isArray(value)) return undefined;
  const paths = value.filter(
    (path) => typeof path === "string" && faultOfPath(path) === undefined,
  ) as readonly string[];
  return paths.length === value.length ? paths : undefined;
}

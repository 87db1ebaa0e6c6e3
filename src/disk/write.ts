/** Writes a project: all of it or nothing. */
import { dirname, join } from "node:path";
import { CompileError } from "../base/diagnostics.ts";
import type { FileSet } from "../project/files.ts";
import { planFiles, planUndisturbed, type Change, type Plan, type WriteOptions } from "./changes.ts";
import { realFileSystem, type FileSystem } from "./file-system.ts";
import { errorCode, preparationOf, statusOf } from "./folder.ts";
import { clean, commit, complete, removeClaimed, stage, undo, type Journal, type Step } from "./journal.ts";
import { foldersOf, isGenerators, stagingFolder } from "./paths.ts";
import { asCompileError, recoverFolder } from "./recover.ts";
import { claim } from "./runs.ts";

/**
 * Writes the files into the folder and returns what `planChanges` would have said. Files that are the same are not
 * written again; where all are, nothing is touched. A fault leaves the folder as it was; a process that is killed leaves
 * it so that the next run, or `recover`, completes or discards what was begun. Runs in the same folder wait for each
 * other.
 *
 * @throws CompileError `output-not-empty`, `edited-file`, `unsafe-path`, `folder-in-use` or `write-failed`
 */
export async function writeProject(
  files: FileSet,
  folder: string,
  options: WriteOptions,
  disk: FileSystem = realFileSystem,
): Promise<readonly Change[]> {
  try {
    for (;;) {
      const plan = orThrow(await planUndisturbed(files, folder, options, disk));
      if (plan.folder.exists && plan.changes.every(({ kind }) => kind === "same")) return plan.changes;
      const again = async (): Promise<Plan> => orThrow(await planFiles(files, folder, options));
      if (await writeAlone(files, plan, disk, again)) return plan.changes;
    }
  } catch (error) {
    throw asCompileError(error, folder);
  }
}

function orThrow(plan: Plan): Plan {
  if (plan.diagnostics.length > 0) throw new CompileError(plan.diagnostics);
  return plan;
}

/**
 * Writes what was planned, no other run being at work there. `false` where another was faster, or has changed the
 * folder since the plan was made: then nothing was done.
 */
async function writeAlone(files: FileSet, plan: Plan, disk: FileSystem, again: () => Promise<Plan>): Promise<boolean> {
  const { root, exists } = plan.folder;
  const newFolders = exists ? [] : await makeParents(root, disk);
  const place = exists ? join(root, stagingFolder) : preparationOf(plan.folder);
  try {
    const name = await claim(place, disk);
    if (name === undefined) return false;
    try {
      if (await isStill(plan, again, place, disk)) {
        await (exists ? changeProject(files, plan, disk) : makeProject(files, plan, disk));
        return true;
      }
      await removeClaimed(place, disk);
      return false;
    } finally {
      disk.runs.end(name);
    }
  } catch (error) {
    await removeParents(newFolders, disk);
    throw error;
  }
}

/** Whether a new plan says the same. Where there is none, nothing has begun: the claim goes. */
async function isStill(plan: Plan, again: () => Promise<Plan>, place: string, disk: FileSystem): Promise<boolean> {
  try {
    return isSame(plan, await again());
  } catch (error) {
    await removeClaimed(place, disk);
    throw error;
  }
}

function isSame(one: Plan, other: Plan): boolean {
  const [a, b] = [one, other].map(({ folder, changes }) => JSON.stringify([folder.root, folder.exists, changes]));
  return a === b;
}

/** Completes or discards what an interrupted run left. */
export async function recover(folder: string): Promise<void> {
  await recoverFolder(folder);
}

/** A folder that does not exist is prepared beside its place and appears by one rename. */
async function makeProject(files: FileSet, plan: Plan, disk: FileSystem): Promise<void> {
  const preparation = preparationOf(plan.folder);
  const project = join(preparation, "project");
  try {
    await disk.makeFolder(project);
    for (const folder of allFolders(files.map((file) => file.path))) await disk.makeFolder(join(project, folder));
    for (const file of files) await disk.writeNew(join(project, file.path), file.text);
    await disk.rename(project, plan.folder.root);
  } catch (error) {
    await removeClaimed(preparation, disk);
    throw error;
  }
  await leaveTidy(() => removeClaimed(preparation, disk));
}

/** A folder that exists may hold the user's files: only the files that differ are replaced, by a journal. */
async function changeProject(files: FileSet, plan: Plan, disk: FileSystem): Promise<void> {
  const { root } = plan.folder;
  const texts = new Map(files.map((file) => [file.path, file.text]));
  // Files of the owner's last: a run that ends before them is undone, since nobody may replace them without being asked.
  const changes = plan.changes
    .filter((change) => change.kind !== "same")
    .sort((one, other) => Number(isGenerators(other.path)) - Number(isGenerators(one.path)));
  const journal = await journalOf(root, changes, files);
  try {
    await stage(
      root,
      changes.map((change) => (change.kind === "remove" ? undefined : texts.get(change.path))),
      disk,
    );
    await commit(root, journal, disk);
  } catch (error) {
    await clean(root, disk);
    throw error;
  }
  try {
    await complete(root, journal, "own", disk);
  } catch (error) {
    await undo(root, journal, "own", disk);
    await clean(root, disk);
    throw error;
  }
  await leaveTidy(() => clean(root, disk));
}

/** The project is written: what cannot be tidied away now is no fault of it, and the next run tidies again. */
async function leaveTidy(tidy: () => Promise<void>): Promise<void> {
  try {
    await tidy();
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
  }
}

async function journalOf(root: string, changes: readonly Change[], files: FileSet): Promise<Journal> {
  const steps = changes.map((change): Step => ({
    kind: change.kind === "add" ? "add" : change.kind === "remove" ? "remove" : "replace",
    path: change.path,
  }));
  const folders: string[] = [];
  for (const folder of allFolders(steps.filter((step) => step.kind === "add").map((step) => step.path))) {
    if ((await statusOf(join(root, folder))) === undefined) folders.push(folder);
  }
  const needed = new Set(allFolders(files.map((file) => file.path)));
  const emptied = allFolders(steps.filter((step) => step.kind === "remove").map((step) => step.path)).filter(
    (folder) => !needed.has(folder),
  );
  return { steps, folders, emptied: [...emptied].reverse() };
}

/** Folders that files lie in, each once, outer ones first. */
function allFolders(paths: readonly string[]): readonly string[] {
  return [...new Set(paths.flatMap(foldersOf))].sort();
}

/** Makes the folders above a path that do not exist, and returns them, outer ones first. */
async function makeParents(path: string, disk: FileSystem): Promise<readonly string[]> {
  const newFolders: string[] = [];
  try {
    for (const parent of await missingParents(path)) {
      await disk.makeFolder(parent);
      newFolders.push(parent);
    }
  } catch (error) {
    await removeParents(newFolders, disk);
    // Another run needs them too.
    if (errorCode(error) !== "EEXIST") throw error;
  }
  return newFolders;
}

async function removeParents(newFolders: readonly string[], disk: FileSystem): Promise<void> {
  for (const parent of [...newFolders].reverse()) await disk.removeFolder(parent);
}

/** Folders above a path that do not exist, outer ones first. */
async function missingParents(path: string): Promise<readonly string[]> {
  const parent = dirname(path);
  if (parent === path || (await statusOf(parent)) !== undefined) return [];
  return [...(await missingParents(parent)), parent];
}

/**
 * At most one run changes a folder at a time. A run claims the folder that holds its files on their way: it makes it,
 * which only one can, and leaves a file there that says who it is. A run that finds another's claim waits for its end,
 * or, where that process is gone, takes its claim over by a file of the next number, which again only one can make.
 */
import { readdir, readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { CompileError, diagnosticAt } from "../base/diagnostics.ts";
import { visible } from "../base/visible.ts";
import type { FileSystem } from "./file-system.ts";
import { errorCode, isMissing, statusOf } from "./folder.ts";

/** How long a wait lasts, in milliseconds, and how many there are before a run gives up. */
const wait = 50;
const patience = 200;
/** How many there are before a signature that is empty is taken for one of a process that ended. */
const patienceForName = 10;

/**
 * Makes a folder for this run alone, and returns the name that it has there. `undefined` where another run was faster.
 *
 * @param path absolute path of a folder whose parent exists
 */
export async function claim(path: string, disk: FileSystem): Promise<string | undefined> {
  try {
    await disk.makeFolder(path);
  } catch (error) {
    if (errorCode(error) === "EEXIST") return undefined;
    throw error;
  }
  try {
    return await sign(path, 1, disk);
  } catch (error) {
    // A full disk leaves the file without its text. Why it could not be written is what counts.
    await disk.removeFile(join(path, "run-1")).catch(() => undefined);
    await disk.removeFolder(path).catch(() => undefined);
    throw error;
  }
}

/**
 * Waits until the run that claimed a folder has ended, or takes the claim over where it ended before its time. The
 * name of this run where the folder now is its own, with all that the other left in it; `undefined` where there is no
 * such folder.
 *
 * @param shown the folder as messages name it
 * @throws CompileError `folder-in-use` where the other run does not end
 */
export async function takeOver(path: string, shown: string, disk: FileSystem): Promise<string | undefined> {
  for (let waited = 0; ; waited += 1) {
    if ((await statusOf(path))?.isDirectory() !== true) return undefined;
    const { number, name } = await claimOf(path);
    // Of two that sign an unsigned claim, only one succeeds, also if its maker is only about to.
    const unsigned = number === 0 || (name === undefined && waited >= patienceForName);
    const ended = unsigned || (name !== undefined && !disk.runs.isAtWork(name));
    const own = ended ? await sign(path, number + 1, disk) : undefined;
    if (own !== undefined) return own;
    if (waited >= patience) throw inUse(shown, number, name ?? "");
    await delay(wait);
  }
}

/** Whether a file in a claimed folder says whose it is. It is removed last. */
export function isSignature(name: string): boolean {
  return /^run-\d+$/.test(name);
}

async function sign(path: string, number: number, disk: FileSystem): Promise<string | undefined> {
  const name = disk.runs.begin();
  try {
    await disk.writeNew(join(path, `run-${number}`), name);
    return name;
  } catch (error) {
    disk.runs.end(name);
    if (errorCode(error) === "EEXIST" || isMissing(error)) return undefined;
    throw error;
  }
}

/** The latest signature, number 0 where there is none yet. Without a name it is just being written, or never was. */
async function claimOf(path: string): Promise<{ readonly number: number; readonly name: string | undefined }> {
  const names = await readdir(path).catch(() => []);
  const number = Math.max(0, ...names.filter(isSignature).map((name) => Number(name.slice("run-".length))));
  const signature = join(path, `run-${number}`);
  const isFile = number > 0 && (await statusOf(signature))?.isFile() === true;
  const name = isFile ? await readFile(signature, "utf8").catch(() => "") : "";
  return { number, name: name === "" ? undefined : name };
}

function inUse(shown: string, number: number, name: string): CompileError {
  const [pid = "", machine = ""] = name.split(" ");
  const who = machine === hostname() ? `process ${visible(pid)}` : `process ${visible(pid)} on ${visible(machine)}`;
  const file = `${shown}/run-${number}`;
  return new CompileError([
    diagnosticAt(
      "folder-in-use",
      shown,
      `Another run (${who}) is writing here; if that is not so, remove "${visible(file)}"`,
    ),
  ]);
}

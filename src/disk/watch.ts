/** Waits until files change. */
import { type Stats, readdirSync, statSync } from "node:fs";
import { join, sep } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

/** Between two looks, in milliseconds. */
const interval = 200;

/** Milliseconds by which the times of files may lag behind the clock: systems take them from its last tick. */
const clockTick = 20;

/** What is known of files: their state by path. */
export type Watched = ReadonlyMap<string, string>;

/**
 * The state of files, and of all files below folders. Looking again and again costs a call for each file, and works
 * where events do not: on mounted disks of containers, for files that editors replace, for those that are not there yet,
 * for what a symbolic link leads to. A folder that several links lead to is looked at once.
 */
export function stateOf(paths: Iterable<string>): Watched {
  const states = new Map<string, string>();
  const folders = new Set<string>();
  const look = (path: string): void => {
    const status = statusOf(path);
    if (status?.isDirectory() !== true) {
      // The time of the last change to the entry as well: tools that copy keep that of the content.
      const { ino, size, mtimeMs, ctimeMs } = status ?? {};
      states.set(path, status === undefined ? "" : `${ino} ${size} ${mtimeMs} ${ctimeMs}`);
      return;
    }
    states.set(path, "folder");
    const identity = `${status.dev} ${status.ino}`;
    if (folders.has(identity)) return;
    folders.add(identity);
    for (const name of namesIn(path)) look(join(path, name));
  };
  for (const path of new Set(paths)) look(path);
  return states;
}

/** A run during which files may have changed. */
export interface Look {
  /** What was watched before it. */
  readonly paths: readonly string[];
  /** Their state at that time. */
  readonly states: Watched;
  /** When it began, in milliseconds since 1970. */
  readonly began: number;
  /** Files that it wrote itself. */
  readonly wrote: readonly string[];
}

/**
 * What is known once a run is over: the state that it may have read. What was saved, came or went in the meantime differs
 * from it, also in a folder that nobody watched when the run began: that counts as a change after the run.
 *
 * @param paths what is watched from now on
 */
export function knownAfter(run: Look, paths: readonly string[]): Watched {
  const states = new Map<string, string>();
  const wrote = new Set(run.wrote);
  for (const [path, state] of stateOf(paths)) {
    const before = run.states.get(path);
    if (wrote.has(path)) states.set(path, state);
    else if (before !== undefined) states.set(path, before);
    else if (!isBelow(path, run.paths) && !isSavedSince(path, run.began)) states.set(path, state);
  }
  for (const [path, state] of run.states)
    if (!states.has(path) && !wrote.has(path) && isBelow(path, paths)) states.set(path, state);
  return states;
}

function isBelow(path: string, roots: readonly string[]): boolean {
  return roots.some((root) => path === root || path.startsWith(root.endsWith(sep) ? root : root + sep));
}

function isSavedSince(path: string, time: number): boolean {
  const status = statusOf(path);
  return status?.isDirectory() === false && status.mtimeMs >= time - clockTick;
}

/**
 * Waits until something differs from a known state, and then until nothing changes any more: who saves several files
 * is waited for. Returns the paths that differ.
 */
export async function nextChange(paths: readonly string[], known: Watched): Promise<readonly string[]> {
  let last = known;
  for (;;) {
    await wait(interval);
    const now = stateOf(paths);
    const changed = differences(known, now);
    if (changed.length > 0 && differences(last, now).length === 0) return changed;
    last = now;
  }
}

function differences(one: Watched, other: Watched): readonly string[] {
  return [...new Set([...one.keys(), ...other.keys()])].filter((path) => one.get(path) !== other.get(path)).sort();
}

function statusOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Waits until files change. */
import { type Stats, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

/** Between two looks, in milliseconds. */
const interval = 200;

/** What is known of files: their state by path. */
export type Watched = ReadonlyMap<string, string>;

/**
 * The state of files, and of all files below folders. Looking again and again costs a call for each file, and works
 * where events do not: on mounted disks of containers, for files that editors replace, for those that are not there yet.
 */
export function stateOf(paths: Iterable<string>): Watched {
  const states = new Map<string, string>();
  const look = (path: string, depth: number): void => {
    const status = statusOf(path);
    if (status?.isDirectory() !== true || depth > 20) {
      states.set(path, status === undefined ? "" : `${status.ino} ${status.size} ${status.mtimeMs}`);
      return;
    }
    states.set(path, "folder");
    for (const name of namesIn(path)) look(join(path, name), depth + 1);
  };
  for (const path of new Set(paths)) look(path, 0);
  return states;
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

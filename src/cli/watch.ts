/** `--watch`: generates again whenever something changes that the project is made of. */
import { relative, resolve } from "node:path";
import { isRemote } from "../base/address.ts";
import { CompileError } from "../base/diagnostics.ts";
import { visible } from "../base/visible.ts";
import { knownAfter, nextChange, stateOf } from "../disk/watch.ts";
import { UsageError } from "./line.ts";
import type { Surroundings, Terminal } from "./terminal.ts";

/** One run, and what it was made of: local files and folders. */
export interface WatchedRun {
  readonly sources: readonly string[];
  /** Files that it wrote: that they changed is no reason to run again. */
  readonly wrote: readonly string[];
}

/** Paths that are shown for one run. */
const mostShown = 3;

/**
 * Runs, waits for a change, and runs again, until the process is ended. A fault is told and does not end it: the next change may
 * mend it.
 *
 * @param sources what is watched while no run succeeded yet, and besides what the last one read
 * @param run generates once; its argument is what changed, in words, and absent the first time
 */
export async function watch(
  sources: () => Promise<readonly string[]>,
  run: (because: string | undefined) => Promise<WatchedRun>,
  terminal: Terminal,
  surroundings: Surroundings,
): Promise<never> {
  const here = (paths: readonly string[]): readonly string[] =>
    [...new Set(paths)].map((path) => resolve(surroundings.cwd(), path));
  let watchedPaths: readonly string[] = [];
  let because: string | undefined;
  for (;;) {
    const paths = here([...(await sources()), ...watchedPaths]);
    const before = { paths, began: Date.now(), states: stateOf(paths) };
    let wrote: readonly string[] = [];
    try {
      const done = await run(because);
      watchedPaths = done.sources;
      wrote = here(done.wrote);
    } catch (error) {
      if (!(error instanceof CompileError) && !(error instanceof UsageError)) throw error;
      if (error instanceof UsageError) terminal.line(visible(error.message));
      else for (const diagnostic of error.diagnostics) terminal.diagnostic(diagnostic);
      terminal.line(`${because === undefined ? "" : `${because}: `}nothing was written`);
      if (error instanceof CompileError) watchedPaths = [...watchedPaths, ...faultyFiles(error)];
    }
    const watched = here([...(await sources()), ...watchedPaths]);
    const known = knownAfter({ ...before, wrote }, watched);
    terminal.progress("Watching for changes …");
    const changed = await nextChange(watched, known);
    because = words(changed.map((path) => relative(surroundings.cwd(), path) || path));
  }
}

function words(paths: readonly string[]): string {
  const shown = paths.slice(0, mostShown).map(visible).join(", ");
  return `${shown}${paths.length > mostShown ? ` and ${paths.length - mostShown} more` : ""} changed`;
}

/** Where a fault is: the file that has to change, though no run has read it to its end. */
function faultyFiles({ diagnostics }: CompileError): readonly string[] {
  return diagnostics.flatMap(({ file, line }) => (line === undefined || isRemote(file) ? [] : [file]));
}

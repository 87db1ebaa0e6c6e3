/** What `--check` says: a short list of what generating would change, and of generated files that were edited. */
import type { Check } from "../check.ts";
import type { Diagnostic } from "../base/diagnostics.ts";
import type { Judged } from "./acceptance.ts";
import { visible, visibleJson } from "../base/visible.ts";
import type { Terminal } from "./terminal.ts";

/** Paths that are listed; a new version of the generator changes them all. */
const longestList = 20;

/** Prints the result of a check of a folder. Returns the exit code: 1 where anything differs. */
export function reportCheck(
  { upToDate, changes, faults, diagnostics, accepted }: Check & Judged,
  folder: string,
  terminal: Terminal,
  { json, verbose }: { readonly json: boolean; readonly verbose: boolean },
): number {
  const edited = faults.filter(isEdited).map(({ file }) => file);
  if (json) {
    const listed = changes.map(({ path, kind }) => ({ path, kind }));
    terminal.result(visibleJson({ ok: upToDate, folder, changes: listed, edited, faults, diagnostics, accepted }));
    return upToDate ? 0 : 1;
  }
  const { bold, dim, green, red } = terminal.colors;
  const shown = diagnostics.filter(
    ({ code, severity }) => severity !== "info" || code === "unused-acceptance" || verbose,
  );
  if (!terminal.quiet) for (const diagnostic of shown) terminal.diagnostic(diagnostic);
  if (upToDate) {
    terminal.note(`${green("Up to date:")} generating ${visible(folder)} again changes nothing`);
    return 0;
  }
  for (const fault of faults.filter((candidate) => !isEdited(candidate))) terminal.diagnostic(fault);
  const lines = [
    ...edited.map((path) => `  edited  ${visible(path)}`),
    ...changes
      .filter(({ path }) => !edited.includes(path))
      .map(({ path, kind }) => `  ${kind.padEnd(6)}  ${visible(path)}`),
  ];
  terminal.line(`${red("Out of date:")} ${bold(visible(folder))} is not what generating it again makes`);
  for (const text of lines.slice(0, verbose ? lines.length : longestList)) terminal.line(text);
  if (!verbose && lines.length > longestList)
    terminal.line(dim(`  … and ${lines.length - longestList} more: --verbose shows all`));
  return 1;
}

function isEdited({ code }: Diagnostic): boolean {
  return code === "edited-file";
}

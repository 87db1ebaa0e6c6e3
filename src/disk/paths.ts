/** Which paths a project may have: inside its folder, and the same file on every system. */
import { diagnosticAt, type Diagnostic } from "../base/diagnostics.ts";
import { lockPath } from "../lock/lock.ts";
import { visible } from "../base/visible.ts";

/** Folder inside the project that holds files on their way; it is gone when nothing is under way. */
export const stagingFolder = ".openapi-to-mcp";

/** File names that Windows takes for a device, whatever their ending. */
const deviceName = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\.|$)/i;

/** Folders of other programs in which nothing is ever written. */
const foreignFolders = new Set([".git", "node_modules", stagingFolder]);

/**
 * Whether a path lies where only the generator writes. Elsewhere a file may be the owner's, and neither a lock nor a
 * journal, which come with a repository and may be anyone's, is taken at its word about it.
 */
export function isGenerators(path: string): boolean {
  return path === lockPath || /^src\/(?:generated|runtime)\/./.test(path);
}

/** What is wrong with a path relative to the project's folder, as the end of a sentence, or `undefined`. */
export function faultOfPath(path: string): string | undefined {
  const segments = path.split("/");
  if (path.length > 1000) return "is longer than 1,000 characters";
  if (/[\p{Cc}\p{Cs}\\<>:"|?*]/u.test(path)) return "has a character that a file name may not have everywhere";
  if (segments.some((segment) => segment === "" || segment === "." || segment === ".."))
    return "leads out of the folder, or is not in its plain form";
  if (segments.some((segment) => /[. ]$/.test(segment))) return "ends with a dot or a space, which Windows removes";
  if (segments.some((segment) => deviceName.test(segment))) return "names a device of Windows";
  if (segments.some((segment) => Buffer.byteLength(segment) > 255)) return "has a name of more than 255 bytes";
  if (foreignFolders.has((segments[0] ?? "").toLowerCase())) return "lies in a folder of another program";
  return undefined;
}

/** Faults of a set of paths: of each one, two that are the same without regard to case, a file that is also a folder. */
export function checkPaths(paths: readonly string[]): readonly Diagnostic[] {
  const faults: Diagnostic[] = [];
  const fault = (path: string, what: string): void => {
    faults.push(diagnosticAt("unsafe-path", path, `The path "${visible(path)}" ${what}`));
  };
  const files = new Map<string, string>();
  for (const path of paths) {
    const what = faultOfPath(path);
    if (what !== undefined) fault(path, what);
    const other = files.get(foldCase(path));
    if (other !== undefined) fault(path, `is the same file as "${visible(other)}" on some systems`);
    files.set(foldCase(path), path);
  }
  for (const path of paths) {
    for (const folder of foldersOf(path)) {
      const file = files.get(foldCase(folder));
      if (file !== undefined) fault(path, `needs a folder where the file "${visible(file)}" is`);
    }
  }
  return faults;
}

/** The folders that a path lies in, outermost first. */
export function foldersOf(path: string): readonly string[] {
  const segments = path.split("/").slice(0, -1);
  return segments.map((_segment, index) => segments.slice(0, index + 1).join("/"));
}

function foldCase(path: string): string {
  return path.normalize("NFC").toUpperCase().toLowerCase();
}

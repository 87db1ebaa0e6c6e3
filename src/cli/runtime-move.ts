/** A project whose runtime moves, into a package or out of it: what becomes of the owner's files that import it. */
import { CompileError, diagnosticAt } from "../base/diagnostics.ts";
import { readOwnFile } from "../disk/folder.ts";
import { untouchedFiles } from "../disk/changes.ts";
import { sha256 } from "../base/hash.ts";
import { type Lock, lockPath } from "../lock/lock.ts";
import type { EmittedFile, FileSet } from "../project/files.ts";
import { printJson } from "../project/json.ts";
import { isRuntimeFile, namesRuntime, runtimePackage } from "../project/runtime-package.ts";

/** What becomes of a project whose runtime moves. */
export interface RuntimeMove {
  /** Paths of the owner's files that are written anew, since nobody changed them. */
  readonly rewritten: readonly string[];
  /** The project, with a lock that knows these as they are written now. */
  readonly files: FileSet;
}

/**
 * What moving the runtime changes in the owner's files; nothing where it stays.
 *
 * @throws {CompileError} `moved-runtime` for each file of the owner's that imports the runtime from where it was
 */
export async function moveRuntime(files: FileSet, lock: Lock, folder: string): Promise<RuntimeMove> {
  const was = lock.files.some(({ path }) => isRuntimeFile(path)) ? "vendored" : "package";
  const is = files.some(({ path }) => isRuntimeFile(path)) ? "vendored" : "package";
  if (was === is) return { rewritten: [], files };
  const untouched = new Set(await untouchedFiles(folder, lock));
  const rewritten: string[] = [];
  const faults = [];
  for (const { path, text, owner } of files) {
    if (owner !== "user" || !/\.ts$|^(?:package\.json|README\.md)$/.test(path)) continue;
    const found = await readOwnFile(folder, path);
    if (found === undefined || found === text) continue;
    if (untouched.has(path)) rewritten.push(path);
    else if (path.endsWith(".ts"))
      faults.push(
        ...found
          .split("\n")
          .flatMap((line, index) =>
            /\bfrom "|\bimport[ (]"/.test(line) && namesRuntime(line, was)
              ? [diagnosticAt("moved-runtime", path, messageOf(line, is), { line: index + 1 })]
              : [],
          ),
      );
  }
  if (faults.length > 0) throw new CompileError(faults);
  return {
    rewritten,
    files: files.map((file) => (file.path === lockPath ? withWritten(file, files, rewritten) : file)),
  };
}

/** The lock, with what is written anew as it is written. */
function withWritten(lock: EmittedFile, files: FileSet, rewritten: readonly string[]): EmittedFile {
  const value = JSON.parse(lock.text) as Lock;
  const anew = files
    .filter(({ path }) => rewritten.includes(path))
    .map(({ path, text }) => ({ path, sha256: sha256(text) }));
  const others = (value.written ?? []).filter(({ path }) => !rewritten.includes(path));
  const written = [...others, ...anew].sort((one, other) => (one.path < other.path ? -1 : 1));
  return { ...lock, text: printJson({ ...value, written }) };
}

function messageOf(line: string, is: "vendored" | "package"): string {
  const [, file = ""] = /runtime\/([^"]+)"/.exec(line) ?? [];
  return is === "package"
    ? `The runtime is in a package now: import "${runtimePackage}/${file}"`
    : `The runtime is among the project's files now: import it from src/runtime/${file}`;
}

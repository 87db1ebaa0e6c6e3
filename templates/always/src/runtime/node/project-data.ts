/** The data of this server, read from the disk. */
import { existsSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { defined } from "../data/defined.js";
import { type DataFiles, type Project, projectOf } from "../data/project.js";

/** A project that lies in a folder. */
export interface ProjectOnDisk extends Project {
  /** Absolute. */
  readonly folder: string;
}

/**
 * Reads the project that a module belongs to: the nearest folder above it that holds `src/generated/apis.json`. The
 * data lies there for the sources and for the compiled server alike.
 *
 * @param moduleUrl `import.meta.url` of the module.
 * @param parts optional parts of the runtime that the server has
 * @throws Error when there is no such folder, or a file is missing or damaged.
 */
export function readProject<Parts extends object>(
  moduleUrl: string,
  parts?: Parts,
): ProjectOnDisk & { readonly parts?: Parts } {
  const folder = projectFolder(moduleUrl);
  return {
    folder,
    ...defined({ parts }),
    ...projectOf(filesBelow(join(folder, "src", "generated"))),
  };
}

function projectFolder(moduleUrl: string): string {
  for (
    let folder = dirname(fileURLToPath(moduleUrl));
    folder !== dirname(folder);
    folder = dirname(folder)
  ) {
    if (existsSync(join(folder, "src", "generated", "apis.json")))
      return folder;
  }
  throw new Error(
    "src/generated/apis.json was not found: keep src/generated beside the compiled server",
  );
}

function filesBelow(folder: string): DataFiles {
  return {
    read(name) {
      const path = join(folder, name);
      if (!existsSync(path)) return undefined;
      try {
        const bytes = readFileSync(path);
        const value: unknown = JSON.parse(bytes.toString("utf8"));
        return { value, bytes: bytes.length };
      } catch (cause) {
        throw unreadable(path, cause);
      }
    },
    async readLater(name) {
      const path = join(folder, name);
      if (!existsSync(path)) return undefined;
      try {
        return JSON.parse(await readFile(path, "utf8")) as unknown;
      } catch (cause) {
        throw unreadable(path, cause);
      }
    },
  };
}

function unreadable(path: string, cause: unknown): Error {
  return new Error(
    `${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
    { cause },
  );
}

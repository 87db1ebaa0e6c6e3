/** The calls that change a disk, all of them, so that a test can stop the process before any one. */
import { writeFileSync } from "node:fs";
import { mkdir, rename, rmdir, unlink } from "node:fs/promises";
import { realRuns, type Runs } from "./processes.ts";

export interface FileSystem {
  /** Makes one folder, which must not exist. */
  makeFolder(path: string): Promise<void>;
  /** Writes a file, which must not exist, not even as a symbolic link. */
  writeNew(path: string, text: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  removeFile(path: string): Promise<void>;
  /** Removes an empty folder. */
  removeFolder(path: string): Promise<void>;
  /** Which other runs there are. */
  readonly runs: Runs;
}

export const realFileSystem: FileSystem = {
  makeFolder: async (path) => {
    await mkdir(path);
  },
  // Synchronous: hundreds of small files are written in half the time, and no copies of their texts pile up.
  writeNew: async (path, text) => writeFileSync(path, text, { encoding: "utf8", flag: "wx" }),
  rename,
  removeFile: unlink,
  removeFolder: rmdir,
  runs: realRuns,
};

/** Writes a project in a process of its own, which is killed in place of the n-th call that changes the disk. */
import { readFileSync } from "node:fs";
import { realFileSystem, type FileSystem } from "../../../src/disk/file-system.ts";
import { writeProject } from "../../../src/disk/write.ts";
import type { FileSet } from "../../../src/project/files.ts";

const [, , filesPath = "", folder = "", killAt = "0"] = process.argv;
let calls = 0;

const wrap =
  <Arguments extends unknown[]>(real: (...args: Arguments) => Promise<void>) =>
  async (...args: Arguments): Promise<void> => {
    if (++calls === Number(killAt)) process.kill(process.pid, "SIGKILL");
    await real(...args);
  };

const disk: FileSystem = {
  makeFolder: wrap(realFileSystem.makeFolder),
  writeNew: wrap(realFileSystem.writeNew),
  rename: wrap(realFileSystem.rename),
  removeFile: wrap(realFileSystem.removeFile),
  removeFolder: wrap(realFileSystem.removeFolder),
  runs: realFileSystem.runs,
};

await writeProject(JSON.parse(readFileSync(filesPath, "utf8")) as FileSet, folder, { force: false }, disk);

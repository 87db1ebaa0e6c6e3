/** Files by path, from below one folder of this machine. */
import * as files from "../request/files.js";
import { constants } from "node:fs";
import { open, realpath } from "node:fs/promises";
import { basename, isAbsolute, relative, resolve, sep } from "node:path";
import { ArgumentError } from "../errors.js";
import type { ReadFileBelow, FilePart } from "../request/file-argument.js";
import { tooLarge } from "../request/file.js";

/** No path leaves the folder, not by `..`, not by a link, not by being absolute. */
export const readFileBelow: ReadFileBelow = async (root, path, maxBytes) => {
  const folder = await realpath(root).catch((cause: unknown) => {
    throw new ArgumentError("The folder of MCP_FILE_ROOT cannot be read.", {
      cause,
    });
  });
  if (path.includes("\0"))
    throw new ArgumentError("A path must not hold a NUL character.");
  const target = await realpath(resolve(folder, path)).catch(
    (cause: unknown) => {
      throw unreadable(path, cause);
    },
  );
  const inside = relative(folder, target);
  if (
    inside === "" ||
    inside === ".." ||
    inside.startsWith(`..${sep}`) ||
    isAbsolute(inside)
  )
    throw unreadable(path);
  return {
    bytes: await readFileAt(target, path, maxBytes),
    filename: basename(target),
  };
};

/** Opens without following a link that took the file's place, and without waiting for a pipe's writer. */
async function readFileAt(
  target: string,
  path: string,
  maxBytes: number,
): Promise<Uint8Array> {
  const flags =
    constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await open(target, flags).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  try {
    const stat = await handle.stat();
    // A folder on the way may have become a link since: then the name leads elsewhere now.
    const now = await realpath(target).catch(() => undefined);
    if (!stat.isFile() || now !== target) throw unreadable(path);
    if (stat.size > maxBytes) throw tooLarge(maxBytes);
    // One byte more than allowed shows a file that grew meanwhile.
    const buffer = Buffer.alloc(Math.min(stat.size, maxBytes) + 1);
    let length = 0;
    while (length < buffer.length) {
      const { bytesRead } = await handle.read(
        buffer,
        length,
        buffer.length - length,
      );
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return buffer.subarray(0, Math.min(length, stat.size));
  } finally {
    await handle.close();
  }
}

/** The same words for a file that is not there and one outside, so that nobody learns what lies outside. */
function unreadable(path: string, cause?: unknown): ArgumentError {
  return new ArgumentError(
    `No file "${path}" can be read below the folder of MCP_FILE_ROOT.`,
    cause === undefined ? {} : { cause },
  );
}

// The part that reads file arguments, on a host that has folders.

export const filesFrom: FilePart["filesFrom"] = (sources) =>
  files.filesFrom({ ...sources, readFileBelow });

export const listedFiles = files.listedFiles;

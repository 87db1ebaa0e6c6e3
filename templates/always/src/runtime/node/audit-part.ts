/** The audit on Node.js, which has files and standard error. */
import { open } from "node:fs/promises";
import { createAudit } from "../audit/audit.js";
import { type Link, linkAfter } from "../audit/chain.js";
import type { Sink } from "../audit/trail.js";
import type { Watcher } from "../call/call.js";
import type { WatcherServices } from "../call/watcher.js";
import { ConfigurationError } from "../errors.js";

/** Longer than a line. */
const tailBytes = 256 * 1024;
/** For this server and whoever is of its group. */
const mode = 0o640;

export function createWatcher(services: WatcherServices): Promise<Watcher> {
  return createAudit(services, { file: fileSink, standardError });
}

/**
 * A file that lines are added to. It is opened anew for each batch: one that was moved away or removed is made again,
 * so that whoever rotates it need tell nobody.
 *
 * @param isSynchronous whether a line counts as written once the disk has it
 */
async function fileSink(path: string, isSynchronous: boolean): Promise<Sink> {
  const { link, isWhole } = await endOf(path).catch((cause: unknown) => {
    throw new ConfigurationError("Nothing can be added to MCP_AUDIT_FILE", {
      hint: "Check that its folder exists and that this server may write there.",
      cause,
    });
  });
  let isClean = isWhole;
  return {
    link,
    async write(text) {
      const file = await open(path, "a", mode);
      try {
        // Half a line that a fault left behind must not take the next one with it.
        await file.appendFile(isClean ? text : `\n${text}`);
        if (isSynchronous) await file.datasync();
        isClean = true;
      } catch (fault) {
        isClean = false;
        throw fault;
      } finally {
        await file.close();
      }
    },
  };
}

/** Where the lines of a file go on. Makes it where it is not there. */
async function endOf(
  path: string,
): Promise<{ readonly link: Link | undefined; readonly isWhole: boolean }> {
  const file = await open(path, "a+", mode);
  try {
    const { size } = await file.stat();
    const start = Math.max(0, size - tailBytes);
    const { buffer, bytesRead } = await file.read({
      buffer: Buffer.alloc(size - start),
      position: start,
    });
    const text = buffer.toString("utf8", 0, bytesRead);
    const last = text.split("\n").findLast((line) => line !== "");
    return {
      link: last === undefined ? undefined : linkAfter(last),
      isWhole: text === "" || text.endsWith("\n"),
    };
  } finally {
    await file.close();
  }
}

const standardError: Sink = {
  write: (text) =>
    new Promise((resolve, reject) => {
      process.stderr.write(text, (fault) =>
        fault == null ? resolve() : reject(fault),
      );
    }),
};

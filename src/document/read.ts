/** Bytes of a document from a file, a URL or standard input, within limits that the messages name. */
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
  statSync,
} from "node:fs";
import { basename, dirname } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { shownAddress } from "../base/address.ts";
import { CompileError, diagnosticAt } from "../base/diagnostics.ts";
import { nearestName } from "../base/suggest.ts";
import { visible } from "../base/visible.ts";
import { fetchBytes, type Fetched, type FetchOptions } from "./fetch.ts";
import { ReadFault, reasonOf, tooLarge } from "./read-fault.ts";

/** Limits on bytes and time, and what is sent with a request. */
export type ReadLimits = FetchOptions;

/** Reads the file that the user named: a file, or a pipe. Throws `CompileError`. */
export async function readPath(path: string, limits: ReadLimits): Promise<Uint8Array> {
  return named(path, async () => {
    try {
      return statSync(path).isFile() ? readFurtherFile(path, limits) : await readStream(path, limits);
    } catch (error) {
      const fault = reasonOf(error);
      throw fault.code === "missing-input" ? new ReadFault(fault.message + likelyAddress(path), fault.code) : fault;
    }
  });
}

/** What was meant by a path that leads nowhere, in words; empty where nobody knows. */
function likelyAddress(path: string): string {
  const host = /^(?:localhost|\d+(?:\.\d+){3}|(?:[a-z\d-]+\.)+[a-z]{2,})(?::\d+)?\/\S+$/i;
  if (host.test(path) && !path.startsWith(".")) return `; did you mean "https://${visible(path)}"?`;
  if (/^https?:/i.test(path)) return `; did you mean "${visible(path.replace(/^(https?):\/*/i, "$1://"))}"?`;
  let names: readonly string[] = [];
  try {
    names = readdirSync(dirname(path));
  } catch {
    return "";
  }
  const meant = nearestName(basename(path), names);
  return meant === undefined ? "" : `; did you mean "${visible(meant)}"?`;
}

/** Between two looks at a pipe that holds nothing yet, in milliseconds. */
const pause = 20;

/**
 * Reads a pipe or a device. Not through a stream: a named pipe that nobody writes into cannot be opened to read in the
 * usual way, nor can the attempt be given up.
 */
async function readStream(path: string, limits: ReadLimits): Promise<Uint8Array> {
  const deadline = performance.now() + limits.timeoutMs;
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const state = fstatSync(file);
    if (state.isDirectory()) throw new ReadFault("is a folder; give the document in it");
    // Into a named pipe somebody may still begin to write; the end of any other has come.
    const mayBegin = state.isFIFO() && hasName(path);
    const chunks: Uint8Array[] = [];
    let size = 0;
    for (;;) {
      const chunk = readChunk(file);
      if (chunk !== undefined && chunk.length > 0) {
        size += chunk.length;
        if (size > limits.maxDocumentBytes) throw tooLarge(limits.maxDocumentBytes);
        chunks.push(chunk);
      } else {
        if (chunk !== undefined && (size > 0 || !mayBegin)) return Buffer.concat(chunks, size);
        if (performance.now() > deadline)
          throw new ReadFault(
            size === 0
              ? `is a pipe that nothing was written into within ${limits.timeoutMs / 1000} s`
              : `is a pipe that did not end within ${limits.timeoutMs / 1000} s`,
            "slow-input",
          );
        await wait(pause);
      }
    }
  } finally {
    closeSync(file);
  }
}

/** What there is to read now: empty at the end, or where nobody writes; `undefined` where somebody does, but nothing yet. */
function readChunk(file: number): Uint8Array | undefined {
  const chunk = Buffer.allocUnsafe(64 * 1024);
  try {
    return chunk.subarray(0, readSync(file, chunk));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EAGAIN") return undefined;
    throw error;
  }
}

/** A pipe of a shell's `<(…)` is an open file of this process and has no name of its own. */
function hasName(path: string): boolean {
  try {
    return !/^\/(?:proc|dev)\//.test(realpathSync(path));
  } catch {
    return false;
  }
}

/** Reads standard input through what the command gives. Throws `CompileError`. */
export async function readStandardInput(read: () => Promise<Uint8Array>, limits: ReadLimits): Promise<Uint8Array> {
  return named("-", async () => {
    const bytes = await read();
    if (bytes.length > limits.maxDocumentBytes) throw tooLarge(limits.maxDocumentBytes);
    return bytes;
  });
}

/**
 * Fetches the document that the user named. Redirects within its origin, and from http to https of the same host, are
 * followed; another origin is the user's to name. Throws `CompileError`.
 *
 * @param name as the user wrote it, without the values of variables
 */
export async function readUrl(url: string, name: string, limits: ReadLimits): Promise<Fetched> {
  return named(name, () => fetchBytes(url, limits, 5));
}

/**
 * Reads a further file: a regular one, through its real path. Synchronous, since thousands of small files read that
 * way are faster and never run out of file descriptors. Throws `ReadFault`.
 *
 * @param realPath without symbolic links
 */
export function readFurtherFile(realPath: string, limits: ReadLimits): Uint8Array {
  try {
    const state = statSync(realPath);
    if (!state.isFile()) throw new ReadFault("is not a file");
    if (state.size > limits.maxDocumentBytes) throw tooLarge(limits.maxDocumentBytes);
    return readFileSync(realPath);
  } catch (error) {
    throw reasonOf(error);
  }
}

/** The path without symbolic links. Throws `ReadFault` where there is no such file. */
export function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    throw reasonOf(error);
  }
}

/**
 * Fetches a further file: no redirects, the same limits; of headers only those for its origin, which is the document's.
 * Throws `ReadFault`.
 */
export async function fetchFurtherFile(url: string, limits: ReadLimits): Promise<Uint8Array> {
  return (await fetchBytes(url, limits, 0)).bytes;
}

async function named<T>(name: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof CompileError) throw error;
    const fault = reasonOf(error);
    const shown = name === "-" ? "Standard input" : `"${visible(shownAddress(name))}"`;
    throw new CompileError([diagnosticAt(fault.code, shownAddress(name), `${shown} ${fault.message}`)]);
  }
}

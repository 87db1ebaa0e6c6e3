/** Bytes of a document from a file, a URL or standard input, within limits that the messages name. */
import { createReadStream, readFileSync, realpathSync, statSync } from "node:fs";
import { CompileError, diagnosticAt } from "../diagnostics.ts";
import { visible } from "../visible.ts";

export interface ReadLimits {
  /** Bytes per file, after decompression. */
  readonly maxDocumentBytes: number;
  /** Milliseconds per URL, from the first byte sent to the last received. */
  readonly timeoutMs: number;
}

export interface Fetched {
  readonly bytes: Uint8Array;
  /** Where the document was in the end. */
  readonly url: string;
}

/** A fault in words that follow the name of the file: `answered 404`. Becomes a diagnostic where the file is known. */
export class ReadFault extends Error {
  readonly tooLarge: boolean;

  constructor(message: string, tooLarge = false) {
    super(message);
    this.name = "ReadFault";
    this.tooLarge = tooLarge;
  }
}

/** Reads the file that the user named: a file, or a pipe. Throws `CompileError`. */
export async function readPath(path: string, limits: ReadLimits): Promise<Uint8Array> {
  return named(path, async () => {
    const chunks: Uint8Array[] = [];
    let size = 0;
    try {
      if (statSync(path).isFile()) return readFurtherFile(path, limits);
      for await (const chunk of createReadStream(path) as AsyncIterable<Uint8Array>) {
        size += chunk.length;
        if (size > limits.maxDocumentBytes) throw tooLarge(limits);
        chunks.push(chunk);
      }
    } catch (error) {
      throw error instanceof ReadFault ? error : new ReadFault(reasonOf(error));
    }
    return Buffer.concat(chunks, size);
  });
}

/** Reads standard input through what the command gives. Throws `CompileError`. */
export async function readStandardInput(read: () => Promise<Uint8Array>, limits: ReadLimits): Promise<Uint8Array> {
  return named("-", async () => {
    const bytes = await read();
    if (bytes.length > limits.maxDocumentBytes) throw tooLarge(limits);
    return bytes;
  });
}

/**
 * Fetches the document that the user named. Redirects within its origin, and from http to https of the same host, are
 * followed; another origin is the user's to name. Throws `CompileError`.
 */
export async function readUrl(url: string, limits: ReadLimits): Promise<Fetched> {
  return named(url, () => fetchBytes(url, limits, 5));
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
    if (state.size > limits.maxDocumentBytes) throw tooLarge(limits);
    return readFileSync(realPath);
  } catch (error) {
    throw error instanceof ReadFault ? error : new ReadFault(reasonOf(error));
  }
}

/** The path without symbolic links. Throws `ReadFault` where there is no such file. */
export function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    throw new ReadFault(reasonOf(error));
  }
}

/** Fetches a further file: no credentials, no redirects, the same limits. Throws `ReadFault`. */
export async function fetchFurtherFile(url: string, limits: ReadLimits): Promise<Uint8Array> {
  return (await fetchBytes(url, limits, 0)).bytes;
}

async function fetchBytes(start: string, limits: ReadLimits, redirects: number): Promise<Fetched> {
  let url = new URL(start);
  if (url.username !== "" || url.password !== "")
    throw new ReadFault(
      "holds credentials, which would end up in messages; fetch the document yourself and give it as a file or with -",
    );
  const signal = AbortSignal.timeout(limits.timeoutMs);
  try {
    for (let left = redirects; ; left -= 1) {
      const response = await fetch(url.href, {
        redirect: "manual",
        signal,
        headers: { accept: "application/json, application/yaml, text/yaml, */*;q=0.5" },
      });
      const location = response.headers.get("location");
      if (response.status < 300 || response.status > 399 || location === null) {
        if (!response.ok) {
          await response.body?.cancel();
          throw new ReadFault(`answered ${response.status}`);
        }
        return { bytes: await bodyOf(response, limits), url: url.href };
      }
      await response.body?.cancel();
      const next = URL.canParse(location, url.href) ? new URL(location, url.href) : undefined;
      if (next === undefined || left === 0 || !staysWithin(url, next))
        throw new ReadFault(`redirects to "${visible(next?.href ?? location)}", which is not followed`);
      url = next;
    }
  } catch (error) {
    if (error instanceof ReadFault) throw error;
    if (signal.aborted) throw new ReadFault(`did not answer completely within ${limits.timeoutMs / 1000} s`);
    throw new ReadFault(reasonOf(error));
  }
}

function staysWithin(from: URL, to: URL): boolean {
  if (to.username !== "" || to.password !== "") return false;
  return (
    to.origin === from.origin ||
    (from.protocol === "http:" && to.protocol === "https:" && from.hostname === to.hostname)
  );
}

/** The body as it is after decompression: a limit on compressed bytes would let a gzip bomb through. */
async function bodyOf(response: Response, limits: ReadLimits): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  if (response.body === null) return new Uint8Array();
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > limits.maxDocumentBytes) throw tooLarge(limits);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

async function named<T>(name: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const fault = error instanceof ReadFault ? error : new ReadFault(reasonOf(error));
    const shown = name === "-" ? "Standard input" : `"${visible(withoutCredentials(name))}"`;
    throw new CompileError([
      diagnosticAt(
        fault.tooLarge ? "input-too-large" : "unreadable-input",
        withoutCredentials(name),
        `${shown} ${fault.message}`,
      ),
    ]);
  }
}

function withoutCredentials(name: string): string {
  return name.replace(/^(https?:\/\/)[^/?#]*@/i, "$1");
}

function tooLarge(limits: ReadLimits): ReadFault {
  const size =
    limits.maxDocumentBytes >= 1024 * 1024
      ? `${Math.floor(limits.maxDocumentBytes / 1024 / 1024)} MiB`
      : `${limits.maxDocumentBytes} bytes`;
  return new ReadFault(`is larger than the limit of ${size}`, true);
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : undefined;
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return "does not exist";
    case "EISDIR":
      return "is a folder";
    case "EACCES":
    case "EPERM":
      return "may not be read";
    case "ELOOP":
      return "is a circle of symbolic links";
    case "ENOTFOUND":
      return "has a host that does not exist";
    case "ECONNREFUSED":
      return "refuses connections";
    default:
      return `cannot be read: ${visible(cause instanceof Error ? cause.message : String(cause))}`;
  }
}

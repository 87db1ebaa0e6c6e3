/** What the user named, a file, a URL or standard input, as bytes. */
import { basename, extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { CompileError, diagnosticAt } from "../diagnostics.ts";
import { readPath, readStandardInput, readUrl, type ReadLimits } from "./read.ts";

export interface ReadOptions {
  /**
   * Hosts, as `host` or `host:port`, that a `$ref` may be fetched from; default none. The origin that the document itself
   * was fetched from needs no mention. No credentials are sent and no redirects followed.
   */
  readonly allowRefHosts?: readonly string[];
  /** Folders, besides the document's own, whose files a `$ref` may name; default none. */
  readonly allowRefFolders?: readonly string[];
  /** Largest file in bytes, after decompression; default 64 MiB. */
  readonly maxDocumentBytes?: number;
  /** Longest wait for a URL in milliseconds; default 30,000. */
  readonly timeoutMs?: number;
  /** Reads standard input, for the input `-`. */
  readonly stdin?: () => Promise<Uint8Array>;
}

const defaultBytes = 64 * 1024 * 1024;
const defaultTimeout = 30_000;

/** The limits of reading, with their defaults. */
export function limitsOf(options: ReadOptions): ReadLimits {
  return {
    maxDocumentBytes: options.maxDocumentBytes ?? defaultBytes,
    timeoutMs: options.timeoutMs ?? defaultTimeout,
  };
}

export interface Input {
  readonly bytes: Uint8Array;
  /** Absolute; absent for standard input. */
  readonly url: string | undefined;
  readonly stem: string | undefined;
}

/**
 * The bytes of what the user named.
 *
 * @throws {CompileError} `unreadable-input` or `input-too-large`
 */
export async function readInput(input: string, options: ReadOptions): Promise<Input> {
  const limits = limitsOf(options);
  if (input === "-") {
    if (options.stdin === undefined)
      throw new CompileError([diagnosticAt("unreadable-input", "-", "There is no standard input to read")]);
    return { bytes: await readStandardInput(options.stdin, limits), url: undefined, stem: undefined };
  }
  if (/^https?:\/\//i.test(input)) {
    const { bytes, url } = await readUrl(input, limits);
    return { bytes, url, stem: stemOf(decoded(new URL(url).pathname.split("/").at(-1) ?? "")) };
  }
  return {
    bytes: await readPath(input, limits),
    url: pathToFileURL(resolve(input)).href,
    stem: stemOf(basename(input)),
  };
}

/** The absolute URL of what the user named; `undefined` for standard input. */
export function urlOf(input: string): string | undefined {
  if (input === "-") return undefined;
  if (!/^https?:\/\//i.test(input)) return pathToFileURL(resolve(input)).href;
  return URL.canParse(input) ? new URL(input).href : undefined;
}

function stemOf(name: string): string | undefined {
  const stem = basename(name, extname(name));
  return stem === "" ? undefined : stem;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** What the user named, a file, a URL or standard input, as bytes. */
import { basename, extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { isWebUrl, originOf, parseUrl, secretIn, shownAddress, withoutFileScheme } from "../base/address.ts";
import { CompileError, diagnosticAt } from "../base/diagnostics.ts";
import { visible } from "../base/visible.ts";
import { readPath, readStandardInput, readUrl, type ReadLimits } from "./read.ts";
import { type Environment, headersFrom, withVariables } from "./sent-headers.ts";

export interface ReadOptions {
  /**
   * Hosts, as `host` or `host:port`, that a `$ref` may be fetched from; default none. The origin that the document itself
   * was fetched from needs no mention. No redirects are followed.
   */
  readonly allowRefHosts?: readonly string[];
  /** Folders, besides the document's own, whose files a `$ref` may name; default none. */
  readonly allowRefFolders?: readonly string[];
  /** Largest file in bytes, after decompression; default 64 MiB. */
  readonly maxDocumentBytes?: number;
  /** Longest wait for a URL or a pipe in milliseconds; default 30,000. */
  readonly timeoutMs?: number;
  /**
   * Headers for the documents' origin, such as `Authorization: Bearer $TOKEN`: the value of the variable is in
   * `environment`. Documents of several origins have their own (`DocumentInput.headers`); default none.
   */
  readonly headers?: readonly string[];
  /** Variables that headers and the queries of URLs name, and HTTP_PROXY, HTTPS_PROXY and NO_PROXY; default none. */
  readonly environment?: Environment;
  /** Reads standard input, for the input `-`. */
  readonly stdin?: () => Promise<Uint8Array>;
}

const defaultBytes = 64 * 1024 * 1024;
const defaultTimeout = 30_000;

/** The limits of reading an input and its further files, with their defaults, and what is sent to its origin. */
export function limitsOf(input: string, options: ReadOptions): ReadLimits {
  const { headers = [], environment = {} } = options;
  const origin = originOf(input);
  return {
    maxDocumentBytes: options.maxDocumentBytes ?? defaultBytes,
    timeoutMs: options.timeoutMs ?? defaultTimeout,
    headers:
      origin === undefined || headers.length === 0
        ? new Map()
        : new Map([[origin, headersFrom(headers, environment, input)]]),
    environment,
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
 * @throws {CompileError} with the cause as its code: `missing-input`, `refused-request`, `untrusted-certificate` …
 */
export async function readInput(input: string, options: ReadOptions): Promise<Input> {
  if (input === "-") {
    if (options.stdin === undefined)
      throw new CompileError([diagnosticAt("unreadable-input", "-", "There is no standard input to read")]);
    const bytes = await readStandardInput(options.stdin, limitsOf(input, options));
    return { bytes, url: undefined, stem: undefined };
  }
  const path = withoutFileScheme(input);
  if (isWebUrl(path)) return fetchInput(path, options);
  const scheme = /^([a-z][a-z\d+.-]+):(?:\/\/|.*,)/i.exec(path)?.[1] ?? /^(git)@[\w.-]+:/.exec(path)?.[1];
  if (scheme !== undefined)
    throw new CompileError([
      diagnosticAt(
        "unsupported-address",
        shownAddress(input),
        `"${visible(shownAddress(input))}" ${/^file$/i.test(scheme) ? "is not the URL of a file on this machine" : `cannot be read: ${scheme.toLowerCase()} URLs are not followed`}`,
      ),
    ]);
  return {
    bytes: await readPath(path, limitsOf(input, options)),
    url: pathToFileURL(resolve(path)).href,
    stem: stemOf(basename(path)),
  };
}

async function fetchInput(input: string, options: ReadOptions): Promise<Input> {
  const secret = secretIn(input);
  if (secret !== undefined)
    throw new CompileError([
      diagnosticAt(
        "secret-in-address",
        shownAddress(input),
        `"${visible(shownAddress(input))}" holds ${secret}, which would end up in messages and in the project`,
      ),
    ]);
  const named = withVariables(input, options.environment ?? {}, input);
  const { bytes, url } = await readUrl(named, input, limitsOf(input, options));
  const last = new URL(url);
  // What a redirect or a variable put into the query is not ours to show.
  if (last.href !== (parseUrl(input)?.href ?? input)) last.search = "";
  return { bytes, url: last.href, stem: stemOf(decoded(last.pathname.split("/").at(-1) ?? "")) };
}

/** The absolute URL of what the user named; `undefined` for standard input. */
export function urlOf(input: string): string | undefined {
  if (input === "-") return undefined;
  const path = withoutFileScheme(input);
  return isWebUrl(path) ? parseUrl(path)?.href : pathToFileURL(resolve(path)).href;
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

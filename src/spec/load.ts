import { basename, extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { CompileError, diagnosticAt } from "../diagnostics.ts";
import { buildDocument, requireDocument } from "./build.ts";
import type { SpecDocument } from "./document.ts";
import { furtherFiles } from "./further-files.ts";
import { writable } from "./mutable.ts";
import { parseDocument } from "./parse.ts";
import { readPath, readStandardInput, readUrl, type ReadLimits } from "./read.ts";
import { resolveReferences } from "./resolve.ts";
import { textFile, valueFile } from "./source-file.ts";

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

/**
 * Reads an OpenAPI document with the further files that it refers to, resolves its references and upgrades it to the
 * shape of OpenAPI 3.2. What is wrong but can be left out is in its `diagnostics`.
 *
 * @param input path, http(s) URL, or `-` for standard input
 * @throws {CompileError} when nothing can be made of the input: unreadable, too large, no JSON or YAML, no OpenAPI
 */
export async function loadDocument(input: string, options: ReadOptions = {}): Promise<SpecDocument> {
  const limits: ReadLimits = {
    maxDocumentBytes: options.maxDocumentBytes ?? defaultBytes,
    timeoutMs: options.timeoutMs ?? defaultTimeout,
  };
  const { bytes, url, stem } = await readInput(input, options, limits);
  const parsed = parseDocument(bytes, input);
  const file = parsed.value === undefined ? valueFile(input, null) : textFile(input, url, parsed, parsed.value);
  const value = requireDocument(file, parsed.value);
  const files = furtherFiles(file, {
    ...limits,
    allowRefHosts: (options.allowRefHosts ?? []).map((host) => host.toLowerCase()),
    allowRefFolders: options.allowRefFolders ?? [],
  });
  const resolved = await resolveReferences(file, writable(value), files);
  const baseUrl = url?.startsWith("http") === true ? url : undefined;
  return buildDocument(file, value, resolved, { source: input, stem, baseUrl, diagnostics: parsed.diagnostics });
}

interface Input {
  readonly bytes: Uint8Array;
  /** Absolute; absent for standard input. */
  readonly url: string | undefined;
  readonly stem: string | undefined;
}

async function readInput(input: string, options: ReadOptions, limits: ReadLimits): Promise<Input> {
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

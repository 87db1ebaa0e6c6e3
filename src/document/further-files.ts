/**
 * Further files of a document: which may be read, and the reading, which swagger-parser does with our resolver and our
 * parser in place of its own. Its own resolvers read any file of the machine and follow redirects.
 */
import { parseUrl } from "../base/address.ts";
import { fileURLToPath } from "node:url";
import { CompileError } from "../base/diagnostics.ts";
import { visible } from "../base/visible.ts";
import { LocalFiles, Refusal } from "./local-files.ts";
import { parseDocument } from "./parse.ts";
import { fetchFurtherFile, type ReadLimits } from "./read.ts";
import { ReadFault } from "./read-fault.ts";
import { textFile, type SourceFile } from "./source-file.ts";

/** More files than any document has: a host that is allowed could otherwise answer with new ones for ever. */
const maximumFiles = 20_000;
const concurrentFetches = 8;

export type Decision =
  | { readonly kind: "allowed"; readonly url: string }
  /** `refused`: unless the owner allows it; `unsupported`: whatever the owner allows. */
  | { readonly kind: "refused" | "unsupported"; readonly reason: string };

/** Why there is no such file: it may not be read, or it cannot. */
export interface FileFault {
  readonly kind: "refused" | "missing";
  /** In words that follow its name. */
  readonly reason: string;
  /** The folder that would have to be allowed, named like the document. */
  readonly folder?: string;
}

export interface FurtherFiles {
  /** Whether a file may refer to an address, which is the text of a `$ref` up to `#`. Reads nothing. */
  readonly decide: (address: string, from: SourceFile) => Decision;
  /** A file that was loaded, why it was not, or `undefined` where that was not tried. */
  readonly get: (url: string) => { readonly file: SourceFile } | { readonly fault: FileFault } | undefined;
  readonly load: (urls: readonly string[]) => Promise<void>;
  /** URLs of the document and of all files that were to be loaded. */
  readonly urls: () => readonly string[];
}

export interface FurtherFileOptions extends ReadLimits {
  /** `host` or `host:port`, in lower case. */
  readonly allowRefHosts: readonly string[];
  /** Folders, besides the document's own, whose files may be referred to. */
  readonly allowRefFolders: readonly string[];
}

/** For values: there is nothing that a relative reference could be relative to. */
export const noFurtherFiles: FurtherFiles = {
  decide: () => ({
    kind: "unsupported",
    reason: "is not read: the document was given without a place of its own; give it as a file or a URL",
  }),
  get: () => undefined,
  load: () => Promise.resolve(),
  urls: () => [],
};

export function furtherFiles(root: SourceFile, options: FurtherFileOptions): FurtherFiles {
  const place = root.url === undefined ? undefined : new URL(root.url);
  const isLocal = place?.protocol === "file:";
  const local = isLocal ? new LocalFiles(root, fileURLToPath(place), options) : undefined;
  const origin = isLocal ? undefined : place?.origin;
  const results = new Map<string, { readonly file: SourceFile } | { readonly fault: FileFault }>();
  if (root.url !== undefined) results.set(root.url, { file: root });

  const decide = (address: string, from: SourceFile): Decision =>
    decideAddress(address, from, (url) => url.origin === origin || options.allowRefHosts.includes(url.host));

  const readLocal = (url: string): Uint8Array => {
    if (local === undefined) throw new Refusal("is not read: it is a local file");
    const read = local.read(url);
    if (read instanceof Uint8Array) return read;
    results.set(url, { file: read });
    return new Uint8Array();
  };

  const parse = (url: string, bytes: Uint8Array): void => {
    const name = local?.nameOf(url) ?? url;
    const parsed = parseDocument(bytes, name);
    if (parsed.value === undefined) throw new ReadFault("is empty");
    const file = textFile(name, url, parsed, parsed.value);
    results.set(url, { file });
    local?.add(url, file);
  };

  const record = (url: string, error: unknown): void => {
    const kind = error instanceof Refusal ? "refused" : "missing";
    const folder = error instanceof Refusal && error.folder !== undefined ? { folder: error.folder } : {};
    results.set(url, { fault: { kind, reason: faultReason(error), ...folder } });
  };

  const load = async (urls: readonly string[]): Promise<void> => {
    const fetching = limited(concurrentFetches);
    const read = async (url: string): Promise<Uint8Array> => {
      try {
        if (results.size > maximumFiles)
          throw new Refusal(`is not read: the document has more than ${maximumFiles} files`);
        return url.startsWith("file:") ? readLocal(url) : await fetching(() => fetchFurtherFile(url, options));
      } catch (error) {
        record(url, error);
        return new Uint8Array();
      }
    };
    await readWithSwaggerParser(urls, read, (url, bytes) => {
      if (results.has(url)) return;
      try {
        parse(url, bytes);
      } catch (error) {
        record(url, error);
      }
    });
    // What the parser could not even name has no result yet, and would be asked for again.
    for (const url of urls) if (!results.has(url)) record(url, new ReadFault("cannot be read"));
  };

  return { decide, get: (url) => results.get(url), load, urls: () => [...results.keys()] };
}

/** @param isAllowed whether the document may have files of a host */
function decideAddress(address: string, from: SourceFile, isAllowed: (url: URL) => boolean): Decision {
  const unsupported = (reason: string): Decision => ({ kind: "unsupported", reason });
  if (/^file:/i.test(address))
    return unsupported("is not read: file URLs are not followed; write the path, relative to this file");
  if (/^[a-z]:[\\/]/i.test(address))
    return unsupported("is not read: it is a path of one machine; write it relative to this file");
  const url = parseUrl(address, from.url);
  if (url === undefined)
    return from.url === undefined ? noFurtherFiles.decide(address, from) : unsupported("is not a URL reference");
  url.hash = "";
  switch (url.protocol) {
    case "file:":
      if (url.host !== "") return unsupported("is not read: it is on another machine");
      return { kind: "allowed", url: url.href };
    case "http:":
    case "https:":
      if (url.username !== "" || url.password !== "") return unsupported("is not fetched: it holds credentials");
      if (isAllowed(url)) return { kind: "allowed", url: url.href };
      return { kind: "refused", reason: `is not fetched: the host ${visible(url.host)} is not allowed` };
    default:
      return unsupported(`is not read: ${visible(url.protocol)} URLs are not followed`);
  }
}

function faultReason(error: unknown): string {
  if (error instanceof CompileError) {
    const [first] = error.diagnostics;
    const line = first?.line === undefined ? "" : ` (line ${first.line})`;
    return `cannot be used: ${first?.message ?? "it is not a document"}${line}`;
  }
  return error instanceof Error ? error.message : "cannot be read";
}

/**
 * swagger-parser gets a document that holds nothing but the references to resolve, already absolute: it reads each file
 * once and caches it, and never sees what else a document says. An `$id` cannot move its base, an example's `$ref` is
 * not followed, and versions that it does not know (3.2) do not matter.
 */
async function readWithSwaggerParser(
  urls: readonly string[],
  read: (url: string) => Promise<Uint8Array>,
  parsed: (url: string, bytes: Uint8Array) => void,
): Promise<void> {
  const { default: SwaggerParser } = await import("@apidevtools/swagger-parser");
  const references = {
    openapi: "3.0.4",
    info: { title: "", version: "" },
    paths: {},
    "x-references": urls.map((url) => ({ $ref: url })),
  };
  await new SwaggerParser().resolve("https://references.invalid/", references, {
    resolve: {
      file: false,
      http: false,
      restricted: {
        order: 1,
        canRead: true,
        read: async (file: { readonly url: string }) => Buffer.from(await read(file.url)),
      },
    },
    parse: {
      json: false,
      yaml: false,
      text: false,
      binary: false,
      guarded: {
        order: 1,
        allowEmpty: true,
        canParse: true,
        parse: (file: { readonly url: string; readonly data: unknown }) => {
          if (file.data instanceof Uint8Array) parsed(file.url, file.data);
          return {};
        },
      },
    },
  });
}

/** Runs at most so many at once. */
function limited(limit: number): <T>(run: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (run) => {
    if (running >= limit) await new Promise<void>((done) => waiting.push(done));
    running += 1;
    try {
      return await run();
    } finally {
      running -= 1;
      waiting.shift()?.();
    }
  };
}

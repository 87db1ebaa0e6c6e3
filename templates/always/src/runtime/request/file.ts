/**
 * Reading file arguments: from below one folder, from base64, from a resource of this server, or from an https URL.
 *
 * The arguments come from a model, and what it reads may tell it to read on: no path leaves the folder that the owner
 * named, not by `..`, not by a link, not by being absolute; without a folder no path is read at all.
 */
import { fromBase64 } from "../data/bytes.js";
import { parseUrl } from "../data/url.js";
import { ArgumentError } from "../errors.js";
import type { FileArgument } from "../data/model.js";
import type {
  Read,
  ReadFile,
  ReadFileBelow,
  ReadFileResource,
} from "./file-argument.js";

export interface FileReaderOptions {
  /** Folder below which paths are read: `MCP_FILE_ROOT`. `undefined`: none. */
  readonly root: string | undefined;
  /** How this host reads a file; absent where it has none. */
  readonly readFileBelow?: ReadFileBelow;
  /** Fetches an https URL. Without it URLs are refused. */
  readonly fetchUrl?: FetchFile;
  /** Reads a resource of this server. Without it there is none. */
  readonly readResource?: ReadFileResource;
}

/** Fetches a file from an https URL, of at most `maxBytes`. Throws `ArgumentError` for what it may not, or cannot, fetch. */
export type FetchFile = (url: string, maxBytes: number) => Promise<Read>;

/** @returns a function that rejects with `ArgumentError` for what it may not, or cannot, read. */
export function fileReader(options: FileReaderOptions): ReadFile {
  return async (file, maxBytes) => {
    const { path, data, url } = file;
    if ([path, data, url].filter((source) => source !== undefined).length !== 1)
      throw new ArgumentError(
        'A file needs exactly one of "path", "data" (base64) and "url".',
      );
    const loaded =
      path !== undefined
        ? await readByPath(options, path, maxBytes)
        : data !== undefined
          ? decode(data, maxBytes)
          : await fetchFile(options, url ?? "", maxBytes);
    if (loaded.bytes.byteLength > maxBytes) throw tooLarge(maxBytes);
    const filename = plainName(file.filename) ?? loaded.filename;
    return {
      bytes: loaded.bytes,
      filename,
      mediaType:
        file.media_type ?? loaded.mediaType ?? mediaTypeOfName(filename),
    };
  };
}

async function readByPath(
  { root, readFileBelow }: FileReaderOptions,
  path: string,
  maxBytes: number,
): Promise<Read> {
  if (readFileBelow === undefined)
    throw new ArgumentError("This server runs where there are no files.", {
      hint: 'Give the content as base64 in "data".',
    });
  if (root === undefined || root === "")
    throw new ArgumentError("This server reads no files by path.", {
      hint: 'Give the content as base64 in "data", or have the server\'s owner set MCP_FILE_ROOT to a folder to read from.',
    });
  return readFileBelow(root, path, maxBytes);
}

export function tooLarge(maxBytes: number): ArgumentError {
  return new ArgumentError(
    `The file is too large: at most ${maxBytes} bytes are left for it in this call.`,
  );
}

/** Strict base64 (RFC 4648 §4): padded, no other characters, no stray bits. */
function decode(data: string, maxBytes: number): Read {
  if (data.length > Math.ceil(maxBytes / 3) * 4) throw tooLarge(maxBytes);
  const bytes = fromBase64(data);
  if (bytes === undefined)
    throw new ArgumentError('The "data" of the file is no base64.', {
      hint: "Use the alphabet with + and /, padding with =, and no line breaks or data: prefix.",
    });
  return { bytes, filename: "file" };
}

async function fetchFile(
  { readResource, fetchUrl }: FileReaderOptions,
  url: string,
  maxBytes: number,
): Promise<Read> {
  const parsed = parseUrl(url);
  if (parsed === undefined)
    throw new ArgumentError("A file's URL must be an absolute URL.");
  const resource = await readResource?.(url);
  if (resource !== undefined) return resource;
  if (parsed.protocol !== "https:")
    throw new ArgumentError(
      "A file's URL must be an https URL, or the URI of a resource of this server.",
    );
  if (fetchUrl === undefined)
    throw new ArgumentError("This server fetches no files by URL.", {
      hint: 'Give the content as base64 in "data", or have the server\'s owner name the host in MCP_FILE_HOSTS.',
    });
  return fetchUrl(url, maxBytes);
}

/** Last part of a name, since a receiver may take the rest for folders (RFC 7578 §4.2). */
function plainName(filename: FileArgument["filename"]): string | undefined {
  const name = filename?.split(/[/\\]/).at(-1);
  return name === "" ? undefined : name;
}

const mediaTypes: ReadonlyMap<string, string> = new Map([
  [".aac", "audio/aac"],
  [".avif", "image/avif"],
  [".bmp", "image/bmp"],
  [".css", "text/css"],
  [".csv", "text/csv"],
  [".doc", "application/msword"],
  [
    ".docx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  ],
  [".flac", "audio/flac"],
  [".gif", "image/gif"],
  [".gz", "application/gzip"],
  [".heic", "image/heic"],
  [".htm", "text/html"],
  [".html", "text/html"],
  [".ics", "text/calendar"],
  [".jpeg", "image/jpeg"],
  [".jpg", "image/jpeg"],
  [".js", "text/javascript"],
  [".json", "application/json"],
  [".jsonl", "application/jsonl"],
  [".m4a", "audio/mp4"],
  [".md", "text/markdown"],
  [".mov", "video/quicktime"],
  [".mp3", "audio/mpeg"],
  [".mp4", "video/mp4"],
  [".oga", "audio/ogg"],
  [".ogg", "audio/ogg"],
  [".pdf", "application/pdf"],
  [".png", "image/png"],
  [".ppt", "application/vnd.ms-powerpoint"],
  [
    ".pptx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
  ],
  [".rtf", "application/rtf"],
  [".svg", "image/svg+xml"],
  [".tar", "application/x-tar"],
  [".tif", "image/tiff"],
  [".tiff", "image/tiff"],
  [".tsv", "text/tab-separated-values"],
  [".txt", "text/plain"],
  [".wav", "audio/wav"],
  [".webm", "video/webm"],
  [".webp", "image/webp"],
  [".xls", "application/vnd.ms-excel"],
  [
    ".xlsx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  ],
  [".xml", "application/xml"],
  [".yaml", "application/yaml"],
  [".yml", "application/yaml"],
  [".zip", "application/zip"],
]);

/** By the ending of the name; `application/octet-stream` for an unknown one. */
export function mediaTypeOfName(filename: string): string {
  const ending = /[^/\\](\.[^./\\]*)$/.exec(filename)?.[1] ?? "";
  return mediaTypes.get(ending.toLowerCase()) ?? "application/octet-stream";
}

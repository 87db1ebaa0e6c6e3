/** File arguments: what a call gives in place of bytes. */
import type { CallContext } from "../custom.js";
import { defined } from "../data/defined.js";
import type {
  FileArgument,
  JsonObject,
  JsonValue,
  ToolListing,
} from "../data/model.js";
import { ArgumentError, CallError } from "../errors.js";
import type { CallResult } from "../response/call-result.js";
import type { Settings } from "../settings/settings.js";
import { parseMediaType } from "../upstream/media-type.js";
import type { Sender } from "../upstream/send.js";
import { refuse, wellFormed, isObject } from "./argument.js";

export interface LoadedFile {
  readonly bytes: Uint8Array;
  readonly filename: string;
  readonly mediaType: string;
}

/** Reads what a file argument names. Throws `ArgumentError` for more than `maxBytes`, and for all it may not read. */
export type ReadFile = (
  file: FileArgument,
  maxBytes: number,
) => Promise<LoadedFile>;

/** `mediaType` is absent where only the name of the file can tell. */
export type Read = Omit<LoadedFile, "mediaType"> & {
  readonly mediaType?: string;
};

/**
 * Reads a file below a folder, of at most `maxBytes`. Throws `ArgumentError` for one that is not there, too large or
 * outside, without telling which of the first and last it is.
 */
export type ReadFileBelow = (
  folder: string,
  path: string,
  maxBytes: number,
) => Promise<Read>;

/** The file that a URI of this server leads to; `undefined` for a URI that is none of its. */
export type ReadFileResource = (uri: string) => Promise<Read | undefined>;

/** Bytes of all files of one request together: 32 MiB. */
export const maxFileBytes = 32 * 1024 * 1024;

/** Loads the files of one request. `field` names a file that has no name of its own. */
export type FileLoader = (
  file: FileArgument | string,
  field: string,
  argument: string,
) => Promise<LoadedFile>;

/** A loader that counts: the files of one request share `maxFileBytes`. */
export function fileLoader(readFile: ReadFile): FileLoader {
  let remaining = maxFileBytes;
  return async (file, field, argument) => {
    const loaded =
      typeof file === "string"
        ? {
            bytes: new TextEncoder().encode(wellFormed(file, argument)),
            filename: field,
            mediaType: "text/plain",
          }
        : await readFile(file, remaining).catch((fault: unknown) => {
            throw naming(argument, fault);
          });
    remaining -= loaded.bytes.byteLength;
    if (remaining < 0)
      refuse(
        argument,
        `is too large: the files of one call may have ${maxFileBytes / 1024 / 1024} MiB together`,
      );
    return loaded;
  };
}

/** A fault of a file, with the argument that the file was given in. */
function naming(argument: string, fault: unknown): unknown {
  if (!(fault instanceof CallError)) return fault;
  const { message, hint } = fault;
  return new ArgumentError(`${argument}: ${message}`, {
    ...defined({ hint }),
    cause: fault,
  });
}

const keys = ["path", "data", "url", "filename", "media_type"] as const;

/** A file argument, or text in place of one. Throws `ArgumentError` for anything else. */
export function asFile(
  value: JsonValue,
  argument: string,
): FileArgument | string {
  if (typeof value === "string") return value;
  if (!isObject(value))
    return refuse(
      argument,
      'is a file: give {"path": …}, {"data": …} with base64, or {"url": …}',
    );
  const file: { -readonly [key in keyof FileArgument]: string } = {};
  for (const key of keys) {
    const text = Object.hasOwn(value, key) ? value[key] : undefined;
    if (text === undefined || text === null) continue;
    if (typeof text !== "string")
      return refuse(argument, `has a "${key}" that is no text`);
    file[key] = wellFormed(text, argument);
  }
  const sources = [file.path, file.data, file.url].filter(
    (source) => source !== undefined,
  );
  if (sources.length !== 1)
    return refuse(
      argument,
      'needs exactly one of "path", "data" (base64) and "url"',
    );
  if (file.media_type !== undefined && !isPlainType(file.media_type))
    return refuse(argument, 'has a "media_type" that is no media type');
  return file;
}

function isPlainType(text: string): boolean {
  const mediaType = parseMediaType(text);
  return (
    mediaType !== undefined &&
    !mediaType.essence.includes("*") &&
    /^[\x20-\x7e]+$/.test(text)
  );
}

// The part that reads file arguments, and lists the ways to give a file. Only servers whose tools take files have it.

/** What the owner lets files be read from. */
export type FileSettings = Pick<Settings, "fileRoot" | "fileHosts">;

/** Who gives a file, until when, and how tools of this server are called for them. */
export interface FileCaller extends Pick<CallContext, "caller" | "signal"> {
  call(tool: string, args: JsonObject): Promise<CallResult>;
}

/** Where the files of one call come from. */
export interface FileSources {
  readonly settings: FileSettings;
  /** Asked only where files are fetched. */
  sender(): Promise<Sender>;
  /** Ends the fetching. */
  readonly signal: AbortSignal;
  /** Reads files by path; absent where the host has none. */
  readonly readFileBelow?: ReadFileBelow;
  /** Reads a resource of this server; absent: it has none. */
  readonly readResource?: ReadFileResource;
}

export interface FilePart {
  filesFrom(sources: FileSources): Promise<ReadFile>;
  /** How file arguments are listed: with the ways to give a file that this server is set up for. */
  listedFiles(settings: FileSettings): (listing: ToolListing) => ToolListing;
}

export interface FileParts {
  readonly files?: () => Promise<FilePart>;
}

/** The part that reads file arguments, and lists the ways to give a file. Only servers whose tools take files have it. */
import type { CallContext } from "../custom.js";
import type { JsonObject, ToolListing } from "../data/model.js";
import type { CallResult } from "../response/call-result.js";
import type { Settings } from "../settings/settings.js";
import type { Sender } from "../upstream/send.js";
import type {
  ReadFile,
  ReadFileBelow,
  ReadFileResource,
} from "./file-argument.js";

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

/**
 * `openapi-to-mcp.lock.json`: the surface that a model sees, tool by tool, and the hash of every file that belongs to
 * the generator. A changed description is a visible difference; an edited file is known before it is overwritten.
 */
import { hash } from "node:crypto";
import { isArray, isObject, own, ownString, type Json } from "../json.ts";
import type { ServerModel, Tool, ToolListing } from "../mcp/model.ts";
import { toolTokens } from "./cost.ts";

/** Name of the lock file in the project's folder. */
export const lockPath = "openapi-to-mcp.lock.json";

export interface Lock {
  /** Version of this format. */
  readonly lockVersion: 1;
  /** Version of the generator that wrote the project. */
  readonly generator: string;
  readonly tools: readonly LockedTool[];
  /** Files of the generator, sorted by path, without the lock itself. */
  readonly files: readonly LockedFile[];
  /** Paths of the user's files that were written once, sorted: one that is missing was deleted on purpose. */
  readonly userFiles: readonly string[];
}

/** The hashes are of the text or JSON that a client gets, SHA-256, the first 16 hexadecimal digits. */
export interface LockedTool {
  readonly name: string;
  readonly api: string;
  /** JSON pointer of the operation. */
  readonly pointer: string;
  readonly operationId?: string;
  /** Of title and description. */
  readonly description: string;
  readonly input: string;
  /** Absent where the tool lists no output schema. */
  readonly output?: string;
  /** Of the annotations. */
  readonly hints: string;
  /** Estimated tokens of the entry in `tools/list`. */
  readonly tokens: number;
}

export interface LockedFile {
  readonly path: string;
  /** SHA-256 of the text in UTF-8, hexadecimal. */
  readonly sha256: string;
}

/** A file of the project, as far as the lock is concerned. */
interface LockableFile {
  readonly path: string;
  readonly text: string;
  readonly owner: "generator" | "user";
}

/** The lock of a project. `files` holds all of its files but the lock itself. */
export function buildLock(model: ServerModel, files: readonly LockableFile[], generatorVersion: string): Lock {
  return {
    lockVersion: 1,
    generator: generatorVersion,
    tools: model.apis.flatMap((api) =>
      api.groups.flatMap((group) => group.tools.map((tool) => lockedTool(tool, api.data.name))),
    ),
    files: files
      .filter((file) => file.owner === "generator" && file.path !== lockPath)
      .map((file) => ({ path: file.path, sha256: sha256(file.text) }))
      .sort(byPath),
    userFiles: files
      .filter((file) => file.owner === "user")
      .map((file) => file.path)
      .sort(),
  };
}

function lockedTool(tool: Tool, api: string): LockedTool {
  const { listing } = tool;
  return {
    name: listing.name,
    api,
    pointer: tool.call.pointer,
    ...(tool.operationId === undefined ? {} : { operationId: tool.operationId }),
    ...listingHashes(listing),
    tokens: toolTokens(listing),
  };
}

/** The hashes by which the lock knows an entry of `tools/list`. */
export function listingHashes(listing: ToolListing): Pick<LockedTool, "description" | "input" | "output" | "hints"> {
  return {
    description: shortHash([listing.title, listing.description]),
    input: shortHash(listing.inputSchema),
    ...(listing.outputSchema === undefined ? {} : { output: shortHash(listing.outputSchema) }),
    hints: shortHash(listing.annotations),
  };
}

/**
 * The lock in the text of a lock file, or `undefined` where the text is no lock: unreadable, of another version, or
 * with entries of another form (for example after a merge).
 */
export function parseLock(text: string): Lock | undefined {
  const value = parseJson(text);
  const generator = ownString(value, "generator");
  const tools = listOf(own(value, "tools"), lockedToolOf);
  const files = listOf(own(value, "files"), lockedFileOf);
  const userFiles = listOf(own(value, "userFiles"), (path) => (typeof path === "string" ? path : undefined));
  if (
    own(value, "lockVersion") !== 1 ||
    generator === undefined ||
    tools === undefined ||
    files === undefined ||
    userFiles === undefined
  )
    return undefined;
  return { lockVersion: 1, generator, tools, files, userFiles };
}

/** SHA-256 of a text in UTF-8, hexadecimal. */
export function sha256(text: string): string {
  return hash("sha256", text, "hex");
}

function shortHash(value: unknown): string {
  return sha256(JSON.stringify(value)).slice(0, 16);
}

function lockedToolOf(value: Json): LockedTool | undefined {
  const text = (key: string): string | undefined => ownString(value, key);
  const [name, api, pointer, description, input, hints] = [
    "name",
    "api",
    "pointer",
    "description",
    "input",
    "hints",
  ].map(text);
  const tokens = own(value, "tokens");
  if (
    name === undefined ||
    api === undefined ||
    pointer === undefined ||
    description === undefined ||
    input === undefined ||
    hints === undefined
  )
    return undefined;
  const operationId = text("operationId");
  const output = text("output");
  return {
    name,
    api,
    pointer,
    ...(operationId === undefined ? {} : { operationId }),
    description,
    input,
    ...(output === undefined ? {} : { output }),
    hints,
    tokens: typeof tokens === "number" ? tokens : 0,
  };
}

function lockedFileOf(value: Json): LockedFile | undefined {
  const path = ownString(value, "path");
  const digest = ownString(value, "sha256");
  return path === undefined || digest === undefined ? undefined : { path, sha256: digest };
}

/** Every item read, or `undefined` where one cannot be. */
function listOf<Item>(value: Json | undefined, read: (item: Json) => Item | undefined): readonly Item[] | undefined {
  if (!isArray(value)) return undefined;
  const items = value.map(read).filter((item) => item !== undefined);
  return items.length === value.length ? items : undefined;
}

function parseJson(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function byPath(a: LockedFile, b: LockedFile): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}

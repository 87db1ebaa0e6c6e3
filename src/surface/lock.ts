/**
 * `openapi-to-mcp.lock.json`: the surface that a model sees, tool by tool, and the hash of every file that belongs to
 * the generator. A changed description is a visible difference; an edited file is known before it is overwritten.
 */
import { defined } from "../base/defined.ts";
import { sha256, shortHash } from "../base/hash.ts";
import { isArray, isObject, own, ownString, type Json } from "../base/json.ts";
import type { ServerModel, Tool, ToolListing } from "../mcp/model.ts";
import { toolTokens } from "./cost.ts";

export { sha256 } from "../base/hash.ts";

/** Name of the lock file in the project's folder. */
export const lockPath = "openapi-to-mcp.lock.json";

export interface Lock {
  /** Version of this format. */
  readonly lockVersion: 1;
  /** Version of the generator that wrote the project. */
  readonly generator: string;
  readonly tools: readonly LockedTool[];
  /** Old names that can still be called, sorted by name. Absent where there are none. */
  readonly aliases?: readonly LockedAlias[];
  /** First parts of the environment variables of the APIs, sorted by API. Locks of before have none. */
  readonly prefixes?: readonly LockedPrefix[];
  /** Files of the generator, sorted by path, without the lock itself. */
  readonly files: readonly LockedFile[];
  /** Paths of the user's files that were written once, sorted: one that is missing was deleted on purpose. */
  readonly userFiles: readonly string[];
  /**
   * The same files as the generator wrote them, sorted by path: one that is still so can be written anew for another
   * API. Those of which that is not known are missing; absent where there are none.
   */
  readonly written?: readonly LockedFile[];
  /** Templates of the user's that the project was made with, sorted by path; absent where there were none. */
  readonly templates?: readonly LockedTemplate[];
}

/** A template of the user's. Both hashes are SHA-256 of the text in UTF-8, hexadecimal. */
export interface LockedTemplate {
  /** Path below the folder of templates, such as `once/README.md.hbs`. */
  readonly path: string;
  readonly user: string;
  /** Of the generator's own template in whose place it is, as that was when the user's was made; absent for a new file. */
  readonly base?: string;
}

/** The hashes are of the text or JSON that a client gets, SHA-256, the first 16 hexadecimal digits. */
export interface LockedTool {
  readonly name: string;
  readonly api: string;
  /** JSON pointer of the operation. */
  readonly pointer: string;
  readonly operationId?: string;
  /** `METHOD /path` of the operation, where the pointer does not say it: the document keeps it elsewhere by `$ref`. */
  readonly request?: string;
  /** What the operation was called before, sorted: operationIds, and requests as `METHOD /path`. */
  readonly formerly?: readonly string[];
  /** Of the input schema as it would be without curation, where that differs. */
  readonly plainInput?: string;
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

/** An old name of a tool. */
export interface LockedAlias {
  readonly name: string;
  /** Name of the tool that answers to it. */
  readonly tool: string;
  /** Last day on which it can be called, `YYYY-MM-DD`; absent where there is no end. */
  readonly until?: string;
}

/** What the environment variables of an API begin with: they stay as their owner has set them. */
export interface LockedPrefix {
  readonly api: string;
  /** `[A-Z][A-Z0-9_]*` */
  readonly prefix: string;
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

/**
 * The lock of a project.
 *
 * @param files all of its files but the lock itself
 * @param former the lock before: files of the user's that it has were written then, and are not written now
 */
export function buildLock(
  model: ServerModel,
  files: readonly LockableFile[],
  generatorVersion: string,
  templates: readonly LockedTemplate[] = [],
  former?: Pick<Lock, "userFiles" | "written">,
): Lock {
  const written = writtenFiles(files, former);
  return {
    lockVersion: 1,
    generator: generatorVersion,
    tools: model.apis.flatMap((api) =>
      api.groups.flatMap((group) => group.tools.map((tool) => lockedTool(tool, api.data.name))),
    ),
    ...defined({ aliases: model.project.aliases }),
    prefixes: model.apis
      .map(({ data }) => ({ api: data.name, prefix: data.environmentPrefix }))
      .sort((one, other) => (one.api < other.api ? -1 : 1)),
    files: files
      .filter((file) => file.owner === "generator" && file.path !== lockPath)
      .map((file) => ({ path: file.path, sha256: sha256(file.text) }))
      .sort(byPath),
    userFiles: files
      .filter((file) => file.owner === "user")
      .map((file) => file.path)
      .sort(),
    ...(written.length === 0 ? {} : { written }),
    ...(templates.length === 0 ? {} : { templates }),
  };
}

function writtenFiles(
  files: readonly LockableFile[],
  former: Pick<Lock, "userFiles" | "written"> | undefined,
): readonly LockedFile[] {
  const before = new Set(former?.userFiles);
  const known = new Map(former?.written?.map((file) => [file.path, file]));
  return files
    .filter(({ owner }) => owner === "user")
    .flatMap(({ path, text }) => (before.has(path) ? (known.get(path) ?? []) : { path, sha256: sha256(text) }))
    .sort(byPath);
}

function lockedTool(tool: Tool, api: string): LockedTool {
  const { listing } = tool;
  return {
    name: listing.name,
    api,
    pointer: tool.call.pointer,
    ...defined({ operationId: tool.operationId }),
    ...tool.anchor,
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
  const aliases = own(value, "aliases");
  const lockedAliases = aliases === undefined ? [] : listOf(aliases, lockedAliasOf);
  const userFiles = listOf(own(value, "userFiles"), textOf);
  if (
    own(value, "lockVersion") !== 1 ||
    generator === undefined ||
    tools === undefined ||
    lockedAliases === undefined ||
    files === undefined ||
    userFiles === undefined
  )
    return undefined;
  const prefixes = listOf(own(value, "prefixes"), lockedPrefixOf);
  const templates = listOf(own(value, "templates"), lockedTemplateOf);
  const written = listOf(own(value, "written"), lockedFileOf);
  return {
    lockVersion: 1,
    generator,
    tools,
    ...(lockedAliases.length === 0 ? {} : { aliases: lockedAliases }),
    ...defined({ prefixes }),
    files,
    userFiles,
    ...defined({ written, templates }),
  };
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
  const request = text("request");
  const formerly = listOf(own(value, "formerly"), textOf);
  const plainInput = text("plainInput");
  const output = text("output");
  return {
    name,
    api,
    pointer,
    ...defined({ operationId, request, formerly, plainInput }),
    description,
    input,
    ...defined({ output }),
    hints,
    tokens: typeof tokens === "number" ? tokens : 0,
  };
}

function lockedAliasOf(value: Json): LockedAlias | undefined {
  const [name, tool, until] = ["name", "tool", "until"].map((key) => ownString(value, key));
  if (name === undefined || tool === undefined) return undefined;
  return { name, tool, ...defined({ until }) };
}

function lockedPrefixOf(value: Json): LockedPrefix | undefined {
  const [api, prefix] = [ownString(value, "api"), ownString(value, "prefix")];
  return api === undefined || prefix === undefined || !/^[A-Z][A-Z0-9_]*$/.test(prefix) ? undefined : { api, prefix };
}

function textOf(value: Json): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function lockedFileOf(value: Json): LockedFile | undefined {
  const path = ownString(value, "path");
  const digest = ownString(value, "sha256");
  return path === undefined || digest === undefined ? undefined : { path, sha256: digest };
}

function lockedTemplateOf(value: Json): LockedTemplate | undefined {
  const [path, user, base] = ["path", "user", "base"].map((key) => ownString(value, key));
  return path === undefined || user === undefined ? undefined : { path, user, ...defined({ base }) };
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

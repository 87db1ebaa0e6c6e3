/** The lock of a project that is there, from its text. */
import { defined } from "../base/defined.ts";
import { isArray, isObject, own, ownString, type Json } from "../base/json.ts";
import type {
  Lock,
  LockedAlias,
  LockedFile,
  LockedFurtherTool,
  LockedList,
  LockedPrefix,
  LockedTemplate,
  LockedTool,
  LockedToolset,
  LockedWorkflow,
} from "./lock.ts";

/** Whether the beginning of a text, of some hundred characters, is that of a lock. */
export function isLock(beginning: string): boolean {
  return /^\s*\{[^{}[\]]*"lockVersion"\s*:/.test(beginning);
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
  const list = lockedListOf(own(value, "list") ?? null);
  const toolsets = listOf(own(value, "toolsets"), lockedToolsetOf);
  const workflows = listOf(own(value, "workflows"), lockedWorkflowOf);
  const jobs = listOf(own(value, "jobs"), lockedFurtherToolOf);
  const prefixes = listOf(own(value, "prefixes"), lockedPrefixOf);
  const templates = listOf(own(value, "templates"), lockedTemplateOf);
  const parts = listOf(own(value, "parts"), textOf);
  const written = listOf(own(value, "written"), lockedFileOf);
  return {
    lockVersion: 1,
    generator,
    tools,
    ...defined({ workflows, jobs }),
    ...(lockedAliases.length === 0 ? {} : { aliases: lockedAliases }),
    ...defined({ list, toolsets, prefixes }),
    files,
    userFiles,
    ...defined({ written, templates, parts }),
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

function lockedWorkflowOf(value: Json): LockedWorkflow | undefined {
  const entry = lockedFurtherToolOf(value);
  const steps = ownString(value, "steps");
  return entry === undefined || steps === undefined ? undefined : { ...entry, steps };
}

function lockedFurtherToolOf(value: Json): LockedFurtherTool | undefined {
  const [name, id, description, input, hints] = ["name", "id", "description", "input", "hints"].map((key) =>
    ownString(value, key),
  );
  const tokens = own(value, "tokens");
  if (name === undefined || id === undefined || description === undefined) return undefined;
  if (input === undefined || hints === undefined) return undefined;
  return { name, id, description, input, hints, tokens: typeof tokens === "number" ? tokens : 0 };
}

function lockedAliasOf(value: Json): LockedAlias | undefined {
  const [name, tool, until] = ["name", "tool", "until"].map((key) => ownString(value, key));
  if (name === undefined || tool === undefined) return undefined;
  return { name, tool, ...defined({ until }) };
}

function lockedListOf(value: Json): LockedList | undefined {
  const mode = (["all", "planned", "discovery"] as const).find((known) => known === ownString(value, "mode"));
  const listed = listOf(own(value, "listed"), textOf);
  const tokens = own(value, "tokens");
  if (mode === undefined || listed === undefined) return undefined;
  const [folded, strict] = ["folded", "strict"].map((key) => (own(value, key) === true ? (true as const) : undefined));
  return { mode, ...defined({ folded, strict }), tokens: typeof tokens === "number" ? tokens : 0, listed };
}

function lockedToolsetOf(value: Json): LockedToolset | undefined {
  const name = ownString(value, "name");
  const tools = listOf(own(value, "tools"), textOf);
  const list = lockedListOf(value);
  return name === undefined || tools === undefined || list === undefined ? undefined : { name, tools, ...list };
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

/** What a model sees differently between two servers: documents, projects or locks, each read as what it is. */
import { isRemote } from "./base/address.ts";
import { defined } from "./base/defined.ts";
import { CompileError, diagnosticAt } from "./base/diagnostics.ts";
import { readOwnFile } from "./disk/folder.ts";
import { kindOfPath, openProject, readNamedFile } from "./disk/project.ts";
import { refuseInterrupted } from "./disk/recover.ts";
import { type Generated, buildModel } from "./generate.ts";
import { own, ownString } from "./base/json.ts";
import type { ServerModel } from "./mcp/model.ts";
import type { GenerateOptions } from "./config/options.ts";
import type { ReadOptions } from "./document/load.ts";
import { type SurfaceDiff, compareSurfaces } from "./surface/diff.ts";
import { type Lock, lockPath } from "./lock/lock.ts";
import { parseLock } from "./lock/parse.ts";
import { type KnownFiles, type ReadSurface, dataFolder, readSurface, serverFile } from "./surface/read.ts";
import { folderNames, parseData } from "./surface/read-data.ts";
import {
  type Surface,
  listsOfLock,
  lockedSurfaceTool,
  surfaceOfLock,
  surfaceOfModel,
  trafficOf,
} from "./surface/surface.ts";
import { visible } from "./base/visible.ts";

/**
 * One side of a comparison: the path of a project's folder, of a lock file or of a document, a URL; or the options by
 * which `generate` would make the server.
 */
export type DiffSide = string | GenerateOptions;

/**
 * Compares two servers as a model sees them. A document that is compared with a project or a lock is taken as its next
 * input: tools keep the names that the lock has for them. Of two documents the second is named like the first, whatever
 * its file is called.
 *
 * @param reading how documents are read that are given as paths or URLs
 * @throws {CompileError} where a side cannot be read, or no server can be made of it
 */
export async function diff(before: DiffSide, after: DiffSide, reading: ReadOptions = {}): Promise<SurfaceDiff> {
  const [old, fresh] = [await recognise(before, reading), await recognise(after, reading)];
  if (old.kind === "options") {
    const first = await surfaceOf(old, fresh.kind === "options" ? undefined : fresh.found);
    const second = fresh.kind === "options" ? await surfaceOf(fresh, first) : fresh.found;
    return compareSurfaces(first.surface, second.surface);
  }
  const second = fresh.kind === "options" ? await surfaceOf(fresh, old.found) : fresh.found;
  return compareSurfaces(old.found.surface, second.surface);
}

/** A surface with what keeps names as they are. */
interface Found {
  readonly surface: Surface;
  readonly lock?: Lock;
}

interface OptionsSide {
  readonly kind: "options";
  readonly options: GenerateOptions;
  /** Whether they are a document alone, which says nothing of workflows, nor of whether work is followed. */
  readonly isAlone: boolean;
}

type Side = { readonly kind: "found"; readonly found: Found } | OptionsSide;

async function recognise(side: DiffSide, reading: ReadOptions): Promise<Side> {
  if (typeof side !== "string") return { kind: "options", options: side, isAlone: false };
  const kind = isRemote(side) ? "other" : await kindOfPath(side);
  switch (kind) {
    case "folder":
      return { kind: "found", found: await projectSurface(side) };
    case "lock": {
      const lock = parseLock(await readNamedFile(side));
      if (lock === undefined) throw unreadable(side, `"${visible(side)}" is no lock that this version can read`);
      return { kind: "found", found: { surface: surfaceOfLock(lock), lock } };
    }
    case "other":
      return { kind: "options", options: { ...reading, inputs: [side] }, isAlone: true };
    default:
      return kind satisfies never;
  }
}

/**
 * The surface of a project, from its files.
 *
 * @throws {CompileError} `unreadable-project` where the folder holds none, `interrupted-run` where a run was
 */
export async function projectSurface(folder: string): Promise<ReadSurface & Found> {
  await refuseInterrupted(folder);
  const files = await openProject(folder);
  const text = await files.read(lockPath);
  const lock = text === undefined ? undefined : parseLock(text);
  const read = await readSurface(files, lock);
  if (read === undefined) throw unreadable(folder, `"${visible(folder)}" holds no project of this generator`);
  return { ...read, ...defined({ lock }) };
}

function unreadable(path: string, message: string): CompileError {
  return new CompileError([diagnosticAt("unreadable-project", path, message)]);
}

async function surfaceOf({ options, isAlone }: OptionsSide, other: Found | undefined): Promise<Found> {
  const { model } = await buildModel(other === undefined ? options : namedLike(options, other));
  const { workflows, jobs, ...surface } = surfaceOfModel(model);
  return { surface: isAlone ? surface : { ...surface, ...defined({ workflows, jobs }) } };
}

/** The names of server and APIs are those of the other side, unless the options say them; so are those of its tools. */
function namedLike(options: GenerateOptions, { surface, lock }: Found): GenerateOptions {
  const apis = [...new Set(surface.tools.map(({ api }) => api))];
  const name = options.name ?? surface.server?.name;
  return {
    ...options,
    ...defined({ name }),
    ...(options.lock !== undefined || lock === undefined ? {} : { lock }),
    inputs: options.inputs.map((input, index) => {
      const given = typeof input === "string" ? { document: input } : input;
      const api = apis.length === options.inputs.length ? apis[index] : undefined;
      return given.name !== undefined || api === undefined ? given : { ...given, name: api };
    }),
  };
}

/** The server of a project, as clients see it. */
export interface ProjectServer {
  readonly name: string;
  readonly title: string;
  /** Names of its APIs. */
  readonly apis: readonly string[];
}

/** The server of a project; `undefined` where there is none, or none that can be read. */
export async function projectServer(folder: string): Promise<ProjectServer | undefined> {
  if ((await kindOfPath(folder)) !== "folder") return undefined;
  const text = await readOwnFile(folder, `${dataFolder}/${serverFile}`);
  const data = text === undefined ? undefined : parseData(text);
  const name = ownString(data, "name");
  if (name === undefined) return undefined;
  return { name, title: ownString(data, "title") ?? name, apis: folderNames(own(data, "apis")) };
}

/**
 * What a model will see differently once a project is written over the one in a folder; `undefined` where there is none
 * yet, or none that can be read. To be asked before the files are written. Of the old files only those are read that are
 * not the same.
 */
export async function surfaceChange(folder: string, generated: Generated): Promise<SurfaceDiff | undefined> {
  try {
    return (await kindOfPath(folder)) === "folder" ? await changeOf(folder, generated) : undefined;
  } catch (error) {
    // What stands against the old project is for the writing to say: it is about to replace it.
    if (error instanceof CompileError) return undefined;
    throw error;
  }
}

async function changeOf(folder: string, generated: Generated): Promise<SurfaceDiff | undefined> {
  const files = await openProject(folder);
  const text = await files.read(lockPath);
  const lock = text === undefined ? undefined : parseLock(text);
  const next = parseLock(generated.files.find(({ path }) => path === lockPath)?.text ?? "");
  if (lock === undefined || next === undefined) return undefined;
  if (hasSameData(lock, next)) return unchanged(next);
  const known = knownFiles(lock, next, generated.model);
  const before = await readSurface(files, lock, known);
  if (before === undefined) return undefined;
  const hashes = new Map(next.tools.map((tool) => [tool.name, lockedSurfaceTool(tool).hashes]));
  const after = surfaceOfModel(generated.model);
  const tools = after.tools.map((tool) => {
    const found = hashes.get(tool.name);
    return found === undefined ? tool : { ...tool, hashes: found };
  });
  return compareSurfaces(before.surface, { ...after, tools });
}

/** Whether all that the server reads is the same. */
function hasSameData(lock: Lock, next: Lock): boolean {
  const data = ({ files }: Lock): string =>
    JSON.stringify(files.filter(({ path }) => path.startsWith(`${dataFolder}/`) && path.endsWith(".json")));
  return data(lock) === data(next);
}

function unchanged(lock: Lock): SurfaceDiff {
  const { tokens } = listsOfLock(lock).list;
  const cost = { before: tokens, after: tokens, tools: [] };
  return { verdict: "none", differences: [], cost, warnings: [], detail: "full" };
}

/** Groups of tools whose two files have the same hash in both locks. */
function knownFiles(lock: Lock, next: Lock, { apis }: ServerModel): KnownFiles {
  const old = new Map(lock.files.map(({ path, sha256 }) => [path, sha256]));
  const same = new Set(next.files.filter(({ path, sha256 }) => old.get(path) === sha256).map(({ path }) => path));
  const groups = new Map(
    apis.flatMap(({ data, groups: all }) => all.map((group) => [`${data.name}/${group.file}`, group] as const)),
  );
  return {
    isKnown: (api, group) =>
      ["tools", "calls"].every((folder) => same.has(`${dataFolder}/${api}/${folder}/${group}.json`)),
    traffic: (api, group) => {
      const found = groups.get(`${api}/${group}`);
      return found === undefined ? [] : trafficOf(found);
    },
  };
}

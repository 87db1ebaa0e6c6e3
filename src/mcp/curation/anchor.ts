/**
 * Which operation of the documents is which tool of the project as it was. A tool keeps its name, and the owner's
 * words about it, however its operation is moved or renamed.
 */
import type { Operation } from "../../api/model.ts";
import { pointerTokens } from "../../base/json.ts";
import { visible } from "../../base/visible.ts";
import type { Anchor } from "../model.ts";
import { words } from "../names/words.ts";

/** The surface of a project as it was, as far as names depend on it. */
export interface FormerSurface {
  readonly tools: readonly FormerTool[];
  readonly aliases?: readonly FormerAlias[] | undefined;
  /** First parts of the environment variables of its APIs, where they are not `formerPrefix`. */
  readonly prefixes?: readonly FormerPrefix[] | undefined;
}

export interface FormerPrefix {
  /** Name of the API. */
  readonly api: string;
  /** `[A-Z][A-Z0-9_]*` */
  readonly prefix: string;
}

/** A tool as it was. */
export interface FormerTool {
  readonly name: string;
  readonly api: string;
  /** JSON pointer of its operation. */
  readonly pointer: string;
  /** `METHOD /path`, where the pointer does not say it. */
  readonly request?: string | undefined;
  readonly operationId?: string | undefined;
  /** What its operation was called before: operationIds, and requests as `METHOD /path`. */
  readonly formerly?: readonly string[] | undefined;
  /** Hash of the input schema that clients saw. */
  readonly input: string;
  /** Hash of what the input schema would have been without curation, where that differs. */
  readonly plainInput?: string | undefined;
  /** Hash of the output schema, where one was listed. */
  readonly output?: string | undefined;
}

export interface FormerAlias {
  readonly name: string;
  readonly tool: string;
  readonly until?: string | undefined;
}

/** The operations of an API, and what their schemas look like to a client. */
export interface AnchorableApi {
  readonly name: string;
  readonly operations: readonly Operation[];
  /** Hashes as `FormerTool` has them; asked for only where nothing better tells operations apart. */
  hashesOf(operation: Operation): { readonly input: string; readonly output: string | undefined };
}

export interface Anchors {
  /** The tool that an operation was. */
  readonly tools: ReadonlyMap<Operation, FormerTool>;
  /** Operations that were found by likeness only. */
  readonly guessed: ReadonlySet<Operation>;
}

/** `GET /pets/{petId}`: how an operation is called that has no operationId. */
export function requestOf({ method, path }: Pick<Operation, "method" | "path">): string {
  return `${method} ${path}`;
}

/** The request of a former tool, `undefined` where the lock does not tell it. */
export function formerRequest({ pointer, request }: FormerTool): string | undefined {
  return request ?? requestOfPointer(pointer);
}

function requestOfPointer(pointer: string): string | undefined {
  const [paths, path, method, additional] = pointerTokens(pointer);
  if (paths !== "paths" || path === undefined || method === undefined) return undefined;
  return method === "additionalOperations" ? `${additional ?? ""} ${path}` : `${method.toUpperCase()} ${path}`;
}

/**
 * Finds each operation's former tool: by operationId and request, by operationId, by request, by what it was called
 * before, and at last by likeness. What is not unique is left alone: a new tool is better than another one's name.
 */
export function anchorOperations(apis: readonly AnchorableApi[], former: readonly FormerTool[]): Anchors {
  const tools = new Map<Operation, FormerTool>();
  const guessed = new Set<Operation>();
  for (const [api, theirs] of pairApis(apis, former)) {
    const rest = new Remainder(api.operations, theirs, tools);
    rest.pair((operation) => [both(operation.operationId, requestOf(operation))], bothOf);
    rest.pair(
      ({ operationId }) => [operationId],
      ({ operationId }) => [operationId],
    );
    rest.pair(
      (operation) => [shapeOf(requestOf(operation))],
      (tool) => [shapeOf(formerRequest(tool))],
    );
    rest.pair(
      (operation) => [operation.operationId, requestOf(operation)],
      ({ formerly }) => formerly ?? [],
    );
    for (const [operation, tool] of alike(api, rest.operations, rest.tools)) {
      tools.set(operation, tool);
      guessed.add(operation);
    }
  }
  return { tools, guessed };
}

/** What was moved, in words; `undefined` where an operation is as it was. */
export function moveOf(operation: Operation, tool: FormerTool): string | undefined {
  const request = formerRequest(tool);
  const now = requestOf(operation);
  if (tool.operationId === operation.operationId && (request === undefined || request === now)) return undefined;
  return `was ${described(request, tool.operationId)} and is ${described(now, operation.operationId)} now`;
}

/** What the next lock has to keep of an operation's tool. */
export function anchorOf(operation: Operation, tool: FormerTool | undefined): Pick<Anchor, "request" | "formerly"> {
  const now = requestOf(operation);
  const names = tool === undefined ? [] : [...(tool.formerly ?? []), tool.operationId, formerRequest(tool)];
  const formerly = names.flatMap((name) =>
    name === undefined || name === operation.operationId || name === now ? [] : [name],
  );
  return {
    ...(requestOfPointer(operation.pointer) === now ? {} : { request: now }),
    ...(formerly.length === 0 ? {} : { formerly: [...new Set(formerly)].sort() }),
  };
}

function described(request: string | undefined, operationId: string | undefined): string {
  const parts = [request, operationId === undefined ? undefined : `(${operationId})`];
  return visible(parts.filter((part) => part !== undefined).join(" "));
}

/**
 * The name of each API that had another one before: folders, environment variables and URIs are called after it, so
 * that a document whose file or title changes keeps it. An API is the one of its name; where that is none of before, the
 * one that is left where one is left.
 *
 * @param wishes the names that the APIs would have; `undefined` where the owner says the name
 */
export function formerApiNames(
  wishes: readonly (string | undefined)[],
  former: readonly FormerTool[],
): readonly (string | undefined)[] {
  const formerApis = new Set(former.map(({ api }) => api));
  const present = new Set(wishes);
  const lostNames = [...formerApis].filter((name) => !present.has(name) && /^[a-z0-9_]{1,48}$/.test(name));
  const added = wishes.filter((wish) => wish !== undefined && !formerApis.has(wish));
  const [name] = lostNames;
  if (lostNames.length !== 1 || added.length !== 1) return wishes.map(() => undefined);
  return wishes.map((wish) => (wish !== undefined && wish === added[0] ? name : undefined));
}

/** An API is the one of its name; where that was changed, one that is left is the one that is left. */
function pairApis(
  apis: readonly AnchorableApi[],
  former: readonly FormerTool[],
): readonly (readonly [AnchorableApi, readonly FormerTool[]])[] {
  const byApi = new Map<string, FormerTool[]>();
  for (const tool of former) byApi.set(tool.api, [...(byApi.get(tool.api) ?? []), tool]);
  const names = new Set(apis.map(({ name }) => name));
  const lostNames = [...byApi.keys()].filter((name) => !names.has(name));
  const added = apis.filter(({ name }) => !byApi.has(name));
  const successor = lostNames.length === 1 && added.length === 1 ? byApi.get(lostNames[0] ?? "") : undefined;
  return apis.map((api) => [api, byApi.get(api.name) ?? (added.includes(api) ? (successor ?? []) : [])]);
}

function both(operationId: string | undefined, request: string | undefined): string | undefined {
  return request === undefined ? undefined : JSON.stringify([operationId ?? null, request]);
}

function bothOf(tool: FormerTool): readonly (string | undefined)[] {
  return [both(tool.operationId, formerRequest(tool))];
}

/** §4.8.8: the names of path parameters do not make another path. */
function shapeOf(request: string | undefined): string | undefined {
  return request?.replace(/\{[^{}]*\}/g, "{}");
}

/** Operations and former tools that have not found each other yet. */
class Remainder {
  operations: readonly Operation[];
  tools: readonly FormerTool[];
  readonly #found: Map<Operation, FormerTool>;

  constructor(operations: readonly Operation[], tools: readonly FormerTool[], found: Map<Operation, FormerTool>) {
    this.operations = operations;
    this.tools = tools;
    this.#found = found;
  }

  /** Pairs what has a key that only one operation and only one tool have. */
  pair(
    keysOf: (operation: Operation) => readonly (string | undefined)[],
    formerKeysOf: (tool: FormerTool) => readonly (string | undefined)[],
  ): void {
    if (this.operations.length === 0 || this.tools.length === 0) return;
    const operations = byKey(this.operations, keysOf);
    const tools = byKey(this.tools, formerKeysOf);
    const paired = new Set<FormerTool>();
    for (const [key, [operation, second]] of operations) {
      const [tool, other] = tools.get(key) ?? [];
      if (operation === undefined || tool === undefined || second !== undefined || other !== undefined) continue;
      if (this.#found.has(operation) || paired.has(tool)) continue;
      this.#found.set(operation, tool);
      paired.add(tool);
    }
    this.operations = this.operations.filter((operation) => !this.#found.has(operation));
    this.tools = this.tools.filter((tool) => !paired.has(tool));
  }
}

function byKey<Item>(
  items: readonly Item[],
  keysOf: (item: Item) => readonly (string | undefined)[],
): ReadonlyMap<string, readonly Item[]> {
  const map = new Map<string, Item[]>();
  for (const item of items) {
    for (const key of new Set(keysOf(item))) {
      if (key === undefined) continue;
      const known = map.get(key);
      if (known === undefined) map.set(key, [item]);
      else known.push(item);
    }
  }
  return map;
}

/** How much of two paths has to be the same before their schemas are compared, 0 to 1. */
const likePath = 0.6;

/**
 * Operations of the same method on much the same path, with the same input or output: each the other's best. Two
 * operations without arguments look the same to a client whatever they do, so the path has to agree in any case.
 */
function alike(
  api: AnchorableApi,
  operations: readonly Operation[],
  tools: readonly FormerTool[],
): readonly (readonly [Operation, FormerTool])[] {
  if (operations.length === 0 || tools.length === 0) return [];
  const scores: { readonly operation: Operation; readonly tool: FormerTool; readonly score: number }[] = [];
  const former = tools.map((tool) => ({ tool, ...partsOf(formerRequest(tool) ?? "") }));
  for (const operation of operations) {
    const { method, parts } = partsOf(requestOf(operation));
    for (const candidate of former) {
      const path = candidate.method === method ? likenessOf(parts, candidate.parts) : 0;
      if (path < likePath) continue;
      const hashes = api.hashesOf(operation);
      const input = hashes.input === (candidate.tool.plainInput ?? candidate.tool.input) ? 1 : 0;
      const output = hashes.output !== undefined && hashes.output === candidate.tool.output ? 1 : 0;
      if (input + output > 0) scores.push({ operation, tool: candidate.tool, score: path + input + output });
    }
  }
  return scores
    .filter(({ operation, tool, score }) =>
      scores.every(
        (other) =>
          (other.operation !== operation && other.tool !== tool) ||
          (other.operation === operation && other.tool === tool) ||
          other.score < score,
      ),
    )
    .map(({ operation, tool }) => [operation, tool]);
}

/** Words of a path, a placeholder being one; versions and general prefixes say nothing. */
function partsOf(request: string): { readonly method: string; readonly parts: readonly string[] } {
  const space = request.indexOf(" ");
  const parts = request
    .slice(space + 1)
    .split("/")
    .filter((segment) => segment !== "" && !/^(?:v\d[\w.]*|api|apis|rest)$/i.test(segment))
    .flatMap((segment) => [...words(segment.replace(/\{[^{}]*\}/g, " ")), ...(segment.includes("{") ? ["{}"] : [])]);
  return { method: request.slice(0, space), parts };
}

/** Sørensen and Dice's coefficient of two lists of words. */
function likenessOf(one: readonly string[], other: readonly string[]): number {
  if (one.length + other.length === 0) return 1;
  const rest = [...other];
  let shared = 0;
  for (const part of one) {
    const at = rest.indexOf(part);
    if (at < 0) continue;
    rest.splice(at, 1);
    shared += 1;
  }
  return (2 * shared) / (one.length + other.length);
}

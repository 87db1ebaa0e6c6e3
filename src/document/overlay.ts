/** OpenAPI Overlay 1.0 and 1.1: actions that change a document before anything else looks at it. */
import { parseUrl } from "../base/address.ts";
import { defined } from "../base/defined.ts";
import { CompileError, type Diagnostic, type DiagnosticCode, diagnosticAt } from "../base/diagnostics.ts";
import { type Json, isArray, isObject, own, ownString, pointerTo, pointerTokens, put, valueAt } from "../base/json.ts";
import { visible } from "../base/visible.ts";
import type { Origin } from "./hoist.ts";
import type { ReadOptions } from "./input.ts";
import { QueryFault, loadJsonPath, type Query } from "../base/json-path.ts";
import { copy, type MutableObject, writable, writableArray } from "./mutable.ts";
import { maximumDepth } from "./parse.ts";
import { readSource } from "./read-source.ts";
import type { SourceFile } from "./source-file.ts";

/** An overlay that was read. */
export interface Overlay {
  readonly file: SourceFile;
  /** What it says it is for, as it says it; absent where it does not. */
  readonly extends: string | undefined;
  /** The same as an absolute URL, without fragment. */
  readonly target: string | undefined;
  readonly actions: readonly Action[];
  /** What was found while reading: keys that stand twice. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Action Object (Overlay §4.4.3): what is done to each part that the target leads to. */
export interface Action {
  readonly pointer: string;
  readonly target: string;
  readonly find: Query;
  readonly change:
    | { readonly kind: "remove" }
    | { readonly kind: "update"; readonly value: Json }
    | { readonly kind: "copy"; readonly from: string; readonly find: Query };
}

/** Values that the actions on one document may add. */
const mostValues = 2_000_000;

/**
 * Reads an overlay.
 *
 * @param input path or http(s) URL
 * @throws {CompileError} where it cannot be read, or where any of it is no Overlay 1.x: nothing of it is applied then
 */
export async function loadOverlay(input: string, options: ReadOptions = {}): Promise<Overlay> {
  const { file, url, diagnostics } = await readSource(input, options);
  const { value } = file;
  const faults: Diagnostic[] = [];
  const wrong = (pointer: string, message: string): void =>
    void faults.push(at(file, "invalid-overlay", pointer, message));
  const version = ownString(value, "overlay");
  if (version === undefined || !/^1\.\d+(?:\.|$)/.test(version))
    wrong("/overlay", `"${visible(input)}" is no OpenAPI Overlay 1.x: it does not say "overlay: 1.0.0"`);
  const jsonPath = await loadJsonPath();
  const list = own(value, "actions");
  if (faults.length === 0 && !isArray(list)) wrong("/actions", 'An overlay needs a list of "actions"');
  const actions = (isArray(list) && faults.length === 0 ? list : []).flatMap((action, index) => {
    const pointer = pointerTo("/actions", index);
    try {
      return [actionOf(action, pointer, jsonPath)];
    } catch (error) {
      if (!(error instanceof InvalidAction)) throw error;
      wrong(error.pointer, error.message);
      return [];
    }
  });
  if (faults.length > 0) throw new CompileError(faults);
  return {
    file,
    extends: ownString(value, "extends"),
    target: targetOf(value, url),
    actions,
    diagnostics,
  };
}

class InvalidAction extends Error {
  readonly pointer: string;
  constructor(pointer: string, message: string) {
    super(message);
    this.pointer = pointer;
  }
}

function actionOf(action: Json, pointer: string, jsonPath: (text: string) => Query): Action {
  const query = (key: string): { readonly text: string; readonly find: Query } => {
    const text = ownString(action, key);
    if (text === undefined) throw new InvalidAction(pointer, `An action needs a "${key}" in JSONPath`);
    try {
      return { text, find: jsonPath(text) };
    } catch (error) {
      if (!(error instanceof QueryFault)) throw error;
      throw new InvalidAction(pointerTo(pointer, key), `The ${key} "${visible(text)}" ${error.message}`);
    }
  };
  const { text: target, find } = query("target");
  if (own(action, "remove") === true) return { pointer, target, find, change: { kind: "remove" } };
  const value = own(action, "update");
  if (value !== undefined) return { pointer, target, find, change: { kind: "update", value } };
  if (own(action, "copy") === undefined) throw new InvalidAction(pointer, 'An action needs "update" or "remove: true"');
  const source = query("copy");
  return { pointer, target, find, change: { kind: "copy", from: source.text, find: source.find } };
}

/** `extends`, resolved against the overlay (Overlay §4.4.1). */
function targetOf(value: Json, url: string | undefined): string | undefined {
  const text = ownString(value, "extends");
  const target = text === undefined ? undefined : parseUrl(text, url);
  if (target === undefined) return undefined;
  target.hash = "";
  return target.href;
}

/** Whether an overlay is meant for a document, as far as it says. */
export function isFor(overlay: Overlay, documentUrl: string | undefined): boolean {
  return overlay.target === undefined || documentUrl === undefined || overlay.target === documentUrl;
}

/** What the overlays of a document did. */
export interface Applied {
  /** By pointer into the changed document: where what an overlay brought came from. */
  readonly origins: ReadonlyMap<string, Origin>;
  /** Actions that led to something. */
  readonly effective: ReadonlySet<Action>;
}

/**
 * Applies overlays in their order, each action to what the earlier ones left (Overlay §4.4.3). Changes the document in
 * place.
 *
 * @throws {CompileError} `invalid-overlay` where an action cannot be applied to what it leads to
 */
export function applyOverlays(root: MutableObject, overlays: readonly Overlay[]): Applied {
  const origins = new Map<string, Origin>();
  const effective = new Set<Action>();
  let added = 0;
  for (const { file, actions } of overlays) {
    for (const action of actions) {
      const fault = (message: string): CompileError =>
        new CompileError([at(file, "invalid-overlay", action.pointer, message)]);
      const merger = new Merger(file, origins, fault);
      try {
        const found = action.find(root);
        if (found.length > 0) effective.add(action);
        if (action.change.kind === "remove") remove(root, found, origins);
        else {
          const { value, pointer } = sourceOf(root, action, fault);
          const size = sizeOf(value);
          added += size * found.length;
          if (added > mostValues) throw fault("The overlays add more than two million values");
          for (const location of found) merger.update(root, location, value, pointer);
        }
      } catch (error) {
        if (!(error instanceof QueryFault)) throw error;
        throw fault(`The target "${visible(action.target)}" ${error.message}`);
      }
    }
  }
  if (overlays.length > 0 && isDeeper(root, maximumDepth))
    throw new CompileError(
      overlays.slice(-1).map(({ file }) => at(file, "unsafe-document", "", "With it the document nests too deeply")),
    );
  return { origins, effective };
}

function sourceOf(
  root: Json,
  { change, pointer }: Action,
  fault: (message: string) => CompileError,
): { readonly value: Json; readonly pointer: string } {
  if (change.kind === "update") return { value: change.value, pointer: pointerTo(pointer, "update") };
  if (change.kind === "remove") return { value: null, pointer };
  const [only, ...more] = change.find(root);
  if (only === undefined || more.length > 0)
    throw fault(
      `"copy: ${visible(change.from)}" leads to ${only === undefined ? "nothing" : `${more.length + 1} places`}, not to one`,
    );
  return { value: copy(valueAt(root, pointerTo("", ...only)) ?? null), pointer: pointerTo(pointer, "copy") };
}

/** From the last to the first, so that the indexes of an array stay right. */
function remove(
  root: MutableObject,
  found: readonly (readonly (string | number)[])[],
  origins: Map<string, Origin>,
): void {
  for (const location of [...found].reverse().sort(byIndex)) {
    const key = location.at(-1);
    const parent = valueAt(root, pointerTo("", ...location.slice(0, -1)));
    if (key === undefined) for (const name of Object.keys(root)) delete root[name];
    else if (isArray(parent) && typeof key === "number") writableArray(parent).splice(key, 1);
    else if (isObject(parent)) delete writable(parent)[String(key)];
    const gone = pointerTo("", ...location);
    for (const pointer of origins.keys())
      if (pointer === gone || pointer.startsWith(`${gone}/`)) origins.delete(pointer);
  }
}

/** Elements of one array: the last one first. */
function byIndex(one: readonly (string | number)[], other: readonly (string | number)[]): number {
  for (const [depth, key] of one.entries()) {
    const against = other[depth];
    if (key === against) continue;
    return typeof key === "number" && typeof against === "number" ? against - key : 0;
  }
  return 0;
}

/** Merges a value into parts of a document: objects recursively, arrays by appending, all else in place. */
class Merger {
  readonly #file: SourceFile;
  readonly #origins: Map<string, Origin>;
  readonly #fault: (message: string) => CompileError;

  constructor(file: SourceFile, origins: Map<string, Origin>, fault: (message: string) => CompileError) {
    this.#file = file;
    this.#origins = origins;
    this.#fault = fault;
  }

  update(root: MutableObject, location: readonly (string | number)[], value: Json, from: string): void {
    const pointer = pointerTo("", ...location);
    const target = valueAt(root, pointer);
    if (isArray(target)) {
      for (const [index, item] of (isArray(value) ? value : [value]).entries())
        this.#append(target, item, pointer, isArray(value) ? pointerTo(from, index) : from);
    } else if (isObject(target)) {
      if (!isObject(value)) throw this.#fault("An object is updated by an object");
      this.#merge(writable(target), value, pointer, from);
    } else {
      if (isObject(value) || isArray(value)) throw this.#fault("What is no object and no list is updated by its like");
      const parent = valueAt(root, pointerTo("", ...location.slice(0, -1)));
      const key = location.at(-1);
      if (isArray(parent) && typeof key === "number") writableArray(parent)[key] = value;
      else if (isObject(parent)) put(writable(parent), String(key), value);
      this.#origins.set(pointer, { file: this.#file, pointer: from });
    }
  }

  #merge(target: MutableObject, value: Json, pointer: string, from: string): void {
    if (!isObject(value)) return;
    for (const key of Object.keys(value)) {
      const added = own(value, key) ?? null;
      const present = own(target, key);
      const at = pointerTo(pointer, key);
      const source = pointerTo(from, key);
      if (isObject(present) && isObject(added)) this.#merge(writable(present), added, at, source);
      else if (isArray(present) && isArray(added))
        for (const [index, item] of added.entries()) this.#append(present, item, at, pointerTo(source, index));
      else {
        put(target, key, copy(added));
        this.#origins.set(at, { file: this.#file, pointer: source });
      }
    }
  }

  #append(target: readonly Json[], item: Json, pointer: string, from: string): void {
    this.#origins.set(pointerTo(pointer, target.length), { file: this.#file, pointer: from });
    writableArray(target).push(copy(item));
  }
}

/** A warning for each action of an overlay that led to nothing in any document. */
export function ineffectiveActions({ file, actions }: Overlay, effective: ReadonlySet<Action>): readonly Diagnostic[] {
  return actions
    .filter((action) => !effective.has(action))
    .map(({ pointer, target }) =>
      at(
        file,
        "unmatched-action",
        pointerTo(pointer, "target"),
        `The target "${visible(target)}" fits nothing in the document`,
      ),
    );
}

/** A diagnostic at a place of an overlay. */
function at(file: SourceFile, code: DiagnosticCode, pointer: string, message: string): Diagnostic {
  const tokens = pointerTokens(pointer);
  const place = file.place(tokens);
  return diagnosticAt(code, file.name, message, {
    pointer: pointerTo("", ...tokens.slice(0, place?.found ?? tokens.length)),
    ...defined({ line: place?.line }),
  });
}

function sizeOf(value: Json): number {
  if (typeof value !== "object" || value === null) return 1;
  let size = 1;
  for (const member of Object.values(value)) size += sizeOf(member as Json);
  return size;
}

function isDeeper(value: Json, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((member) => isDeeper(member as Json, levels - 1));
}

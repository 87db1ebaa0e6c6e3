import { isObject, own, ownString, pointerTo, pointerTokens, put, type Json } from "../base/json.ts";
import { ownObject, writable, type MutableObject } from "./mutable.ts";
import type { SourceFile } from "./source-file.ts";
import type { Target } from "./target.ts";

/** Where a part of another file stands in the document, and where it came from. */
export interface Origin {
  readonly file: SourceFile;
  readonly pointer: string;
}

export interface Hoisted {
  /** By the pointer of the part in the document. */
  readonly origins: ReadonlyMap<string, Origin>;
  /** Pointer in the document of a place in any file. */
  readonly pointerOf: (file: SourceFile, pointer: string) => string;
}

/**
 * Moves the parts of other files that are referred to under `x-external` of the root, each under a readable name of its
 * own. A part inside another part stays there, and is referred to by the longer pointer.
 */
export function hoist(root: MutableObject, rootFile: SourceFile, parts: readonly Target[]): Hoisted {
  const pointers = new Map<SourceFile, Set<string>>();
  const different = parts.filter((part) => {
    const known = pointers.get(part.file) ?? new Set();
    if (known.has(part.pointer)) return false;
    pointers.set(part.file, known.add(part.pointer));
    return true;
  });
  const tops = different.filter(
    (part) => !ancestors(part.pointer).some((pointer) => pointers.get(part.file)?.has(pointer) === true),
  );
  const origins = new Map<string, Origin>();
  const places = new Map<SourceFile, Map<string, string>>();
  if (tops.length > 0) {
    const external = ownObject(root, "x-external") ?? {};
    put(root, "x-external", external);
    for (const part of tops) {
      const name = freeName(readableName(part), external);
      put(external, name, part.value);
      const pointer = pointerTo("", "x-external", name);
      origins.set(pointer, { file: part.file, pointer: part.pointer });
      const known = places.get(part.file) ?? new Map<string, string>();
      places.set(part.file, known.set(part.pointer, pointer));
    }
  }
  const pointerOf = (file: SourceFile, pointer: string): string => {
    if (file === rootFile) return pointer;
    const known = places.get(file);
    for (const prefix of [pointer, ...ancestors(pointer)]) {
      const place = known?.get(prefix);
      if (place !== undefined) return place + pointer.slice(prefix.length);
    }
    return pointer;
  };
  return { origins, pointerOf };
}

/** Pointers of what a place stands in, from the nearest to the root. */
function ancestors(pointer: string): string[] {
  const found: string[] = [];
  for (let end = pointer.lastIndexOf("/"); end >= 0; end = pointer.lastIndexOf("/", end - 1)) {
    found.push(pointer.slice(0, end));
    if (end === 0) break;
  }
  return found;
}

const sections = new Set([
  "schemas",
  "responses",
  "parameters",
  "requestBodies",
  "headers",
  "securitySchemes",
  "links",
  "callbacks",
  "pathItems",
  "mediaTypes",
  "examples",
  "definitions",
  "$defs",
  "properties",
]);
const componentName = /^[A-Za-z_][\w.-]*$/;

/** The last token where it is a name that the author chose for a component; else the file's. */
function readableName(part: Target): string {
  const tokens = pointerTokens(part.pointer);
  const last = tokens.at(-1);
  const section = tokens.at(-2);
  if (
    last !== undefined &&
    componentName.test(last) &&
    last !== "__proto__" &&
    (section === undefined || sections.has(section))
  )
    return last;
  return stemOf(part.file) ?? ownTitle(part.value) ?? "part";
}

function ownTitle(value: Json): string | undefined {
  const title = isObject(value) ? ownString(value, "title") : undefined;
  return title !== undefined && componentName.test(title) && title !== "__proto__" ? title : undefined;
}

function stemOf(file: SourceFile): string | undefined {
  const segments = file.name.split(/[?#]/, 1)[0]?.split("/") ?? [];
  const stem = (segments.at(-1) ?? "").replace(/\.[^.]*$/, "");
  // `schemas/pet/index.yaml` is the pet.
  const name = (/^_?index$/i.test(stem) ? (segments.at(-2) ?? stem) : stem)
    .replaceAll(/[^\w.-]+/g, "_")
    .replace(/^[^A-Za-z]+/, "");
  return name === "" || name === "__proto__" ? undefined : name;
}

function freeName(wanted: string, taken: MutableObject): string {
  let name = wanted;
  for (let number = 2; own(writable(taken), name) !== undefined; number += 1) name = `${wanted}_${number}`;
  return name;
}

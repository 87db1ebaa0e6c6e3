/** The document of this stage from what was read. */
import { CompileError, catalogue, diagnosticAt, type Diagnostic, type Finding } from "../base/diagnostics.ts";
import { isObject, pointerTo, pointerTokens, type Json, type JsonObject } from "../base/json.ts";
import type { DocumentPlace, SpecDocument } from "./document.ts";
import type { Origin } from "./hoist.ts";
import { copy, writable } from "./mutable.ts";
import { resolveWithin, type Resolved } from "./resolve.ts";
import { valueFile, type SourceFile } from "./source-file.ts";
import { upgradeDocument } from "./upgrade.ts";
import { recognise } from "./version.ts";

/** How a document was given. */
export interface Given {
  readonly source: string;
  readonly stem: string | undefined;
  readonly baseUrl: string | undefined;
  /** What was found while its text was read. */
  readonly diagnostics: readonly Diagnostic[];
}

/** The document of a value that is a document. Throws `CompileError` where it is something else, saying what. */
export function requireDocument(file: SourceFile, value: Json | undefined): JsonObject {
  const recognition = recognise(value);
  if (recognition.kind === "openapi" && isObject(value)) return value;
  const finding: Finding =
    recognition.kind === "other"
      ? recognition.finding
      : { code: "not-openapi", pointer: "", message: "The document is not an object" };
  throw new CompileError([placed(file, finding)]);
}

/** Upgrades a resolved document, and closes the account of where its parts came from. */
export function buildDocument(file: SourceFile, value: JsonObject, resolved: Resolved, given: Given): SpecDocument {
  const findings: Finding[] = [];
  const moves = new Map<string, string>();
  const root = upgradeDocument(value, (finding) => findings.push(finding), moves);
  const source = sourceOf(file, moves, resolved.origins);
  const locate = (finding: Finding): Diagnostic => {
    const { file: within, pointer } = source(finding.pointer);
    return placed(within, { ...finding, pointer });
  };
  return {
    root,
    source: given.source,
    stem: given.stem,
    baseUrl: given.baseUrl,
    diagnostics: [...given.diagnostics, ...resolved.diagnostics, ...findings.map(locate)],
    locate,
    placeOf: (pointer) => {
      const found = source(pointer);
      return placeIn(found.file, found.pointer);
    },
  };
}

/**
 * A document from a value that was parsed already, for tests of later stages. The value stays as it is. A reference to
 * another file becomes an empty object, with a diagnostic; diagnostics have no lines. Throws `CompileError` where the
 * value is no OpenAPI document.
 *
 * @param source name for messages, default `document`
 */
export function documentFromValue(value: JsonObject, source = "document"): SpecDocument {
  const own = copy(value);
  const file = valueFile(source, own);
  const root = requireDocument(file, own);
  const resolved = resolveWithin(file, writable(root));
  return buildDocument(file, root, resolved, { source, stem: undefined, baseUrl: undefined, diagnostics: [] });
}

/** Where a pointer of the upgraded document leads: a file, and a pointer into that. */
function sourceOf(
  file: SourceFile,
  moves: ReadonlyMap<string, string>,
  origins: ReadonlyMap<string, Origin>,
): (pointer: string) => { readonly file: SourceFile; readonly pointer: string } {
  return (given) => {
    const before = longestPrefix(given, moves);
    const pointer = before === undefined ? given : before.value + before.rest;
    const origin = longestPrefix(pointer, origins);
    return origin === undefined
      ? { file, pointer }
      : { file: origin.value.file, pointer: origin.value.pointer + origin.rest };
  };
}

function longestPrefix<T>(
  pointer: string,
  known: ReadonlyMap<string, T>,
): { readonly value: T; readonly rest: string } | undefined {
  for (let end = pointer.length; end >= 0; end = end === 0 ? -1 : Math.max(pointer.lastIndexOf("/", end - 1), 0)) {
    const value = known.get(pointer.slice(0, end));
    if (value !== undefined) return { value, rest: pointer.slice(end) };
  }
  return undefined;
}

/**
 * A finding at its place in a file: the deepest part of its path that the file has. A mere note has no line, since
 * finding the lines of a large document takes longer than reading it.
 */
function placed(file: SourceFile, finding: Finding): Diagnostic {
  const { code, message, pointer } = finding;
  if (catalogue[code].severity === "info") return diagnosticAt(code, file.name, message, { pointer });
  const place = placeIn(file, pointer);
  return diagnosticAt(code, file.name, message, place.line === undefined ? { pointer } : place);
}

function placeIn(file: SourceFile, pointer: string): DocumentPlace {
  const tokens = pointerTokens(pointer);
  const place = file.place(tokens);
  if (place === undefined) return { file: file.name, pointer };
  return { file: file.name, pointer: pointerTo("", ...tokens.slice(0, place.found)), line: place.line };
}

import type { Diagnostic, Finding } from "../base/diagnostics.ts";
import type { JsonObject } from "../base/json.ts";

/**
 * A document that was read, resolved and upgraded. What later stages may rely on:
 *
 * - `root` has the shape of OpenAPI 3.1/3.2, whatever version was read. Schemas are JSON Schema 2020-12.
 * - every `$ref` starts with `#/` and leads, through own properties, to a value in `root`; one that did not has been
 *   replaced by an empty object and reported. Parts of further files stand under `root["x-external"]`.
 * - its values are still those of an author: a field may have any type, and is looked at before it is used.
 * - it is a finite tree of plain JSON values, at most 200 deep.
 */
export interface SpecDocument {
  readonly root: JsonObject;
  /** Path or URL as the user gave it. `-` for standard input. */
  readonly source: string;
  /** Stem of the file name, or of the URL's last path segment; `undefined` for standard input. */
  readonly stem: string | undefined;
  /** URL that relative server URLs resolve against (§4.6); absent for a document that was not fetched. */
  readonly baseUrl: string | undefined;
  /** Paths of the local files that it was read from, or would have been if they were there; overlays are not among them. */
  readonly files?: readonly string[];
  /** What was found while reading. */
  readonly diagnostics: readonly Diagnostic[];
  /** Gives a finding its file, line, severity and help. */
  readonly locate: (finding: Finding) => Diagnostic;
  /** Where a part of `root` stands in the files that were read; slower than `locate` for a large document. */
  readonly placeOf: (pointer: string) => DocumentPlace;
}

/** A place in a file of a document. */
export interface DocumentPlace {
  /** As in `Diagnostic`. */
  readonly file: string;
  /** JSON pointer into that file: of the deepest part of the path that the file has. */
  readonly pointer: string;
  /** One-based; absent where the place has none. */
  readonly line?: number;
}

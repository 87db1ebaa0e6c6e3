import { defined } from "../base/defined.ts";
import { CompileError, type Diagnostic, diagnosticAt } from "../base/diagnostics.ts";
import { visible } from "../base/visible.ts";
import type { SpecDocument } from "./document.ts";
import { originOf } from "../base/address.ts";
import { urlOf, type ReadOptions } from "./input.ts";
import { loadDocument } from "./load.ts";
import { type Action, ineffectiveActions, isFor, loadOverlay, type Overlay } from "./overlay.ts";

/** A document, and the overlays for it alone. */
export interface GivenDocument {
  readonly document: string;
  readonly overlays?: readonly string[];
  /** Besides those of the options; for its origin only. */
  readonly headers?: readonly string[];
}

/**
 * Reads the documents, each with its overlays: first those for all documents, then its own. Where there are several
 * documents, an overlay that says which one it extends is applied to that one only.
 *
 * @throws {CompileError} where a document or an overlay cannot be used
 */
export async function loadDocuments(
  inputs: readonly GivenDocument[],
  options: ReadOptions & { readonly overlays?: readonly string[] },
): Promise<{ readonly documents: readonly SpecDocument[]; readonly diagnostics: readonly Diagnostic[] }> {
  requireOneOrigin(inputs, options.headers ?? []);
  const headersOf = (input: GivenDocument): readonly string[] => [...(options.headers ?? []), ...(input.headers ?? [])];
  const overlays = new Map<string, Overlay>();
  for (const path of [...(options.overlays ?? []), ...inputs.flatMap((input) => input.overlays ?? [])]) {
    if (overlays.has(path)) continue;
    const beside = inputs.find(
      ({ document }) => originOf(document) !== undefined && originOf(document) === originOf(path),
    );
    overlays.set(path, await loadOverlay(path, { ...options, headers: beside === undefined ? [] : headersOf(beside) }));
  }
  const named = (paths: readonly string[] = []): readonly Overlay[] =>
    paths.flatMap((path) => overlays.get(path) ?? []);

  const effective = new Set<Action>();
  const applied = new Set<Overlay>();
  const documents: SpecDocument[] = [];
  for (const input of inputs) {
    const url = urlOf(input.document);
    const shared = named(options.overlays).filter((overlay) => inputs.length === 1 || isFor(overlay, url));
    const all = [...shared, ...named(input.overlays)];
    for (const overlay of all) applied.add(overlay);
    documents.push(await loadDocument(input.document, { ...options, headers: headersOf(input) }, all, effective));
  }
  const foreign = [...overlays.values()].filter(
    (overlay) => !applied.has(overlay) || (inputs.length === 1 && !isFor(overlay, urlOf(inputs[0]?.document ?? "-"))),
  );
  return {
    documents,
    diagnostics: [...overlays.values()].flatMap((overlay) => [
      ...overlay.diagnostics,
      ...(foreign.includes(overlay) ? [foreignOverlay(overlay, applied.has(overlay))] : []),
      ...(applied.has(overlay) ? ineffectiveActions(overlay, effective) : []),
    ]),
  };
}

/**
 * A header that is said once for all goes to one origin.
 *
 * @throws {CompileError} `invalid-header` where there are more
 */
function requireOneOrigin(inputs: readonly GivenDocument[], headers: readonly string[]): void {
  const origins = new Set(inputs.flatMap(({ document }) => originOf(document) ?? []));
  if (headers.length === 0 || origins.size === 1) return;
  const [first] = inputs;
  const message =
    origins.size === 0
      ? "A header is given, but no document is fetched"
      : `A header is given, but the documents are on several hosts, ${[...origins].map(visible).join(" and ")}: say in the configuration whose it is, as input[].headers`;
  throw new CompileError([diagnosticAt("invalid-header", first?.document ?? "", message)]);
}

function foreignOverlay({ file, extends: target }: Overlay, isApplied: boolean): Diagnostic {
  const place = file.place(["extends"]);
  return diagnosticAt(
    "foreign-overlay",
    file.name,
    `The overlay extends "${visible(target ?? "")}", which is ${isApplied ? "not this document; it is applied all the same" : "none of the documents; it is not applied"}`,
    { pointer: "/extends", ...defined({ line: place?.line }) },
  );
}

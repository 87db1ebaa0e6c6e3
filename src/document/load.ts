import { fileURLToPath } from "node:url";
import { buildDocument, requireDocument } from "./build.ts";
import type { SpecDocument } from "./document.ts";
import { furtherFiles } from "./further-files.ts";
import { limitsOf, type ReadOptions } from "./input.ts";
import { writable } from "./mutable.ts";
import { type Action, applyOverlays, type Overlay } from "./overlay.ts";
import { readSource } from "./read-source.ts";
import { resolveReferences } from "./resolve.ts";
import { valueFile } from "./source-file.ts";

export type { ReadOptions } from "./input.ts";

/**
 * Reads an OpenAPI document with the further files that it refers to, resolves its references and upgrades it to the
 * shape of OpenAPI 3.2. What is wrong but can be left out is in its `diagnostics`.
 *
 * @param input path, http(s) URL, or `-` for standard input
 * @param overlays applied in this order before anything else looks at the document
 * @param effective receives the actions of the overlays that led to something
 * @throws {CompileError} when nothing can be made of the input: unreadable, too large, no JSON or YAML, no OpenAPI
 */
export async function loadDocument(
  input: string,
  options: ReadOptions = {},
  overlays: readonly Overlay[] = [],
  effective: Set<Action> = new Set(),
): Promise<SpecDocument> {
  const limits = limitsOf(input, options);
  const { file, value: given, url, stem, diagnostics } = await readSource(input, options);
  // An empty text has no line to point at.
  const value = requireDocument(given === undefined ? valueFile(input, null) : file, given);
  const applied = applyOverlays(writable(value), overlays);
  for (const action of applied.effective) effective.add(action);
  const files = furtherFiles(file, {
    ...limits,
    allowRefHosts: (options.allowRefHosts ?? []).map((host) => host.toLowerCase()),
    allowRefFolders: options.allowRefFolders ?? [],
  });
  const resolved = await resolveReferences(file, writable(value), files);
  const baseUrl = url?.startsWith("http") === true ? url : undefined;
  const origins = new Map([...applied.origins, ...resolved.origins]);
  const document = buildDocument(file, value, { ...resolved, origins }, { source: input, stem, baseUrl, diagnostics });
  return { ...document, files: files.urls().flatMap(localPath) };
}

/** The path that a URL stands for; none for other machines, and for a URL that no path can be made of (`%2F`). */
function localPath(url: string): readonly string[] {
  if (!url.startsWith("file:")) return [];
  try {
    return [fileURLToPath(url)];
  } catch {
    return [];
  }
}

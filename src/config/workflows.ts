/** Workflows of Arazzo documents (1.0.x, 1.1.x), and those that stand in the configuration itself. */
import { dirname, resolve } from "node:path";
import { isRemote, isWebUrl, parseUrl, withoutFileScheme } from "../base/address.ts";
import { CompileError, type Diagnostic } from "../base/diagnostics.ts";
import { type Json, own, ownString, pointerTo, valueAt } from "../base/json.ts";
import { visible } from "../base/visible.ts";
import type { ReadOptions } from "../document/load.ts";
import { loadValue } from "../document/value.ts";
import type { SourceWish, WorkflowWish } from "../mcp/curation/workflow.ts";
import { Located, type LocatedDocument } from "./arazzo/located.ts";
import { documentWorkflows, workflowOf } from "./arazzo/read.ts";

/** A Workflow Object of the configuration, in the document that it stands in. */
export interface InlineWorkflow extends LocatedDocument {
  /** JSON pointer of the workflow within that document. */
  readonly pointer: string;
}

/** Path or URL of an Arazzo document, or a workflow. */
export type WorkflowSource = string | InlineWorkflow;

/**
 * The workflows of documents and of the configuration, in their order.
 *
 * @throws {CompileError} where one cannot be read, or with every `invalid-workflow`
 */
export async function loadWorkflows(
  sources: readonly WorkflowSource[],
  options: ReadOptions,
): Promise<readonly WorkflowWish[]> {
  const faults: Diagnostic[] = [];
  const workflows: WorkflowWish[] = [];
  for (const source of sources) {
    if (typeof source !== "string") {
      const document = new Located(source, faults);
      const at = { value: valueAt(source.value, source.pointer), pointer: source.pointer };
      workflows.push(workflowOf(document, at, { document: [absoluteAddress(source.file)], sources: new Map() }));
      continue;
    }
    const { value = null, locate } = await loadValue(source, options);
    const document = new Located({ file: source, value, locate }, faults);
    const addresses = addressesOf(document.root, source);
    workflows.push(...documentWorkflows(document, { document: addresses, sources: sourcesOf(document, addresses) }));
  }
  if (faults.length > 0) throw new CompileError(faults);
  return workflows;
}

/** An address that names the same document wherever it is read from: an absolute path or a URL. */
export function absoluteAddress(address: string): string {
  const path = withoutFileScheme(address);
  return isWebUrl(path) ? (parseUrl(path)?.href ?? path) : isRemote(path) ? path : resolve(path);
}

/** Where a document is, as others may name it: where it was read from, and what it calls itself (1.1.0, `$self`). */
function addressesOf(root: Json, file: string): readonly string[] {
  const self = ownString(root, "$self");
  const read = absoluteAddress(file);
  return self === undefined ? [read] : [read, resolvedAddress(self, read)];
}

function resolvedAddress(address: string, base: string): string {
  const path = withoutFileScheme(address);
  if (isWebUrl(path)) return parseUrl(path)?.href ?? path;
  return isWebUrl(base) ? (parseUrl(path, base)?.href ?? path) : resolve(dirname(base), path);
}

/** §4.6.3 */
function sourcesOf(document: Located, addresses: readonly string[]): ReadonlyMap<string, SourceWish> {
  const all = document.items({ value: own(document.root, "sourceDescriptions"), pointer: "/sourceDescriptions" });
  return new Map(
    all.map((at): [string, SourceWish] => {
      const type = ownString(at.value, "type") ?? "openapi";
      if (type !== "openapi" && type !== "arazzo")
        document.fault(
          pointerTo(at.pointer, "type"),
          `A source of the type "${visible(type)}" is not read: workflows call HTTP operations of OpenAPI documents`,
        );
      const url = document.text(at, "url");
      return [
        document.text(at, "name"),
        {
          type: type === "arazzo" ? "arazzo" : "openapi",
          addresses: addresses.map((base) => resolvedAddress(url, base)),
        },
      ];
    }),
  );
}

/** Operations that become no tools because the owner, or the document's author, says so; and what goes with them. */
import type { Api, Operation, Schema } from "../../api/model.ts";
import type { Diagnostic } from "../../base/diagnostics.ts";
import { type Json, isArray, isObject, own } from "../../base/json.ts";
import type { Selection } from "./curation.ts";
import { type Decision, decisionOf } from "./decision.ts";
import { inferHints } from "../hints.ts";
import type { SkippedOperation } from "../model.ts";
import type { BuiltTool } from "../built-tool.ts";
import { deselected, leavesOut } from "./select.ts";
import type { ToolName } from "../names/tool-name.ts";

/** What a document decides about its tools by `x-mcp`. */
export function documentDecisions(operations: readonly Operation[]): ReadonlyMap<Operation, Decision> {
  return new Map(
    operations.flatMap((operation) =>
      operation.mcp === undefined ? [] : [[operation, decisionOf(operation.mcp, "x-mcp")] as const],
    ),
  );
}

/** The reason of each operation that is left out. */
export function leftOutOperations(
  operations: readonly Operation[],
  decisions: ReadonlyMap<Operation, Decision>,
  selection: Selection | undefined,
  tell: (diagnostic: Diagnostic) => void,
): ReadonlyMap<Operation, string> {
  const reasons = new Map<Operation, string>();
  if (selection !== undefined)
    for (const operation of deselected(operations, selection, tell)) reasons.set(operation, "it is not selected");
  for (const [operation, { enabled }] of decisions)
    if (enabled?.value === false) reasons.set(operation, `it is disabled by ${enabled.by}`);
  return reasons;
}

/** An API as far as it becomes tools, and its other operations. */
export interface Selected {
  readonly api: Api;
  readonly leftOut: readonly SkippedOperation[];
}

/** The API without operations that are left out, faulty ones that would have been included. */
export function withoutLeftOut(api: Api, without: ReadonlyMap<Operation, string>, selection?: Selection): Selected {
  const skipped = selection === undefined ? api.skipped : api.skipped.filter((fault) => !leavesOut(selection, fault));
  const operationsLeftOut = api.operations.filter((operation) => without.has(operation));
  if (operationsLeftOut.length === 0 && skipped.length === api.skipped.length) return { api, leftOut: [] };
  return {
    api: { ...api, operations: api.operations.filter((operation) => !without.has(operation)), skipped },
    leftOut: [
      ...operationsLeftOut.map((operation) => entryOf(operation, without.get(operation) ?? "")),
      ...api.skipped
        .filter((fault) => !skipped.includes(fault))
        .map((fault) => ({ ...fault, reason: "it is not selected" })),
    ],
  };
}

/** The tools that change nothing, and the API without the others, where only such tools are selected. */
export function withoutWriting(
  tools: readonly ToolName[],
  { api, leftOut }: Selected,
  decisions: ReadonlyMap<Operation, Decision>,
  selection: Selection | undefined,
): Selected & { readonly tools: readonly ToolName[] } {
  if (selection?.readOnly !== true) return { api, leftOut, tools };
  const reading = tools.filter((tool) => !changesSomething(tool, decisions.get(tool.operation)));
  const operations = reading.map(({ operation }) => operation);
  const writing = tools.filter((tool) => !reading.includes(tool));
  return {
    api: { ...api, operations },
    leftOut: [...leftOut, ...writing.map(({ operation }) => entryOf(operation, "it changes something"))],
    tools: reading,
  };
}

/** Whether a tool changes something, by its hints as they are decided in the end. */
function changesSomething({ operation, words }: ToolName, decision: Decision | undefined): boolean {
  const decided = decision?.hints.reduce<boolean | undefined>((found, { value }) => value.readOnly ?? found, undefined);
  return !(decided ?? inferHints(operation, words).annotations.readOnlyHint);
}

function entryOf({ pointer, method, path }: Operation, reason: string): SkippedOperation {
  return { pointer, method, path, reason };
}

/** The schemas that tools refer to, those among each other included. */
export function schemasOf(
  tools: readonly BuiltTool[],
  schemas: ReadonlyMap<string, Schema>,
): ReadonlyMap<string, Schema> {
  const used = new Set<string>();
  const waiting: unknown[] = tools.flatMap(({ tool }) => [tool.call, tool.result, tool.listing]);
  for (let value = waiting.pop(); waiting.length > 0 || value !== undefined; value = waiting.pop()) {
    if (isArray(value)) waiting.push(...value);
    if (!isObject(value)) continue;
    const reference = own(value, "$ref");
    const name = typeof reference === "string" && reference.startsWith("#/$defs/") ? reference.slice(8) : undefined;
    if (name !== undefined && !used.has(name)) {
      used.add(name);
      waiting.push(schemas.get(name));
    }
    waiting.push(...Object.values(value as { readonly [key: string]: Json }));
  }
  return new Map([...schemas].filter(([name]) => used.has(name)));
}

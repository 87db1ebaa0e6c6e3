import type { CustomTool } from "../custom.js";
import { defined } from "../data/defined.js";
import type { JsonObject } from "../data/model.js";
import { isWorkflow } from "../call/call.js";
import type { ToolRow } from "../tools/tool-table.js";
import type { FindingIndex, IndexedOperation } from "../data/finding-index.js";
import type { Discoverable } from "../tools/discovery.js";
import { hintOf } from "./operations.js";
import { neededBy } from "./needs.js";
import { OperationSearch } from "./search.js";
import { signatureOf } from "./signature.js";
import { firstSentence } from "./words.js";

/** So many are shown, unless the caller says how many. */
const usual = 10;
/** Of arguments and summary, in the text that a model reads. */
const shortest = { signature: 70, summary: 100 } as const;
/** In that text, of so many of the best, so many of the operations that they need. */
const needsInText = { operations: 5, each: 2 } as const;

interface Loaded {
  readonly search: OperationSearch;
  readonly index: FindingIndex;
}

/** By what reads an index, the search over it: a server and its toolsets, which have the same one, share it. */
const searches = new WeakMap<Discoverable["index"], Promise<Loaded>>();

function searchOver(read: Discoverable["index"]): Promise<Loaded> {
  const known = searches.get(read);
  if (known !== undefined) return known;
  const loading = read().then((index) => ({
    search: new OperationSearch(index),
    index,
  }));
  searches.set(read, loading);
  // A failure is not kept: the next call reads it again.
  loading.catch(() => searches.delete(read));
  return loading;
}

/** The run of `find_operations`: the operations that a caller may call, best first. */
export function findOperations({
  index,
  tools,
}: Discoverable): CustomTool["run"] {
  return async (args, { caller }) => {
    const loaded = await searchOver(index);
    const table = tools();
    const { query, limit, tag, only } = args as {
      readonly query: string;
      readonly limit?: number;
      readonly tag?: string;
      readonly only?: "read" | "write";
    };
    const rowOf = (operation: IndexedOperation): ToolRow | undefined => {
      const row = table.get(operation.name);
      const isFound =
        row?.kind === "operation" ||
        (row?.kind === "custom" && isWorkflow(row.tool));
      return isFound && table.isFor(caller, operation.name) ? row : undefined;
    };
    const isFitting = (operation: IndexedOperation): boolean => {
      const row = rowOf(operation);
      return (
        row !== undefined &&
        (tag === undefined ||
          operation.tag?.toLowerCase() === tag.toLowerCase()) &&
        (only === undefined || (hintOf(row) === "read") === (only === "read"))
      );
    };
    const question = loaded.search.read(query);
    const needsOf = (operation: IndexedOperation): readonly string[] =>
      neededBy(
        operation,
        question,
        loaded.search,
        loaded.index,
        (other) => rowOf(other) !== undefined,
      ).map(({ name }) => name);
    const found = loaded.search.find(
      query,
      limit ?? usual,
      isFitting,
      question,
    );
    const operations = found.flatMap((operation) => {
      const row = rowOf(operation);
      return row === undefined
        ? []
        : [describedShortly(operation, row, needsOf(operation))];
    });
    return {
      content: [{ type: "text", text: textOf(operations, query) }],
      structuredContent: { operations },
    };
  };
}

function describedShortly(
  { request, api }: IndexedOperation,
  row: ToolRow,
  needs: readonly string[],
): JsonObject {
  const { name, title, description, inputSchema } = row.listing;
  return {
    name,
    request,
    ...defined({ api }),
    title,
    summary: summaryOf(description),
    hint: hintOf(row),
    // Workflows are listed, always.
    ...(row.kind === "custom" ? { call: "as a tool of its own" } : {}),
    arguments: signatureOf(inputSchema),
    ...(needs.length === 0 ? {} : { needs }),
  };
}

/** What a model reads that is not shown the structured content: as little as it can choose and call by. */
function textOf(operations: readonly JsonObject[], query: string): string {
  if (operations.length === 0)
    return `Nothing was found for ${JSON.stringify(query.slice(0, 200))}. Say it in other words, or name the thing that it is about.`;
  return operations
    .map(({ name, request, arguments: signature, needs }, place) => {
      const short =
        String(signature).length > shortest.signature
          ? `${String(signature).slice(0, shortest.signature)}…`
          : signature;
      const before =
        Array.isArray(needs) && place < needsInText.operations
          ? ` needs ${needs.slice(0, needsInText.each).join(", ")}`
          : "";
      return `${name}(${short}) ${request}${before}`;
    })
    .join("\n");
}

function summaryOf(description: string): string {
  const sentence = firstSentence(description);
  return sentence.length > shortest.summary
    ? `${sentence.slice(0, shortest.summary - 1)}…`
    : sentence;
}

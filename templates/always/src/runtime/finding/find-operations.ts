import { isWorkflow } from "../call/call.js";
import type { CustomTool } from "../custom.js";
import { defined } from "../data/defined.js";
import type { FindingIndex, IndexedOperation } from "../data/project.js";
import type { InputSchema, JsonObject } from "../data/model.js";
import type { Discoverable } from "../tools/tool-parts.js";
import type { ToolRow } from "../tools/tool-table.js";
import { hintOf } from "./operations.js";
import type { Question } from "./question.js";
import { OperationSearch } from "./search.js";
import { signatureOf } from "./signature.js";
import { firstSentence } from "./words.js";

/** So many are shown, unless the caller says how many. */
const usual = 10;
/** Characters of a summary. */
const longestSummary = 100;
/** Bytes of the text that a model reads of ten operations; of more as many times as much. */
const textOfTen = 1_500;
/** Characters of the arguments of one in it, at least and at most. */
const inText = { least: 16, most: 70 } as const;
/** Bytes of the line break, and of the mark that something is left out. */
const aroundIt = 6;
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
    const shown = found.flatMap((operation): Shown[] => {
      const row = rowOf(operation);
      return row === undefined
        ? []
        : [{ operation, row, needs: needsOf(operation) }];
    });
    return {
      content: [{ type: "text", text: textOf(shown, query) }],
      structuredContent: { operations: shown.map(describedShortly) },
    };
  };
}

interface Shown {
  readonly operation: IndexedOperation;
  readonly row: ToolRow;
  /** Names of tools. */
  readonly needs: readonly string[];
}

function describedShortly({
  operation: { request, api },
  row,
  needs,
}: Shown): JsonObject {
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
function textOf(shown: readonly Shown[], query: string): string {
  if (shown.length === 0)
    return `Nothing was found for ${JSON.stringify(query.slice(0, 200))}. Say it in other words, or name the thing that it is about.`;
  const common = commonOptions(shown);
  const lines = shown.map(({ operation: { request }, row, needs }, place) => {
    const before =
      needs.length > 0 && place < needsInText.operations
        ? ` needs ${needs.slice(0, needsInText.each).join(", ")}`
        : "";
    return { row, start: `${row.listing.name}(`, end: `) ${request}${before}` };
  });
  const rest = lines.reduce(
    (left, { start, end }) => left - start.length - end.length - aroundIt,
    (textOfTen / 10) * Math.max(lines.length, 10),
  );
  const most = Math.max(
    inText.least,
    Math.min(inText.most, Math.floor(rest / lines.length)),
  );
  return lines
    .map(({ row, start, end }) => {
      const signature = shortSignature(row.listing.inputSchema, common, most);
      return `${start}${signature}${end}`;
    })
    .join("\n");
}

/** Optional arguments that most of several operations have: of one of them they say nothing. */
function commonOptions(shown: readonly Shown[]): ReadonlySet<string> {
  const counts = new Map<string, number>();
  for (const { row } of shown) {
    const { properties, required = [] } = row.listing.inputSchema;
    for (const name of Object.keys(properties))
      if (!required.includes(name))
        counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const isCommon = (count: number) => count >= 4 && count > shown.length / 2;
  return new Set(
    [...counts].flatMap(([name, count]) => (isCommon(count) ? [name] : [])),
  );
}

function shortSignature(
  schema: InputSchema,
  common: ReadonlySet<string>,
  most: number,
): string {
  const { properties, required = [] } = schema;
  const telling = Object.entries(properties).filter(
    ([name]) => required.includes(name) || !common.has(name),
  );
  const signature = signatureOf({
    ...schema,
    properties: Object.fromEntries(telling),
  });
  if (signature.length > most) return `${signature.slice(0, most)}…`;
  const isWhole = telling.length === Object.keys(properties).length;
  return isWhole ? signature : [signature, "…"].filter(Boolean).join(", ");
}

function summaryOf(description: string): string {
  const sentence = firstSentence(description);
  return sentence.length > longestSummary
    ? `${sentence.slice(0, longestSummary - 1)}…`
    : sentence;
}

// Which operations are called before another one, so that what its arguments name is known.

/** So many whose answers hold what an operation asks for are named. */
const mostDirect = 4;
/** So many with those that these need in turn. */
const mostInAll = 5;
/** Of what one of those needs in turn. */
const mostFurther = 2;

/**
 * The operations that a chain of calls begins with when it ends with a given one: those that read what the question speaks
 * of besides, one that finds things by their words, since a question holds names and no identifiers, and one that says who
 * calls.
 *
 * @param isAllowed whether the caller may call an operation
 */
export function neededBy(
  operation: IndexedOperation,
  question: Question,
  search: OperationSearch,
  index: FindingIndex,
  isAllowed: (operation: IndexedOperation) => boolean,
): readonly IndexedOperation[] {
  const candidatesOf = ({ needs = [] }: IndexedOperation): readonly number[] =>
    needs.filter((number) => {
      const candidate = index.operations[number];
      return (
        candidate !== undefined &&
        candidate !== operation &&
        isAllowed(candidate)
      );
    });
  const direct = candidatesOf(operation);
  if (direct.length === 0) return [];
  const further = direct.flatMap((number) =>
    candidatesOf(index.operations[number] ?? operation),
  );
  const worth = search.besides(question, operation, [...direct, ...further]);
  const chosen = new Set(chosenOf(operation, direct, mostDirect));
  for (const first of [...chosen])
    for (const other of chosenOf(first, candidatesOf(first), mostFurther))
      if (chosen.size < mostInAll) chosen.add(other);
  return [...chosen];

  function chosenOf(
    { request }: IndexedOperation,
    candidates: readonly number[],
    most: number,
  ): readonly IndexedOperation[] {
    const best = [...candidates]
      .sort((a, b) => (worth[b] ?? 0) - (worth[a] ?? 0))
      .flatMap((number) => index.operations[number] ?? []);
    const starts = (["words", "caller"] as const).flatMap(
      (kind) => best.find(({ start }) => start === kind) ?? [],
    );
    const [method, path] = request.split(" ");
    const inside = best.filter(
      (other) => method !== "POST" && other.request === `GET ${path}`,
    );
    const others = [...new Set([...inside, ...best])];
    return [
      ...new Set([
        ...others.slice(0, Math.max(1, most - starts.length)),
        ...starts,
      ]),
    ].slice(0, most);
  }
}

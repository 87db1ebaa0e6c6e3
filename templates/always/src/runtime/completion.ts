/** Completions of resource variables and prompt arguments: from enumerated values, and from a sibling's list. */
import { isJsonArray, ownValue, valueAt } from "./json-place.js";
import type {
  JsonObject,
  JsonValue,
  PromptArgument,
  ResourceVariable,
} from "./model.js";
import type { CallResult } from "./response/result.js";
import type { ToolTable } from "./tool-table.js";

export interface Completion {
  /** At most 100 (MCP 2026-07-28, `CompleteResult`). */
  readonly values: readonly string[];
  readonly total: number;
  readonly hasMore: boolean;
}

/** Calls a tool for whoever asks for the completion. */
export type ListCall = (tool: string, args: JsonObject) => Promise<CallResult>;

const maximumValues = 100;
const cacheMs = 60_000;
const maximumCached = 200;

export const noCompletion: Completion = {
  values: [],
  total: 0,
  hasMore: false,
};

/** Those of `values` that begin with what was typed, without regard to case. */
export function completionOf(
  values: readonly string[],
  typed: string,
): Completion {
  const start = typed.toLowerCase();
  const fitting = [...new Set(values)].filter((value) =>
    value.toLowerCase().startsWith(start),
  );
  return {
    values: fitting.slice(0, maximumValues),
    total: fitting.length,
    hasMore: fitting.length > maximumValues,
  };
}

/** The completion of a prompt's argument. */
export function promptCompletion(
  argument: PromptArgument | undefined,
  typed: string,
): Completion {
  return argument?.values === undefined
    ? noCompletion
    : completionOf(argument.values, typed);
}

/** Completes variables of resources. Lists are kept for a minute, apart for each caller: what one may see another may not. */
export class ResourceCompletions {
  readonly #table: ToolTable;
  readonly #cache = new Map<
    string,
    { readonly until: number; readonly values: Promise<readonly string[]> }
  >();

  constructor(table: ToolTable) {
    this.#table = table;
  }

  /**
   * @param known arguments that follow from variables that the client has filled in already
   * @param caller id of whoever asks
   */
  async complete(
    variable: ResourceVariable,
    typed: string,
    known: JsonObject,
    caller: string,
    call: ListCall,
  ): Promise<Completion> {
    const values = [...(variable.values ?? [])];
    if (values.length === 0 && variable.list !== undefined)
      values.push(...(await this.#listed(variable.list, known, caller, call)));
    return completionOf(values, typed);
  }

  async #listed(
    list: NonNullable<ResourceVariable["list"]>,
    known: JsonObject,
    caller: string,
    call: ListCall,
  ): Promise<readonly string[]> {
    const schema = this.#table.get(list.tool)?.listing.inputSchema;
    if (schema === undefined) return [];
    const args = Object.fromEntries(
      Object.entries(known).filter(([name]) =>
        Object.hasOwn(schema.properties, name),
      ),
    );
    // A list below a parent that is not known yet cannot be asked for.
    if (schema.required?.some((name) => !Object.hasOwn(args, name))) return [];
    const key = JSON.stringify([caller, list, args]);
    const found = this.#cache.get(key);
    if (found !== undefined && found.until > performance.now())
      return found.values;
    const values = call(list.tool, args).then((result) =>
      result.isError ? [] : propertiesOf(result, list),
    );
    this.#cache.delete(key);
    this.#cache.set(key, { until: performance.now() + cacheMs, values });
    for (const oldest of this.#cache.keys()) {
      if (this.#cache.size <= maximumCached) break;
      this.#cache.delete(oldest);
    }
    // A failure is not remembered.
    const forget = () => this.#cache.delete(key);
    values.then((list) => list.length === 0 && forget(), forget);
    return values;
  }
}

/** The items of a list in a result, also where it stands below `result`; none where there is no list. */
export function listIn(
  { structuredContent }: CallResult,
  pointer: string,
): readonly JsonValue[] {
  const wrapped = ownValue(structuredContent, "result");
  const list = valueAt(structuredContent, pointer) ?? valueAt(wrapped, pointer);
  return isJsonArray(list) ? list : isJsonArray(wrapped) ? wrapped : [];
}

function propertiesOf(
  result: CallResult,
  { items, property }: NonNullable<ResourceVariable["list"]>,
): readonly string[] {
  return listIn(result, items)
    .map((item) => ownValue(item, property))
    .filter((value) => typeof value === "string" || typeof value === "number")
    .map(String);
}

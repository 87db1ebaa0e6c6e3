/** Completions of resource variables: from enumerated values, and from a sibling's list. */
import { ownValue } from "../data/json-place.js";
import {
  type Completion,
  completionOf,
  maximumValues,
} from "../mcp/completion.js";
import { goesOn, listIn, nextPage, pageOf } from "./list-pages.js";
import type {
  InputSchema,
  JsonObject,
  ResourceVariable,
} from "../data/model.js";
import type { CallResult } from "../response/result.js";
import type { ToolTable } from "../tools/tool-table.js";

/** Values of a list, as far as it was read. */
interface ListedValues {
  readonly values: readonly string[];
  /** Whether more may follow. */
  readonly goesOn: boolean;
}

/** Calls a tool for whoever asks for the completion. */
export type ListCall = (tool: string, args: JsonObject) => Promise<CallResult>;

/** Pages of one list that are asked for. */
const mostPages = 5;
const cacheMs = 60_000;
const maximumCached = 200;

const nothing: ListedValues = { values: [], goesOn: false };

/** Completes variables of resources. Lists are kept for a minute, apart for each caller: what one may see another may not. */
export class ResourceCompletions {
  readonly #table: ToolTable;
  readonly #cache = new Map<
    string,
    { readonly until: number; readonly values: Promise<ListedValues> }
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
    const { values = [], list } = variable;
    if (values.length > 0 || list === undefined)
      return completionOf(values, typed);
    const listed = await this.#listed(list, known, caller, call);
    const completion = completionOf(listed.values, typed);
    return listed.goesOn
      ? { values: completion.values, hasMore: true }
      : completion;
  }

  async #listed(
    list: NonNullable<ResourceVariable["list"]>,
    known: JsonObject,
    caller: string,
    call: ListCall,
  ): Promise<ListedValues> {
    const schema = this.#table.get(list.tool)?.listing.inputSchema;
    if (schema === undefined) return nothing;
    const args = Object.fromEntries(
      Object.entries(known).filter(([name]) =>
        Object.hasOwn(schema.properties, name),
      ),
    );
    // A list below a parent that is not known yet cannot be asked for.
    if (schema.required?.some((name) => !Object.hasOwn(args, name)))
      return nothing;
    const key = JSON.stringify([caller, list, args]);
    const found = this.#cache.get(key);
    if (found !== undefined && found.until > performance.now())
      return found.values;
    const values = readPages(list, schema, args, call);
    this.#cache.delete(key);
    this.#cache.set(key, { until: performance.now() + cacheMs, values });
    for (const oldest of this.#cache.keys()) {
      if (this.#cache.size <= maximumCached) break;
      this.#cache.delete(oldest);
    }
    // A failure is not remembered.
    const forget = () => this.#cache.delete(key);
    values.then((found) => found.values.length === 0 && forget(), forget);
    return values;
  }
}

/** The values of a list, page by page. */
async function readPages(
  list: NonNullable<ResourceVariable["list"]>,
  schema: InputSchema,
  given: JsonObject,
  call: ListCall,
): Promise<ListedValues> {
  const values = new Set<string>();
  let read = 0;
  let args: JsonObject = { ...pageOf(schema, maximumValues), ...given };
  for (let page = 1; ; page += 1) {
    const result = await call(list.tool, args);
    // A later page that fails does not lose those before it.
    if (result.isError) return { values: [...values], goesOn: page > 1 };
    const known = values.size;
    for (const value of propertiesOf(result, list)) values.add(value);
    read += listIn(result, list.items).length;
    const more = goesOn(result, list.items, args, read);
    // A page without anything new is the last, or the argument for it does nothing.
    if (more === false || values.size === known)
      return { values: [...values], goesOn: more === true && page === 1 };
    const next = nextPage(schema, args, result, list.items);
    if (next === undefined || page === mostPages)
      return {
        values: [...values],
        goesOn: more === true || next !== undefined,
      };
    args = next;
  }
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

/** Links from a list to its items: blocks that name the resource of each (MCP 2025-06-18, `ResourceLink`). */
import { isJsonArray, ownValue, valueAt } from "../data/json-place.js";
import type { JsonObject, JsonValue, ResourceVariable } from "../data/model.js";
import type { ContentBlock } from "../response/content-block.js";
import { partKey } from "../response/part.js";
import type { CallResult } from "../response/result.js";
import { visibleLine } from "../text/visible.js";
import type { OperationResource, ResourceTable } from "./resources.js";

/** How a tool's list leads to the resources of its items. */
interface LinkPlan {
  readonly resource: OperationResource;
  /** Variable that tells the item. */
  readonly variable: string;
  readonly list: NonNullable<ResourceVariable["list"]>;
  /** Argument of the list's tool by each other variable in the path. */
  readonly parents: { readonly [variable: string]: string };
}

/** Longer names are cut. */
const maximumName = 100;

export class ResourceLinks {
  readonly #plans = new Map<string, LinkPlan>();
  readonly #most: number;

  /** @param most links in one result; 0: none */
  constructor(resources: ResourceTable, most: number) {
    this.#most = most;
    for (const resource of resources.templates) {
      if (resource.kind === "custom") continue;
      for (const { name, list } of resource.listing.variables) {
        const parents = list?.parents;
        if (list === undefined || parents === undefined) continue;
        if (!this.#plans.has(list.tool))
          this.#plans.set(list.tool, {
            resource,
            variable: name,
            list,
            parents,
          });
      }
    }
  }

  /**
   * The result with links behind all else: to the rest of the answer, and to the first items of its list. The result
   * itself where there are none.
   *
   * @param isShown whether the caller may call a tool: what reads with another one leads nowhere
   */
  linked(
    tool: string,
    args: JsonObject,
    result: CallResult,
    isShown: (tool: string) => boolean,
  ): CallResult {
    if (result.isError) return result;
    const links = [
      ...restOf(result),
      ...this.#items(tool, args, result, isShown),
    ];
    return links.length === 0
      ? result
      : { ...result, content: [...result.content, ...links] };
  }

  #items(
    tool: string,
    args: JsonObject,
    result: CallResult,
    isShown: (tool: string) => boolean,
  ): readonly ContentBlock[] {
    const plan = this.#plans.get(tool);
    if (plan === undefined || this.#most === 0) return [];
    if (!isShown(plan.resource.listing.tool)) return [];
    const parents = Object.entries(plan.parents).map(
      ([variable, argument]) =>
        [variable, identifier(ownValue(args, argument))] as const,
    );
    const seen = new Set<string>();
    const links: ContentBlock[] = [];
    for (const item of listIn(result, plan.list.items)) {
      if (links.length >= this.#most) break;
      const id = identifier(ownValue(item, plan.list.property));
      const uri = plan.resource.template.expand(
        new Map([...parents, [plan.variable, id]]),
      );
      if (uri === undefined || seen.has(uri)) continue;
      seen.add(uri);
      const { mimeType } = plan.resource.listing;
      links.push({
        type: "resource_link",
        uri,
        name: nameOf(item) ?? visibleLine(id ?? "", maximumName),
        mimeType,
      });
    }
    return links;
  }
}

/** The part that follows, where the answer is kept. */
function restOf({ _meta }: CallResult): readonly ContentBlock[] {
  const uri = ownValue(_meta?.[partKey], "next");
  return typeof uri === "string"
    ? [{ type: "resource_link", uri, name: "rest of the answer" }]
    : [];
}

/**
 * What can stand in a path for an item. `.` and `..` are no names but steps (RFC 3986 §5.2.4); half of a surrogate pair
 * has no form in UTF-8.
 */
function identifier(value: JsonValue | undefined): string | undefined {
  if (typeof value === "number" || typeof value === "boolean")
    return String(value);
  return typeof value === "string" &&
    !["", ".", ".."].includes(value) &&
    !/\p{Cs}/u.test(value)
    ? value
    : undefined;
}

/** What people call an item, if it says so in a short text. */
function nameOf(item: JsonValue): string | undefined {
  return ["name", "title"]
    .map((key) => ownValue(item, key))
    .flatMap((value) =>
      typeof value === "string" && value.length <= 1_000
        ? [visibleLine(value, maximumName)]
        : [],
    )
    .find((text) => text !== "");
}

// Lists that an API gives page by page: asking for large pages, telling whether more follows, and for the next one.

/**
 * The items of a list in a result, also where it stands below `result`, and those of a part that is a list itself; none
 * where there is no list.
 */
export function listIn(
  { structuredContent }: Pick<CallResult, "structuredContent">,
  pointer: string,
): readonly JsonValue[] {
  const wrapped = ownValue(structuredContent, "result");
  const list = valueAt(structuredContent, pointer) ?? valueAt(wrapped, pointer);
  return [list, wrapped, structuredContent].find(isJsonArray) ?? [];
}

/** Links from a list to its items: blocks that name the resource of each (MCP 2025-06-18, `ResourceLink`). */
import {
  isJsonArray,
  isJsonObject,
  ownValue,
  valueAt,
} from "../data/json-place.js";
import type {
  InputSchema,
  JsonObject,
  JsonValue,
  ResourceVariable,
} from "../data/model.js";
import { isWebUrl, parseUrl } from "../data/url.js";
import type { ContentBlock } from "../response/content-block.js";
import { partKey } from "../response/part.js";
import type { CallResult } from "../response/result.js";
import { visibleLine } from "../text/visible.js";
import type { OperationResource, ResourceTable } from "./resources.js";

/** Whether clients of a revision of MCP know links. Revisions are dates. */
export function knowsLinks(protocolVersion: string | undefined): boolean {
  return protocolVersion !== undefined && protocolVersion >= "2025-06-18";
}

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

/** Arguments by what they are called in most APIs, without regard to case and signs. */
const pageSizes = new Set(
  "limit perpage pagesize pagelimit maxresults maxitems max size count first top".split(
    " ",
  ),
);
const pageNumbers = new Set("page pagenumber pageno".split(" "));
const offsets = new Set("offset skip startindex startat pageoffset".split(" "));
const cursors = new Set(
  "cursor pagecursor pagetoken nexttoken nextcursor nextpagetoken continuationtoken continue marker after startingafter".split(
    " ",
  ),
);

function plainName(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z]/g, "");
}

function argumentOf(
  { properties }: InputSchema,
  names: ReadonlySet<string>,
): string | undefined {
  return Object.keys(properties).find((name) => names.has(plainName(name)));
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

/** An argument for pages of so many items, or of as many as the list allows; none where it takes no such argument. */
export function pageOf(schema: InputSchema, items: number): JsonObject {
  const name = argumentOf(schema, pageSizes);
  const size = name === undefined ? undefined : schema.properties[name];
  if (name === undefined || typeof size !== "object") return {};
  if (size["type"] !== "integer" && size["type"] !== "number") return {};
  const { maximum } = size;
  const most = typeof maximum === "number" ? Math.floor(maximum) : items;
  return { [name]: Math.max(1, Math.min(items, most)) };
}

/**
 * Whether more follows a page: what its API says of it (a mark, a number of all, where the next page is), else whether
 * it is full. `undefined` where nothing tells.
 *
 * @param read items of this page and of those before
 */
export function goesOn(
  result: CallResult,
  pointer: string,
  args: JsonObject,
  read: number,
): boolean | undefined {
  if (ownValue(result._meta, partKey) !== undefined) return true;
  const { length } = listIn(result, pointer);
  const hints = signs(result).map(([name, value]) =>
    saysMore(plainName(name), value, read),
  );
  if (hints.includes(true)) return true;
  if (length === 0 || hints.includes(false)) return false;
  const size = Object.entries(args).find(([name]) =>
    pageSizes.has(plainName(name)),
  )?.[1];
  return typeof size === "number" && length >= size ? true : undefined;
}

/** The arguments of the page that follows; `undefined` where the list cannot be asked for it. */
export function nextPage(
  schema: InputSchema,
  args: JsonObject,
  result: CallResult,
  pointer: string,
): JsonObject | undefined {
  const cursor = argumentOf(schema, cursors);
  const token = cursor === undefined ? undefined : nextToken(result, cursor);
  if (cursor !== undefined && token !== undefined)
    return { ...args, [cursor]: token };
  const number = argumentOf(schema, pageNumbers);
  if (number !== undefined) return advanced(schema, args, number, 1, 1);
  const offset = argumentOf(schema, offsets);
  const { length } = listIn(result, pointer);
  return offset === undefined
    ? undefined
    : advanced(schema, args, offset, 0, length);
}

function advanced(
  { properties }: InputSchema,
  args: JsonObject,
  name: string,
  first: number,
  step: number,
): JsonObject {
  const schema = properties[name];
  const preset = typeof schema === "object" ? schema["default"] : undefined;
  const given = args[name] ?? preset;
  const current = typeof given === "number" ? given : first;
  return { ...args, [name]: current + step };
}

/** The token of the next page: a member for it, or a parameter of the URL that leads there. */
function nextToken(result: CallResult, cursor: string): string | undefined {
  for (const [name, value] of signs(result)) {
    const plain = plainName(name);
    if (typeof value !== "string" || value === "") continue;
    if (!/^x?(?:odata)?next|^link$/.test(plain) && plain !== plainName(cursor))
      continue;
    const target = /<([^<>]*)>\s*;[^,]*rel="?next\b/i.exec(value)?.[1] ?? value;
    if (!isWebUrl(target) && !/^[/?]/.test(target)) {
      if (plain !== "link") return value;
      continue;
    }
    const parameters = parseUrl(target, "https://api.invalid")?.searchParams;
    for (const [key, token] of parameters ?? [])
      if (plainName(key) === plainName(cursor)) return token;
  }
  return undefined;
}

/** What stands around a list and may tell of pages: headers, members of the envelope, and of objects in it for that. */
function signs({
  _meta,
  structuredContent,
}: CallResult): readonly [string, JsonValue][] {
  const around = ownValue(structuredContent, "result") ?? structuredContent;
  const headers = ownValue(_meta, "openapi-to-mcp/headers");
  return [headers, around].flatMap((value) =>
    isJsonObject(value)
      ? Object.entries(value).flatMap(
          ([name, member]): [string, JsonValue][] =>
            isJsonObject(member) && /^_?(?:meta|links?|pag)/i.test(name)
              ? Object.entries(member)
              : [[name, member]],
        )
      : [],
  );
}

/** `undefined` for a member that says nothing of it. */
function saysMore(
  name: string,
  value: JsonValue,
  read: number,
): boolean | undefined {
  if (name === "link")
    return /rel="?next\b/i.test(String(value)) ? true : undefined;
  if (/(?:total|totalcount|totalitems|totalresults|totalelements)$/.test(name))
    return typeof value === "number" || typeof value === "string"
      ? Number(value) > read
      : undefined;
  if (
    /^(?:(?:has|is)?(?:more|truncated)|has(?:more|next)|x?(?:odata)?next)/.test(
      name,
    )
  )
    return value !== null && value !== false && value !== "";
  return undefined;
}

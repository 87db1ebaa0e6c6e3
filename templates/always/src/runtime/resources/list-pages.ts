/** Lists that an API gives page by page: asking for large pages, telling whether more follows, and for the next one. */
import { isWebUrl, parseUrl } from "../data/url.js";
import {
  isJsonArray,
  isJsonObject,
  ownValue,
  valueAt,
} from "../data/json-place.js";
import type { InputSchema, JsonObject, JsonValue } from "../data/model.js";
import { partKey } from "../response/part.js";
import type { CallResult } from "../response/result.js";

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

/** Which arguments ask for the page that follows a page. */
import { type Call, nextKey } from "../call/call.js";
import type { PagePlan } from "../data/model-parts.js";
import { ownValue, valueAt } from "../data/json-place.js";
import type { JsonObject, JsonSchema, JsonValue } from "../data/model.js";
import { isWebUrl } from "../data/url.js";
import { textBlock } from "../response/content-block.js";
import { jsonWithoutBreaks } from "../response/own-words.js";
import type { CallResult } from "../response/result.js";
import { linkArguments, type LinkScope } from "./link-arguments.js";

/** A page as it came, and what it was asked for by. */
export interface ReadPage extends LinkScope {
  readonly body: JsonValue;
  readonly headers: Headers;
  /** Its items; `undefined` where there is no list. */
  readonly items: Items | undefined;
}

/** What of a list says how it goes on: how many items there are, and the last one, `at(-1)`. */
export type Items = Pick<readonly JsonValue[], "length" | "at">;

/** Longer tokens are none that a model copies. */
const longestToken = 8_000;

/**
 * What changes of the arguments; `undefined` where nothing follows: the page is empty, its API says so, or the next one
 * would be this one again.
 */
export function nextArguments(
  plan: PagePlan,
  page: ReadPage,
): JsonObject | undefined {
  if (page.items?.length === 0) return undefined;
  const signs = signsOf(plan, page);
  if (signs.more === false) return undefined;
  const change = changeOf(plan, page, signs);
  return change === undefined || isSamePage(change, page) ? undefined : change;
}

interface Signs {
  /** URL of the next page. */
  readonly link?: string | undefined;
  readonly token?: string | number | undefined;
  /** Whether the API says that there are more; `undefined`: it does not say. */
  readonly more?: boolean | undefined;
}

function changeOf(
  plan: PagePlan,
  page: ReadPage,
  signs: Signs,
): JsonObject | undefined {
  const { argument } = plan;
  const linked =
    signs.link === undefined ? undefined : linkArguments(signs.link, page);
  if (linked !== undefined) return linked;
  if (argument === undefined) return undefined;
  const asked = (value: string | number): JsonObject => ({
    [argument]: fitting(value, page.schemas[argument]),
  });
  switch (plan.by) {
    case "token":
      return signs.token === undefined ? undefined : asked(signs.token);
    case "lastItem": {
      const id = ownValue(page.items?.at(-1), plan.id ?? "id");
      const isId = typeof id === "string" || typeof id === "number";
      return signs.more === true && isId ? asked(id) : undefined;
    }
    case "page":
    case "offset": {
      const next = nextNumber(plan, page, signs);
      return next === undefined ? undefined : asked(next);
    }
    case "link":
      return undefined;
    default:
      return plan.by satisfies never;
  }
}

/** The next page by counting, where nothing says that this one was the last. */
function nextNumber(
  plan: PagePlan,
  page: ReadPage,
  { more, token }: Signs,
): number | undefined {
  const { argument = "", first = 0, size, defaultSize } = plan;
  const current = numberOf(page.args[argument]) ?? first;
  const count = page.items?.length;
  if (plan.by === "page") {
    const told = numberOf(token);
    if (told !== undefined && told > current) return told;
  } else if (count === undefined) return undefined;
  const next = plan.by === "page" ? current + 1 : current + (count ?? 0);
  if (more === true) return next;
  const total = numberAt(page.body, plan.total);
  const pages = numberAt(page.body, plan.pages);
  const asked =
    size === undefined ? undefined : (numberOf(page.args[size]) ?? defaultSize);
  if (plan.by === "page" && pages !== undefined)
    return next < pages + first ? next : undefined;
  if (total !== undefined && plan.by === "offset")
    return next < total + first ? next : undefined;
  if (total !== undefined && asked !== undefined)
    return (current + 1 - first) * asked < total ? next : undefined;
  // A page that is not full is the last one.
  return count !== undefined && asked !== undefined && count < asked
    ? undefined
    : next;
}

function signsOf(plan: PagePlan, { body, headers }: ReadPage): Signs {
  const field = headers.get("link");
  const header = field === null ? undefined : nextLinkOf(field);
  const told = (plan.next ?? [])
    .map((at) => valueAt(body, at))
    .filter((value) => typeof value === "string" || typeof value === "number")
    .filter((value) => value !== "");
  const counted = headers.get("x-next-page") ?? headers.get("x-next-cursor");
  const token = told.find((value) => !isLink(value)) ?? counted ?? undefined;
  const link = header ?? told.find(isLink);
  return {
    link,
    token:
      token === "" || String(token ?? "").length > longestToken
        ? undefined
        : token,
    more: moreOf(plan, body, {
      isTold: link !== undefined || (token !== undefined && token !== ""),
      isLast: (field !== null && header === undefined) || counted === "",
    }),
  };
}

/** What an answer says by a mark, by a link or token that is there, or by one that is there on all pages but the last. */
function moreOf(
  { by, more, next }: PagePlan,
  body: JsonValue,
  { isTold, isLast }: { readonly isTold: boolean; readonly isLast: boolean },
): boolean | undefined {
  const mark = more === undefined ? undefined : valueAt(body, more);
  if (typeof mark === "boolean") return mark;
  if (by === "lastItem") return undefined;
  if (isTold) return true;
  if (by === "token" || by === "link") return false;
  const isNull = (next ?? []).some((at) => {
    const value = valueAt(body, at);
    return value === null || value === "";
  });
  return isNull || isLast ? false : undefined;
}

function isLink(value: string | number): value is string {
  return (
    typeof value === "string" &&
    (isWebUrl(value) || /^(?:\/(?!\/)[^\s?]*\?|\?[^\s=]+=)/.test(value))
  );
}

/** Whether the change asks for what was asked for already: whoever follows it would do so for ever. */
function isSamePage(change: JsonObject, { args }: ReadPage): boolean {
  return Object.entries(change).every(
    ([name, value]) => String(args[name]) === String(value),
  );
}

function numberOf(value: JsonValue | undefined): number | undefined {
  if (typeof value === "string" && !/^\d{1,15}$/.test(value)) return undefined;
  const number =
    typeof value === "string" || typeof value === "number"
      ? Number(value)
      : NaN;
  return Number.isSafeInteger(number) ? number : undefined;
}

function numberAt(
  body: JsonValue,
  pointer: string | undefined,
): number | undefined {
  return pointer === undefined ? undefined : numberOf(valueAt(body, pointer));
}

/** A value in the type that the argument has. */
export function fitting(
  value: string | number,
  schema: JsonSchema | undefined,
): string | number {
  const type = ownValue(schema, "type");
  const types = Array.isArray(type) ? type : [type];
  const isNumber = types.includes("integer") || types.includes("number");
  if (types.includes("string")) return String(value);
  return isNumber ? (numberOf(value) ?? value) : value;
}

// The call that goes on, as a model reads it: its arguments, whole, so that they can be copied.

/** The arguments of a call with those of its next page. */
export function nextCall(
  { asked, args }: Call,
  change: JsonObject,
): JsonObject {
  return { ...(asked ?? args), ...change };
}

/** A result that says how to go on. Where it is a part itself, its rest comes first. */
export function withNext(
  result: CallResult,
  next: JsonObject,
  about = "Note: there are more items. Arguments of the call that goes on:",
): CallResult {
  const text = `${about} ${jsonWithoutBreaks(JSON.stringify(next))}`;
  return {
    ...result,
    content: [...result.content, textBlock(text)],
    _meta: { [nextKey]: next, ...result._meta },
  };
}

/** The URL with the relation `next` in a header field `Link` (RFC 8288 §3). */

/** Longer fields are not looked at. */
const longest = 32_768;

export function nextLinkOf(field: string): string | undefined {
  if (field.length > longest) return undefined;
  let at = 0;
  while (at < field.length) {
    const start = field.indexOf("<", at);
    const end = start < 0 ? -1 : field.indexOf(">", start);
    if (end < 0) return undefined;
    const behind = endOfParameters(field, end + 1);
    if (isNext(field.slice(end + 1, behind)))
      return field.slice(start + 1, end).trim();
    at = behind + 1;
  }
  return undefined;
}

/** The comma before the next link, outside of quotes; the end where there is none. */
function endOfParameters(field: string, from: number): number {
  let isQuoted = false;
  for (let at = from; at < field.length; at += 1) {
    const character = field[at];
    if (character === "\\" && isQuoted) at += 1;
    else if (character === '"') isQuoted = !isQuoted;
    else if (character === "," && !isQuoted) return at;
  }
  return field.length;
}

/** A name of a parameter, and its value: a text in quotes may hold what looks like another one. */
const parameter =
  /;\s*([^\s=;"]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*)))?/g;

/** A relation may be one of several (§3.3); only the first `rel` counts. */
function isNext(parameters: string): boolean {
  for (const [, name, quoted, plain] of parameters.matchAll(parameter))
    if (name?.toLowerCase() === "rel")
      return (quoted ?? plain ?? "")
        .toLowerCase()
        .split(/\s+/)
        .includes("next");
  return false;
}

/** A page of a list as it came. */
import { heavyBytes } from "../call/answer.js";
import type { OperationCall, Outgoing } from "../call/call.js";
import { concatBytes, utf8Text } from "../data/bytes.js";
import {
  isJsonArray,
  isJsonObject,
  pointerTokens,
  valueAt,
} from "../data/json-place.js";
import type { PagePlan } from "../data/model-parts.js";
import type { JsonSchema, JsonValue } from "../data/model.js";
import { readJson } from "../response/json.js";
import { scanJson } from "../response/json-list.js";
import type { HttpResponse } from "../upstream/http-message.js";
import type { LinkScope } from "./link-arguments.js";
import type { ReadPage } from "./next-page.js";

/** A page of which every item is read. */
export interface WholePage extends ReadPage {
  readonly items: readonly JsonValue[] | undefined;
}

type Content<Page extends ReadPage> = Pick<Page, "body" | "items">;

/** `undefined` for an answer that is no page: a failure, or no JSON. */
export function readPage(
  plan: PagePlan,
  call: OperationCall,
  outgoing: Outgoing,
  args: OperationCall["args"],
  response: HttpResponse,
): WholePage | undefined {
  const content = isPage(response) ? wholeOf(plan, response.body) : undefined;
  return content && { ...content, ...around(call, outgoing, args, response) };
}

/** The same, of a long answer with what says how it goes on alone: neither text nor values are made of all its items. */
export function readSigns(
  plan: PagePlan,
  call: OperationCall,
  outgoing: Outgoing,
  response: HttpResponse,
): ReadPage | undefined {
  const { body } = response;
  const content = isPage(response)
    ? ((body.byteLength > heavyBytes ? edgesOf(plan, body) : undefined) ??
      wholeOf(plan, body))
    : undefined;
  return (
    content && { ...content, ...around(call, outgoing, call.args, response) }
  );
}

function isPage({ status, truncated }: HttpResponse): boolean {
  return status >= 200 && status < 300 && !truncated;
}

function wholeOf(
  plan: PagePlan,
  bytes: Uint8Array,
): Content<WholePage> | undefined {
  const json = readJson(utf8Text(bytes));
  return json && { body: json.value, items: itemsOf(json.value, plan.items) };
}

/** What stands around the list, and its last item; `undefined` where it is not the longest list of its page. */
function edgesOf(
  { items: at }: PagePlan,
  bytes: Uint8Array,
): Content<ReadPage> | undefined {
  if (at === undefined) return undefined;
  const scanned = scanJson(bytes);
  const list = scanned?.list;
  const isListed =
    list !== undefined && (list.property ?? "") === pointerTokens(at).join(".");
  if (!isListed || scanned === undefined) return undefined;
  const { start, ends } = list;
  const end = ends.at(-1) ?? start;
  const before = ends.at(-2);
  const frame = concatBytes([
    scanned.bytes.subarray(0, start),
    scanned.bytes.subarray(end),
  ]);
  const body = readJson(utf8Text(frame))?.value;
  const last = readJson(
    utf8Text(
      scanned.bytes.subarray(before === undefined ? start : before + 1, end),
    ),
  )?.value;
  const left = body === undefined ? undefined : valueAt(body, at);
  // Names with dots may spell the place of another list.
  const isIts = isJsonArray(left) && left.length === 0;
  if (body === undefined || !isIts || (ends.length > 0 && last === undefined))
    return undefined;
  return { body, items: { length: ends.length, at: () => last } };
}

function around(
  { row }: OperationCall,
  { plan: { request, input }, request: sent }: Outgoing,
  args: OperationCall["args"],
  { headers }: HttpResponse,
): LinkScope & Pick<ReadPage, "headers"> {
  const { securitySchemes } = row.api.data;
  const credentials = Object.values(securitySchemes).flatMap((scheme) =>
    scheme.type === "apiKey" && scheme.in === "query" ? [scheme.name] : [],
  );
  const { properties } = (input ?? row.listing.inputSchema) as {
    readonly properties?: Readonly<Record<string, JsonSchema>>;
  };
  return {
    headers,
    request,
    url: sent.url,
    args,
    schemas: properties ?? {},
    credentials: new Set(credentials),
  };
}

/** The list of an answer; where the document does not say which, its only one. */
function itemsOf(
  body: JsonValue,
  pointer: string | undefined,
): readonly JsonValue[] | undefined {
  const named = pointer === undefined ? body : valueAt(body, pointer);
  if (isJsonArray(named)) return named;
  if (pointer !== undefined || !isJsonObject(body)) return undefined;
  const lists = Object.values(body).filter(isJsonArray);
  return lists.length === 1 ? lists[0] : undefined;
}

/** All pages of a list as one answer, as far as the owner allows: asked for one after the other. */
import { tooManyCalls } from "../call/admit.js";
import { resultOf } from "../call/answer.js";
import type {
  Call,
  OperationCall,
  Outgoing,
  StepServices,
} from "../call/call.js";
import { explain } from "../call/fault.js";
import type { AllPages, PagePlan } from "../data/model-parts.js";
import { concatBytes, utf8 } from "../data/bytes.js";
import { pointerTokens } from "../data/json-place.js";
import type { JsonObject, JsonValue } from "../data/model.js";
import { textBlock } from "../response/content-block.js";
import { failureText } from "../response/failure.js";
import { scanJson } from "../response/json-list.js";
import type { CallResult } from "../response/result.js";
import { answerRoom } from "../upstream/answer-room.js";
import type { HttpResponse } from "../upstream/http-message.js";
import { nextCall, withNext, nextArguments } from "./next-page.js";
import { readPage } from "./read-page.js";

interface Answered {
  readonly response: HttpResponse;
  readonly outgoing: Outgoing;
}

/** The pages so far, and what ended them. */
interface Gathered extends Answered {
  readonly pages: readonly JoinablePage[];
  /** Arguments of the page that was not read; absent where there is none. */
  readonly rest?: JsonObject | undefined;
  /** Why it was not. */
  readonly why?: string | undefined;
}

/** A first page that fails is the result; one that fails later ends the list, and what came before is given. */
export async function allPages(
  services: StepServices,
  call: OperationCall,
  plan: PagePlan,
  limits: AllPages,
  ask: (call: Call) => Promise<CallResult>,
): Promise<CallResult> {
  const room = answerRoom.open();
  try {
    const gathered = await gather(services, call, plan, limits, ask, (bytes) =>
      room.take(bytes, call.signal),
    );
    const { response, outgoing, pages, rest, why } = gathered;
    const joined = joinedPages(response, pages);
    const next =
      rest === undefined
        ? undefined
        : nextCall(call, { ...rest, [limits.argument]: true });
    const result = await resultOf(services, call, outgoing, joined, next);
    if (result.isError === true) return result;
    const count = pages.reduce((sum, { items }) => sum + items.length, 0);
    const read = `${count} items of ${pages.length} ${pages.length === 1 ? "page" : "pages"}`;
    if (next === undefined)
      return pages.length < 2
        ? result
        : {
            ...result,
            content: [
              ...result.content,
              textBlock(`Note: these are all pages, ${read}.`),
            ],
          };
    return withNext(
      result,
      next,
      `Note: these are ${read}; ${why ?? "there are more"}. Arguments of the call that goes on:`,
    );
  } finally {
    room.release();
  }
}

async function gather(
  services: StepServices,
  call: OperationCall,
  plan: PagePlan,
  limits: AllPages,
  ask: (call: Call) => Promise<CallResult>,
  take: (bytes: number) => Promise<void> | undefined,
): Promise<Gathered> {
  const { settings, log } = services;
  const began = performance.now();
  const pages: JoinablePage[] = [];
  const seen = new Set<string>();
  let last: Answered | undefined;
  let change: JsonObject = {};
  let items = 0;
  let bytes = 0;
  for (;;) {
    const args = { ...call.args, ...change };
    const answered = await onePage(services, call, args, last, ask);
    if (last !== undefined && "fault" in answered) {
      call.signal.throwIfAborted();
      return {
        ...last,
        pages,
        rest: change,
        why: explain(answered.fault, log),
      };
    }
    if ("fault" in answered) throw answered.fault;
    const { response, outgoing } = answered;
    const page = readPage(plan, call, outgoing, args, response);
    if (page?.items === undefined)
      return last === undefined
        ? { ...answered, pages }
        : { ...last, pages, rest: change, why: failed(answered) };
    last = answered;
    await take(response.body.byteLength);
    pages.push({
      bytes: response.body,
      items: page.items,
      body: page.body,
      at: plan.items,
    });
    items += page.items.length;
    bytes += response.body.byteLength;
    call.progress?.(`${items} items of ${pages.length} pages`);
    const next = nextArguments(plan, page);
    const key = JSON.stringify(next);
    if (next === undefined || seen.has(key)) return { ...last, pages };
    seen.add(key);
    change = { ...change, ...next };
    const isFull =
      pages.length >= limits.pages ||
      items >= limits.items ||
      bytes >= settings.maxResponseBytes ||
      performance.now() - began >= limits.seconds * 1_000;
    if (isFull) return { ...last, pages, rest: change };
  }
}

/** The answer to the request of one page; each but the first counts as a call of its own. */
async function onePage(
  { owner }: StepServices,
  call: OperationCall,
  args: JsonObject,
  before: Answered | undefined,
  ask: (call: Call) => Promise<CallResult>,
): Promise<Answered | { readonly fault: unknown }> {
  let answered: Answered | undefined;
  try {
    if (before !== undefined) {
      const { name } = call.row.listing;
      const admission = await owner.rateLimiting.limit.admit(call.caller, name);
      if (!admission.allowed) return { fault: tooManyCalls(admission) };
    }
    await ask({
      ...call,
      args,
      take: (response, outgoing) => {
        answered = { response, outgoing };
        return { content: [] };
      },
    });
  } catch (fault) {
    return { fault };
  }
  return answered ?? { fault: new Error("No step asked for a page") };
}

function failed({ response, outgoing }: Answered): string {
  return response.status >= 400
    ? failureText(response, outgoing.plan)
    : "the next page is no list";
}

// Pages as one answer: the last one, with the items of all.

export interface JoinablePage {
  /** As it came. */
  readonly bytes: Uint8Array;
  readonly body: JsonValue;
  readonly items: readonly JsonValue[];
  /** JSON pointer of the list; absent where the document does not say it. */
  readonly at: string | undefined;
}

/**
 * The answer with the items of all pages. What stands around the list is the last page's: it says that nothing follows,
 * where nothing does. Numbers keep their digits.
 */
export function joinedPages(
  response: HttpResponse,
  pages: readonly JoinablePage[],
): HttpResponse {
  const last = pages.at(-1);
  if (last === undefined || pages.length < 2) return response;
  const pieces = pages.map(piecesOf);
  const frame = pieces.at(-1);
  if (frame === undefined) return response;
  const comma = utf8(",");
  const items = pieces
    .map((piece) => piece.items)
    .filter(({ byteLength }) => byteLength > 0)
    .flatMap((bytes, index) => (index === 0 ? [bytes] : [comma, bytes]));
  const headers = new Headers(response.headers);
  headers.delete("content-length");
  return {
    ...response,
    headers,
    body: concatBytes([frame.before, ...items, frame.behind]),
  };
}

interface Pieces {
  readonly before: Uint8Array;
  readonly items: Uint8Array;
  readonly behind: Uint8Array;
}

/** What stands before a page's items, its items, and what stands behind them. */
function piecesOf({ bytes, body, items, at }: JoinablePage): Pieces {
  const scanned = scanJson(bytes);
  const list = scanned?.list;
  const property = at === undefined ? undefined : pointerTokens(at).join(".");
  const isThere =
    scanned !== undefined &&
    list !== undefined &&
    list.ends.length === items.length &&
    (property === undefined || property === (list.property ?? ""));
  if (!isThere) return written(body, items, at);
  const end = list.ends.at(-1) ?? list.start;
  return {
    before: scanned.bytes.subarray(0, list.start),
    items: scanned.bytes.subarray(list.start, end),
    behind: scanned.bytes.subarray(end),
  };
}

/** The same of a list that is not the longest of its page. */
function written(
  body: JsonValue,
  items: readonly JsonValue[],
  at = "",
): Pieces {
  const mark = `items:${crypto.randomUUID()}`;
  const framed = JSON.stringify(withValue(body, pointerTokens(at), [mark]));
  const [before = "", behind = ""] = framed.split(JSON.stringify(mark));
  return {
    before: utf8(before),
    items: utf8(JSON.stringify(items).slice(1, -1)),
    behind: utf8(behind),
  };
}

function withValue(
  body: JsonValue,
  [token, ...others]: readonly string[],
  value: JsonValue,
): JsonValue {
  if (token === undefined) return value;
  const object = body as JsonObject;
  return {
    ...object,
    [token]: withValue(object[token] ?? null, others, value),
  };
}

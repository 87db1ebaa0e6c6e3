/** All pages of a list as one answer, as far as the owner allows: asked for one after the other. */
import type { OperationCall } from "../call/call.js";
import { resultOf } from "../call/answer.js";
import type { Call, Outgoing, StepServices } from "../call/call.js";
import { explain } from "../call/fault.js";
import type { AllPages, PagePlan } from "../data/answer-plan.js";
import type { JsonObject } from "../data/model.js";
import { failureText } from "../response/failure.js";
import { LimitError } from "../errors.js";
import { textBlock } from "../response/content-block.js";
import type { CallResult } from "../response/result.js";
import { answerRoom } from "../upstream/answer-room.js";
import type { HttpResponse } from "../upstream/http-message.js";
import { joinedPages, type JoinablePage } from "./join.js";
import { nextCall, withNext } from "./next-call.js";
import { nextArguments } from "./next-page.js";
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
      if (!admission.allowed)
        return {
          fault: new LimitError("Too many calls", {
            retryAfterMs: admission.retryAfterMs,
          }),
        };
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

/** The part that reads lists page by page: what the next page is asked for by, and all pages in one call. */
import type { OperationCall, Call, StepServices } from "../call/call.js";
import { resultOf } from "../call/answer.js";
import type { PagePlan } from "../data/model-parts.js";
import type { CallResult } from "../response/result.js";
import { allPages } from "./all-pages.js";
import { nextCall, withNext, nextArguments } from "./next-page.js";
import { readSigns } from "./read-page.js";

/** @param ask makes the request of a page, and hands its answer to `take` */
export async function paged(
  services: StepServices,
  call: OperationCall,
  pages: PagePlan,
  ask: (call: Call) => Promise<CallResult>,
): Promise<CallResult> {
  const { all } = pages;
  if (all !== undefined && call.args[all.argument] === true)
    return allPages(services, call, pages, all, ask);
  return ask({
    ...call,
    take: async (response, outgoing) => {
      const page = readSigns(pages, call, outgoing, response);
      const change = page && nextArguments(pages, page);
      const next = change && nextCall(call, change);
      const result = await resultOf(services, call, outgoing, response, next);
      return next === undefined || result.isError === true
        ? result
        : withNext(result, next);
    },
  });
}

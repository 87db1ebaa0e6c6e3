/** The call that goes on, as a model reads it: its arguments, whole, so that they can be copied. */
import { type Call, nextKey } from "../call/call.js";
import type { JsonObject } from "../data/model.js";
import { textBlock } from "../response/content-block.js";
import { jsonWithoutBreaks } from "../response/own-words.js";
import type { CallResult } from "../response/result.js";

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

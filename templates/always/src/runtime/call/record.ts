import { callerFields } from "../access/authority.js";
import { utf8Length } from "../data/bytes.js";
import { defined } from "../data/defined.js";
import { CallError, LimitError, QuestionForUser } from "../errors.js";
import type { JsonObject } from "../data/model.js";
import type { Log } from "../log.js";
import { cutKey } from "../response/call-result.js";
import type { CallResult } from "../response/result.js";
import type { ToolRow } from "../tools/tool-table.js";
import {
  type Call,
  type CallServices,
  type Ended,
  mendedKey,
  type Next,
  type Run,
  statusKey,
  type Step,
} from "./call.js";
import { faultResult } from "./fault.js";
import { planOf } from "./plan.js";
import { isLogged } from "./watcher.js";

/**
 * One line of the log for each call, whatever ends it, and what watchers make of it. Makes results of the faults that
 * steps after it throw.
 */
export function record({ log, watchers = [] }: CallServices): Step {
  return async (call, next) => {
    let question: QuestionForUser | undefined;
    const run: Run = async (given) => {
      const ended = await recorded(given, next, log);
      question = ended.question;
      return ended;
    };
    const answered = (result: CallResult): CallResult => {
      if (question !== undefined) throw question;
      return result;
    };
    if (watchers.length === 0) {
      const { result, line } = await run(call);
      log.info("call", line);
      return answered(result);
    }
    const watched = watchers.reduceRight<Run>(
      (inner, watcher) => (given) => watcher.watch(given, inner),
      run,
    );
    let ended: Ended;
    try {
      ended = await watched(call);
      if (!isLogged(watchers)) log.info("call", ended.line);
    } catch (fault) {
      const refuse: Next = () => Promise.reject(fault);
      ended = await recorded(call, refuse, log);
      log.info("call", ended.line);
    }
    return answered(ended.result);
  };
}

/** @returns `question`: what has to be answered before the call goes on */
async function recorded(
  call: Call,
  next: Next,
  log: Log,
): Promise<Ended & { readonly question?: QuestionForUser }> {
  const started = performance.now();
  let result: CallResult;
  let fault: unknown;
  try {
    result = await next(call);
  } catch (thrown) {
    fault = thrown;
    result =
      thrown instanceof QuestionForUser
        ? { content: [] }
        : faultResult(thrown, log, call.signal);
  }
  const line = {
    ...(await callFields(call)),
    ...call.notes,
    ...auditFields(result),
    outcome: outcomeOf(result, fault, call),
    ...(fault instanceof LimitError ? { limit: fault.limit } : {}),
    ms: Math.round(performance.now() - started),
  };
  return {
    result,
    line,
    ...(fault instanceof QuestionForUser ? { question: fault } : {}),
  };
}

/** What can be said of a call before it is made: which tool, how it came to be called, by whom, in which trace. */
export async function callFields(call: Call): Promise<JsonObject> {
  return {
    tool: call.row.listing.name,
    ...defined({ via: call.via, toolset: call.reach?.toolset }),
    ...(await routeOf(call.row)),
    ...callerFields(call.caller),
    ...defined({ trace: call.trace?.traceId }),
  };
}

/** Method and path template of the operation behind a tool. */
export async function routeOf(
  row: ToolRow,
): Promise<{ readonly method?: string; readonly path?: string }> {
  if (row.kind === "custom") return {};
  try {
    const { method, path } = (await planOf(row)).request;
    return { method, path };
  } catch {
    return {};
  }
}

function outcomeOf(
  result: CallResult,
  fault: unknown,
  { signal }: Call,
): string {
  if (signal.aborted) return "cancelled";
  if (fault instanceof QuestionForUser) return "asked";
  if (fault instanceof CallError) return fault.name;
  if (fault !== undefined) return "InternalError";
  return result.isError ? "error" : "ok";
}

/** Status of the API's answer, where there is one, what cut it, where something did, how many arguments were mended, and bytes of text. */
function auditFields(result: CallResult): JsonObject {
  const status = result._meta?.[statusKey];
  const cut = result._meta?.[cutKey];
  const mended = result._meta?.[mendedKey];
  const bytes = result.content.reduce(
    (total, block) =>
      total + (block.type === "text" ? utf8Length(block.text) : 0),
    0,
  );
  return {
    ...defined({ status, cut }),
    ...(Array.isArray(mended) ? { mended: mended.length } : {}),
    bytes,
  };
}

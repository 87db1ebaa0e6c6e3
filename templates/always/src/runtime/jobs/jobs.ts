/** The part that follows work which goes on after the answer of an operation: waits for it, and hands out handles. */
import {
  type Call,
  type Outgoing,
  type Step,
  type StepServices,
} from "../call/call.js";
import type { JobPlan, JsonObject } from "../data/model-parts.js";
import { explain } from "../call/fault.js";
import { textBlock } from "../response/content-block.js";
import type { CallResult } from "../response/result.js";
import type { OperationRow } from "../tools/tool-table.js";
import { type HttpResponse, safeMethods } from "../upstream/http-message.js";
import { retryAfterMs } from "../upstream/retry.js";
import { follow } from "./follow.js";
import { finished, handlesOf } from "./job-tools.js";
import { type Job, jobOf } from "./job.js";
import { bodyOf, type JobState, toldState } from "./state.js";
import { goingOn, withFirst } from "./told.js";

export { jobTools } from "./job-tools.js";

/** What is left of a call's time for its result, at least, and as a share. */
const leftMs = 500;
const leftShare = 0.05;
/** For ending work whose client has gone. */
const cancelMs = 5_000;

/** The step before `send`: sees the answer of what the client asked for, and not of what is called meanwhile. */
export function step(services: StepServices): Step {
  return async (call, next) => {
    const { outgoing, row } = call;
    const isOther =
      call.outer !== undefined || call.take !== undefined || call.wholeText;
    if (outgoing === undefined || row.kind === "custom" || isOther)
      return next(call);
    let answered: HttpResponse | undefined;
    const first = await next({
      ...call,
      // Records of a stream are told while they come to whoever takes no answer apart.
      receive: async (given) => {
        answered = (await call.receive?.(given)) ?? given;
        return answered;
      },
    });
    const began = answered && begun(outgoing, call.args, answered, services);
    return began === undefined
      ? first
      : waited(services, { ...call, row, outgoing }, first, began);
  };
}

interface Begun {
  readonly job: Job;
  readonly state: JobState;
  readonly plan: JobPlan | undefined;
  readonly waitMs: number | undefined;
}

/** The work that an answer says has begun; `undefined` where there is none, or none that can be followed. */
function begun(
  outgoing: Outgoing,
  args: JsonObject,
  response: HttpResponse,
  { host }: StepServices,
): Begun | undefined {
  const { plan, request } = outgoing;
  const { status, headers } = response;
  if (status < 200 || status > 202) return undefined;
  const isAccepted = status === 202;
  const isRead = safeMethods.has(request.method);
  if (plan.job === undefined && (!isAccepted || isRead)) return undefined;
  const body = bodyOf(response);
  const told = toldState(body, plan.job?.started);
  const state = told ?? {
    stage: isAccepted ? ("pending" as const) : ("other" as const),
  };
  if (state.stage !== "pending") return undefined;
  const job = jobOf(outgoing, args, plan.job, response, body, host.environment);
  return job && { job, state, plan: plan.job, waitMs: retryAfterMs(headers) };
}

/** What comes of the work, or, where that takes longer than the call may, how its client goes on. */
async function waited(
  services: StepServices,
  call: Call & { readonly row: OperationRow; readonly outgoing: Outgoing },
  first: CallResult,
  { job, state, plan, waitMs }: Begun,
): Promise<CallResult> {
  const { row, outgoing } = call;
  const { deadline } = outgoing;
  const left =
    deadline.remainingMs - Math.max(leftMs, deadline.remainingMs * leftShare);
  const milliseconds = Math.max(0, Math.min(left, plan?.waitMs ?? left));
  try {
    const followed = await follow(services, call, {
      row,
      job,
      state,
      waitMs,
      isNew: true,
      milliseconds,
      signal: deadline.signal,
    });
    const last = await finished(call, row, job, followed);
    if (last !== undefined) return withFirst(last, first);
    return goingOn(first, followed, await handlesOf(services, call, job));
  } catch (fault) {
    if (call.signal.aborted) {
      endFor(services, call, job, plan);
      throw fault;
    }
    // What has begun has begun: its first answer is not lost since nobody can tell how it goes on.
    const why = explain(fault, services.log).split("\n", 1)[0] ?? "";
    const note = `Note: the API works on this, and its state could not be read: ${why}`;
    return { ...first, content: [...first.content, textBlock(note)] };
  }
}

/** Ends work whose client has given up the call, where the owner says so; else it goes on. */
function endFor(
  { log }: StepServices,
  call: Call,
  { cancel }: Job,
  plan: JobPlan | undefined,
): void {
  if (plan?.endsWithCall !== true || cancel === undefined) return;
  call
    .callTool(cancel.tool, cancel.args, {
      recorded: true,
      signal: AbortSignal.timeout(cancelMs),
    })
    .catch((error: unknown) =>
      log.warn("A job could not be ended", { tool: cancel.tool, error }),
    );
}

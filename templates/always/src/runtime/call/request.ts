import { defined } from "../data/defined.js";
import type { Variables } from "../host.js";
import { answerRoom } from "../upstream/answer-room.js";
import { Deadline } from "../upstream/deadline.js";
import { UpstreamError, missingPart } from "../errors.js";
import type { CallPlan, JsonObject } from "../data/model.js";
import { buildRequest } from "../request/build.js";
import type { ReadFile, FileCaller } from "../request/file-argument.js";
import { baseUrlOf } from "../upstream/servers.js";
import type { OperationRow } from "../tools/tool-table.js";
import type { Call, Step, StepServices } from "./call.js";
import {
  planOf,
  argumentValidators,
  validatorOf,
  withSupplied,
} from "./plan.js";

/**
 * Makes the request that the arguments mean, with the values that the owner gives. Ends a call with an ArgumentError
 * where they mean none, with a ConfigurationError where a base URL or a value is missing, and with an UpstreamError
 * where the steps after it take longer than the time of the tool.
 */
export function request(services: StepServices): Step {
  const once = oneRequest(services);
  return async (call, next) => {
    const { row } = call;
    if (row.kind === "custom")
      throw new Error("An own tool has no request: `hooks` has to run it");
    const { pages } = await planOf(row);
    const part = pages && !call.wholeText && (await services.parts?.pages?.());
    return part === undefined || pages === undefined || part === false
      ? once(call, next)
      : part.paged(services, { ...call, row }, pages, (page) =>
          once(page, next),
        );
  };
}

function oneRequest(services: StepServices): Step {
  const { settings, host } = services;
  return async (call, next) => {
    const { row } = call;
    if (row.kind === "custom")
      throw new Error("An own tool has no request: `hooks` has to run it");
    const plan = await planOf(row);
    const timeoutMs = row.policy.timeoutMs ?? settings.timeoutMs;
    const deadline = new Deadline(timeoutMs, call.signal);
    const room = answerRoom.open();
    try {
      const exact = (await validatorOf(row)).exact(call.args);
      const args = await withOwnersValues(row, plan, exact, host);
      const baseUrl = baseUrlOf(
        row.api.data,
        plan.request.server,
        host.environment,
      );
      const built = await buildRequest(plan.request, args, {
        baseUrl: baseUrl.url,
        writers: services.parts ?? {},
        readFile: await filesOf(services, call, deadline.signal),
      });
      return await next({
        ...call,
        args,
        outgoing: { row, plan, baseUrl, request: built, deadline, room },
      });
    } catch (fault) {
      throw deadline.expired ? tookTooLong(fault, timeoutMs) : fault;
    } finally {
      deadline.dispose();
      room.release();
    }
  };
}

/** Hooks have been asked by now: nothing that they say changes what the owner's configuration gives. */
async function withOwnersValues(
  row: OperationRow,
  { supplied }: CallPlan,
  args: JsonObject,
  variables: Variables,
): Promise<JsonObject> {
  if (supplied === undefined) return args;
  const validators = await argumentValidators(row.api);
  return withSupplied(args, supplied, variables, validators);
}

async function filesOf(
  services: StepServices,
  { caller, callTool, reach }: Call,
  signal: AbortSignal,
): Promise<ReadFile> {
  const { settings, parts, sender } = services;
  const { resourceFiles } = reach ?? services;
  const files = await parts?.files?.();
  if (files === undefined)
    return async () => {
      throw missingPart("reads files");
    };
  const call: FileCaller["call"] = (tool, args) =>
    callTool(tool, args, { wholeText: true });
  return files.filesFrom({
    settings,
    sender,
    signal,
    ...defined({ readResource: resourceFiles?.({ caller, signal, call }) }),
  });
}

/** The signal's own reason says too little; what the sender found out itself is better. */
function tookTooLong(fault: unknown, timeoutMs: number): unknown {
  if (fault instanceof UpstreamError) return fault;
  return new UpstreamError(
    `The call took longer than ${Math.round(timeoutMs / 1000)} s`,
    {
      hint: "Ask for less, or have the timeout of this tool or MCP_TIMEOUT_MS raised.",
      cause: fault,
    },
  );
}

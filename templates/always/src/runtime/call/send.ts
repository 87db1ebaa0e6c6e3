import { defined } from "../data/defined.js";
import {
  type AppliedCredentials,
  type HttpRequest,
  type HttpResponse,
  idempotentMethods,
} from "../upstream/http-message.js";
import { withCredentials } from "../request/credentials.js";
import type { Sender } from "../upstream/send.js";
import type { Call, Outgoing, Step, StepServices } from "./call.js";
import { withIdempotencyKey } from "./idempotency-key.js";
import { type RecordsTold, tellRecords } from "./records.js";
import { tracingHeaders } from "./trace-context.js";

/**
 * Sends the request, unless there is an answer already, with the owner's credentials, at the pace that the API asks for, and once more with new ones where
 * the API refused those. Ends a call with an UpstreamError where no answer came, with a LimitError where the API or this
 * server takes no more calls, and with a ConfigurationError where credentials are missing.
 */
export function send(services: StepServices): Step {
  return async (call, next) => {
    const { outgoing, receive } = call;
    if (outgoing === undefined)
      throw new Error("There is nothing to send: `request` goes before `send`");
    if (call.response !== undefined) return next(call);
    const sender = await services.sender();
    const keyed = idempotentMethods.has(outgoing.plan.request.method)
      ? undefined
      : withIdempotencyKey(outgoing);
    const sent =
      keyed === undefined ? outgoing : { ...outgoing, request: keyed };
    const credentials = () =>
      services.owner.credentials({
        api: outgoing.row.api.data,
        security: outgoing.plan.request.security,
        baseUrl: outgoing.baseUrl,
        caller: call.caller,
        signal: outgoing.deadline.signal,
        host: services.host,
        ...defined({
          secrets: services.secrets,
          presented: call.presented,
          isSigningIn: call.isSigningIn,
        }),
      });
    const told = tellRecords(services, call, outgoing);
    const how = { told, isKeyed: keyed !== undefined };
    const attempt = (applied: AppliedCredentials) =>
      sendPaced(services, sender, call, sent, how, applied);
    let response: HttpResponse;
    try {
      const applied = await credentials();
      response = await attempt(applied);
      if (response.status === 401 && applied.rejected !== undefined) {
        applied.rejected();
        response = await attempt(await credentials());
      }
    } finally {
      told?.end();
    }
    if (receive !== undefined) response = await receive(response);
    return next({ ...call, response });
  };
}

interface SendManner {
  /** Tells of the answer while it comes; absent: nobody asked. */
  readonly told: RecordsTold | undefined;
  /** Whether a key makes it idempotent. */
  readonly isKeyed: boolean;
}

async function sendPaced(
  { owner, settings }: StepServices,
  sender: Sender,
  call: Call,
  { row, plan, baseUrl, request, deadline, room }: Outgoing,
  { told, isKeyed }: SendManner,
  applied: AppliedCredentials,
): Promise<HttpResponse> {
  const { pacing } = owner.rateLimiting;
  const { signal } = deadline;
  const paced = { tool: row.listing.name, callerId: call.caller.id };
  await pacing.ready(baseUrl.origin, signal, deadline.remainingMs, paced);
  const response = await sender.send(
    traced(withCredentials(request, applied), call),
    {
      signal,
      room,
      idempotent: isKeyed || idempotentMethods.has(plan.request.method),
      certificate: applied.certificate,
      allowPrivate: baseUrl.allowPrivate,
      variable: baseUrl.variable,
      source: { operation: paced.tool, caller: paced.callerId },
      ...defined({ readAlong: told?.readAlong }),
      // The deadline ends the whole; this is what a message names.
      remainingMs: row.policy.timeoutMs ?? settings.timeoutMs,
      onRetry: (reason, waitMs) =>
        call.progress?.(
          `${reason}: trying again in ${Math.ceil(waitMs / 1000)} s`,
        ),
    },
  );
  pacing.observe(baseUrl.origin, response, paced);
  return response;
}

/** With the trace that the call is a part of, unless its arguments or credentials say which. */
function traced(request: HttpRequest, { trace }: Call): HttpRequest {
  const isSaid = ([name]: readonly [string, string]): boolean =>
    /^trace(?:parent|state)$/i.test(name);
  return trace === undefined || request.headers.some(isSaid)
    ? request
    : { ...request, headers: [...request.headers, ...tracingHeaders(trace)] };
}

/** Asks once how work stands: by a tool of this server, with all that belongs to a call of it, or at a URL of the API. */
import { answer } from "../call/answer.js";
import type { Call, Outgoing, StepServices } from "../call/call.js";
import { planOf } from "../call/plan.js";
import { send } from "../call/send.js";
import { defined } from "../data/defined.js";
import type { JobPlan } from "../data/model-parts.js";
import { ConfigurationError } from "../errors.js";
import type { CallResult } from "../response/result.js";
import type { OperationRow } from "../tools/tool-table.js";
import { answerRoom } from "../upstream/answer-room.js";
import { Deadline } from "../upstream/deadline.js";
import type { HttpResponse } from "../upstream/http-message.js";
import { retryAfterMs } from "../upstream/retry.js";
import { type Job, placeOf } from "./job.js";
import { bodyOf, type JobState, toldState } from "./state.js";

/** What was answered, and what it says. */
export interface Looked {
  readonly result: CallResult;
  readonly state: JobState;
  /** Milliseconds that the API asks to wait before the next look. */
  readonly waitMs?: number;
  /** What kept the state from being told: for now, for good since it is no longer there, or for another reason. */
  readonly lack?: "for now" | "gone" | "refused";
}

/** @throws CallError where the caller may not ask, or nothing can be sent */
export async function look(
  services: StepServices,
  call: Call,
  row: OperationRow,
  job: Job,
  deadline: Deadline,
): Promise<Looked> {
  const plan = (await planOf(row)).job;
  const { result, response } =
    "url" in job.read
      ? await readUrl(services, call, row, job.read.url, deadline)
      : await readTool(call, job.read, deadline);
  const waitMs = response && retryAfterMs(response.headers);
  return {
    result,
    ...readState(result, response, plan),
    ...defined({ waitMs }),
  };
}

interface Answered {
  readonly result: CallResult;
  /** Absent where code of the owner's gave the result. */
  readonly response?: HttpResponse;
}

async function readTool(
  call: Call,
  { tool, args }: Exclude<Job["read"], { readonly url: string }>,
  { signal }: Deadline,
): Promise<Answered> {
  let response: HttpResponse | undefined;
  const result = await call.callTool(tool, args, {
    signal,
    observe: (url, given) => {
      response = given.url === "" ? { ...given, url } : given;
    },
  });
  return { result, ...defined({ response }) };
}

/** The way of every request of the tool that started the work, but that it is a GET of another URL. */
async function readUrl(
  services: StepServices,
  call: Call,
  row: OperationRow,
  wanted: string,
  deadline: Deadline,
): Promise<Answered> {
  const { environment } = services.host;
  const place = placeOf(wanted, undefined, row.api.data, environment);
  if (place === undefined)
    throw new ConfigurationError(
      "The state of this work is at an origin that is none of the API's",
    );
  const { request, pointer } = await planOf(row);
  const { body: _body, ...rest } = request;
  const accept = [...request.accept, "*/*;q=0.1"].join(", ");
  const room = answerRoom.open();
  const outgoing: Outgoing = {
    row,
    plan: { pointer, request: { ...rest, method: "GET" }, responses: [] },
    baseUrl: place.baseUrl,
    request: { method: "GET", url: place.url, headers: [["accept", accept]] },
    deadline,
    room,
  };
  const {
    response: _answered,
    receive: _receive,
    take: _take,
    ...asked
  } = call;
  let response: HttpResponse | undefined;
  const asking: Call = {
    ...asked,
    row,
    outgoing,
    receive: (given) => (response = given),
  };
  const read = answer(services);
  const notAsked = (): Promise<CallResult> =>
    Promise.reject(new Error("There is no step behind `answer`"));
  try {
    const result = await send(services)(asking, (sent) => read(sent, notAsked));
    return { result, ...defined({ response }) };
  } finally {
    room.release();
  }
}

function readState(
  result: CallResult,
  response: HttpResponse | undefined,
  plan: JobPlan | undefined,
): Pick<Looked, "state" | "lack"> {
  const where = plan?.read ?? plan?.started;
  if (response === undefined)
    return {
      state: toldState(result.structuredContent, where) ?? {
        stage: result.isError === true ? "failed" : "succeeded",
      },
    };
  const { status } = response;
  if ([408, 425, 429].includes(status) || status >= 500)
    return { state: { stage: "pending" }, lack: "for now" };
  if (status === 404 || status === 410)
    return { state: { stage: "other" }, lack: "gone" };
  if (status >= 400) return { state: { stage: "other" }, lack: "refused" };
  // RFC 9110 §15.4.4: what came of it is elsewhere.
  if (status >= 300 && status < 400 && status !== 304)
    return { state: { stage: "succeeded" } };
  const told = toldState(bodyOf(response), where);
  if (told !== undefined) return { state: told };
  return { state: { stage: status === 202 ? "pending" : "succeeded" } };
}

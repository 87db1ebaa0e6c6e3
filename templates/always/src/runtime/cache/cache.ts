/** Answers to requests that only read are kept as long as the API says that they hold (RFC 9111). */
import {
  type Call,
  type Next,
  type Outgoing,
  type Step,
  type StepServices,
  ageKey,
  freshKey,
} from "../call/call.js";
import { UpstreamError } from "../errors.js";
import { textBlock } from "../response/content-block.js";
import type { CallResult } from "../response/result.js";
import {
  type HttpRequest,
  type HttpResponse,
  safeMethods,
} from "../upstream/http-message.js";
import { Answers, type Found } from "./answers.js";
import { readCacheSettings } from "./settings.js";
import { type AnswerTimes, isFailure, StoredAnswer } from "./stored-answer.js";

/** Whoever asks with one of these has a cache of their own, or wants no part of ours. */
const withConditions =
  /^(?:if-|range$|cache-control$|pragma$|authorization$|cookie$)/i;

/** The step between `request` and `send`. */
export function step(services: StepServices): Step {
  const settings = readCacheSettings(services.host.environment);
  if (!settings.isOn) return (call, next) => next(call);
  const { storeKey } = services.settings;
  const answers = new Answers(services.store, settings, storeKey);
  const reading = new Reading(answers, settings);
  return async (call, next) => {
    const { outgoing } = call;
    if (outgoing === undefined) return next(call);
    const { method } = outgoing.request;
    if (!safeMethods.has(method) && !onlyReads(outgoing))
      return write(answers, services, { ...call, outgoing }, next);
    return isKept(outgoing.request)
      ? reading.read({ ...call, outgoing }, next)
      : next(call);
  };
}

type SendableCall = Call & { readonly outgoing: Outgoing };

/** Gives what is kept while it holds, else asks the API, and what is kept once more where the API fails. */
class Reading {
  readonly #answers: Answers;
  readonly #times: AnswerTimes;

  constructor(answers: Answers, times: AnswerTimes) {
    this.#answers = answers;
    this.#times = times;
  }

  async read(call: SendableCall, next: Next): Promise<CallResult> {
    const { request } = call.outgoing;
    const found = await this.#answers.find(call.caller.id, request);
    const { answer } = found;
    if (call.anew !== true && answer?.answers(request) === true)
      return kept(answer, call, next);
    const standIn = answer?.mayStandIn(request) === true ? answer : undefined;
    let isReceived = false;
    let taken: StoredAnswer | undefined;
    const sent = answer === undefined ? request : answer.question(request);
    try {
      const result = await next({
        ...call,
        outgoing: { ...call.outgoing, request: sent },
        receive: async (given) => {
          isReceived = true;
          const response = (await call.receive?.(given)) ?? given;
          taken =
            isFailure(response) && standIn !== undefined
              ? standIn
              : await this.#taken(call, found, response);
          // What the API has just given in full is no older than the call.
          return taken === undefined || response.status === 200
            ? response
            : taken.response();
        },
      });
      if (taken === undefined) return result;
      const whole = told(taken, result);
      return taken === standIn ? standingIn(taken, whole) : whole;
    } catch (fault) {
      const isAway = fault instanceof UpstreamError && !isReceived;
      if (standIn === undefined || !isAway || call.signal.aborted) throw fault;
      return standingIn(standIn, await kept(standIn, call, next));
    }
  }

  /** What of an answer of the API is kept from now on; `undefined` where nothing is. */
  async #taken(
    { caller, outgoing: { request } }: SendableCall,
    { answer, marks }: Found,
    response: HttpResponse,
  ): Promise<StoredAnswer | undefined> {
    const taken =
      response.status === 304
        ? answer?.confirmed(request, response)
        : StoredAnswer.of(request, response, this.#times);
    if (taken !== undefined && marks !== undefined)
      await this.#answers.keep(caller.id, request.url, taken, marks);
    return taken;
  }
}

/** The result of an answer that is kept: nothing is sent. */
async function kept(
  answer: StoredAnswer,
  call: SendableCall,
  next: Next,
): Promise<CallResult> {
  const response = answer.response();
  return told(answer, await next({ ...call, response }));
}

/** What was written makes answers old, also where nobody knows whether it was: no answer is no refusal. */
async function write(
  answers: Answers,
  { log }: StepServices,
  call: SendableCall,
  next: Next,
): Promise<CallResult> {
  const { receive } = call;
  const { url } = call.outgoing.request;
  let isRefused = false;
  try {
    return await next({
      ...call,
      receive: (response) => {
        isRefused = response.status >= 400 && response.status < 500;
        return receive === undefined ? response : receive(response);
      },
    });
  } finally {
    if (!isRefused)
      await answers.written(url).catch((fault: unknown) =>
        log.warn("A write could not be told to the cache of other instances", {
          reason: fault instanceof Error ? fault.message : "unknown",
        }),
      );
  }
}

function isKept({ method, headers, body }: HttpRequest): boolean {
  return (
    method === "GET" &&
    body === undefined &&
    !headers.some(([name]) => withConditions.test(name))
  );
}

/** The document or the owner says so of some that are sent by POST. */
function onlyReads({ row }: Outgoing): boolean {
  return row.listing.annotations?.readOnlyHint === true;
}

/** With how old the answer is, and how long it still holds. */
function told(answer: StoredAnswer, result: CallResult): CallResult {
  const { age, freshMs, isForAll } = answer;
  const fresh = { ms: freshMs, isForAll };
  return {
    ...result,
    _meta: { ...result._meta, [ageKey]: age, [freshKey]: fresh },
  };
}

function standingIn(answer: StoredAnswer, result: CallResult): CallResult {
  const note = `Note: the API fails at the moment. This is its answer of ${answer.age} s ago.`;
  return { ...result, content: [...result.content, textBlock(note)] };
}

/** This server as a function of AWS Lambda, behind a function URL or an HTTP API. It starts with the first event. */
import type { Owner } from "../call/call.js";
import type { Parts } from "../data/parts.js";
import type { HttpHandler } from "../http/handler.js";
import { type HttpAnswer, isNoAnswer, refusalAnswer } from "../http/message.js";
import {
  type LambdaEvent,
  type LambdaResult,
  requestOfEvent,
  resultOf,
} from "../lambda/event.js";
import { createLog } from "../log.js";
import { startPublicly } from "../mcp/front.js";
import { readSettings } from "../settings/settings.js";
import { hostStore, nodeHost, readText, writeToStderr } from "./host.js";
import type { ProjectOnDisk } from "./project-data.js";

export interface LambdaContext {
  getRemainingTimeInMillis?(): number;
}

/** What a stream of Lambda's takes. */
export interface ResponseStream {
  write(chunk: Uint8Array | string): unknown;
  end(): void;
}

/** The global `awslambda` of Lambda's runtime for Node.js. */
interface LambdaGlobal {
  streamifyResponse(
    handler: (
      event: LambdaEvent,
      stream: ResponseStream,
      context: LambdaContext,
    ) => Promise<void>,
  ): unknown;
  readonly HttpResponseStream: {
    from(
      stream: ResponseStream,
      metadata: { statusCode: number; headers: object },
    ): ResponseStream;
  };
}

export interface LambdaFunction {
  /** For the invoke mode BUFFERED, and HTTP APIs: answers when all is there. */
  handler(event: LambdaEvent, context?: LambdaContext): Promise<LambdaResult>;
  /** For the invoke mode RESPONSE_STREAM; `undefined` where the platform has none. */
  readonly streaming: unknown;
}

/** Of the time that the platform gives, so much is left to answer in. */
const answerMs = 1_000;

/**
 * @param owner what `src/access.ts`, `src/auth.ts`, `src/custom.ts` and `src/rate-limit.ts` export
 * @param project what `src/generated/index.ts` exports
 */
export function createLambda(
  owner: Owner,
  project: ProjectOnDisk & { readonly parts?: Parts },
): LambdaFunction {
  let started: Promise<HttpHandler> | undefined;

  async function answerTo(
    event: LambdaEvent,
    context: LambdaContext = {},
  ): Promise<HttpAnswer & { readonly settle: () => void }> {
    const gone = new AbortController();
    const left = context.getRemainingTimeInMillis?.();
    const timer =
      left === undefined
        ? undefined
        : setTimeout(() => gone.abort(), Math.max(0, left - answerMs));
    const settle = (): void => clearTimeout(timer);
    try {
      const { request, address, domain } = requestOfEvent(event, gone.signal);
      started ??= startedAt(owner, project, domain);
      const answer = await (await started).answer(request, address);
      const late = refusalAnswer(504, "The time of this invocation is over");
      return { ...(isNoAnswer(answer) ? late : answer), settle };
    } catch (fault) {
      // The next event tries again: a setting may be mended by then.
      started = undefined;
      createLog("error", writeToStderr).error("lambda", { error: fault });
      const answer = refusalAnswer(500, "This server could not start");
      return { ...answer, settle };
    }
  }

  const { awslambda } = globalThis as { awslambda?: LambdaGlobal };
  return {
    async handler(event, context) {
      const answer = await answerTo(event, context);
      try {
        return await resultOf(answer);
      } finally {
        answer.settle();
      }
    },
    streaming: awslambda?.streamifyResponse(async (event, stream, context) => {
      const answer = await answerTo(event, context);
      const { status: statusCode, headers } = answer;
      const out = awslambda.HttpResponseStream.from(stream, {
        statusCode,
        headers,
      });
      await writeAll(answer, out).finally(answer.settle);
    }),
  };
}

async function writeAll(
  { body, release }: HttpAnswer,
  out: ResponseStream,
): Promise<void> {
  try {
    if (typeof body === "string") out.write(body);
    else for await (const chunk of body ?? []) out.write(chunk);
  } catch {
    // The call was called off: what came until then has been written.
  } finally {
    release?.();
    out.end();
  }
}

/** @param domain that the platform serves the function under: no other name leads to it */
async function startedAt(
  owner: Owner,
  project: ProjectOnDisk & { readonly parts?: Parts },
  domain: string,
): Promise<HttpHandler> {
  const read = readSettings(process.env, readText);
  const settings = { ...read, allowedHosts: [...read.allowedHosts, domain] };
  const host = nodeHost(process.env, settings);
  const log = createLog(settings.logLevel, writeToStderr);
  const store = () =>
    hostStore(settings, project.parts ?? {}, project.data.name, log);
  return startPublicly(owner, project, settings, store, host, log, {
    nextTurn: setImmediate,
    // An invocation that waits for what may happen costs its whole time.
    maxSubscriptions: 0,
  });
}

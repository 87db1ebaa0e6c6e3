/** What a call is told of the request that it came with, and how its user is asked. Loaded with the first one. */
import {
  CLIENT_CAPABILITIES_META_KEY,
  inputRequired,
  type InputRequiredResult,
  inputResponse,
  type Server,
  type ServerContext,
} from "@modelcontextprotocol/server";
import type { Asking } from "../call/asking.js";
import { type CallOptions, signInQuestion } from "../call/call.js";
import { traceContext, type TraceContext } from "../call/trace-context.js";
import { defined } from "../data/defined.js";
import { ownValue } from "../data/json-place.js";
import { QuestionForUser } from "../errors.js";
import type { Presented } from "../upstream/http-message.js";
import { callerOf } from "./capability.js";

/** In `_meta` of a call: its request is shown, and not sent. */
const dryRunKey = "openapi-to-mcp/dryRun";

/** Who calls, when they have enough of it, and how they are told that it goes on. */
export function callOptions({ mcpReq, http }: ServerContext): CallOptions {
  const token = mcpReq._meta?.progressToken;
  const answer = ownValue(mcpReq.inputResponses, signInQuestion);
  let progress = 0;
  return {
    caller: callerOf(http),
    ...defined({
      presented: http?.authInfo?.extra?.["presented"] as Presented | undefined,
    }),
    ...(ownValue(answer, "action") === "accept" ? { isSigningIn: true } : {}),
    signal: mcpReq.signal,
    ...defined({ trace: traceOf(mcpReq._meta, http) }),
    ...(ownValue(mcpReq._meta, dryRunKey) === true ? { dryRun: true } : {}),
    ...(token === undefined
      ? {}
      : {
          progress: (message: string) => {
            progress += 1;
            mcpReq
              .notify({
                method: "notifications/progress",
                params: { progressToken: token, progress, message },
              })
              // A client that is gone is told by the signal.
              .catch(() => undefined);
          },
        }),
  };
}

/** What the message says goes before what its request does: of many messages that a proxy hands on, it is of this one. */
function traceOf(
  meta: object | undefined,
  http: ServerContext["http"],
): TraceContext | undefined {
  return traceContext(
    meta,
    // As this server's own HTTP front put it there.
    http?.authInfo?.extra?.["trace"] as object | undefined,
  );
}

/** Name of the one question that there is, and of its answer. */
const questionName = "approve";

/** Whether the client shows questions, and what its user has said to one. */
function askingOf(server: Server, { mcpReq }: ServerContext): Asking {
  const capabilities =
    ownValue(mcpReq.envelope, CLIENT_CAPABILITIES_META_KEY) ??
    server.getClientCapabilities();
  const elicitation = ownValue(capabilities, "elicitation");
  // Before there were others, the form had no name.
  const modes = Object.keys(elicitation ?? {});
  const view = inputResponse(mcpReq.inputResponses, questionName);
  const state: unknown = mcpReq.requestState();
  return {
    canAsk:
      elicitation !== undefined &&
      (modes.includes("form") || !modes.includes("url")),
    ...(view.kind === "elicit"
      ? {
          reply: {
            state: typeof state === "string" ? state : "",
            isYes:
              view.action === "accept" &&
              ownValue(view.content, questionName) === true,
          },
        }
      : {}),
  };
}

/** The question as clients of both eras get it: those of before 2026-07-28 are asked by the SDK while the call waits. */
function approvalQuestion({
  message,
  state,
}: QuestionForUser): InputRequiredResult {
  return inputRequired({
    inputRequests: {
      [questionName]: inputRequired.elicit({
        message,
        requestedSchema: {
          type: "object",
          properties: {
            [questionName]: { type: "boolean", title: "Yes, do it" },
          },
          required: [questionName],
        },
      }),
    },
    requestState: state,
  });
}

/**
 * Runs what may end with a question to the client's user: that is the answer then, and the same request comes again.
 *
 * @param asksUsers whether this server asks at all
 */
export async function withQuestions<Result>(
  asksUsers: boolean,
  server: Server,
  context: ServerContext,
  run: (options: CallOptions) => Promise<Result>,
): Promise<Result | InputRequiredResult> {
  const options = callOptions(context);
  try {
    return await run(
      asksUsers ? { ...options, asking: askingOf(server, context) } : options,
    );
  } catch (fault) {
    if (fault instanceof QuestionForUser) return approvalQuestion(fault);
    throw fault;
  }
}

/** MCP at `POST /mcp` and below: a message is read, let in and served, or refused before it costs anything. */
import type { Caller } from "../access.js";
import type { Present } from "../access/caller-credentials.js";
import { ownValue } from "../data/json-place.js";
import type { Log } from "../log.js";
import {
  invalidParams,
  readMessage,
  type RpcRefusal,
} from "../mcp/json-rpc.js";
import type { Settings } from "../settings/settings.js";
import { maxBodyBytes, readBody } from "./body.js";
import { CallDoor, type NextTurn, overloadedAnswer } from "./call-door.js";
import { HttpCancellation } from "./cancellation.js";
import {
  createMcpExchange,
  isJsonContentType,
  type TableServerFactory,
} from "./mcp-exchange.js";
import {
  type HttpAnswer,
  type HttpRequest,
  jsonAnswer,
  noAnswer,
  refusalAnswer,
} from "./message.js";
import { Presence } from "./presence.js";
import type { CallerRoute } from "./route.js";
import type { ScopeChallenge } from "./scope-challenge.js";

export interface McpRoute extends CallerRoute {
  /** Ends streams of `subscriptions/listen`: they have no end of their own. */
  endSubscriptions(): void;
  close(): Promise<void>;
}

/** The door that all paths of a process have in common. */
export function callDoor(
  { maxConcurrentCalls, queue }: Settings,
  nextTurn: NextTurn,
): CallDoor {
  return new CallDoor(maxConcurrentCalls + queue, nextTurn);
}

/**
 * @param path `/mcp`, or that of a toolset: its clients count their requests for themselves
 * @param challenge turns away who lacks a scope
 */
export function createMcpRoute(
  path: string,
  factory: TableServerFactory,
  door: CallDoor,
  challenge: ScopeChallenge,
  log: Log,
  present?: Present,
): McpRoute {
  const mcp = createMcpExchange(factory, log, present);
  const cancellation = new HttpCancellation();
  const subscriptions = new Set<Presence>();

  async function answer(
    request: HttpRequest,
    caller: Caller,
  ): Promise<HttpAnswer> {
    if (!isJsonContentType(request.headers.get("content-type")))
      return refusalAnswer(415, "Send application/json");
    const body = await readBody(request);
    if (body === undefined)
      return refusalAnswer(413, `The limit is ${maxBodyBytes} bytes`);
    const incoming = readMessage(body);
    if (incoming.kind === "refused") return rpcRefusal(incoming.refusal);
    if (request.signal.aborted) return noAnswer;
    const { message } = incoming;
    const stepUp = challenge(message, caller);
    if (stepUp !== undefined) return stepUp;
    const method = ownValue(message, "method");
    const presence = new Presence();
    request.signal.addEventListener("abort", presence.end);
    if (method === "subscriptions/listen") subscriptions.add(presence);
    const forget = caller.isAnonymous
      ? undefined
      : cancellation.note(caller.id, message, presence);
    const leave = await door.enter(method);
    const release = (): void => {
      forget?.();
      leave?.();
      subscriptions.delete(presence);
    };
    try {
      const given =
        leave === undefined
          ? overloadedAnswer(message, mcp.isOfOldRevision(request, message))
          : await mcp.serve(request, message, caller, presence);
      return { ...given, release };
    } catch (fault) {
      release();
      throw fault;
    }
  }

  return {
    path,
    methods: ["POST"],
    access: "caller",
    answer,
    endSubscriptions() {
      for (const presence of subscriptions) presence.end();
    },
    close: () => mcp.close(),
  };
}

/** A refusal of a message (JSON-RPC 2.0 §5). */
function rpcRefusal({ id = null, code, message }: RpcRefusal): HttpAnswer {
  // A request whose parameters are wrong is answered like any other; one that is none has no answer but the status.
  return jsonAnswer(code === invalidParams ? 200 : 400, {
    jsonrpc: "2.0",
    id,
    error: { code, message },
  });
}

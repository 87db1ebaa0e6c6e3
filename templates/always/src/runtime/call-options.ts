/** What a call is told of the request that it came with. */
import type { ServerContext } from "@modelcontextprotocol/server";
import type { CallOptions } from "./call.js";

/** Who calls, as the HTTP front has found out; over stdio it is the user of this machine. */
export function callOptions({ mcpReq, http }: ServerContext): CallOptions {
  const token = mcpReq._meta?.progressToken;
  let progress = 0;
  return {
    caller: { id: http?.authInfo?.clientId ?? "local" },
    signal: mcpReq.signal,
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

/** Probes on a port of their own, of every address: who probes need not reach, nor be let in at, the port of MCP. */
import { createServer } from "node:http";
import type { HttpHandler } from "../http/handler.js";
import type { Log } from "../log.js";
import { requestOf, writeAnswer } from "./http-exchange.js";
import { listening } from "./listening.js";

/**
 * @returns ends it
 * @throws ConfigurationError where the port cannot be had
 */
export async function serveProbes(
  handler: Pick<HttpHandler, "probe">,
  port: number,
  log: Log,
): Promise<() => void> {
  const server = createServer(
    { headersTimeout: 10_000, requestTimeout: 10_000, maxHeaderSize: 8 * 1024 },
    (incoming, response) => {
      const request = requestOf(incoming, response);
      handler
        .probe(request)
        .then((answer) => writeAnswer(incoming, response, answer, true))
        .catch(() => response.destroy());
    },
  );
  server.maxConnections = 100;
  const hint = "Choose another port with MCP_PROBE_PORT.";
  log.info("probes", { port: await listening(server, undefined, port, hint) });
  return () => {
    server.close();
    server.closeAllConnections();
  };
}

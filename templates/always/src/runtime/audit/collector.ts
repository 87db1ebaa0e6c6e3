/** A collector that lines are posted to. */
import type { Host } from "../host.js";
import type { Secret } from "../secret.js";
import type { Sink } from "./trail.js";

const timeoutMs = 5_000;
const mostAnswerBytes = 64 * 1024;

/** One request for each batch; what it does not answer with a status of 2xx is posted again. */
export function collectorSink(
  url: string,
  token: Secret | undefined,
  { exchange }: Pick<Host, "exchange">,
): Sink {
  return {
    async write(text) {
      const request = {
        method: "POST",
        url,
        headers: [
          ["content-type", "application/x-ndjson"] as const,
          ...(token === undefined
            ? []
            : [["authorization", `Bearer ${token.reveal()}`] as const]),
        ],
        body: text,
      };
      const { status } = await exchange(
        request,
        { allowPrivate: true },
        AbortSignal.timeout(timeoutMs),
        mostAnswerBytes,
      );
      if (status < 200 || status > 299)
        throw new Error(`The collector of the audit answered ${status}`);
    },
  };
}

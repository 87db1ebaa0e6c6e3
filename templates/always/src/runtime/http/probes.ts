/** What probes of a kubelet or load balancer are told: they come under any name, and without a token. */
import { type HttpAnswer, jsonAnswer } from "./message.js";
import type { OpenRoute } from "./route.js";

/** @param reasons why the server should get no calls now, `draining` among them once it ends */
export function probeRoutes(
  reasons: () => readonly string[],
): readonly OpenRoute[] {
  const probe = (path: string, answer: () => HttpAnswer): OpenRoute => ({
    path,
    methods: ["GET", "HEAD"],
    access: "open",
    anyHost: true,
    answer,
  });
  return [
    // To start it again would lose the calls that it finishes.
    probe("/livez", () => jsonAnswer(200, { status: "ok" })),
    probe("/healthz", () =>
      reasons().includes("draining")
        ? jsonAnswer(503, { status: "draining" })
        : jsonAnswer(200, { status: "ok" }),
    ),
    probe("/readyz", () =>
      reasons().length === 0
        ? jsonAnswer(200, { status: "ready" })
        : jsonAnswer(503, { status: "not ready", reasons: reasons() }),
    ),
  ];
}

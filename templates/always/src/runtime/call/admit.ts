import { LimitError } from "../errors.js";
import type { CallServices, Step } from "./call.js";

/** Lets a call in, or ends it with a LimitError: the limits of the owner's `src/rate-limit.ts`. */
export function admit({ owner }: CallServices): Step {
  return async (call, next) => {
    const admission = await owner.rateLimiting.limit.admit(
      call.caller,
      call.row.listing.name,
    );
    if (admission.allowed) return next(call);
    throw new LimitError("Too many calls", {
      hint: "Call less often, or have the limit of this tool, MCP_RATE_LIMIT and MCP_TOOL_RATE_LIMIT raised.",
      retryAfterMs: admission.retryAfterMs,
    });
  };
}

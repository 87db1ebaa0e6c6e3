import { defined } from "../data/defined.js";
import { LimitError } from "../errors.js";
import type { RefusedAdmission } from "../rate-limit.js";
import type { CallServices, Step } from "./call.js";

/** Lets a call in, or ends it with a LimitError: the limits of the owner's `src/rate-limit.ts`. */
export function admit({ owner }: CallServices): Step {
  return async (call, next) => {
    const admission = await owner.rateLimiting.limit.admit(
      call.caller,
      call.row.listing.name,
    );
    if (admission.allowed) return next(call);
    throw tooManyCalls(admission);
  };
}

/** What each limit is raised by. */
const raised = {
  caller: "MCP_RATE_LIMIT",
  tool: "the limit of this tool or MCP_TOOL_RATE_LIMIT",
  tenant: "MCP_TENANT_RATE_LIMIT",
} as const;

export function tooManyCalls({
  limit,
  retryAfterMs,
}: Omit<RefusedAdmission, "allowed">): LimitError {
  const settings = limit === undefined ? "this limit" : raised[limit];
  return new LimitError("Too many calls", {
    hint: `Call less often, or have ${settings} raised.`,
    retryAfterMs,
    ...defined({ limit }),
  });
}

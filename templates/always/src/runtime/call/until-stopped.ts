import type { StepServices, Step } from "./call.js";

/** Ends a call with an UpstreamError when the server is stopped before it has a result. */
export function untilStopped({ stopping }: StepServices): Step {
  return (call, next) =>
    stopping.unlessStopped(call.row.listing.annotations.readOnlyHint, () =>
      next(call),
    );
}

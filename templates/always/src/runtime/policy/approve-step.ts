/** The step between a request and its way to the API: shows it instead of sending it, or has it approved. */
import type { Policy } from "../call/call.js";
import { textResult } from "../custom.js";
import { approved, type Approving } from "./approve.js";
import { previewOf, requestText } from "./preview.js";

export function approveStep(
  approving: Approving,
  readerOf: (tool: string) => string | undefined,
): Policy["approve"] {
  return (services) => async (call, next) => {
    const { asks, outgoing, notes } = call;
    if (outgoing === undefined)
      throw new Error("There is no request: `request` goes before `approve`");
    if (call.dryRun === true) {
      if (notes !== undefined) notes.dryRun = true;
      return textResult(
        `Dry run: nothing was sent. This is the request, without credentials:\n\n${requestText(outgoing.request)}`,
      );
    }
    // Of several pages of one call, each has a request; the call is approved once.
    if (asks !== undefined && notes?.approval !== "approved") {
      const { method, url } = outgoing.request;
      await approved(approving, services, {
        call,
        byRule: asks.byRule,
        meaning: [method, url, call.args],
        preview: () =>
          previewOf(services, call, readerOf(call.row.listing.name)),
      });
    }
    return next(call);
  };
}

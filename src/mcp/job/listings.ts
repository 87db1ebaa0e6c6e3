/** What clients see of the tools by which they go on with work that takes longer than a call. */
import type { JobsData, ToolListing } from "../model.ts";
import type { Names } from "../names/names.ts";

const handle = {
  type: "string",
  description: "The handle of the result that said that the work goes on, as it is",
} as const;

/** @param canEnd whether there is work that can be ended */
export function jobListings(names: Names, canEnd: boolean): JobsData {
  const check: ToolListing = {
    name: names.allocate("check_job"),
    title: "Check on work",
    description:
      "Tells how work stands that a call has started and that was not done in its time, or gives what came of it. Waits a while for its end.",
    inputSchema: {
      type: "object",
      properties: {
        handle,
        wait_seconds: {
          type: "integer",
          description: "How long to wait for the end, in seconds; 0 looks once. Default 10",
          minimum: 0,
          maximum: 60,
        },
      },
      required: ["handle"],
      additionalProperties: false,
    },
    annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  };
  if (!canEnd) return { check };
  const cancel: ToolListing = {
    name: names.allocate("cancel_job"),
    title: "End work",
    description:
      "Ends work that a call has started and that still goes on, where the API can. What is done already may stay done.",
    inputSchema: { type: "object", properties: { handle }, required: ["handle"], additionalProperties: false },
    annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: true },
  };
  return { check, cancel };
}

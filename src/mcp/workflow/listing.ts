/** What a client sees of a workflow. */
import type { JsonObject } from "../../base/json.ts";
import { legibleText } from "../../base/plain-text.ts";
import type { WorkflowWish } from "../curation/workflow.ts";
import type { Tool, ToolListing } from "../model.ts";
import { shorten } from "../text/condense.ts";

/** @param tools what it calls, by way of other workflows as well */
export function listingOf(
  name: string,
  { id, summary = "", description = "", inputs }: WorkflowWish,
  tools: readonly Tool[],
): ToolListing {
  const title = shorten(legibleText(summary), 100) || id;
  const calls = [...new Set(tools.map(({ listing }) => listing.name))].join(", ");
  const annotations = tools.map(({ listing }) => listing.annotations);
  return {
    name,
    title,
    description: [shorten(legibleText(description), 1000) || title, `Calls in turn: ${shorten(calls, 400)}.`].join(
      "\n\n",
    ),
    inputSchema: {
      properties: {},
      ...(inputs as JsonObject),
      type: "object",
      additionalProperties: false,
    } as ToolListing["inputSchema"],
    annotations: {
      readOnlyHint: annotations.every(({ readOnlyHint }) => readOnlyHint),
      destructiveHint: annotations.some(({ destructiveHint }) => destructiveHint),
      idempotentHint: annotations.every(({ idempotentHint }) => idempotentHint),
      openWorldHint: true,
    },
  };
}

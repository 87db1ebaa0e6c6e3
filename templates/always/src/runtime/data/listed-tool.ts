/** The entries of `tools/list`, in their two forms. */
import type {
  InputSchema,
  JsonObject,
  ToolAnnotations,
  ToolListing,
} from "./model.js";

/** A listing that shows the essence of a tool (`runtime/finding/condense.ts`). */
export interface CondensedListing {
  readonly name: string;
  readonly title?: string;
  readonly description: string;
  /** Closed only where it has no properties: then that is all there is to say. */
  readonly inputSchema: Omit<InputSchema, "additionalProperties"> & {
    readonly additionalProperties?: false;
  };
  readonly outputSchema?: JsonObject;
  readonly annotations: Partial<ToolAnnotations>;
}

export type ListedTool = ToolListing | CondensedListing;

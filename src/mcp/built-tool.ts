import type { Operation } from "../api/model.ts";
import type { SchemaNode } from "../base/schema/node.ts";
import type { Decided } from "./curation/decision.ts";
import type { Tool, ToolPolicy } from "./model.ts";

/** An operation with its tool and the schemas of its arguments. */
export interface BuiltTool {
  readonly operation: Operation;
  readonly tool: Tool;
  /** What a model may give. */
  readonly arguments: ReadonlyMap<string, { readonly schema: SchemaNode; readonly required: boolean }>;
  /** Schema of a successful JSON result; `undefined` where there is none. */
  readonly result: SchemaNode | undefined;
  /** The owner's limits. */
  readonly policy?: ToolPolicy | undefined;
  /** The owner's URI, or `false` for no resource. */
  readonly resource?: Decided<string | false> | undefined;
}

/** Which scopes a message needs that its caller was not granted, told before anything of it is done. */
import { isJsonObject, ownValue } from "../data/json-place.js";
import {
  missingScopes,
  type ToolRow,
  type ToolTable,
} from "../tools/tool-table.js";
import type { Caller } from "../upstream/http-message.js";
import type { ResourceCapability } from "./capability.js";

export type LackedScopes = (
  message: object,
  caller: Caller,
) => LackedBy | undefined;

interface LackedBy {
  readonly tool: string;
  /** All that the tool asks for, not only those that are lacking: a challenge names them all (RFC 6750 §3). */
  readonly scopes: readonly string[];
}

/**
 * The tool that a message calls, and all of its scopes, where its caller lacks one of them; `undefined` where none is
 * lacking, and for what is answered without an operation.
 */
export function lackedScopes(
  tools: ToolTable,
  resources: ResourceCapability | undefined,
  message: object,
  caller: Caller,
): LackedBy | undefined {
  if (!tools.isRestricted) return undefined;
  const row = rowOf(tools, resources, message, caller);
  if (row?.kind !== "operation" || missingScopes(row, caller).length === 0)
    return undefined;
  return { tool: row.listing.name, scopes: row.policy.scopes ?? [] };
}

function rowOf(
  tools: ToolTable,
  resources: ResourceCapability | undefined,
  message: object,
  caller: Caller,
): ToolRow | undefined {
  const params = ownValue(message, "params");
  const text = (name: string): string => String(ownValue(params, name));
  switch (ownValue(message, "method")) {
    case "tools/call": {
      const { row } = tools.find(text("name"));
      const args = ownValue(params, "arguments");
      return row?.kind === "custom" && isJsonObject(args)
        ? (row.meant?.(args, caller)?.row ?? row)
        : row;
    }
    case "resources/read": {
      const tool = resources?.toolOf(text("uri"));
      return tool === undefined ? undefined : tools.get(tool);
    }
    default:
      return undefined;
  }
}

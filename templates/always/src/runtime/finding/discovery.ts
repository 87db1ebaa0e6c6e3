/** Discovery: the tools that find, describe and call the operations of this server, listed or not. */
import type { CustomTool } from "../custom.js";
import { Late } from "../data/late.js";
import type { JsonObject } from "../data/model.js";
import type { CustomRow } from "../tools/tool-table.js";
import { callOperation, meantIfAny, describeOperation } from "./operations.js";
import { type DiscoveryTool, discoveryTools } from "./discovery-tools.js";
import type { Discoverable } from "../tools/tool-parts.js";

export { condensedList } from "./condense.js";

/** The rows of discovery in a server's table of tools. */
export function discoveryRows(server: Discoverable): readonly CustomRow[] {
  const runs: Readonly<Record<DiscoveryTool, CustomTool["run"]>> = {
    find_operations: foundOperations(server),
    describe_operation: describeOperation(server),
    call_read_operation: callOperation(server, true),
    call_write_operation: callOperation(server, false),
  };
  return discoveryTools.map((listing) => ({
    kind: "custom",
    isFinding: true,
    listing,
    tool: {
      ...listing,
      inputSchema: { ...listing.inputSchema } as JsonObject & {
        readonly type: "object";
      },
      run: runs[listing.name],
    },
    ...(listing.name === "call_read_operation" ||
    listing.name === "call_write_operation"
      ? {
          meant: (args, caller) =>
            meantIfAny(
              server,
              listing.name === "call_read_operation",
              args,
              caller,
            ),
        }
      : {}),
  }));
}

/** The search is loaded with the first question: a list needs nothing of it. */
function foundOperations(server: Discoverable): CustomTool["run"] {
  const search = new Late(async () => {
    const { findOperations } = await import("./find-operations.js");
    return findOperations(server);
  });
  return async (...question) => (await search.get())(...question);
}

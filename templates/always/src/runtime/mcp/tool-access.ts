import { ProtocolError, ProtocolErrorCode } from "@modelcontextprotocol/server";
import type { Reach } from "../call/call.js";
import type { ToolCalls } from "../call/run.js";
import { defined } from "../data/defined.js";
import type { ToolRow, ToolTable } from "../tools/tool-table.js";
import type { ToolAccess } from "./capability.js";
import { invalid } from "./protocol-error.js";

/** @param reach what the client reaches, where that is not the whole server */
export function toolAccess(
  tools: ToolTable,
  calls: ToolCalls,
  reach?: Reach,
): ToolAccess {
  return {
    tools,
    call: async (tool, args, options) =>
      calls.call(toolOf(tools, tool), args, {
        ...options,
        ...defined({ reach }),
      }),
    async ofOwner(run) {
      try {
        return await run();
      } catch (fault) {
        if (fault instanceof ProtocolError) throw fault;
        throw new ProtocolError(
          ProtocolErrorCode.InternalError,
          calls.explain(fault),
        );
      }
    },
  };
}

/** @throws ProtocolError where there is no tool of that name, or only one that is called otherwise now */
export function toolOf(tools: ToolTable, name: string): ToolRow {
  const found = tools.find(name);
  if (found.row !== undefined) return found.row;
  throw invalid(
    found.successor === undefined
      ? `Unknown tool: ${name}`
      : `The tool ${name} is called ${found.successor} now: call it by that name`,
  );
}

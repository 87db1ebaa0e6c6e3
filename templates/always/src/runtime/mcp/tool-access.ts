import { ProtocolError, ProtocolErrorCode } from "@modelcontextprotocol/server";
import type { ToolCalls } from "../call/run.js";
import type { ToolRow, ToolTable } from "../tools/tool-table.js";
import type { ToolAccess } from "./capability.js";
import { invalid } from "./protocol-error.js";

export function toolAccess(tools: ToolTable, calls: ToolCalls): ToolAccess {
  return {
    tools,
    call: async (tool, args, options) =>
      calls.call(toolOf(tools, tool), args, options),
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

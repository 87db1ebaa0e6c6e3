/** Errors of the protocol: what a client is told that asked for what there is not. They quote the beginning only. */
import { ProtocolError, ProtocolErrorCode } from "@modelcontextprotocol/server";
import { visibleLine } from "../text/visible.js";

/** @throws ProtocolError: this server pages tools only */
export function refuseCursor(cursor: string | undefined): void {
  if (cursor !== undefined) throw invalid("This cursor is none of ours");
}

/** -32602 with a sentence (JSON-RPC 2.0 §5.1). */
export function invalid(message: string): ProtocolError {
  return new ProtocolError(
    ProtocolErrorCode.InvalidParams,
    visibleLine(message),
  );
}

/** What MCP has for a resource that is not there: -32602 with its URI. */
export function notFound(uri: string): ProtocolError {
  return new ProtocolError(
    ProtocolErrorCode.InvalidParams,
    visibleLine(`Resource not found: ${uri}`),
    { uri: uri.slice(0, 2_000) },
  );
}

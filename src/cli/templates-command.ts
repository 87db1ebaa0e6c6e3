import { type CommandLine, UsageError } from "./line.ts";
import type { Surroundings, Terminal } from "./terminal.ts";

/** `openapi-to-mcp templates`. */
export function templatesCommand(
  _line: CommandLine,
  _terminal: Terminal,
  _surroundings: Surroundings,
): Promise<number> {
  return Promise.reject(new UsageError("This version has no such command yet"));
}

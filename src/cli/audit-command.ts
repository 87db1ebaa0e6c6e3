/** `openapi-to-mcp audit`: whether the audit of a server is as the server wrote it. */
import { auditReport, checkAudit, isWhole } from "../../templates/always/src/runtime/node/audit-check.ts";
import { CompileError, diagnosticAt } from "../base/diagnostics.ts";
import { visible, visibleJson } from "../base/visible.ts";
import { type CommandLine, UsageError } from "./line.ts";
import type { Surroundings, Terminal } from "./terminal.ts";

/**
 * `openapi-to-mcp audit check <file..>`. Returns the exit code: 1 where a line is wrong, or there is none.
 *
 * @throws {CompileError} `unreadable-input` where a file, or that of the key, cannot be read
 */
export async function auditCommand(line: CommandLine, terminal: Terminal, { env }: Surroundings): Promise<number> {
  const [action, ...files] = line.operands;
  if (action !== "check")
    throw new UsageError(
      `Say what to do with the audit: check${action === undefined ? "" : `, not ${visible(action)}`}.`,
    );
  if (files.length === 0) throw new UsageError("Give the files of the audit: audit check FILE...");
  const check = await checkAudit(files, env).catch((fault: unknown) => {
    const message = fault instanceof Error ? fault.message : String(fault);
    throw new CompileError([diagnosticAt("unreadable-input", visible(files.join(", ")), visible(message))]);
  });
  const ok = isWhole(check);
  terminal.result(line.isSet("json") ? visibleJson({ ok, ...check }) : auditReport(check).map(visible).join("\n"));
  return ok ? 0 : 1;
}

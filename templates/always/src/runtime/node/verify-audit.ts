/**
 * Checks files of an audit whose lines are chained: `node dist/runtime/node/verify-audit.js FILE…`, as `openapi-to-mcp
 * audit check FILE…` does. What hashes are made with is read of `MCP_AUDIT_KEY`, as by the server. Ends with 1 where a
 * line was changed, is missing or was put between.
 */
import { auditReport, checkAudit, isWhole } from "./audit-check.js";

const files = process.argv.slice(2);
if (files.length === 0) {
  console.error("Usage: node dist/runtime/node/verify-audit.js FILE…");
  process.exitCode = 2;
} else {
  try {
    const check = await checkAudit(files, process.env);
    console.log(auditReport(check).join("\n"));
    process.exitCode = isWhole(check) ? 0 : 1;
  } catch (fault) {
    console.error(fault instanceof Error ? fault.message : String(fault));
    process.exitCode = 2;
  }
}

import { PolicyError, ScopeError } from "../errors.js";
import { type Gate, missingScopes } from "../tools/tool-table.js";
import type { Call, CallServices, Step } from "./call.js";

/**
 * Ends a call with a ScopeError that names the scopes of the tool which the caller lacks, and with a PolicyError where
 * the policy lets them make no call of it.
 */
export function authorise({ policy }: Pick<CallServices, "policy"> = {}): Step {
  return async (call, next) => {
    const missing = missingScopes(call.row, call.caller);
    if (missing.length === 0) {
      if (policy !== undefined) refuseClosed(policy.gate, call);
      return next(call);
    }
    throw new ScopeError(
      `The tool ${call.row.listing.name} needs the ${missing.length === 1 ? "scope" : "scopes"} ${missing.join(", ")}`,
      {
        hint: "Ask whoever runs this server for access: trying again does not help.",
      },
    );
  };
}

function refuseClosed(gate: Gate, { row, caller, reach, notes }: Call): void {
  const { allowed, rule, reason } = gate
    .within(reach?.toolset)
    .mayCall(row, caller);
  if (allowed) return;
  if (notes !== undefined) Object.assign(notes, { decision: "deny", rule });
  throw new PolicyError(
    `The policy of this server does not let you call ${row.listing.name}`,
    {
      hint:
        reason ?? "Ask whoever runs this server: trying again does not help.",
    },
  );
}

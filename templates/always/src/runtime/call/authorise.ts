import { ScopeError } from "../errors.js";
import { missingScopes } from "../tools/tool-table.js";
import type { Step } from "./call.js";

/** Ends a call with a ScopeError that names the scopes of the tool which the caller lacks. */
export function authorise(): Step {
  return async (call, next) => {
    const missing = missingScopes(call.row, call.caller);
    if (missing.length === 0) return next(call);
    throw new ScopeError(
      `The tool ${call.row.listing.name} needs the ${missing.length === 1 ? "scope" : "scopes"} ${missing.join(", ")}`,
      {
        hint: "Ask whoever runs this server for access: trying again does not help.",
      },
    );
  };
}

/** Scopes that are lacking, said by a status, so that a client asks for them by itself (RFC 6750 §3.1). */
import type { Authority } from "../access/authority.js";
import { callerFields } from "../access/caller-fields.js";
import type { Log } from "../log.js";
import type { LackedScopes } from "../mcp/lacked-scopes.js";
import type { Caller } from "../upstream/http-message.js";
import { type HttpAnswer, refusalAnswer } from "./message.js";

/** The answer to a message whose caller lacks a scope that they could be granted. */
export type ScopeChallenge = (
  message: object,
  caller: Caller,
) => HttpAnswer | undefined;

/** @param path of MCP that the message came to */
export function scopeChallenge(
  authority: Authority | undefined,
  lacked: LackedScopes | undefined,
  path: string,
  log: Log,
): ScopeChallenge {
  return (message, caller) => {
    if (caller.issuer === undefined) return undefined;
    const lack = lacked?.(message, caller);
    if (lack === undefined) return undefined;
    const { tool, scopes } = lack;
    const refusal = authority?.insufficient(caller, scopes, path);
    if (refusal === undefined) return undefined;
    log.info("call", { tool, ...callerFields(caller), outcome: "ScopeError" });
    return refusalAnswer(refusal.status, refusal.message, refusal.headers);
  };
}

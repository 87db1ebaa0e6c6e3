/** What is answered to a request that this server has no place for, and when to come back. */
import { refusalResult } from "../call/fault.js";
import { ownValue } from "../data/json-place.js";
import { overloaded } from "../upstream/gate.js";

export interface Overloaded {
  /** The answer, as JSON-RPC has it. Models read the results of tools: to them it is one. */
  readonly answer: object;
  readonly isResult: boolean;
  /** Seconds. */
  readonly retryAfter: number;
}

/** @param isOld whether the request is of a revision of MCP before 2026-07-28 */
export function overloadedReply(request: object, isOld: boolean): Overloaded {
  const refusal = overloaded(0);
  const retryAfter = Math.ceil((refusal.retryAfterMs ?? 0) / 1_000);
  const answer = { jsonrpc: "2.0", id: ownValue(request, "id") };
  if (ownValue(request, "method") !== "tools/call") {
    const message = `${refusal.message}: try again in ${retryAfter} s, with fewer calls at the same time`;
    return {
      answer: { ...answer, error: { code: overloadedCode, message } },
      isResult: false,
      retryAfter,
    };
  }
  const result = refusalResult(refusal);
  return {
    answer: {
      ...answer,
      result: isOld ? result : { ...result, resultType: "complete" },
    },
    isResult: true,
    retryAfter,
  };
}

/** Of the range that JSON-RPC leaves to servers (§5.1). */
const overloadedCode = -32000;

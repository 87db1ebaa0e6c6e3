/** What the owner decides about tools besides what they are: old names, limits, and values that no model gives. */
import type { JsonSchema, JsonValue } from "../data/model-parts.js";

/** An old name of a tool: it can be called and is not listed. */
export interface AliasData {
  readonly name: string;
  /** Name of the tool that answers. */
  readonly tool: string;
  /** Last day on which it can be called, `YYYY-MM-DD` in UTC; absent where there is no end. */
  readonly until?: string;
}

/** The owner's limits of one tool. */
export interface ToolPolicy {
  /** Scopes that a caller over HTTP has to have, all of them; without them the tool is neither listed nor called. */
  readonly scopes?: readonly string[];
  /** Calls per minute and caller, in place of `MCP_TOOL_RATE_LIMIT`; 0: no limit. */
  readonly callsPerMinute?: number;
  /** Longest text of an answer, in bytes, in place of `MCP_MAX_TEXT_BYTES`. */
  readonly answerBytes?: number;
  /** Estimated tokens of an answer's text, in place of `MCP_MAX_RESULT_TOKENS`; 0: no limit. */
  readonly answerTokens?: number;
  /** Milliseconds for one call of the API, with all its attempts, in place of `MCP_TIMEOUT_MS`. */
  readonly timeoutMs?: number;
}

/** An argument whose value comes from the server. Only one of kind `default` is listed. */
export type SuppliedArgument =
  | {
      /** Sent with every call, whatever hooks say. */
      readonly kind: "fixed";
      readonly argument: string;
      readonly value: JsonValue;
    }
  | {
      /** Sent where the model gives none. */
      readonly kind: "default";
      readonly argument: string;
      readonly value: JsonValue;
    }
  | {
      /** Taken from an environment variable with every call. */
      readonly kind: "environment";
      readonly argument: string;
      readonly variable: string;
      /** What the variable's text is read as. */
      readonly type:
        "string" | "number" | "integer" | "boolean" | "array" | "object";
      /** Schema that the value has to meet. */
      readonly schema: JsonSchema;
      /** Sent while the variable is not set; without it the call is refused then. */
      readonly default?: JsonValue;
    };

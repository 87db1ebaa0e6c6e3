/** The part that decides by a policy what callers may do, and when a server has it. */
import type { Policy } from "../call/call.js";
import type { Custom } from "../custom.js";
import type { Project } from "../data/project.js";
import { ConfigurationError } from "../errors.js";
import type { Host } from "../host.js";
import type { Store } from "../store/store.js";
import type { Log } from "../log.js";

export interface PolicyOptions {
  readonly project: Project;
  readonly custom: Custom;
  /** `src/generated/policy.json`; absent: there is none. */
  readonly generated?: unknown;
  readonly host: Pick<Host, "environment" | "exchange" | "readText" | "watch">;
  readonly log: Log;
  /** Where questions wait for answers. */
  readonly store: () => Store;
}

export interface PolicyParts {
  readonly policy?: () => Promise<{
    createPolicy(options: PolicyOptions): Policy;
  }>;
}

/**
 * What decides what callers may do; `undefined` where the server has no such part.
 *
 * @throws ConfigurationError for a policy that cannot be kept, and where one is set and nothing would keep it
 */
export async function policyOf(
  { policy }: PolicyParts,
  options: PolicyOptions,
): Promise<Policy | undefined> {
  if (policy !== undefined) return (await policy()).createPolicy(options);
  if (!options.host.environment["MCP_POLICY_FILE"]?.trim()) return undefined;
  throw new ConfigurationError(
    "MCP_POLICY_FILE is set, and this server was generated without the part that keeps policies.",
    {
      hint: "Generate again with `openapi-to-mcp --feature policy`, or with `features: [policy]` in openapi-to-mcp.yaml; or unset MCP_POLICY_FILE.",
    },
  );
}

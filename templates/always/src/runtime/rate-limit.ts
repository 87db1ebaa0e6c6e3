/** How often a caller may call tools, and how often this server calls the API. */

import { Late } from "./data/late.js";
import type { Caller } from "./upstream/http-message.js";
import type { Pacing } from "./upstream/pacing.js";
import { defaultOf } from "./settings/settings-table.js";
import type { Store } from "./store/store.js";

export type { Pacing } from "./upstream/pacing.js";

export type Admission = { readonly allowed: true } | RefusedAdmission;

export interface RefusedAdmission {
  readonly allowed: false;
  /** Milliseconds. */
  readonly retryAfterMs: number;
  /** Whose calls are too many. Absent: that is not said. */
  readonly limit?: "caller" | "tool" | "tenant";
}

export interface RateLimit {
  /** Counts a call of a tool, and tells whether it may go on. Never rejects: a store that is down lets calls pass. */
  admit(caller: Caller, tool: string): Promise<Admission>;
}

export interface RateLimiting {
  readonly limit: RateLimit;
  readonly pacing: Pacing;
  /** Told once, before the first call. */
  readonly start?: (server: LimitedServer) => void;
}

/** What limits have to know of the server that they are for. */
export interface LimitedServer {
  /** Where calls are counted. */
  readonly store: Store;
  /** Calls per minute and caller, `MCP_RATE_LIMIT`, and of one tool, `MCP_TOOL_RATE_LIMIT`; 0: no limit. */
  readonly settings: {
    readonly rateLimit: number;
    readonly toolRateLimit: number;
    /** Of all callers of an organisation, `MCP_TENANT_RATE_LIMIT`. Default: no limit. */
    readonly tenantRateLimit?: number;
  };
  /** Calls per minute and caller of single tools, in place of the general limit. */
  readonly ofTools: ReadonlyMap<string, number>;
}

/** What is not given comes from the server's settings. */
export interface RateLimitOptions {
  /** Calls per minute and caller; 0: no limit. */
  readonly perCaller?: number;
  /** Calls per minute, caller and tool; 0: no limit. */
  readonly perTool?: number;
  /** Calls per minute of all callers of an organisation; 0: no limit. */
  readonly perTenant?: number;
}

/** What counts until the server says otherwise. */
const unsaid: Omit<LimitedServer, "store"> & { readonly store?: Store } = {
  settings: {
    rateLimit: Number(defaultOf("MCP_RATE_LIMIT")),
    toolRateLimit: Number(defaultOf("MCP_TOOL_RATE_LIMIT")),
  },
  ofTools: new Map(),
};

/**
 * Limits over a minute, which begins with a caller's first call, counted in the server's store: exact over all instances
 * that share it. While it is down, each instance counts by itself.
 */
export function rateLimit(options: RateLimitOptions = {}): RateLimiting {
  let server = unsaid;
  /** Both are loaded with the first call. */
  const counts = new Late(async () => {
    const { CallCounts } = await import("./store/call-counts.js");
    return new CallCounts();
  });
  const pacing = new Late<Pacing>(async () => {
    const { createPacing } = await import("./upstream/pacing.js");
    return createPacing(undefined, () => server.store);
  });

  async function admit(
    limit: NonNullable<RefusedAdmission["limit"]>,
    most: number,
    caller: string,
    tool?: string,
  ): Promise<Admission> {
    if (most === 0) return { allowed: true };
    const calls = await counts.get();
    const { value, expiresInMs } = await calls.add(server.store, caller, tool);
    return value <= most
      ? { allowed: true }
      : { allowed: false, retryAfterMs: expiresInMs, limit };
  }

  return {
    limit: {
      async admit({ id, tenant, issuer }, tool) {
        const { settings, ofTools } = server;
        const perCaller = options.perCaller ?? settings.rateLimit;
        const byCaller = await admit("caller", perCaller, id);
        if (!byCaller.allowed) return byCaller;
        const perTool = options.perTool ?? settings.toolRateLimit;
        const ofTool = ofTools.get(tool) ?? perTool;
        const byTool = await admit("tool", ofTool, id, tool);
        if (!byTool.allowed || tenant === undefined) return byTool;
        const perTenant = options.perTenant ?? settings.tenantRateLimit ?? 0;
        // No caller has such a name.
        const organisation = JSON.stringify({ issuer, tenant });
        return admit("tenant", perTenant, organisation);
      },
    },
    start: (given) => {
      server = given;
    },
    pacing: {
      ready: async (...call) => (await pacing.get()).ready(...call),
      // Before whoever waits for it next: what is asked of a promise first is told first.
      observe: (...answer) =>
        void pacing.get().then((made) => made.observe(...answer)),
    },
  };
}

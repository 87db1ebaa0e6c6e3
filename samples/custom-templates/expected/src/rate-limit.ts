/**
 * How often callers may call tools. This file is yours.
 *
 * As it stands: MCP_RATE_LIMIT calls a minute for each caller, MCP_TOOL_RATE_LIMIT of them for the same tool, counted
 * in memory, or in Redis where REDIS_URL is set. The pace that the API asks for (Retry-After, RateLimit) is kept too.
 *
 * Other limits from the code:
 *
 *     export const rateLimiting = rateLimit({ perCaller: 100, perTool: 0 });
 *
 * A rule of your own, before those:
 *
 *     const limits = rateLimit();
 *     export const rateLimiting: RateLimiting = {
 *       ...limits,
 *       limit: {
 *         admit: async (caller, tool) =>
 *           tool.startsWith("delete_") && !(await mayDelete(caller.id))
 *             ? { allowed: false, retryAfterMs: 60_000 }
 *             : limits.limit.admit(caller, tool),
 *       },
 *     };
 */

import { rateLimit, type RateLimiting } from "./runtime/rate-limit.js";

export const rateLimiting: RateLimiting = rateLimit();

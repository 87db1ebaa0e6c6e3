/**
 * Who may call this server over HTTP. This file is yours.
 *
 * As it stands: whoever has a token of MCP_AUTH_TOKEN or MCP_AUTH_TOKENS, or one that MCP_AUTH_ISSUER issued for this
 * server; where none of these are set, whoever reaches it, each address as a caller of its own. Over stdio it is the user
 * who started it, and nobody is asked.
 *
 * A rule of your own, here for a proxy that signs people in and is the only one that can connect:
 *
 *     export const authenticate: Authenticate = (request, settings) => {
 *       const user = request.headers.get("x-forwarded-user");
 *       if (request.address !== "10.0.0.7" || user === null) return byToken(request, settings);
 *       return { id: `user:${user}`, subject: user, scopes: ["pets:read"] };
 *     };
 *
 * Limits, kept answers, lines of the log and `src/auth.ts` go by `id`: two that share one are one caller. A caller without
 * `scopes` has those of MCP_SCOPES.
 */
import { type Authenticate, byToken } from "./runtime/access.js";

export const authenticate: Authenticate = byToken;

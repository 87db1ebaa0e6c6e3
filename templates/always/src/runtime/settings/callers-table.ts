import type { Setting } from "./setting.js";

/** What is read of who calls, as a proxy says it, and of what each of them calls the APIs with. */
export const callersTable = [
  {
    name: "MCP_TRUSTED_PROXIES",
    part: "proxy",
    meaning:
      "Addresses and networks, separated by commas, of proxies that say in headers who calls; those headers are refused from any other.",
  },
  {
    name: "MCP_PROXY_SUBJECT_HEADER",
    part: "proxy",
    meaning:
      "Header in which they name the caller, such as X-Forwarded-User, or the subject of a client's certificate.",
  },
  {
    name: "MCP_PROXY_TENANT_HEADER",
    part: "proxy",
    meaning: "Header in which they name the caller's organisation.",
  },
  {
    name: "MCP_PROXY_SCOPES_HEADER",
    part: "proxy",
    meaning:
      "Header in which they name the caller's scopes, separated by spaces or commas; unset: those of MCP_SCOPES.",
  },
  {
    name: "MCP_PROXY_VERIFIED_HEADER",
    part: "proxy",
    meaning:
      "Header that has to say SUCCESS, where a certificate of the client stands behind the name.",
  },
  {
    name: "MCP_CREDENTIALS",
    part: "credentials",
    secret: true,
    meaning:
      'Credentials of the APIs by caller: {"user:ada":{"<variable>":"…"},"tenant:acme":{…}}; read again with each call.',
  },
] as const satisfies readonly Setting[];

import type { Setting } from "./setting.js";

/** What is read of the authorization server that says who calls. */
export const authorizationTable = [
  {
    name: "MCP_PUBLIC_URL",
    part: "authorization",
    meaning:
      "URL under which clients reach this server, without /mcp; needed with MCP_AUTH_ISSUER, and its host is served.",
  },
  {
    name: "MCP_AUTH_ISSUER",
    part: "authorization",
    meaning:
      "Authorization server whose access tokens are accepted, as its tokens name it (iss); unset: none are.",
  },
  {
    name: "MCP_AUTH_ISSUERS",
    part: "authorization",
    secret: true,
    meaning:
      'Further authorization servers by name, each with settings of its own, without MCP_AUTH_: {"partners":{"ISSUER":"https://…","TOKEN_TYPES":"JWT"}}.',
  },
  {
    name: "MCP_AUTH_AUDIENCE",
    part: "authorization",
    meaning:
      "What tokens have to be issued for (aud), separated by commas; default: MCP_PUBLIC_URL with the path of the endpoint.",
  },
  {
    name: "MCP_AUTH_JWKS_URL",
    part: "authorization",
    meaning: "Where the issuer's keys are; default: where its metadata says.",
  },
  {
    name: "MCP_AUTH_ALGORITHMS",
    part: "authorization",
    default: "RS256,RS384,RS512,PS256,PS384,PS512,ES256,ES384,ES512,EdDSA",
    meaning: "Algorithms of signatures that are accepted.",
  },
  {
    name: "MCP_AUTH_TOKEN_TYPES",
    part: "authorization",
    default: "at+jwt",
    meaning:
      "Types of tokens that are accepted (typ); JWT stands for servers that do not mark access tokens, and for tokens without a type.",
  },
  {
    name: "MCP_AUTH_SCOPES",
    part: "authorization",
    meaning:
      "Scopes, separated by commas, that every access token has to have.",
  },
  {
    name: "MCP_AUTH_SCOPE_CLAIMS",
    part: "authorization",
    default: "scope,scp",
    meaning:
      "Claims that name scopes, separated by commas; dots lead into a claim, as in realm_access.roles.",
  },
  {
    name: "MCP_AUTH_SCOPE_PREFIX",
    part: "authorization",
    meaning:
      "What clients put before scopes when they ask the issuer for them, where its tokens name them without it, such as api://shop/.",
  },
  {
    name: "MCP_AUTH_TENANT_CLAIM",
    part: "authorization",
    meaning:
      "Claim that names the organisation of the caller, such as tid; tokens without it are then refused.",
  },
  {
    name: "MCP_AUTH_KEYS_MS",
    part: "authorization",
    default: "86400000",
    unit: "ms",
    meaning: "How long keys of the issuer are used while it cannot be reached.",
  },
  {
    name: "MCP_AUTH_CLIENT_ID",
    part: "authorization",
    meaning:
      "Name of this server at the issuer; with it tokens that are no JWT are asked about there (introspection).",
  },
  {
    name: "MCP_AUTH_CLIENT_SECRET",
    part: "authorization",
    secret: true,
    meaning: "Secret of MCP_AUTH_CLIENT_ID.",
  },
  {
    name: "MCP_AUTH_INTROSPECTION_URL",
    part: "authorization",
    meaning:
      "Where the issuer is asked about tokens; default: where its metadata says.",
  },
] as const satisfies readonly Setting[];

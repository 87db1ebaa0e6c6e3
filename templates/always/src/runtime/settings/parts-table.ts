/** A row of the table of settings, and the rows that only optional parts read. */

/** A row of `settingsTable`. */
export interface Setting {
  readonly name: string;
  /** As it would be written into the environment; absent: unset. */
  readonly default?: string;
  readonly unit?: "ms" | "bytes" | "per minute";
  /** One sentence. */
  readonly meaning: string;
  /** May also be given as a file: `<name>_FILE` holds its path. */
  readonly secret?: true;
  /** The optional part of the runtime that alone reads it. */
  readonly part?:
    | "audit"
    | "authorization"
    | "cache"
    | "credentials"
    | "discovery"
    | "files"
    | "jobs"
    | "policy"
    | "proxy"
    | "redis"
    | "resources"
    | "sse"
    | "toolsets";
}

/** What is read of where and how it is written down what callers do. */
export const auditTable = [
  {
    name: "MCP_AUDIT_FILE",
    part: "audit",
    meaning:
      "File that lines of the audit are added to; unset, and without MCP_AUDIT_URL: standard error.",
  },
  {
    name: "MCP_AUDIT_URL",
    part: "audit",
    meaning: "Collector that lines of the audit are posted to, as NDJSON.",
  },
  {
    name: "MCP_AUDIT_TOKEN",
    part: "audit",
    secret: true,
    meaning: "Bearer token for the collector.",
  },
  {
    name: "MCP_AUDIT_SYNC",
    part: "audit",
    default: "off",
    meaning:
      "Whether a call is made only once a line says that it will be, and refused where that cannot be written: on or off.",
  },
  {
    name: "MCP_AUDIT_CHAIN",
    part: "audit",
    default: "off",
    meaning:
      "Whether each line of the audit carries the hash of the one before it: on or off.",
  },
  {
    name: "MCP_AUDIT_KEY",
    part: "audit",
    secret: true,
    meaning:
      "Secret that these hashes are made with, so that nobody else can make one; switches them on.",
  },
  {
    name: "MCP_AUDIT_VALUES",
    part: "audit",
    meaning:
      "Arguments whose values the audit has, argument or tool.argument, separated by commas; of all others it has the names.",
  },
] as const satisfies readonly Setting[];

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

/** What is read of how long answers are kept. */
export const cacheTable = [
  {
    name: "MCP_CACHE",
    part: "cache",
    default: "on",
    meaning: "Whether answers are kept as the API allows: on or off.",
  },
  {
    name: "MCP_CACHE_MAX_MS",
    part: "cache",
    default: "3600000",
    unit: "ms",
    meaning:
      "How long an answer is used without asking the API again, at most, whatever it says.",
  },
  {
    name: "MCP_CACHE_STALE_MS",
    part: "cache",
    default: "3600000",
    unit: "ms",
    meaning:
      "How long after its end an answer may stand in while the API fails, unless it says otherwise; 0: never.",
  },
  {
    name: "MCP_CACHE_BYTES",
    part: "cache",
    default: "33554432",
    unit: "bytes",
    meaning:
      "Memory for kept answers where instances share no store; the oldest go first.",
  },
] as const satisfies readonly Setting[];

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

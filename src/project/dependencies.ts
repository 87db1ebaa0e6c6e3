/** What an emitted project depends on: the exact versions that its runtime was tested with, and why it needs each. */

export interface Dependency {
  readonly name: string;
  readonly version: string;
  /** Completes "needed for". */
  readonly reason: string;
  readonly development: boolean;
  /** Only where a document has an OAuth 2 or OpenID Connect scheme. */
  readonly oauth: boolean;
}

const table: readonly Dependency[] = [
  dependency("@modelcontextprotocol/server", "2.4.0", "the MCP protocol, in all of its revisions"),
  dependency("@modelcontextprotocol/node", "2.1.2", "MCP over Streamable HTTP on Node.js"),
  dependency("@cfworker/json-schema", "4.1.6", "checking arguments against JSON Schema, without code generation"),
  dependency("undici", "7.30.2", "HTTP to the API: connection limits, and a check of every address before connecting"),
  dependency("rate-limiter-flexible", "11.4.0", "rate limits per caller and tool"),
  dependency("@redis/client", "5.12.1", "rate limits that several instances share; loaded only when REDIS_URL is set"),
  { ...dependency("oauth4webapi", "3.8.8", "access tokens by OAuth 2 and OpenID Connect"), oauth: true },
  { ...dependency("typescript", "7.0.2", "compiling"), development: true },
  { ...dependency("@types/node", "20.19.43", "types of Node.js"), development: true },
];

function dependency(name: string, version: string, reason: string): Dependency {
  return { name, version, reason, development: false, oauth: false };
}

/** The dependencies of a project, sorted by name. */
export function dependenciesOf(oauth: boolean): readonly Dependency[] {
  return table.filter((item) => oauth || !item.oauth).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Which hosts a server talks to, and what each of them gets: data of calls, credentials, secrets of its own. */
import type { ApiData, CallPlan } from "../mcp/model.ts";

/** A host with what it receives. */
export interface Egress {
  /** Origin (RFC 6454), such as `https://api.example.com`; or the variable that names it, where no document does. */
  readonly host: string;
  readonly receives: readonly Receipt[];
}

/** Something that a host receives. */
export type Receipt =
  | {
      /** Arguments of calls. */
      readonly kind: "calls";
      readonly api: string;
      /** `id` of the server group. */
      readonly group: string;
      /** Variable that names another base URL. */
      readonly environment: string;
      readonly tools: number;
    }
  | {
      /** A credential that goes along with calls. */
      readonly kind: "credential";
      readonly api: string;
      readonly group: string;
      readonly scheme: string;
      readonly type: string;
      readonly tools: number;
    }
  | {
      /** What it takes to get an access token: client id and secret, or a refresh token. */
      readonly kind: "token";
      readonly api: string;
      readonly scheme: string;
      /** Variable that names another token URL. */
      readonly environment: string;
    };

/** The part of a call that says where it goes and with what. */
export type Traffic = Pick<CallPlan["request"], "server" | "security">;

/** The hosts of a server's APIs, in the order of the APIs, each once. Webhooks and links are no traffic of the server. */
export function egressOf(
  apis: readonly { readonly data: ApiData; readonly traffic: readonly Traffic[] }[],
): readonly Egress[] {
  const hosts = new Map<string, Receipt[]>();
  const add = (host: string, receipt: Receipt): void => {
    const known = hosts.get(host);
    if (known === undefined) hosts.set(host, [receipt]);
    else known.push(receipt);
  };
  for (const { data, traffic } of apis) {
    for (const group of data.serverGroups) {
      const calls = traffic.filter(({ server }) => server === group.id);
      if (calls.length === 0) continue;
      const host = hostOf(group);
      add(host, {
        kind: "calls",
        api: data.name,
        group: group.id,
        environment: group.environment,
        tools: calls.length,
      });
      for (const [scheme, tools] of schemesOf(calls)) {
        const known = Object.hasOwn(data.securitySchemes, scheme) ? data.securitySchemes[scheme] : undefined;
        if (known === undefined) continue;
        add(host, { kind: "credential", api: data.name, group: group.id, scheme, type: known.type, tools });
      }
    }
    for (const [scheme, { urls, environment }] of tokenUrlsOf(data))
      for (const host of new Set(urls.map(originOf))) add(host, { kind: "token", api: data.name, scheme, environment });
  }
  return [...hosts].map(([host, receives]) => ({ host, receives }));
}

/** The host that calls go to by default: that of the first server that is absolute. */
function hostOf(group: ApiData["serverGroups"][number]): string {
  for (const { url, variables } of group.servers) {
    const filled = variables.reduce((text, { name, default: value }) => text.replaceAll(`{${name}}`, value), url);
    if (/^https?:\/\//i.test(filled)) return originOf(filled);
  }
  return `set by ${group.environment}`;
}

function originOf(url: string): string {
  try {
    const { origin } = new URL(url);
    return origin === "null" ? url : origin;
  } catch {
    return url;
  }
}

/** Schemes that the calls name, with the number of calls that do. */
function schemesOf(calls: readonly Traffic[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { security } of calls)
    for (const scheme of new Set(security.flat().map((requirement) => requirement.scheme)))
      counts.set(scheme, (counts.get(scheme) ?? 0) + 1);
  return counts;
}

interface TokenSource {
  readonly urls: readonly string[];
  readonly environment: string;
}

function tokenUrlsOf(data: ApiData): ReadonlyMap<string, TokenSource> {
  const sources = new Map<string, TokenSource>();
  for (const [name, scheme] of Object.entries(data.securitySchemes)) {
    switch (scheme.type) {
      case "oauth2": {
        const flows = [scheme.clientCredentials, scheme.refresh].filter((flow) => flow !== undefined);
        const urls = flows.flatMap(({ tokenUrl, refreshUrl }) => [tokenUrl, refreshUrl ?? tokenUrl]);
        sources.set(name, { urls, environment: scheme.environment.tokenUrl });
        break;
      }
      case "openIdConnect":
        sources.set(name, { urls: [scheme.openIdConnectUrl], environment: scheme.environment.tokenUrl });
        break;
      case "apiKey":
      case "http":
      case "mutualTLS":
        break;
      default:
        scheme satisfies never;
    }
  }
  return sources;
}

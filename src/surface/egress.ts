/** Which hosts a server talks to, and what each of them gets: data of calls, credentials, secrets of its own. */
import { isPlaceholder } from "../../templates/always/src/runtime/upstream/server-url.ts";
import { isWebUrl, shownOrigin } from "../base/address.ts";
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

/** What of an API says where calls and credentials go. */
export interface Destinations {
  /** Name of the API. */
  readonly api: string;
  readonly groups: readonly {
    readonly id: string;
    readonly environment: string;
    readonly servers: readonly {
      readonly url: string;
      readonly variables: readonly { readonly name: string; readonly default?: string }[];
    }[];
  }[];
  readonly schemes: ReadonlyMap<string, DestinationScheme>;
}

/** A security scheme, and who is asked for its tokens. */
export interface DestinationScheme {
  readonly type: string;
  /** URLs that get client secrets or refresh tokens; empty where there are none. */
  readonly tokenUrls: readonly string[];
  /** Variable that names another token URL. */
  readonly environment: string;
}

/** The destinations of an API that was built from its document. */
export function destinationsOf({ name, serverGroups, securitySchemes }: ApiData): Destinations {
  return {
    api: name,
    groups: serverGroups,
    schemes: new Map(Object.entries(securitySchemes).map(([key, scheme]) => [key, destinationScheme(scheme)])),
  };
}

function destinationScheme(scheme: ApiData["securitySchemes"][string]): DestinationScheme {
  switch (scheme.type) {
    case "oauth2": {
      const flows = [scheme.clientCredentials, scheme.refresh].filter((flow) => flow !== undefined);
      const tokenUrls = flows.flatMap(({ tokenUrl, refreshUrl }) => [tokenUrl, refreshUrl ?? tokenUrl]);
      return { type: scheme.type, tokenUrls, environment: scheme.environment.tokenUrl };
    }
    case "openIdConnect":
      return { type: scheme.type, tokenUrls: [scheme.openIdConnectUrl], environment: scheme.environment.tokenUrl };
    case "apiKey":
    case "http":
    case "mutualTLS":
      return { type: scheme.type, tokenUrls: [], environment: "" };
    default:
      return scheme satisfies never;
  }
}

/** The hosts of a server's APIs, in the order of the APIs, each once. Webhooks and links are no traffic of the server. */
export function egressOf(
  apis: readonly { readonly destinations: Destinations; readonly traffic: readonly Traffic[] }[],
): readonly Egress[] {
  const hosts = new Map<string, Receipt[]>();
  const add = (host: string, receipt: Receipt): void => {
    const known = hosts.get(host);
    if (known === undefined) hosts.set(host, [receipt]);
    else known.push(receipt);
  };
  for (const { destinations, traffic } of apis) {
    const { api, groups, schemes } = destinations;
    for (const group of groups) {
      const calls = traffic.filter(({ server }) => server === group.id);
      if (calls.length === 0) continue;
      const host = hostOf(group);
      add(host, { kind: "calls", api, group: group.id, environment: group.environment, tools: calls.length });
      for (const [scheme, tools] of schemesOf(calls)) {
        const type = schemes.get(scheme)?.type;
        if (type !== undefined) add(host, { kind: "credential", api, group: group.id, scheme, type, tools });
      }
    }
    for (const [scheme, { tokenUrls, environment }] of schemes)
      for (const host of new Set(tokenUrls.map(shownOrigin))) add(host, { kind: "token", api, scheme, environment });
  }
  return [...hosts].map(([host, receives]) => ({ host, receives }));
}

/** The host that calls go to by default: that of the first server that is absolute, and nothing to be filled in. */
function hostOf(group: Destinations["groups"][number]): string {
  for (const { url, variables } of group.servers) {
    const defaults = new Map(variables.map(({ name, default: value }) => [name, value]));
    const filled = url.replaceAll(/\{([^{}]*)\}/g, (written, name: string) => defaults.get(name) ?? written);
    if (isWebUrl(filled) && !isPlaceholder(filled)) return shownOrigin(filled);
  }
  return `set by ${group.environment}`;
}

/** Schemes that the calls name, with the number of calls that do. */
function schemesOf(calls: readonly Traffic[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { security } of calls)
    for (const scheme of new Set(security.flat().map((requirement) => requirement.scheme)))
      counts.set(scheme, (counts.get(scheme) ?? 0) + 1);
  return counts;
}

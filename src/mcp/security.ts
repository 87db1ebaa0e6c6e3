/** Security schemes and servers as data of the runtime, each with the environment variables that belong to it. */
import type { Api, SecurityScheme, Server } from "../api/model.ts";
import { defined } from "../base/defined.ts";
import type { ApiData } from "./model.ts";
import { EnvironmentNames, Names, joinWords } from "./names/names.ts";
import { words } from "./names/words.ts";

type SchemeData = ApiData["securitySchemes"][string];
type ServerGroup = ApiData["serverGroups"][number];

/** Security schemes that operations use, by name: an unused one asks its owner for nothing. */
export function securityData(api: Api, names: EnvironmentNames): ApiData["securitySchemes"] {
  const used = new Set(
    api.operations.flatMap((operation) =>
      operation.security.flatMap((alternative) => alternative.map(({ scheme }) => scheme)),
    ),
  );
  const entries = [...api.securitySchemes]
    .filter(([name]) => used.has(name))
    .map(([name, scheme]) => [name, schemeData(name, scheme, names)] as const);
  return Object.fromEntries(entries);
}

function schemeData(name: string, scheme: SecurityScheme, names: EnvironmentNames): SchemeData {
  switch (scheme.type) {
    case "apiKey":
      return {
        type: "apiKey",
        in: scheme.in,
        name: scheme.name,
        ...defined({ prefix: scheme.prefix }),
        environment: { value: names.allocate(name, keySuffix(name)) },
      };
    case "http":
      return scheme.scheme === "basic"
        ? {
            type: "http",
            scheme: "basic",
            environment: { username: names.allocate(name, "username"), password: names.allocate(name, "password") },
          }
        : {
            type: "http",
            scheme: scheme.scheme,
            environment: { value: names.allocate(name, words(name).includes("token") ? "" : "token") },
          };
    case "oauth2": {
      const flows = [...scheme.flows].map(([flow, { tokenUrl, refreshUrl, scopes }]) => ({
        flow,
        tokenUrl,
        refreshUrl,
        scopes,
      }));
      const withToken = flows.flatMap(({ flow, tokenUrl, refreshUrl, scopes }) =>
        tokenUrl === undefined ? [] : [{ flow, data: { tokenUrl, ...defined({ refreshUrl }), scopes } }],
      );
      const clientCredentials = withToken.find(({ flow }) => flow === "clientCredentials")?.data;
      const refresh = (withToken.find(({ flow }) => flow === "authorizationCode") ?? withToken[0])?.data;
      return {
        type: "oauth2",
        ...defined({ clientCredentials, refresh }),
        environment: oauthEnvironment(name, names),
      };
    }
    case "openIdConnect":
      return {
        type: "openIdConnect",
        openIdConnectUrl: scheme.openIdConnectUrl,
        environment: oauthEnvironment(name, names),
      };
    case "mutualTLS":
      return {
        type: "mutualTLS",
        environment: {
          certificate: names.allocate(name, "certificate file"),
          key: names.allocate(name, "key file"),
          authority: names.allocate(name, "authority file"),
        },
      };
    default:
      return scheme satisfies never;
  }
}

/** A variable should say that it holds a secret; a scheme called `api_key` says so itself. */
function keySuffix(name: string): string {
  return words(name).some((word) => ["key", "apikey", "token", "secret"].includes(word)) ? "" : "key";
}

function oauthEnvironment(
  name: string,
  names: EnvironmentNames,
): Extract<SchemeData, { type: "openIdConnect" }>["environment"] {
  return {
    accessToken: names.allocate(name, "access token"),
    clientId: names.allocate(name, "client id"),
    clientSecret: names.allocate(name, "client secret"),
    refreshToken: names.allocate(name, "refresh token"),
    tokenUrl: names.allocate(name, "token url"),
    scopes: names.allocate(name, "scopes"),
  };
}

/** The groups of servers that operations use, and which of them each operation uses. */
export interface ServerGroups {
  readonly groups: readonly ServerGroup[];
  readonly idOf: (servers: readonly Server[] | undefined) => string;
}

/** One group for the document's servers, and one for each other set that a path or an operation names. */
export function serverGroups(api: Api, names: EnvironmentNames): ServerGroups {
  const ids = new Names(40);
  const byContent = new Map<string, ServerGroup>();
  const add = (servers: readonly Server[], id: string, environment: string): void => {
    byContent.set(JSON.stringify(servers), {
      id,
      environment,
      servers: servers.map((server) => serverData(server, names)),
    });
  };
  add(api.servers, ids.allocate("default"), names.allocate("base url"));
  for (const { servers } of api.operations) {
    if (servers === undefined || byContent.has(JSON.stringify(servers))) continue;
    const id = ids.allocate(groupName(servers[0]));
    add(servers, id, names.allocate(id, "base url"));
  }
  return {
    groups: [...byContent.values()],
    idOf: (servers) => (servers === undefined ? "default" : (byContent.get(JSON.stringify(servers))?.id ?? "default")),
  };
}

/** A group is called by the first part of its host: `uploads` of `uploads.example.com`. */
function groupName(server: Server | undefined): string {
  const host = /^[a-z][a-z0-9+.-]*:\/\/([^/:?#]+)/i.exec(server?.url ?? "")?.[1] ?? "";
  return joinWords(words(host.split(".")[0] ?? ""), 30) || "other";
}

function serverData(server: Server, names: EnvironmentNames): ServerGroup["servers"][number] {
  return {
    url: server.url,
    ...defined({ description: server.description }),
    variables: server.variables.map((variable) => ({
      name: variable.name,
      ...defined({ default: variable.default, enum: variable.enum }),
      environment: names.allocate("server", variable.name),
    })),
  };
}

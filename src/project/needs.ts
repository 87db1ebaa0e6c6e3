/** What has to be set before a server can call its API: alternatives where there are any. */
import type { ApiData, ServerApi, ServerModel } from "../mcp/model.ts";
import { variablesOf } from "./environment.ts";

/** Something that calls need. */
export interface Need {
  readonly kind: "base URL" | "argument" | "credentials";
  /** Each is enough; none is empty. */
  readonly ways: readonly Way[];
  /** Whether calls can do without: the document says so, or says nothing of credentials. */
  readonly optional: boolean;
  /** Tools that need it. */
  readonly tools: number;
}

/** Variables that are set together. */
export interface Way {
  readonly variables: readonly string[];
  /** What they hold, with words of the document. */
  readonly purpose: string;
}

type Scheme = ApiData["securitySchemes"][string];
type Alternatives = ServerApi["groups"][number]["tools"][number]["call"]["request"]["security"];

/** Combinations of schemes that are told; more help nobody. */
const mostWays = 8;

/** What a server needs, by API: base URLs, values of arguments, credentials, those for the most tools first. */
export function needsOf(model: ServerModel): readonly Need[] {
  const variables = variablesOf(model);
  return model.apis.flatMap((api) => {
    const own = variables.filter((variable) => variable.api === api.data.name);
    const count = api.groups.reduce((sum, { tools }) => sum + tools.length, 0);
    const settings = own.flatMap(({ name, purpose }): readonly Need[] => {
      const need = { optional: false, tools: count };
      if (purpose.kind === "base URL" && !purpose.whole)
        return [
          {
            ...need,
            kind: "base URL",
            ways: [
              ...(purpose.open.length === 0
                ? []
                : [{ variables: purpose.open, purpose: "parts of the base URL that its document leaves open" }]),
              {
                variables: [name],
                purpose: `base URL of the API, which its document does not name, such as ${purpose.example}`,
              },
            ],
          },
        ];
      if (purpose.kind === "argument")
        return [
          {
            kind: "argument",
            ways: [{ variables: [name], purpose: `argument ${purpose.argument}` }],
            optional: !purpose.needed,
            tools: purpose.tools,
          },
        ];
      return [];
    });
    const undescribed = own
      .filter(({ purpose, secret }) => purpose.kind === "setting" && secret)
      .map(({ name }): Need => {
        const purpose = "Authorization header, if the API asks for one: its document does not say";
        return { kind: "credentials", ways: [{ variables: [name], purpose }], optional: true, tools: count };
      });
    return [...settings, ...credentialsOf(api), ...undescribed];
  });
}

/** One need for each distinct set of alternatives. */
function credentialsOf({ data, groups }: ServerApi): readonly Need[] {
  const needs = new Map<string, { readonly alternatives: Alternatives; tools: number }>();
  for (const { call } of groups.flatMap(({ tools }) => tools)) {
    const alternatives = call.request.security;
    const key = JSON.stringify(alternatives.map((all) => all.map(({ scheme }) => scheme).sort()).sort());
    const known = needs.get(key);
    if (known === undefined) needs.set(key, { alternatives, tools: 1 });
    else known.tools += 1;
  }
  return [...needs.values()]
    .map(({ alternatives, tools }): Need => {
      const ways = alternatives.flatMap((all) => waysOfAll(all.map(({ scheme }) => data.securitySchemes[scheme])));
      const optional = alternatives.some((all) => all.length === 0);
      return { kind: "credentials", ways: distinct(ways).slice(0, mostWays), optional, tools };
    })
    .filter(({ ways }) => ways.length > 0)
    .sort((one, other) => other.tools - one.tools);
}

/** The ways to satisfy schemes that apply together: each way of each with each of the others. */
function waysOfAll(schemes: readonly (Scheme | undefined)[]): readonly Way[] {
  const [first, ...rest] = schemes.flatMap((scheme) => (scheme === undefined ? [] : [waysOf(scheme)]));
  if (first === undefined) return [];
  return rest.reduce(
    (ways, others) =>
      ways
        .flatMap((way) =>
          others.map(({ variables, purpose }) => ({
            variables: [...new Set([...way.variables, ...variables])],
            purpose: `${way.purpose}, with ${purpose}`,
          })),
        )
        .slice(0, mostWays),
    first,
  );
}

function waysOf(scheme: Scheme): readonly Way[] {
  switch (scheme.type) {
    case "apiKey":
      return [
        {
          variables: [scheme.environment.value],
          purpose: scheme.prefix === undefined ? `API key (${scheme.in})` : `Authorization: ${scheme.prefix}`,
        },
      ];
    case "http":
      return "username" in scheme.environment
        ? [
            {
              variables: [scheme.environment.username, scheme.environment.password],
              purpose: "HTTP basic; one may stay empty",
            },
          ]
        : [{ variables: [scheme.environment.value], purpose: `HTTP ${scheme.scheme}` }];
    case "oauth2":
    case "openIdConnect": {
      const { accessToken, clientId, clientSecret, refreshToken } = scheme.environment;
      const discovers = scheme.type === "openIdConnect";
      return [
        { variables: [accessToken], purpose: "access token" },
        ...(discovers || scheme.refresh !== undefined
          ? [{ variables: [refreshToken, clientId, clientSecret], purpose: "refresh token of a user, and its client" }]
          : []),
        ...(discovers || scheme.clientCredentials !== undefined
          ? [{ variables: [clientId, clientSecret], purpose: "client credentials" }]
          : []),
      ];
    }
    case "mutualTLS":
      return [
        {
          variables: [scheme.environment.certificate, scheme.environment.key],
          purpose: "paths of a client certificate and its key",
        },
      ];
    default:
      return scheme satisfies never;
  }
}

function distinct(ways: readonly Way[]): readonly Way[] {
  const first = new Map<string, Way>();
  for (const way of ways) {
    const key = [...way.variables].sort().join(" ");
    if (!first.has(key)) first.set(key, way);
  }
  return [...first.values()];
}

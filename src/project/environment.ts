/** The environment variables of an emitted server, as its README and `.env.example` tell them. */
import { isWebUrl } from "../base/address.ts";
import type { ApiData, ServerApi, ServerModel } from "../mcp/model.ts";
import { defaultBaseUrl, exampleUrl, fillIn } from "../../templates/always/src/runtime/upstream/server-url.ts";
import { apiSettingsTable } from "../../templates/always/src/runtime/settings/settings.ts";

export interface Variable {
  /** `[A-Z][A-Z0-9_]*` */
  readonly name: string;
  readonly api: string;
  readonly purpose: Purpose;
  readonly secret: boolean;
}

export type Purpose =
  | {
      readonly kind: "base URL";
      /** As the document has it, with its variables. */
      readonly default: string | undefined;
      /** Whether requests can go there without anything set. */
      readonly whole: boolean;
      /** What might be set. */
      readonly example: string;
      /** Variables of parts that the document leaves open: to set them is enough. */
      readonly open: readonly string[];
    }
  | { readonly kind: "server variable"; readonly variable: string; readonly default: string | undefined }
  | {
      readonly kind: "credential";
      readonly scheme: string;
      readonly what: string;
      /** Name of a header, parameter or cookie, as the document spells it. */
      readonly carrier: string | undefined;
      readonly optional: boolean;
      readonly tools: number;
    }
  | {
      readonly kind: "argument";
      /** What tools call it, as far as they do not agree joined by commas. */
      readonly argument: string;
      /** Whether a tool cannot be called without it. */
      readonly needed: boolean;
      readonly tools: number;
    }
  | { readonly kind: "setting"; readonly meaning: string };

type Scheme = ApiData["securitySchemes"][string];

/**
 * All variables that belong to an API, by API, in the order of the model.
 *
 * @param features parts whose settings are among them; default: none
 */
export function variablesOf(model: ServerModel, features: ReadonlySet<string> = new Set()): readonly Variable[] {
  const all = model.apis.map((api) => [...baseUrls(api.data), ...credentials(api)]);
  const taken = new Set(all.flat().map(({ name }) => name));
  return model.apis.flatMap((api, index) => {
    const values = argumentVariables(api).filter(({ name }) => !taken.has(name));
    for (const { name } of values) taken.add(name);
    return [...(all[index] ?? []), ...values, ...settings(api.data, features)];
  });
}

function baseUrls(data: ApiData): readonly Variable[] {
  return data.serverGroups.flatMap((group) => [
    variable(group.environment, data, baseUrl(group), false),
    ...distinctVariables(group.servers.flatMap((server) => server.variables)).map((item) =>
      variable(item.environment, data, { kind: "server variable", variable: item.name, default: item.default }, false),
    ),
  ]);
}

function baseUrl({ servers }: ApiData["serverGroups"][number]): Purpose {
  const used = servers.find((server) => defaultBaseUrl(server) !== undefined) ?? servers[0];
  const templated = servers.find(({ url }) => isWebUrl(url));
  return {
    kind: "base URL",
    default: used?.url,
    whole: used !== undefined && defaultBaseUrl(used) !== undefined,
    example: exampleUrl(used),
    open: templated === undefined ? [] : fillIn(templated, {}).open,
  };
}

function distinctVariables<Item extends { readonly environment: string }>(items: readonly Item[]): readonly Item[] {
  const names = new Set<string>();
  return items.filter(({ environment }) => !names.has(environment) && names.add(environment));
}

function credentials(api: ServerApi): readonly Variable[] {
  const uses = toolsByScheme(api);
  return Object.entries(api.data.securitySchemes).flatMap(([name, scheme]) =>
    partsOf(scheme).map((part) =>
      variable(
        part.name,
        api.data,
        {
          kind: "credential",
          scheme: name,
          what: part.what,
          carrier: scheme.type === "apiKey" ? scheme.name : undefined,
          optional: part.optional === true,
          tools: uses.get(name) ?? 0,
        },
        part.secret !== false,
      ),
    ),
  );
}

/** Variables that the owner takes arguments from, sorted. What is in them may be a secret. */
function argumentVariables(api: ServerApi): readonly Variable[] {
  const found = new Map<string, { readonly names: Set<string>; needed: boolean; tools: number }>();
  for (const { call } of api.groups.flatMap((group) => group.tools)) {
    for (const item of call.supplied ?? []) {
      if (item.kind !== "environment") continue;
      const known = found.get(item.variable) ?? { names: new Set<string>(), needed: false, tools: 0 };
      known.names.add(item.argument);
      known.needed ||= item.default === undefined;
      known.tools += 1;
      found.set(item.variable, known);
    }
  }
  const sorted = [...found].sort(([one], [other]) => (one < other ? -1 : 1));
  return sorted.map(([name, { names, needed, tools }]) =>
    variable(name, api.data, { kind: "argument", argument: [...names].sort().join(", "), needed, tools }, true),
  );
}

/** How many tools can be called with a scheme, by its name. */
function toolsByScheme(api: ServerApi): ReadonlyMap<string, number> {
  const count = new Map<string, number>();
  for (const { call } of api.groups.flatMap((group) => group.tools))
    for (const scheme of new Set(call.request.security.flatMap((all) => all.map((one) => one.scheme))))
      count.set(scheme, (count.get(scheme) ?? 0) + 1);
  return count;
}

interface Part {
  readonly name: string;
  readonly what: string;
  readonly optional?: true;
  readonly secret?: false;
}

function partsOf(scheme: Scheme): readonly Part[] {
  switch (scheme.type) {
    case "apiKey":
      return [
        {
          name: scheme.environment.value,
          what:
            scheme.prefix === undefined
              ? `API key in the ${scheme.in === "query" ? "query parameter" : scheme.in}`
              : `Value after “${scheme.prefix}”, or with a scheme of its own, of the header`,
        },
      ];
    case "http":
      return "username" in scheme.environment
        ? [
            { name: scheme.environment.username, what: "User name of HTTP Basic", secret: false },
            { name: scheme.environment.password, what: "Password of HTTP Basic; may stay unset" },
          ]
        : [
            {
              name: scheme.environment.value,
              what: scheme.scheme === "bearer" ? "Bearer token" : "Token in the Authorization header",
            },
          ];
    case "oauth2":
    case "openIdConnect":
      return [
        { name: scheme.environment.accessToken, what: "Access token; or, to get one, the following" },
        { name: scheme.environment.clientId, what: "Client ID", optional: true, secret: false },
        { name: scheme.environment.clientSecret, what: "Client secret", optional: true },
        { name: scheme.environment.refreshToken, what: "Refresh token, where a user gave consent", optional: true },
        {
          name: scheme.environment.tokenUrl,
          what: "Token URL in place of the document's",
          optional: true,
          secret: false,
        },
        {
          name: scheme.environment.scopes,
          what: "Scopes, separated by spaces, in place of the document's",
          optional: true,
          secret: false,
        },
      ];
    case "mutualTLS":
      return [
        { name: scheme.environment.certificate, what: "Path of the client certificate (PEM)", secret: false },
        { name: scheme.environment.key, what: "Path of its private key (PEM)", secret: false },
        {
          name: scheme.environment.authority,
          what: "Path of the authority's certificate (PEM)",
          optional: true,
          secret: false,
        },
      ];
    default:
      return scheme satisfies never;
  }
}

function settings(data: ApiData, features: ReadonlySet<string>): readonly Variable[] {
  const described = Object.keys(data.securitySchemes).length > 0;
  return apiSettingsTable
    .filter((setting) => setting.suffix !== "_AUTHORIZATION" || !described)
    .filter((setting) => !("part" in setting) || features.has(setting.part))
    .map((setting) =>
      variable(
        `${data.environmentPrefix}${setting.suffix}`,
        data,
        { kind: "setting", meaning: setting.meaning },
        "secret" in setting,
      ),
    );
}

function variable(name: string, data: ApiData, purpose: Purpose, secret: boolean): Variable {
  return { name, api: data.name, purpose, secret };
}

/** Further authorization servers, each with settings of its own: `MCP_AUTH_ISSUERS`. */
import type { Authority } from "../access/authority.js";
import { isJsonObject, ownValue, parsedObject } from "../data/json-place.js";
import type { Variables } from "../host.js";
import { ConfigurationError } from "../errors.js";
import { readValue } from "../settings/settings.js";
import { authorizationTable } from "../settings/parts-table.js";
import { unprovenToken } from "./jwt-access-token.js";
import { type AuthoritySettings, readAuthoritySettings } from "./settings.js";

const variable = "MCP_AUTH_ISSUERS";
/** Begin ids of callers that are none of an authorization server's. */
const taken = ["user", "token", "address", "proxy", "tenant", "local"];

/** One issuer, and who looks at its tokens. */
export interface IssuerAuthority {
  readonly settings: AuthoritySettings;
  readonly authority: Authority;
}

/**
 * The settings of each: those of `MCP_AUTH_ISSUER` first.
 *
 * @throws ConfigurationError that names the variable, and no secret
 */
export function readIssuers(
  variables: Variables,
): readonly AuthoritySettings[] {
  const first = readAuthoritySettings(variables);
  const text = readValue(variable, variables);
  if (text === undefined) return [first];
  const all = [
    first,
    ...Object.entries(parsed(text)).map(([name, entry], index) =>
      furtherOf(name, entry, index, variables),
    ),
  ];
  if (new Set(all.map(({ issuer }) => issuer)).size < all.length)
    throw new ConfigurationError(`${variable} names an issuer twice`);
  if (all.filter(({ introspection }) => introspection).length > 1)
    throw new ConfigurationError(
      `${variable}: only one issuer can be asked about tokens that are no JWT, since nobody could tell whose they are`,
    );
  return all;
}

function furtherOf(
  name: string,
  entry: unknown,
  index: number,
  { environment, readText }: Variables,
): AuthoritySettings {
  const place = `${variable}, entry ${index + 1},`;
  if (!/^[a-z][a-z0-9-]{0,63}$/.test(name) || taken.includes(name))
    throw new ConfigurationError(
      `${place} has no name that can be used: small letters, digits and "-", and none of ${taken.join(", ")}`,
    );
  const known = authorizationTable.flatMap(({ name: own }) =>
    own.startsWith("MCP_AUTH_") && own !== variable
      ? own.slice("MCP_AUTH_".length)
      : [],
  );
  const isKnown = (key: string): boolean =>
    known.some((one) => one === key || `${one}_FILE` === key);
  if (
    !isJsonObject(entry) ||
    !Object.entries(entry).every(
      ([key, value]) => isKnown(key) && typeof value === "string",
    )
  )
    throw new ConfigurationError(
      `${place} has to have texts under names of settings without MCP_AUTH_: ${known.join(", ")}`,
    );
  const own = Object.entries(entry).map(
    ([key, value]) => [`MCP_AUTH_${key}`, String(value)] as const,
  );
  const publicUrl = environment["MCP_PUBLIC_URL"];
  const settings = {
    environment: { ...Object.fromEntries(own), MCP_PUBLIC_URL: publicUrl },
    ...(readText && { readText }),
  };
  try {
    return { ...readAuthoritySettings(settings), callers: name };
  } catch (fault) {
    if (!(fault instanceof ConfigurationError)) throw fault;
    throw new ConfigurationError(`${place} ${fault.message}`);
  }
}

function parsed(text: string): object {
  const value = parsedObject(text);
  if (value !== undefined) return value;
  // Without a word of the text: it may hold secrets.
  throw new ConfigurationError(
    `${variable} has to be a JSON object such as {"partners":{"ISSUER":"https://id.example.com"}}`,
  );
}

/** All of them as one: each token is looked at by whoever it says issued it, and by nobody else. */
export function joinedAuthority(
  first: IssuerAuthority,
  further: readonly IssuerAuthority[],
): Authority {
  const all = [first, ...further];
  const judgeOf = (token: string | undefined): Authority => {
    const said = token === undefined ? undefined : issuerIn(token);
    const judge =
      said === undefined
        ? all.find(({ settings }) => settings.introspection)
        : all.find(({ settings }) => settings.issuer === said.issuer);
    return (judge ?? first).authority;
  };
  return {
    host: first.authority.host,
    callerOf: async (token, path) => judgeOf(token).callerOf(token, path),
    insufficient(caller, scopes, path) {
      for (const { authority } of all) {
        const refusal = authority.insufficient(caller, scopes, path);
        if (refusal !== undefined) return refusal;
      }
      return undefined;
    },
    routes: (path) => first.authority.routes(path),
  };
}

/** Whom a JWT says it is of, which is not proven by that; `undefined` for what is none. */
function issuerIn(token: string): { readonly issuer: unknown } | undefined {
  try {
    const unproven = unprovenToken(token);
    return unproven && { issuer: ownValue(unproven.claims, "iss") };
  } catch {
    // Whoever looks at it says what is wrong.
    return { issuer: undefined };
  }
}

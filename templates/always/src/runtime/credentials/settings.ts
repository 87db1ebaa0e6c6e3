/** As whom each API is called, as the environment says. */
import { defined } from "../data/defined.js";
import type { ApiData } from "../data/model.js";
import { parseWebUrl } from "../data/url.js";
import { ConfigurationError } from "../errors.js";
import type { Host } from "../host.js";
import { isForbiddenHeader, isToken } from "../request/header.js";
import type { Secret } from "../secret.js";
import { readList, readSecret } from "../settings/settings.js";
import { isLoopbackHost } from "../upstream/public-address.js";

export const wayNames = ["callers", "exchange", "headers", "server"] as const;
export type WayName = (typeof wayNames)[number];

/** Of one API. */
export interface ApiWays {
  /** The first that has credentials for a caller is taken. */
  readonly ways: readonly WayName[];
  /** In lower case. */
  readonly passedHeaders: readonly string[];
  readonly exchange?: ExchangeSettings;
}

export interface ExchangeSettings {
  readonly url: URL;
  readonly clientId: string;
  readonly clientSecret?: Secret;
  readonly audience?: string;
  readonly resource?: string;
  readonly scope?: string;
  readonly grant: "token-exchange" | "on-behalf-of";
}

type Variables = Pick<Host, "environment" | "readText">;

/** @throws ConfigurationError that names the variable */
export function readWays(
  { environmentPrefix: prefix }: ApiData,
  variables: Variables,
): ApiWays {
  const { environment } = variables;
  const text = (suffix: string): string | undefined =>
    environment[`${prefix}${suffix}`]?.trim() || undefined;
  const passedHeaders = headersOf(
    `${prefix}_PASSED_HEADERS`,
    text("_PASSED_HEADERS"),
  );
  const exchange = exchangeOf(`${prefix}_TOKEN_EXCHANGE`, text, variables);
  const isSet = {
    callers: isFileSet(variables),
    exchange: exchange !== undefined,
    headers: passedHeaders.length > 0,
    server: true,
  };
  const name = `${prefix}_CALLER_CREDENTIALS`;
  const ways = waysOf(name, text("_CALLER_CREDENTIALS"), isSet);
  const unset = ways.find((way) => !isSet[way]);
  if (unset !== undefined)
    throw new ConfigurationError(
      `${name} names ${unset}, and ${neededFor(prefix)[unset]} is not set`,
    );
  return { ways, passedHeaders, ...defined({ exchange }) };
}

function neededFor(prefix: string): Record<WayName, string> {
  return {
    callers: "MCP_CREDENTIALS",
    exchange: `${prefix}_TOKEN_EXCHANGE_URL`,
    headers: `${prefix}_PASSED_HEADERS`,
    server: "nothing",
  };
}

function isFileSet({ environment }: Variables): boolean {
  return ["MCP_CREDENTIALS", "MCP_CREDENTIALS_FILE"].some((name) =>
    environment[name]?.trim(),
  );
}

function waysOf(
  name: string,
  text: string | undefined,
  isSet: Readonly<Record<WayName, boolean>>,
): readonly WayName[] {
  if (text === undefined) {
    const meant = wayNames.filter((way) => way !== "server" && isSet[way]);
    if (meant.length > 1)
      throw new ConfigurationError(
        `${name} has to say which of ${meant.join(", ")} is tried first: settings of each are there`,
      );
    return meant.length === 0 ? ["server"] : meant;
  }
  const ways = readList(text).map((item) =>
    wayNames.find((way) => way === item),
  );
  const known = ways.filter((way) => way !== undefined);
  if (known.length === ways.length && new Set(ways).size === ways.length)
    return known;
  throw new ConfigurationError(
    `${name} has to list some of ${wayNames.join(", ")}, each once`,
  );
}

function headersOf(name: string, text: string | undefined): readonly string[] {
  const headers = readList(text).map((header) => header.toLowerCase());
  const wrong = headers.find(
    (header) =>
      !isToken(header) ||
      isForbiddenHeader(header) ||
      /^(?:content-|accept|mcp-|origin$|sec-|idempotency-key$|last-event-id$)/.test(
        header,
      ),
  );
  if (wrong === undefined) return headers;
  throw new ConfigurationError(
    `${name} names a header that cannot be handed on: it belongs to the message, to this server or to a proxy`,
  );
}

function exchangeOf(
  name: string,
  text: (suffix: string) => string | undefined,
  variables: Variables,
): ExchangeSettings | undefined {
  const given = text("_TOKEN_EXCHANGE_URL");
  if (given === undefined) return undefined;
  const url = parseWebUrl(given);
  if (
    url === undefined ||
    url.username !== "" ||
    (url.protocol !== "https:" && !isLoopbackHost(url.hostname))
  )
    throw new ConfigurationError(
      `${name}_URL has to be an https URL without a user; http is for this machine only`,
    );
  const clientId = text("_TOKEN_EXCHANGE_CLIENT_ID");
  if (clientId === undefined)
    throw new ConfigurationError(
      `${name}_CLIENT_ID has to be set with ${name}_URL`,
    );
  const grant = text("_TOKEN_EXCHANGE_GRANT") ?? "token-exchange";
  if (grant !== "token-exchange" && grant !== "on-behalf-of")
    throw new ConfigurationError(
      `${name}_GRANT has to be token-exchange or on-behalf-of`,
    );
  const target = defined({
    audience: text("_TOKEN_EXCHANGE_AUDIENCE"),
    resource: text("_TOKEN_EXCHANGE_RESOURCE"),
    scope: text("_TOKEN_EXCHANGE_SCOPE"),
  });
  if (Object.keys(target).length === 0)
    throw new ConfigurationError(
      `One of ${name}_AUDIENCE, ${name}_RESOURCE and ${name}_SCOPE has to say what the new token is for`,
    );
  return {
    url,
    clientId,
    grant,
    ...target,
    ...defined({
      clientSecret: readSecret(`${name}_CLIENT_SECRET`, variables),
    }),
  };
}

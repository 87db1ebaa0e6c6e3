/** As whom each API is called, as the environment says. */
import { defined } from "../data/defined.js";
import { parsedObject } from "../data/json-place.js";
import type { ApiData, JsonObject, JsonValue } from "../data/model.js";
import { ConfigurationError } from "../errors.js";
import type { Host } from "../host.js";
import { isForbiddenHeader, isToken } from "../request/header.js";
import type { Secret } from "../secret.js";
import { readList, readSecret, safeUrl } from "../settings/settings.js";

export const wayNames = [
  "callers",
  "exchange",
  "headers",
  "sign-in",
  "session",
  "server",
] as const;
export type WayName = (typeof wayNames)[number];

/** Of one API. */
export interface ApiWays {
  /** The first that has credentials for a caller is taken. */
  readonly ways: readonly WayName[];
  /** In lower case. */
  readonly passedHeaders: readonly string[];
  readonly exchange?: ExchangeSettings;
  readonly signIn?: SignInSettings;
  readonly session?: SessionSettings;
}

/** An operation that logs in, and answers with cookies. */
export interface SessionSettings {
  /** Name of its tool. */
  readonly login: string;
  /** `"$NAME"` stands for the value of a variable. */
  readonly args: JsonObject;
  /** Names of those, each once. */
  readonly variables: readonly string[];
}

/** Where users let this server act for them (RFC 6749 §4.1). */
export interface SignInSettings {
  readonly authorizationUrl: URL;
  readonly tokenUrl: URL;
  readonly clientId: string;
  readonly clientSecret?: Secret;
  readonly scopes?: string;
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
  const signIn = signInOf(`${prefix}_SIGN_IN`, text, variables);
  const session = sessionOf(`${prefix}_SESSION`, text);
  const isSet = {
    callers: isFileSet(variables),
    exchange: exchange !== undefined,
    headers: passedHeaders.length > 0,
    "sign-in": signIn !== undefined,
    session: session !== undefined,
    server: true,
  };
  const name = `${prefix}_CALLER_CREDENTIALS`;
  const ways = waysOf(name, text("_CALLER_CREDENTIALS"), isSet);
  const unset = ways.find((way) => !isSet[way]);
  if (unset !== undefined)
    throw new ConfigurationError(
      `${name} names ${unset}, and ${neededFor(prefix)[unset]} is not set`,
    );
  return { ways, passedHeaders, ...defined({ exchange, signIn, session }) };
}

function neededFor(prefix: string): Record<WayName, string> {
  return {
    callers: "MCP_CREDENTIALS",
    exchange: `${prefix}_TOKEN_EXCHANGE_URL`,
    headers: `${prefix}_PASSED_HEADERS`,
    "sign-in": `${prefix}_SIGN_IN_URL`,
    session: `${prefix}_SESSION_LOGIN`,
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
    // What logs callers in stands in their entries: those alone are not meant.
    const meant = wayNames.filter(
      (way) =>
        way !== "server" && isSet[way] && !(way === "callers" && isSet.session),
    );
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
  const url = safeUrl(`${name}_URL`, given);
  const clientId = needed(
    name,
    "_CLIENT_ID",
    text("_TOKEN_EXCHANGE_CLIENT_ID"),
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

function signInOf(
  name: string,
  text: (suffix: string) => string | undefined,
  variables: Variables,
): SignInSettings | undefined {
  const given = text("_SIGN_IN_URL");
  if (given === undefined) return undefined;
  const tokenUrl = needed(name, "_TOKEN_URL", text("_SIGN_IN_TOKEN_URL"));
  return {
    authorizationUrl: safeUrl(`${name}_URL`, given),
    tokenUrl: safeUrl(`${name}_TOKEN_URL`, tokenUrl),
    clientId: needed(name, "_CLIENT_ID", text("_SIGN_IN_CLIENT_ID")),
    ...defined({
      clientSecret: readSecret(`${name}_CLIENT_SECRET`, variables),
      scopes: text("_SIGN_IN_SCOPES"),
    }),
  };
}

function sessionOf(
  name: string,
  text: (suffix: string) => string | undefined,
): SessionSettings | undefined {
  const login = text("_SESSION_LOGIN");
  if (login === undefined) return undefined;
  const args = parsedObject(text("_SESSION_ARGUMENTS"));
  const variables = args && [...new Set(variablesIn(args))];
  if (args !== undefined && variables?.every(isVariable))
    return { login, args, variables };
  throw new ConfigurationError(
    `${name}_ARGUMENTS has to be a JSON object of the arguments of ${login}, with variables for secrets, such as {"user":"$PETS_USER","password":"$PETS_PASSWORD"}`,
  );
}

function variablesIn(value: JsonValue): readonly string[] {
  if (typeof value === "string")
    return value.startsWith("$") ? [value.slice(1)] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(variablesIn);
}

function isVariable(name: string): boolean {
  return /^[A-Z][A-Z0-9_]*$/.test(name);
}

function needed(
  name: string,
  suffix: string,
  text: string | undefined,
): string {
  if (text !== undefined) return text;
  throw new ConfigurationError(
    `${name}${suffix} has to be set with ${name}_URL`,
  );
}

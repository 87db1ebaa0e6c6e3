/** The environment variables of each API besides its base URLs and credentials. */
import type { Setting } from "./parts-table.js";

/** Variables that each API has besides its base URLs and credentials: the name is the API's prefix and `suffix`. */
export const apiSettingsTable = [
  {
    suffix: "_ALLOWED_ORIGINS",
    meaning:
      "Origins, separated by commas, that may receive this API's credentials besides the origin of its base URL.",
  },
  {
    suffix: "_AUTHORIZATION",
    secret: true,
    meaning:
      "Whole value of the Authorization header, for an API whose document describes no credentials.",
  },
  {
    suffix: "_CALLER_CREDENTIALS",
    part: "credentials",
    meaning:
      "As whom callers reach this API, separated by commas, the first that there is: callers (MCP_CREDENTIALS), exchange, headers, sign-in, session, server; default: what is set, else server.",
  },
  {
    suffix: "_PASSED_HEADERS",
    part: "credentials",
    meaning:
      "Headers of the caller's request, separated by commas, that are handed on to this API.",
  },
  {
    suffix: "_TOKEN_EXCHANGE_URL",
    part: "credentials",
    meaning:
      "Token endpoint that gives a token of this API for the caller's (RFC 8693).",
  },
  {
    suffix: "_TOKEN_EXCHANGE_CLIENT_ID",
    part: "credentials",
    meaning: "Name of this server there.",
  },
  {
    suffix: "_TOKEN_EXCHANGE_CLIENT_SECRET",
    part: "credentials",
    secret: true,
    meaning: "Secret of it.",
  },
  {
    suffix: "_TOKEN_EXCHANGE_AUDIENCE",
    part: "credentials",
    meaning: "What the new token is for, as the token endpoint names it.",
  },
  {
    suffix: "_TOKEN_EXCHANGE_RESOURCE",
    part: "credentials",
    meaning: "The same as a URL.",
  },
  {
    suffix: "_TOKEN_EXCHANGE_SCOPE",
    part: "credentials",
    meaning: "Scopes that are asked for, separated by spaces.",
  },
  {
    suffix: "_TOKEN_EXCHANGE_GRANT",
    part: "credentials",
    meaning:
      "How it is asked for: token-exchange (RFC 8693), or on-behalf-of (Entra ID); default: token-exchange.",
  },
  {
    suffix: "_SIGN_IN_URL",
    part: "credentials",
    meaning:
      "Page where users let this server act for them at this API (authorization endpoint).",
  },
  {
    suffix: "_SIGN_IN_TOKEN_URL",
    part: "credentials",
    meaning: "Where what they come back with is traded for tokens.",
  },
  {
    suffix: "_SIGN_IN_CLIENT_ID",
    part: "credentials",
    meaning:
      "Name of this server there; its redirect address is MCP_PUBLIC_URL with /sign-in/callback.",
  },
  {
    suffix: "_SIGN_IN_CLIENT_SECRET",
    part: "credentials",
    secret: true,
    meaning: "Secret of it; unset: a public client.",
  },
  {
    suffix: "_SIGN_IN_SCOPES",
    part: "credentials",
    meaning: "Scopes that are asked for, separated by spaces.",
  },
  {
    suffix: "_SESSION_LOGIN",
    part: "credentials",
    meaning:
      "Tool whose operation logs a caller in; the cookies that it answers with are sent from then on.",
  },
  {
    suffix: "_SESSION_ARGUMENTS",
    part: "credentials",
    meaning:
      'Its arguments as JSON, where "$NAME" stands for a variable of the caller\'s entry in MCP_CREDENTIALS, or of this server where that is not set.',
  },
] as const satisfies readonly {
  readonly suffix: string;
  readonly meaning: string;
  readonly secret?: true;
  readonly part?: Setting["part"];
}[];

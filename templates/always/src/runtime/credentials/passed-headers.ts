/** Headers of the caller's request that the settings name, handed on where the API and this server share an audience. */
import {
  type CredentialRequest,
  needOf,
  noCredentials,
} from "../credentials.js";
import { parseWebUrl } from "../data/url.js";
import { ConfigurationError } from "../errors.js";
import { headerFault } from "../request/header.js";
import { Secret } from "../secret.js";
import type { AppliedCredentials } from "../upstream/http-message.js";
import { allowedOrigins } from "../upstream/servers.js";
import { Lack } from "./lack.js";

/** Headers whose value is taken out of answers and logs; others, such as the name of an organisation, are data as well. */
const secretName =
  /auth|token|key|secret|cookie|session|jwt|pass|credential|signature/;

/**
 * Those that came. The document alone cannot have them sent anywhere: the origin has to be that of `<PREFIX>_BASE_URL`,
 * or one of `<PREFIX>_ALLOWED_ORIGINS`.
 */
export function passedHeaders(
  names: readonly string[],
  request: CredentialRequest,
): AppliedCredentials {
  const { presented } = request;
  if (presented === undefined || !isNamedByOwner(request)) return noCredentials;
  const headers = names.flatMap((name) => {
    const value = presented.header(name);
    if (value === undefined || headerFault(value) !== undefined) return [];
    return [[name, secretName.test(name) ? reveal(value) : value] as const];
  });
  return headers.length === 0 ? noCredentials : { ...noCredentials, headers };
}

/** Makes it known as a secret, and the token in it by itself. */
function reveal(value: string): string {
  const token = /^\w+ +(\S+)$/.exec(value)?.[1];
  if (token !== undefined) new Secret(token);
  return new Secret(value).reveal();
}

/** The same where nothing else gives credentials: a call that needs some, and came without, is not sent. */
export function headersAlone(
  names: readonly string[],
  request: CredentialRequest,
): AppliedCredentials | Lack {
  const { api, baseUrl } = request;
  const need =
    Object.keys(api.securitySchemes).length === 0
      ? "required"
      : needOf(request);
  const given = passedHeaders(names, request);
  if (given !== noCredentials || need !== "required") return given;
  if (!isNamedByOwner(request))
    throw new ConfigurationError(
      `${baseUrl.origin} is not confirmed to receive headers of callers`,
      {
        hint: `If it is right, add ${baseUrl.origin} to ${api.environmentPrefix}_ALLOWED_ORIGINS.`,
      },
    );
  return new Lack(
    `The request came without ${names.join(", ")}, by which ${api.title} knows who calls`,
    "Have the client send it with each request, over HTTP.",
  );
}

function isNamedByOwner({ api, baseUrl, host }: CredentialRequest): boolean {
  const { environment } = host;
  const named = parseWebUrl(
    environment[`${api.environmentPrefix}_BASE_URL`]?.trim() ?? "",
  );
  return (
    baseUrl.origin === named?.origin ||
    allowedOrigins(api, environment).includes(baseUrl.origin)
  );
}

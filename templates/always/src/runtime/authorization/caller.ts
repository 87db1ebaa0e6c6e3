/** Whom the claims of an access token name. */
import { defined } from "../data/defined.js";
import { isJsonArray, memberAt } from "../data/json-place.js";
import type { JsonObject } from "../data/model.js";
import type { Caller } from "../upstream/http-message.js";
import { TokenFault } from "./faults.js";
import type { AuthoritySettings } from "./settings.js";

/** OpenID Connect Core 1.0 §2 allows no longer subject; an id becomes a key and a part of each line of the log. */
const longestName = 255;

/** The program that the caller uses: RFC 9068 §2.2, OpenID Connect Core 1.0 §2, and as Okta and Entra ID call it. */
const clientClaims = ["client_id", "azp", "cid", "appid"];

/** @throws TokenFault where they name nobody */
export function callerOf(
  claims: JsonObject,
  { issuer, callers = "user", scopeClaims, tenantClaim }: AuthoritySettings,
): Caller {
  const client = clientClaims
    .map((name) => nameOf(claims, name))
    .find((name) => name !== undefined);
  // A program that acts for itself has no other name where the server is asked about a token (RFC 7662 §2.2).
  const subject = nameOf(claims, "sub") ?? client;
  if (subject === undefined) throw new TokenFault("names no subject");
  const tenant =
    tenantClaim === undefined ? undefined : nameOf(claims, tenantClaim);
  if (tenantClaim !== undefined && tenant === undefined)
    throw new TokenFault("names no organisation");
  return {
    id: idOf(callers, tenant === undefined ? [subject] : [tenant, subject]),
    subject,
    issuer,
    scopes: scopesOf(claims, scopeClaims),
    claims,
    ...defined({ client, tenant }),
  };
}

/** Scopes by claims that list them: words between spaces, or an array of them. */
export function scopesOf(
  claims: JsonObject,
  names: readonly string[],
): readonly string[] {
  const scopes = names.flatMap((name) => {
    const value = memberAt(claims, name);
    if (typeof value === "string") return value.split(" ");
    return isJsonArray(value)
      ? value.filter((one): one is string => typeof one === "string")
      : [];
  });
  return [...new Set(scopes.filter((scope) => scope !== ""))];
}

function nameOf(claims: JsonObject, name: string): string | undefined {
  const value = memberAt(claims, name);
  if (value === undefined) return undefined;
  if (
    typeof value === "string" &&
    value !== "" &&
    value.length <= longestName &&
    !/\p{C}/u.test(value)
  )
    return value;
  throw new TokenFault(`has a claim that is no name: ${name}`);
}

/** No two lists of names have one id, whatever characters are in them. */
function idOf(callers: string, names: readonly string[]): string {
  return `${callers}:${names.map(encodeURIComponent).join("/")}`;
}

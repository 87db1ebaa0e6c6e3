/** Access tokens that are JWTs (RFC 9068, RFC 8725): what is looked at before what they say is believed. */
import { base64url, errors, jwtVerify } from "jose";
import { isJsonObject, ownValue } from "../data/json-place.js";
import type { JsonObject } from "../data/model.js";
import { IssuerFault, TokenFault } from "./faults.js";
import type { IssuerKeys } from "./issuer-keys.js";
import type { AuthoritySettings } from "./settings.js";

/** Clocks of two machines differ. */
const leewaySeconds = 5;

/** Header and claims of a token, as it says them itself: nothing of it is proven. */
export interface UnprovenToken {
  readonly header: JsonObject;
  readonly claims: JsonObject;
}

/** `undefined` for a token that is no JWT at all. @throws TokenFault for one that is none that could be meant */
export function unprovenToken(token: string): UnprovenToken | undefined {
  const [first, second, ...rest] = token.split(".");
  const header = objectOf(first);
  if (header === undefined) return undefined;
  if (rest.length !== 1) throw new TokenFault("is no signed JWT");
  const claims = objectOf(second);
  if (claims === undefined) throw new TokenFault("has no claims");
  return { header, claims };
}

/**
 * The claims of a token, once all of it is as it has to be.
 *
 * @param audiences one of which it has to be issued for
 * @throws TokenFault where something of it is not, IssuerFault where nobody can tell
 */
export async function provenClaims(
  token: string,
  { header, claims }: UnprovenToken,
  audiences: readonly string[],
  settings: AuthoritySettings,
  keys: IssuerKeys,
): Promise<JsonObject> {
  refuseHeader(header, settings);
  refuseOtherUse(claims);
  try {
    const { payload } = await jwtVerify(token, keys.find, {
      issuer: settings.issuer,
      audience: [...audiences],
      algorithms: [...settings.algorithms],
      requiredClaims: ["iss", "aud", "exp", "sub"],
      clockTolerance: leewaySeconds,
    });
    return payload as JsonObject;
  } catch (fault) {
    if (fault instanceof TokenFault || fault instanceof IssuerFault)
      throw fault;
    throw new TokenFault(reasonOf(fault));
  }
}

function objectOf(part: string | undefined): JsonObject | undefined {
  if (part === undefined || part === "") return undefined;
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(
      base64url.decode(part),
    );
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isJsonObject(value)) return undefined;
  if (repeatsMember(text)) throw new TokenFault("names a member twice");
  return value;
}

function refuseHeader(header: JsonObject, settings: AuthoritySettings): void {
  if (!settings.algorithms.includes(String(ownValue(header, "alg"))))
    throw new TokenFault("has an algorithm that is not accepted");
  // None of the extensions that could be meant is known here (RFC 7515 §4.1.11).
  if (ownValue(header, "crit") !== undefined)
    throw new TokenFault("asks for an extension that is not known");
  const type = String(ownValue(header, "typ") ?? "JWT")
    .toLowerCase()
    .replace(/^application\//, "");
  if (!settings.tokenTypes.has(type))
    throw new TokenFault("is of a type that is not accepted");
}

/** What servers that do not mark access tokens write into others (OpenID Connect Core 1.0 §2, §3.1.3.6; Logout §2.4). */
const ofOtherTokens = ["nonce", "at_hash", "c_hash", "s_hash", "events"];

function refuseOtherUse(claims: JsonObject): void {
  const use = ["typ", "token_use"].flatMap((name) => {
    const value = ownValue(claims, name);
    return value === undefined ? [] : [String(value).toLowerCase()];
  });
  if (
    ofOtherTokens.some((name) => ownValue(claims, name) !== undefined) ||
    use.some((name) => !["bearer", "access", "at+jwt"].includes(name))
  )
    throw new TokenFault("is a token of another kind");
  refuseBound(claims);
}

/** A token that is bound to a key (RFC 9449, RFC 8705) is no bearer token: the proof of the key is not looked at here. */
export function refuseBound(claims: JsonObject): void {
  if (ownValue(claims, "cnf") !== undefined)
    throw new TokenFault("is bound to a key, and came without a proof of it");
}

function reasonOf(fault: unknown): string {
  if (fault instanceof errors.JWTExpired) return "has expired";
  if (fault instanceof errors.JWTClaimValidationFailed)
    switch (fault.claim) {
      case "iss":
        return "is of another issuer";
      case "aud":
        return "is for another audience";
      case "nbf":
        return "is not valid yet";
      default:
        return `lacks the claim ${fault.claim}, or has it wrong`;
    }
  if (fault instanceof errors.JWSSignatureVerificationFailed)
    return "has a signature that is wrong";
  return "cannot be verified";
}

/** Whether a text of JSON names a member twice in one object: then two readers may take it for two things. */

/** Strings, and what opens, closes and separates. */
const tokens = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/gs;

/** @param json a text that `JSON.parse` takes */
export function repeatsMember(json: string): boolean {
  const open: (Set<string> | undefined)[] = [];
  let last = "";
  for (const [token] of json.matchAll(tokens)) {
    switch (token) {
      case "{":
        open.push(new Set());
        break;
      case "[":
        open.push(undefined);
        break;
      case "}":
      case "]":
        open.pop();
        break;
      case ":": {
        const names = open.at(-1);
        const name = String(JSON.parse(last));
        if (names?.has(name) === true) return true;
        names?.add(name);
        break;
      }
      default:
        if (token !== ",") last = token;
    }
  }
  return false;
}

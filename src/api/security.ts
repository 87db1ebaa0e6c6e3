import { defined } from "../base/defined.ts";
import { type Json, isArray, isObject, own, ownString, pointerTo } from "../base/json.ts";
import { visible } from "../base/visible.ts";
import type { OAuthFlow, Operation, SecurityRequirement, SecurityScheme } from "./model.ts";
import { headerScheme } from "./header-scheme.ts";
import { dereference, sortedEntries } from "./reference.ts";
import type { Reader } from "./reader.ts";

/** Name of the scheme that stands for a header parameter `Authorization`. */
export const authorizationScheme = "Authorization";

/** The scheme of the header parameter `Authorization`, with the prefix that some operation asks for, if any does. */
export function withPrefix(
  schemes: ReadonlyMap<string, SecurityScheme>,
  operations: readonly Operation[],
): ReadonlyMap<string, SecurityScheme> {
  const prefixes = operations.flatMap(({ requestHeaders }) => requestHeaders.authorizationPrefix ?? []);
  const scheme = schemes.get(authorizationScheme);
  const [prefix] = prefixes.sort();
  return prefix === undefined || scheme?.type !== "apiKey" || scheme.prefix !== undefined
    ? schemes
    : new Map(schemes).set(authorizationScheme, { ...scheme, prefix });
}

/**
 * Operations of a document that describes security schemes and nowhere says which operation asks for them: each may be
 * called with any of them, and without.
 */
export function withOptionalSchemes(
  operations: readonly Operation[],
  schemes: ReadonlyMap<string, SecurityScheme>,
): readonly Operation[] {
  const described = [...schemes.keys()].filter((name) => name !== authorizationScheme);
  if (described.length === 0) return operations;
  const ways = [...described.map((scheme) => [{ scheme, scopes: [] }]), []];
  return operations.map((operation) => (operation.security.length > 0 ? operation : { ...operation, security: ways }));
}

/**
 * An operation that declares the header `Authorization` as a parameter, and no security that sets it, means credentials
 * all the same: they are the owner's to give, not the model's.
 *
 * @param required whether the parameter is; `undefined` where there is none
 */
export function withAuthorization(
  security: readonly (readonly SecurityRequirement[])[],
  schemes: ReadonlyMap<string, SecurityScheme>,
  required: boolean | undefined,
): readonly (readonly SecurityRequirement[])[] {
  if (required === undefined) return security;
  const header: SecurityRequirement = { scheme: authorizationScheme, scopes: [] };
  if (security.every((alternative) => alternative.length === 0)) return required ? [[header]] : [[header], []];
  if (!required) return security;
  const isSet = ({ scheme }: SecurityRequirement): boolean => setsAuthorization(schemes.get(scheme));
  return security.map((alternative) => (alternative.some(isSet) ? alternative : [...alternative, header]));
}

function setsAuthorization(scheme: SecurityScheme | undefined): boolean {
  if (scheme?.type === "apiKey") return scheme.in === "header" && scheme.name.toLowerCase() === "authorization";
  return scheme?.type === "http" || scheme?.type === "oauth2" || scheme?.type === "openIdConnect";
}

/** Security Scheme Objects (§4.8.27) by name. One that makes no sense is reported and left out. */
export function buildSecuritySchemes(reader: Reader): ReadonlyMap<string, SecurityScheme> {
  const schemes = new Map<string, SecurityScheme>([
    [authorizationScheme, { type: "apiKey", in: "header", name: "Authorization" }],
  ]);
  for (const [name, value] of sortedEntries(own(own(reader.root, "components"), "securitySchemes"))) {
    const pointer = pointerTo("/components/securitySchemes", name);
    const scheme = buildSecurityScheme(name, dereference(reader.root, value, pointer)?.value);
    if (scheme === undefined)
      reader.report({
        code: "unsupported-security",
        pointer,
        message: `The security scheme ${visible(name)} is incomplete or of an unknown type`,
      });
    else schemes.set(name, scheme);
  }
  return schemes;
}

function buildSecurityScheme(key: string, value: Json | undefined): SecurityScheme | undefined {
  switch (ownString(value, "type")) {
    case "apiKey": {
      const location = ownString(value, "in");
      const name = ownString(value, "name");
      if (name === undefined || name === "" || (location !== "header" && location !== "query" && location !== "cookie"))
        return undefined;
      const prefix =
        location === "header" && name.toLowerCase() === "authorization"
          ? headerScheme([key, ownString(value, "description")])
          : undefined;
      return { type: "apiKey", in: location, name, ...defined({ prefix }) };
    }
    case "http": {
      const scheme = ownString(value, "scheme")?.toLowerCase();
      // An authentication scheme is a token (RFC 9110 §11.1); it becomes part of a header.
      return scheme === undefined || !/^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(scheme) ? undefined : { type: "http", scheme };
    }
    case "oauth2": {
      const flows = sortedEntries(own(value, "flows")).map(([name, flow]) => [name, buildFlow(flow)] as const);
      return { type: "oauth2", flows: new Map(flows) };
    }
    case "openIdConnect": {
      const openIdConnectUrl = ownString(value, "openIdConnectUrl");
      return openIdConnectUrl === undefined ? undefined : { type: "openIdConnect", openIdConnectUrl };
    }
    case "mutualTLS":
      return { type: "mutualTLS" };
    default:
      return undefined;
  }
}

function buildFlow(value: Json): OAuthFlow {
  return {
    tokenUrl: ownString(value, "tokenUrl"),
    refreshUrl: ownString(value, "refreshUrl"),
    scopes: sortedEntries(own(value, "scopes")).map(([scope]) => scope),
  };
}

/**
 * Security Requirement Objects (§4.8.30) of an operation or, where it has none, of the document. An alternative that
 * names an unknown scheme is left out, since nothing could meet it.
 */
export function buildSecurity(
  reader: Reader,
  schemes: ReadonlyMap<string, SecurityScheme>,
  value: Json | undefined,
  pointer: string,
): readonly (readonly SecurityRequirement[])[] {
  if (!isArray(value)) return [];
  return value.flatMap((alternative, index) => {
    if (!isObject(alternative)) return [];
    const requirements = sortedEntries(alternative).map(([scheme, scopes]) => ({
      scheme,
      scopes: isArray(scopes) ? scopes.filter((scope): scope is string => typeof scope === "string") : [],
    }));
    const unknown = requirements.find(({ scheme }) => !schemes.has(scheme));
    if (unknown === undefined) return [requirements];
    reader.report({
      code: "unsupported-security",
      pointer: pointerTo(pointer, index),
      message: `The security scheme ${visible(unknown.scheme)} is not described`,
    });
    return [];
  });
}

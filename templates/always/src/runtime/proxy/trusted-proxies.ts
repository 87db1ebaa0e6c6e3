/** Who calls, as a proxy says it in headers: one that signs people in, or that asked for a client's certificate. */
import type {
  TrustedProxies,
  AccessRequest,
  Refusal,
} from "../access/authority.js";
import type { Environment } from "../host.js";
import { defined } from "../data/defined.js";
import { ConfigurationError } from "../errors.js";
import { isToken } from "../request/header.js";
import { readList } from "../settings/settings.js";
import type { SettingName } from "../settings/settings-table.js";
import type { Caller } from "../upstream/http-message.js";
import {
  type Block,
  blockOf,
  isAddressWithin,
} from "../upstream/public-address.js";

interface ProxySettings {
  readonly proxies: readonly Block[];
  /** Names of headers, in lower case. */
  readonly subject: string;
  readonly tenant?: string;
  readonly scopes?: string;
  readonly verified?: string;
}

/** An id becomes a key and a part of each line of the log. */
const longestName = 255;
/** How Envoy tells of certificates: of each client on the way one element, with what it says of it. */
const forwardedCertificate = "x-forwarded-client-cert";

/** @throws ConfigurationError that names the variable */
export function createTrustedProxies(environment: Environment): TrustedProxies {
  const settings = readProxySettings(environment);
  const { proxies, subject, tenant, scopes, verified } = settings;
  const names = [subject, tenant, scopes, verified].filter(
    (name) => name !== undefined,
  );
  return {
    callerOf(request) {
      const sent = names.filter((name) => request.headers.get(name) !== null);
      if (!isAddressWithin(request.address, proxies))
        return sent.length === 0
          ? undefined
          : {
              status: 403,
              message: `${sent.join(", ")} is for a proxy to say, and this address is none: see MCP_TRUSTED_PROXIES`,
            };
      return sent.includes(subject) ? proxied(request, settings) : undefined;
    },
  };
}

function proxied(
  { headers }: AccessRequest,
  names: ProxySettings,
): Caller | Refusal {
  const { verified } = names;
  if (verified !== undefined && headers.get(verified) !== "SUCCESS")
    return refused("does not say that the client's certificate was verified");
  const subject = nameIn(headers.get(names.subject), names.subject);
  if (subject === undefined) return refused("does not say who calls");
  const tenant =
    names.tenant === undefined
      ? undefined
      : nameIn(headers.get(names.tenant), names.tenant);
  if (names.tenant !== undefined && tenant === undefined)
    return refused("does not say for which organisation");
  const scopes =
    names.scopes === undefined
      ? undefined
      : (headers.get(names.scopes) ?? "").split(/[\s,]+/).filter(Boolean);
  const ids = tenant === undefined ? [subject] : [tenant, subject];
  return {
    id: `proxy:${ids.map(encodeURIComponent).join("/")}`,
    subject,
    ...defined({ tenant, scopes }),
  };
}

/** `undefined` for what is no one name: where a field came twice, one of them is not the proxy's. */
function nameIn(value: string | null, header: string): string | undefined {
  const name =
    header === forwardedCertificate
      ? certificateIn(value ?? "")
      : value?.trim();
  return name !== undefined &&
    name !== "" &&
    name.length <= longestName &&
    !/\p{C}|\p{Surrogate}/u.test(name) &&
    (header === forwardedCertificate || !name.includes(", "))
    ? name
    : undefined;
}

/** The URI of the certificate, else its subject, of the one element that there is. */
function certificateIn(value: string): string | undefined {
  const found = new Map<string, string>();
  // One member after another: what stands in quotes is no member. A comma outside of them would begin another element.
  const member = /([a-z]+)=(?:"((?:[^"\\]|\\.)*)"|([^;",]*))(?:;|$)/iy;
  while (member.lastIndex < value.length) {
    const [, name = "", quoted, plain = ""] = member.exec(value) ?? [];
    if (name === "" || found.has(name.toLowerCase())) return undefined;
    found.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, "$1") ?? plain);
  }
  return found.get("uri") || found.get("subject");
}

function refused(reason: string): Refusal {
  return { status: 401, message: `The proxy ${reason}` };
}

function readProxySettings(environment: Environment): ProxySettings {
  const text = (name: SettingName): string | undefined =>
    environment[name]?.trim().toLowerCase() || undefined;
  const header = (name: SettingName): string | undefined => {
    const given = text(name);
    if (
      given === undefined ||
      (isToken(given) && !["authorization", "host", "cookie"].includes(given))
    )
      return given;
    throw new ConfigurationError(`${name} has to be the name of a header`);
  };
  const subject = header("MCP_PROXY_SUBJECT_HEADER");
  if (subject === undefined)
    throw new ConfigurationError(
      "MCP_PROXY_SUBJECT_HEADER has to say in which header the proxies of MCP_TRUSTED_PROXIES name who calls",
    );
  return {
    proxies: proxiesOf(environment["MCP_TRUSTED_PROXIES"]),
    subject,
    ...defined({
      tenant: header("MCP_PROXY_TENANT_HEADER"),
      scopes: header("MCP_PROXY_SCOPES_HEADER"),
      verified: header("MCP_PROXY_VERIFIED_HEADER"),
    }),
  };
}

function proxiesOf(text: string | undefined): readonly Block[] {
  const blocks = readList(text).map(blockOf);
  const known = blocks.filter((block) => block !== undefined);
  if (known.length === blocks.length && known.length > 0) {
    if (known.every(({ bits }) => bits > 0)) return known;
    throw new ConfigurationError(
      "MCP_TRUSTED_PROXIES has a network of all addresses: whoever calls could say who they are",
    );
  }
  throw new ConfigurationError(
    "MCP_TRUSTED_PROXIES has to list addresses and networks, such as 10.0.0.7,10.1.0.0/16",
  );
}

/** Fetching of a document, with what stands in the way told by its cause. */
import { parseUrl } from "../base/address.ts";
import { shownAddress } from "../base/address.ts";
import type { DiagnosticCode } from "../base/diagnostics.ts";
import { visible } from "../base/visible.ts";
import { ReadFault, reasonOf, tooLarge } from "./read-fault.ts";
import type { Environment } from "./sent-headers.ts";

export interface FetchOptions {
  /** Bytes, after decompression. */
  readonly maxDocumentBytes: number;
  /** Milliseconds, from the first byte sent to the last received. */
  readonly timeoutMs: number;
  /** Headers that are sent besides our own, by the origin that they are for. */
  readonly headers: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** Where HTTP_PROXY, HTTPS_PROXY and NO_PROXY are looked for, in lower case first. */
  readonly environment: Environment;
}

export interface Fetched {
  readonly bytes: Uint8Array;
  /** Where the document was in the end. */
  readonly url: string;
}

/**
 * Fetches a URL. Redirects within its origin, and from http to https of the same host, are followed; a header goes to its
 * own origin only.
 *
 * @param redirects how many are followed
 * @throws {ReadFault}
 */
export async function fetchBytes(start: string, options: FetchOptions, redirects: number): Promise<Fetched> {
  const first = parseUrl(start);
  if (first === undefined) throw new ReadFault("is not a URL", "unsupported-address");
  let url = first;
  const signal = AbortSignal.timeout(options.timeoutMs);
  const proxies = proxiesIn(options.environment);
  // One client on every version of Node.js, and the only one that knows proxies on all of them; loaded for URLs only.
  const { EnvHttpProxyAgent, fetch } = await import("undici");
  let dispatcher: InstanceType<typeof EnvHttpProxyAgent> | undefined;
  try {
    dispatcher = new EnvHttpProxyAgent({ ...proxies, proxyTunnel: false });
    for (let left = redirects; ; left -= 1) {
      const sent = options.headers.get(url.origin) ?? {};
      const response = await fetch(url.href, {
        redirect: "manual",
        signal,
        dispatcher,
        headers: { accept: "application/json, application/yaml, text/yaml, */*;q=0.5", ...sent },
      });
      const location = response.headers.get("location");
      if (response.status < 300 || response.status > 399 || location === null) {
        if (!response.ok) throw await answerFault(url, response, Object.keys(sent));
        return { bytes: await bodyOf(response.body, options.maxDocumentBytes), url: url.href };
      }
      await response.body?.cancel();
      const next = parseUrl(location, url.href);
      if (next === undefined || left === 0 || !staysWithin(url, next))
        throw new ReadFault(
          `redirects to "${visible(shownAddress(next?.href ?? location))}", which is not followed`,
          "refused-redirect",
        );
      url = next;
    }
  } catch (error) {
    if (error instanceof ReadFault) throw error;
    if (signal.aborted)
      throw new ReadFault(`did not answer completely within ${options.timeoutMs / 1000} s`, "slow-input");
    throw connectionFault(url, error, proxies);
  } finally {
    void dispatcher?.destroy().catch(() => undefined);
  }
}

function staysWithin(from: URL, to: URL): boolean {
  if (to.username !== "" || to.password !== "") return false;
  return (
    to.origin === from.origin ||
    (from.protocol === "http:" && to.protocol === "https:" && from.hostname === to.hostname)
  );
}

/** The body as it is after decompression: a limit on compressed bytes would let a gzip bomb through. */
async function bodyOf(body: AsyncIterable<Uint8Array> | null, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  if (body === null) return new Uint8Array();
  for await (const chunk of body) {
    size += chunk.length;
    if (size > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

interface Answer {
  readonly status: number;
  readonly body: AsyncIterable<Uint8Array> | null;
}

/** Servers that speak TLS say so to plain HTTP: nginx, Go and Apache, in this order. */
const plainToTls =
  /plain HTTP request was sent to HTTPS|HTTP request to an HTTPS server|speaking plain HTTP to an SSL/i;

async function answerFault(url: URL, { status, body }: Answer, sent: readonly string[]): Promise<ReadFault> {
  const text = await bodyOf(body, 64 * 1024).then(
    (bytes) => Buffer.from(bytes).toString("latin1"),
    () => "",
  );
  if (url.protocol === "http:" && status === 400 && plainToTls.test(text))
    return new ReadFault("speaks https, not http", "wrong-protocol");
  const answered = `answered ${status}`;
  const tried = sent.length === 0 ? "" : `; the header ${sent.join(", ")} was sent`;
  switch (status) {
    case 401:
      return new ReadFault(`${answered}: it wants credentials${tried}`, "refused-request");
    case 403:
      return new ReadFault(`${answered}: it may not be read so${tried}`, "refused-request");
    case 404:
    case 410:
      return new ReadFault(`${answered}${tried}`, "refused-request");
    case 407:
      return new ReadFault(`is behind a proxy that answered 407: it wants credentials`, "unreachable-host");
    default:
      return new ReadFault(answered, status >= 500 || status === 429 ? "failed-request" : "refused-request");
  }
}

const certificateFaults: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: "is signed by itself",
  SELF_SIGNED_CERT_IN_CHAIN: "is signed by an authority that Node.js does not know",
  UNABLE_TO_GET_ISSUER_CERT: "is signed by an authority that Node.js does not know",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "is signed by an authority that Node.js does not know",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "is signed by an authority that Node.js does not know, or comes without its chain",
  CERT_UNTRUSTED: "is not trusted",
  CERT_HAS_EXPIRED: "has expired",
  CERT_NOT_YET_VALID: "is not valid yet",
  ERR_TLS_CERT_ALTNAME_INVALID: "is for another host",
};

const connectionFaults: Readonly<Record<string, string>> = {
  ENOTFOUND: "has a host that does not exist",
  EAI_AGAIN: "has a host whose address cannot be looked up now",
  ECONNREFUSED: "refuses connections",
  ECONNRESET: "closed the connection before it answered",
  UND_ERR_SOCKET: "closed the connection before it answered",
  EHOSTUNREACH: "has a host that cannot be reached",
  ENETUNREACH: "has a host that cannot be reached: there is no network to it",
  ETIMEDOUT: "has a host that does not answer",
  UND_ERR_CONNECT_TIMEOUT: "has a host that does not answer",
};

interface Proxies {
  readonly httpProxy: string;
  readonly httpsProxy: string;
  readonly noProxy: string;
}

function connectionFault(url: URL, error: unknown, proxies: Proxies): ReadFault {
  const cause = causeOf(error);
  const code = textOf(cause, "code") ?? "";
  const message = cause instanceof Error ? cause.message : String(cause);
  const proxy = url.protocol === "https:" ? proxies.httpsProxy : proxies.httpProxy;
  if (proxy !== "" && parseUrl(proxy) === undefined)
    return new ReadFault("cannot be fetched: the proxy that the environment names is no URL", "unreachable-host");
  const refused =
    /^Proxy response \((\d+)\)/.exec(message)?.[1] ?? /Proxy Authentication Required \((\d+)\)/.exec(message)?.[1];
  if (refused !== undefined)
    return new ReadFault(
      `is behind a proxy that answered ${refused}${refused === "407" ? ": it wants credentials" : ""}`,
      "unreachable-host",
    );
  const certificate = certificateFaults[code];
  if (certificate !== undefined)
    return new ReadFault(`has a certificate that is not trusted: it ${certificate}`, "untrusted-certificate");
  if (
    url.protocol === "https:" &&
    /wrong version number|packet length too long|record layer|http request/i.test(message)
  )
    return new ReadFault("speaks http, not https", "wrong-protocol");
  if (url.protocol === "http:" && /^HPE_/.test(code))
    return new ReadFault("does not speak http: it may be https", "wrong-protocol");
  const known = connectionFaults[code];
  if (known !== undefined && proxy !== "" && isOf(new URL(proxy), cause))
    return new ReadFault(`is behind a proxy, ${new URL(proxy).host}, which ${known}`, "unreachable-host");
  if (known === undefined) return new ReadFault(reasonOf(error).message);
  const maybe = url.protocol === "http:" && known.startsWith("closed") ? "; it may speak https" : "";
  return new ReadFault(known + maybe, maybe === "" ? unreachable : "wrong-protocol");
}

const unreachable: DiagnosticCode = "unreachable-host";

/** Whether an error of a connection is one to this proxy. */
function isOf(proxy: URL, cause: unknown): boolean {
  const port = proxy.port === "" ? (proxy.protocol === "https:" ? "443" : "80") : proxy.port;
  return textOf(cause, "hostname") === proxy.hostname || textOf(cause, "port") === port;
}

/** The first error behind an error: fetch and `Promise.any` wrap it. */
function causeOf(error: unknown): unknown {
  let cause = error;
  for (let step = 0; step < 5; step += 1) {
    if (cause instanceof AggregateError && cause.errors.length > 0) cause = cause.errors[0];
    else if (cause instanceof Error && cause.cause instanceof Error) cause = cause.cause;
    else break;
  }
  return cause;
}

function textOf(value: unknown, key: string): string | undefined {
  if (typeof value !== "object" || value === null || !(key in value)) return undefined;
  return String((value as Readonly<Record<string, unknown>>)[key]);
}

/** Empty texts, not absent ones: for those the agent would look into the environment of the process. */
function proxiesIn(environment: Environment): Proxies {
  const named = (name: string): string => environment[name] ?? environment[name.toUpperCase()] ?? "";
  const httpProxy = named("http_proxy");
  return { httpProxy, httpsProxy: named("https_proxy") || httpProxy, noProxy: named("no_proxy") };
}

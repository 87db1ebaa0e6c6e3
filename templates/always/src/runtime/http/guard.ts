/** Which requests the HTTP server looks at: by their `Host` and `Origin`. */
import type { AccessSettings, Refusal } from "../access.js";
import type { Watcher } from "../call/call.js";
import { tellRefusal } from "../call/watcher.js";
import type { JsonObject } from "../data/model.js";
import type { Log } from "../log.js";
import { scrub } from "../secret.js";
import type { HttpRequest } from "./message.js";

const loopbackNames = ["localhost", "127.0.0.1", "[::1]"];

export interface Guard {
  /** Checks `Host`: a page of another name that leads to this machine must not reach the server (DNS rebinding). */
  host(request: HttpRequest): Refusal | undefined;
  /** Checks `Origin`: nor may a foreign page that knows the server's own name. */
  origin(request: HttpRequest): Refusal | undefined;
  /** Whether the request comes from a page that the settings allow: then it gets CORS headers. */
  allowedPage(request: HttpRequest): string | undefined;
}

export function createGuard(settings: AccessSettings): Guard {
  const { host, allowedHosts, allowedOrigins, authority } = settings;
  const names = [...loopbackNames, host, ...allowedHosts];
  const hosts = new Set(
    [...names, authority?.host ?? host].map((name) => hostName(name)),
  );
  const origins = new Set(allowedOrigins.map(originOf));
  const listedPage = (request: HttpRequest) => {
    const origin = request.headers.get("origin");
    return origin !== null && origins.has(originOf(origin))
      ? origin
      : undefined;
  };
  return {
    host(request) {
      const name = hostName(request.headers.get("host") ?? "");
      if (name !== undefined && hosts.has(name)) return undefined;
      return {
        status: 403,
        message: "This Host is not served here: see MCP_ALLOWED_HOSTS",
      };
    },
    origin(request) {
      const origin = request.headers.get("origin");
      if (
        origin !== null &&
        listedPage(request) === undefined &&
        !loopbackNames.includes(hostOfOrigin(origin) ?? "")
      )
        return {
          status: 403,
          message: "This Origin is not served here: see MCP_ALLOWED_ORIGINS",
        };
      return undefined;
    },
    allowedPage: listedPage,
  };
}

/** The host of a `Host` header without its port, as URLs spell it. */
function hostName(host: string): string | undefined {
  const text = /^[^[\]]*:[^[\]]*:/.test(host) ? `[${host}]` : host;
  if (text === "" || /[/?#@\\\s]/.test(text)) return undefined;
  return URL.canParse(`http://${text}`)
    ? new URL(`http://${text}`).hostname
    : undefined;
}

function originOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).origin : undefined;
}

function hostOfOrigin(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).hostname : undefined;
}

// What becomes of requests that are refused at the door: a bounded number of lines in the log, and an answer that comes
// the later the more often an address was refused. One that has the right token never waits.

const windowMs = 60_000;
/** Lines in a window; further refusals are counted. */
const mostLines = 20;
/** Refusals of one address in a window that are answered at once: a client may ask without a token first. */
const freeRefusals = 10;
const firstDelayMs = 50;
const longestDelayMs = 2_000;
/** Refusals that wait at the same time; beyond it the answer is 429 at once. */
const mostWaiting = 200;
/** Addresses that are remembered; beyond it all are forgotten, which costs nobody but this bookkeeping. */
const mostAddresses = 10_000;

export class HttpRefusals {
  readonly #tell: (fields: JsonObject) => void;
  readonly #watchers: readonly Watcher[];
  readonly #now: () => number;
  readonly #counts = new Map<string, number>();
  #windowEnds = 0;
  #lines = 0;
  #unsaid = 0;
  #waiting = 0;

  constructor(
    log: Log,
    now: () => number = () => performance.now(),
    watchers: readonly Watcher[] = [],
  ) {
    this.#tell = (fields) =>
      tellRefusal(log, watchers, "warn", "refused", fields);
    this.#watchers = watchers;
    this.#now = now;
  }

  /** Notes a refusal, and gives the one to answer with once it may be answered. */
  async settled(
    refusal: Refusal,
    address: string,
    path: string,
  ): Promise<Refusal> {
    this.#advance();
    for (const watcher of this.#watchers) watcher.turnedAway?.(refusal.status);
    if (refusal.status === 503) {
      // Not the fault of whoever asks.
      this.#say(refusal, address, path);
      return refusal;
    }
    const count = (this.#counts.get(address) ?? 0) + 1;
    if (this.#counts.size >= mostAddresses) this.#counts.clear();
    this.#counts.set(address, count);
    this.#say(refusal, address, path);
    const delay = delayOf(count);
    if (delay === 0) return refusal;
    if (this.#waiting >= mostWaiting) return tooMany;
    this.#waiting += 1;
    try {
      await new Promise<void>((resolve) => setTimeout(resolve, delay));
    } finally {
      this.#waiting -= 1;
    }
    return refusal;
  }

  #advance(): void {
    if (this.#now() < this.#windowEnds) return;
    if (this.#unsaid > 0) this.#tell({ further: this.#unsaid });
    this.#windowEnds = this.#now() + windowMs;
    this.#lines = 0;
    this.#unsaid = 0;
    this.#counts.clear();
  }

  #say({ status, message }: Refusal, address: string, path: string): void {
    if (this.#lines >= mostLines) {
      this.#unsaid += 1;
      return;
    }
    this.#lines += 1;
    this.#tell({
      status,
      reason: message,
      address,
      // A query may hold a token, and half a secret is not recognised.
      path: scrub(path.replace(/\?.*$/s, "")).slice(0, 100),
    });
  }
}

const tooMany: Refusal = {
  status: 429,
  message: "Too many refused requests",
  headers: { "Retry-After": "60" },
};

/** Milliseconds until a refusal of an address is answered. */
function delayOf(count: number): number {
  return count <= freeRefusals
    ? 0
    : Math.min(firstDelayMs * 2 ** (count - freeRefusals - 1), longestDelayMs);
}

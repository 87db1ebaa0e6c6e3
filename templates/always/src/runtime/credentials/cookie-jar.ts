/** Cookies of one login (RFC 6265 §5), for its own origin only: a domain that a cookie names widens nothing here. */
import { parseUrl } from "../data/url.js";
import { isToken } from "../request/header.js";
import { Secret } from "../secret.js";

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly path: string;
  readonly secure: boolean;
  /** Milliseconds since the epoch; absent: for the session. */
  readonly until?: number;
}

/** RFC 6265 §6.1 asks for as many of one domain. */
const mostCookies = 50;

export class CookieJar {
  readonly #origin: string;
  readonly #cookies: readonly Cookie[];

  /** @param fields values of `Set-Cookie`, in their order: of two with one name and path the last counts */
  constructor(url: string, fields: readonly string[]) {
    const { origin, pathname } = new URL(url);
    this.#origin = origin;
    const found = fields.flatMap((field) => cookieOf(field, pathname) ?? []);
    const last = new Map(
      found.map((cookie) => [`${cookie.name};${cookie.path}`, cookie]),
    );
    this.#cookies = [...last.values()].filter(isLive).slice(0, mostCookies);
  }

  get isEmpty(): boolean {
    return this.#cookies.length === 0;
  }

  /** Those that go to a URL. */
  cookiesFor(text: string): readonly (readonly [string, string])[] {
    const url = parseUrl(text);
    if (url === undefined || url.origin !== this.#origin) return [];
    return this.#cookies
      .filter(isLive)
      .filter(({ secure }) => !secure || url.protocol === "https:")
      .filter(({ path }) => isBelow(url.pathname, path))
      .map(({ name, value }) => [name, new Secret(value).reveal()] as const);
  }
}

function isLive({ until = Number.POSITIVE_INFINITY }: Cookie): boolean {
  return until > Date.now();
}

/** RFC 6265 §5.1.4 */
function isBelow(path: string, of: string): boolean {
  return path === of || path.startsWith(of.endsWith("/") ? of : `${of}/`);
}

function cookieOf(field: string, pathname: string): Cookie | undefined {
  const [pair = "", ...rest] = field.split(";");
  const at = pair.indexOf("=");
  const name = pair.slice(0, Math.max(0, at)).trim();
  if (!isToken(name)) return undefined;
  const attributes = new Map(
    rest.map((text) => {
      const [key = "", ...value] = text.split("=");
      return [key.trim().toLowerCase(), value.join("=").trim()] as const;
    }),
  );
  const path = attributes.get("path") ?? "";
  const until = endOf(attributes);
  return {
    name,
    value: pair.slice(at + 1).trim(),
    path: path.startsWith("/") ? path : directoryOf(pathname),
    secure: attributes.has("secure"),
    ...(until === undefined ? {} : { until }),
  };
}

/** `Max-Age` goes before `Expires` (RFC 6265 §5.3). */
function endOf(attributes: ReadonlyMap<string, string>): number | undefined {
  const age = attributes.get("max-age");
  if (age !== undefined && /^-?\d{1,12}$/.test(age))
    return Date.now() + Number(age) * 1_000;
  const date = Date.parse(attributes.get("expires") ?? "");
  return Number.isNaN(date) ? undefined : date;
}

function directoryOf(pathname: string): string {
  return pathname.slice(0, Math.max(1, pathname.lastIndexOf("/")));
}

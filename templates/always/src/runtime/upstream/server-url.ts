/** What a server of the document (§4.8.5) comes to as a base URL: its variables filled in, and whether that is whole. */
import { parseWebUrl } from "../data/url.js";
import type { Environment } from "../data/environment.js";
import type { ServerPlan } from "../data/model.js";
import { isPlaceholder, isPlaceholderValue } from "./placeholder-url.js";

export { isPlaceholder };

/** A base URL that requests can go to. */
export interface UsableUrl {
  /** Absolute, without a slash at its end, query, fragment or user information. */
  readonly url: string;
  readonly origin: string;
}

/** `undefined` for text that is no http or https URL, or one with user information, query or fragment. */
export function readBaseUrl(text: string): UsableUrl | undefined {
  // A variable that was left over: the URL parser takes braces also in a host.
  const url = /[{}]/.test(text) ? undefined : parseWebUrl(text);
  if (url === undefined) return undefined;
  const plain =
    url.username === "" &&
    url.password === "" &&
    url.search === "" &&
    url.hash === "";
  // `https://.../` and `https://api./` have no name there.
  const named = /[^.](?:$|:)/.test(url.host) && !url.host.includes("..");
  if (!plain || !named) return undefined;
  return { url: url.href.replace(/\/+$/, ""), origin: url.origin };
}

/** The same of a server of the document, whose URL may have parts that somebody has to fill in. */
export function readServerUrl({
  text,
  sources,
}: Pick<FilledUrl, "text" | "sources">): UsableUrl | undefined {
  // What the owner gave is meant, whatever it is called.
  return sources.length === 0 && isPlaceholder(text)
    ? undefined
    : readBaseUrl(text);
}

export interface FilledUrl {
  readonly text: string;
  /** Environment variables that gave a part. */
  readonly sources: readonly string[];
  /** Environment variables of parts that have neither a value nor a default. */
  readonly open: readonly string[];
  /** Environment variables with a value that is none of those that the document lists, or that leaves its place. */
  readonly wrong: readonly (readonly [
    variable: string,
    allowed: readonly string[],
  ])[];
}

/** A server's URL with its variables: from the environment, else their defaults (§4.8.6). */
export function fillIn(
  server: ServerPlan,
  environment: Environment,
): FilledUrl {
  const sources: string[] = [];
  const open: string[] = [];
  const wrong: [string, readonly string[]][] = [];
  const variables = new Map(
    server.variables.map((variable) => [variable.name, variable]),
  );
  const hostEnd =
    /^[a-z][a-z0-9+.-]*:\/\/[^/]*/i.exec(server.url)?.[0].length ?? 0;
  const text = server.url.replace(
    /\{([^{}]*)\}/g,
    (part, name: string, at: number) => {
      const variable = variables.get(name);
      if (variable === undefined) return part;
      const { enum: allowed = [], default: preset } = variable;
      const own = environment[variable.environment]?.trim();
      if (own === undefined || own === "") {
        if (preset === undefined || isPlaceholderValue(preset)) {
          open.push(variable.environment);
          return part;
        }
        return preset;
      }
      sources.push(variable.environment);
      const isListed =
        allowed.length === 0 || allowed.includes(own) || own === preset;
      const inHost = at > 0 && at <= hostEnd;
      const leaves =
        inHost && /[/\\?#@\s]/.test(own) && !/[/\\?#@]/.test(preset ?? "");
      if (!isListed || leaves) wrong.push([variable.environment, allowed]);
      return own;
    },
  );
  return { text, sources, open, wrong };
}

/** The base URL that a server has without anything set; `undefined` where the owner has to give something. */
export function defaultBaseUrl(server: ServerPlan): string | undefined {
  return readServerUrl(fillIn(server, {}))?.url;
}

/** A base URL as its owner might set it: what the document says of it, at a host of an example. */
export function exampleUrl(server: ServerPlan | undefined): string {
  const host = "https://api.example.com";
  if (server === undefined) return host;
  const { text } = fillIn(server, {});
  const path = (rest: string): string =>
    rest
      .replace(/[?#].*$/s, "")
      .replaceAll(/[{}<>\s]/g, "")
      .replace(/^(?:\.{1,2}(?:\/|$)|\/)*/, "/")
      .replace(/\/+$/, "");
  const [, authority, behind = ""] =
    /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)(.*)$/is.exec(text) ?? [];
  if (authority !== undefined) return host + path(behind);
  // `localhost:8080/v1` and `api.example.com` lack only the scheme.
  if (/^(?:localhost|[a-z0-9-]+(?:\.[a-z0-9-]+)+)(?::\d+)?(?:\/|$)/i.test(text))
    return `https://${text}`.replace(/\/+$/, "");
  return host + path(text);
}

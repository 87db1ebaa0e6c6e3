/** What a server of the document (§4.8.5) comes to as a base URL: its variables filled in, and whether that is whole. */
import type { Environment } from "../host.js";
import type { ServerPlan } from "../data/model.js";
import { parseWebUrl } from "../data/url.js";

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
  const named = /[^.]$/.test(url.hostname) && !url.hostname.includes("..");
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

/**
 * Servers of a document that nobody is meant to call: `https://your-domain.example.com`, `https://<host>/api`,
 * `https://YOUR_REGION.api.io`. One rule over the parts of a host between dots and their words between hyphens.
 */

/** What a word stands for that an owner would put in its place. */
const nouns = new Set(
  `account api app application base bucket business client cluster company customer database deployment domain endpoint
  env environment firm host hostname id instance ip key name namespace organisation organization org prefix project
  region server service shop site slug store subdomain team tenant tld url user username workspace zone`.split(
    /\s+/,
  ),
);

/** Those of them with which a name that begins with "my" is not a product's, as "myaccount" or "myshop" can be. */
const nounsOfMine = new Set(
  `cluster company domain host hostname instance organisation organization org server subdomain tenant workspace`.split(
    /\s+/,
  ),
);

/** Words that are no name wherever they stand. */
const demands =
  /^(?:change-?me|replace-?me|fill-?me|fixme|todo|tbd|insert|placeholder|x{3,})$/;

/** Names that hold "your" and are real: hosting of Hetzner. */
const real = /(?:^|\.)your-(?:server|storagebox)\.de$/;

/** Registered for nobody (RFC 2606 §2 and §3, RFC 6761), and addresses of examples (RFC 5737). */
const reserved =
  /(?:^|\.)(?:example(?:\.(?:com|net|org))?|test)$|^(?:192\.0\.2|198\.51\.100|203\.0\.113)\.\d+$/;

/** `localhost` and what stands for it (RFC 6761 §6.3). */
const thisMachine =
  /(?:^|\.)localhost$|^127(?:\.\d+){3}$|^0\.0\.0\.0$|^\[::1?\]$/;

const privateNames = /\.(?:internal|local|lan|home|svc)$/;

/** Why calls to a URL of a document may reach nobody who is meant, as the end of a sentence; `undefined` if nothing says so. */
export function doubtOf(url: string): string | undefined {
  const host = hostOf(url)?.toLowerCase() ?? "";
  if (reserved.test(host)) return "a name that is reserved for examples";
  if (thisMachine.test(host)) return "this machine";
  // The name that is registered is somebody's, and a private network has names of its own.
  const own = privateNames.test(host) ? [] : host.split(".").slice(0, -2);
  return own.some((label) => label === "example" || isNoun(label))
    ? "a name that reads like a placeholder"
    : undefined;
}

/** Whether a URL of a document, or a part of one, has parts that somebody has to fill in. */
export function isPlaceholder(text: string): boolean {
  const host = hostOf(text);
  const path =
    host === undefined ? text : text.slice(text.indexOf(host) + host.length);
  if (host !== undefined && isPlaceholderHost(host)) return true;
  return path
    .split(/[/:?#]/)
    .some((segment) => /[<>]|%3[CE]/i.test(segment) || isFilledIn(segment));
}

/** The same of a value of a server variable, which may be a part of a host. */
export function isPlaceholderValue(value: string): boolean {
  return isPlaceholder(/:\/\//.test(value) ? value : `//${value}`);
}

function isPlaceholderHost(host: string): boolean {
  if (host.startsWith("[")) return /[^[\]:.\da-f]/i.test(host);
  if (real.test(host.toLowerCase())) return false;
  const labels = host.replace(/\.$/, "").split(".");
  const isSpoken =
    labels.some((label) => /[a-z]/.test(label)) || labels.length === 1;
  return labels.some(
    (label, index) =>
      hasForeignCharacter(label) ||
      (label === "" && host !== "") ||
      isFilledIn(label) ||
      (isSpoken && /^[A-Z][A-Z\d]*(?:[_-][A-Z\d]+)+$/.test(label)) ||
      (isSpoken &&
        /^[A-Z]{2,}$/.test(label) &&
        nouns.has(label.toLowerCase())) ||
      (index > 0 &&
        index === labels.length - 1 &&
        /^(?:tld|invalid)$/i.test(label)),
  );
}

/** Whether it has a character that no name in the DNS has. Mostly it has plain ones, for which the second question costs much. */
function hasForeignCharacter(label: string): boolean {
  return /[^\w-]/.test(label) && /[^\p{L}\p{M}\p{N}_-]/u.test(label);
}

/** `your-domain`, `yourcompany`, `myInstance`, `INSERT_HOST`, `changeme`. */
function isFilledIn(part: string): boolean {
  const words = part.toLowerCase().split(/[-_]/);
  return words.some(
    (word, index) =>
      demands.test(word) ||
      demands.test(`${word}-${words[index + 1] ?? ""}`) ||
      ["your", "my"].some((whose) => {
        const known = whose === "my" ? nounsOfMine : nouns;
        if (word === whose)
          return (
            known.has(words[index + 1] ?? "") ||
            (whose === "your" && words.length > 1)
          );
        return (
          word.startsWith(whose) &&
          known.has(
            word.slice(whose.length).replace(/(?:name|id)$/, "") || "name",
          )
        );
      }),
  );
}

/** A part that says nothing but what belongs there: `tenant`, `tenant-id`, `companyname`. */
function isNoun(label: string): boolean {
  return (
    /^(?:tenant|subdomain|hostname|instance|company|region)$/.test(label) ||
    /^(?:account|company|customer|domain|host|instance|organi[sz]ation|region|server|subdomain|tenant|workspace)[-_]?(?:name|id)$/.test(
      label,
    )
  );
}

/** The host of a URL as it is written; `undefined` for text that is none. */
function hostOf(url: string): string | undefined {
  const [, authority] =
    /^(?:[a-z][a-z0-9+.-]*:)?\/\/([^/?#]*)/i.exec(url) ?? [];
  return authority?.replace(/^.*@/, "").replace(/:[^:\]]*$/, "");
}

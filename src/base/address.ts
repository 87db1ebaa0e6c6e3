/**
 * Where a document is and what is sent for it, as the user writes it: a path, an http(s) URL, `-` for standard input, or a
 * `file:` URL; and headers whose values are in the environment.
 */
import { fileURLToPath } from "node:url";
import { isWebUrl, parseUrl, parseWebUrl } from "../../templates/always/src/runtime/data/url.ts";

export { isWebUrl, parseUrl, parseWebUrl } from "../../templates/always/src/runtime/data/url.ts";

/** Whether an address is no path: an http(s) URL, or `-`. */
export function isRemote(address: string): boolean {
  return address === "-" || isWebUrl(address);
}

/** Origin of an http(s) URL; `undefined` for any other address. */
export function originOf(address: string): string | undefined {
  return isWebUrl(address) ? parseWebUrl(address)?.origin : undefined;
}

/** Origin of a URL, where it has one; a text that has none stays. */
export function shownOrigin(text: string): string {
  const origin = parseUrl(text)?.origin;
  return origin === undefined || origin === "null" ? text : origin;
}

/** The address with a `file:` URL as the path that it stands for; one that stands for none stays. */
export function withoutFileScheme(address: string): string {
  if (!/^file:/i.test(address)) return address;
  if (!/^file:\//i.test(address)) return address.slice("file:".length);
  try {
    return fileURLToPath(address);
  } catch {
    return address;
  }
}

/** Names of query parameters whose value is a secret: `access_token`, `apiKey`, `X-Amz-Signature`, `sig`. */
const secretName =
  /(?:^|[-_.]|[a-z](?=[A-Z]))(?:token|key|apikey|secret|pass|password|passwd|pwd|signature|sig|credentials?|auth|authorization|code|jwt|session|sessionid|sid)$/i;

/** A query parameter: its lead with the name, and its value. */
const queryParameter = /([?&]([^=&#?]*)=)([^&#]*)/g;

/** A variable of the environment, as an address names it: `$TOKEN` or `${TOKEN}`. */
export const variable = /\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/g;

/**
 * An address as messages and files may show it: without user and password, and `…` in place of what a query says as
 * `token=`, `api_key=` and the like. The name of a variable of the environment stays.
 */
export function shownAddress(address: string): string {
  return address
    .replace(/^([a-z][a-z\d+.-]*:\/\/)[^/?#]*@/i, "$1")
    .replace(queryParameter, (all, lead: string, name: string, value: string) =>
      isSecret(name, value) ? `${lead}…` : all,
    );
}

/** What of an address is a secret, in words: `a password`, `the parameter "token"`; `undefined` where nothing is. */
export function secretIn(address: string): string | undefined {
  if (/^[a-z][a-z\d+.-]*:\/\/[^/?#]*@/i.test(address)) return "a user or a password";
  for (const [, , name = "", value = ""] of address.matchAll(queryParameter))
    if (isSecret(name, value)) return `a secret in "${name}"`;
  return undefined;
}

function isSecret(name: string, value: string): boolean {
  return secretName.test(name) && value.replace(variable, "") !== "";
}

/** A header: `Name: $VARIABLE`, with a word such as `Bearer` or `session=` before the variable. */
export const headerForm =
  "^([\\w-]+):[ \\t]*((?:[A-Za-z][\\w-]* |[\\w-]+=)?)\\$(?:\\{([A-Za-z_]\\w*)\\}|([A-Za-z_]\\w*))$";

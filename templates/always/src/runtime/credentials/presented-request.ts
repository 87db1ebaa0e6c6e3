/** What is kept of a request while its call runs. */
import type { Present } from "../access/caller-credentials.js";
import { Secret } from "../secret.js";
import type { Settings } from "../settings/settings.js";
import type { Caller, Presented } from "../upstream/http-message.js";

/** Nothing of it stands in a member that is printed, copied or made JSON of. */
class PresentedRequest implements Presented {
  readonly #token: string | undefined;
  readonly #headers: ReadonlyMap<string, string>;

  constructor(token: string | undefined, headers: ReadonlyMap<string, string>) {
    this.#token = token;
    this.#headers = headers;
  }

  token(): Secret | undefined {
    return this.#token === undefined ? undefined : new Secret(this.#token);
  }

  header(name: string): string | undefined {
    return this.#headers.get(name);
  }
}

/**
 * @param names of headers that are handed on, in lower case
 * @param exchanges whether the token is exchanged
 */
export function presentOf(
  names: readonly string[],
  exchanges: boolean,
  { accessTokens }: Pick<Settings, "accessTokens">,
): Present {
  return async (headers, caller) => {
    const bearer = /^Bearer +(\S+) *$/i.exec(
      headers.get("authorization") ?? "",
    )?.[1];
    // A token of this server's own settings is no business of anybody else.
    const isOwn =
      bearer !== undefined &&
      (await accessTokens.holderOf(bearer)) !== undefined;
    const found = names.flatMap((name) => {
      const value = headers.get(name);
      return value === null || (isOwn && holds(value, bearer))
        ? []
        : [[name, value] as const];
    });
    return new PresentedRequest(
      exchanges && !isOwn && isIssued(caller) ? bearer : undefined,
      new Map(found),
    );
  };
}

function holds(value: string, token: string | undefined): boolean {
  return token !== undefined && value.includes(token);
}

/** Only what an authorization server issued, and was looked at, is shown to another one. */
function isIssued({ issuer }: Caller): boolean {
  return issuer !== undefined;
}

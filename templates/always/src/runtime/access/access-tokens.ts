/** The bearer tokens that HTTP clients may send, and whom each of them stands for. */
import { utf8 } from "../data/bytes.js";
import { ConfigurationError } from "../errors.js";
import { isJsonArray, ownValue, parsedObject } from "../data/json-place.js";
import { Secret } from "../secret.js";

/** Below it a token is guessed: NIST SP 800-63B asks for 64 bits of a generated one, which 16 characters hold. */
const shortestToken = 16;

/** Who has a token. */
export interface TokenHolder {
  /** Whom limits, kept answers and log lines are for. Never the token itself. */
  readonly id: string;
  readonly scopes: readonly string[];
}

interface AccessToken {
  readonly token: Secret;
  /** Absent: it stands for itself. */
  readonly name?: string;
  readonly scopes: readonly string[];
}

export class AccessTokens {
  readonly #tokens: readonly AccessToken[];
  /** Of the tokens, in their order; made with the first question. */
  #digests: Promise<readonly Uint8Array[]> | undefined;

  /**
   * @param single `MCP_AUTH_TOKEN`
   * @param named `MCP_AUTH_TOKENS`: a JSON object of `{ "token": "…", "scopes": […] }` by name
   * @param scopes those of callers whose token names none
   * @throws ConfigurationError that names the variable, never a token
   */
  constructor(
    single: Secret | undefined,
    named: Secret | undefined,
    scopes: readonly string[],
  ) {
    if (single !== undefined) refuseShort("MCP_AUTH_TOKEN", single.reveal());
    this.#tokens = [
      ...(single === undefined ? [] : [{ token: single, scopes }]),
      ...(named === undefined ? [] : namedTokens(named, scopes)),
    ];
    const texts = this.#tokens.map(({ token }) => token.reveal());
    if (new Set(texts).size < texts.length)
      throw new ConfigurationError(
        "MCP_AUTH_TOKENS has the same token twice: nobody could tell its callers apart",
      );
  }

  /** Whether clients need no token. */
  get isEmpty(): boolean {
    return this.#tokens.length === 0;
  }

  /** Takes the same time whichever token it is, and wherever it differs: digests have one length. */
  async holderOf(given: string): Promise<TokenHolder | undefined> {
    if (this.isEmpty) return undefined;
    this.#digests ??= Promise.all(
      this.#tokens.map(({ token }) => digestOf(token.reveal())),
    );
    const digests = await this.#digests;
    const digest = await digestOf(given);
    let found: AccessToken | undefined;
    for (const [index, own] of digests.entries())
      if (isSame(digest, own)) found = this.#tokens[index];
    return (
      found && {
        id: `token:${found.name ?? hexOf(digest).slice(0, 12)}`,
        scopes: found.scopes,
      }
    );
  }
}

function namedTokens(
  named: Secret,
  scopes: readonly string[],
): readonly AccessToken[] {
  const entries = Object.entries(parsed(named.reveal()));
  return entries.map(([name, entry], index) => {
    // Not by its name: who has mistaken the shape wrote the token there.
    const place = `MCP_AUTH_TOKENS, entry ${index + 1},`;
    if (!/^[\w.@-]{1,64}$/.test(name))
      throw new ConfigurationError(
        `${place} has no name that can be used: up to 64 letters, digits and ".", "-", "_", "@"`,
      );
    const token = ownValue(entry, "token");
    const own = ownValue(entry, "scopes");
    if (typeof token !== "string")
      throw new ConfigurationError(`${place} has no "token"`);
    if (own !== undefined && !isTexts(own))
      throw new ConfigurationError(
        `${place} has "scopes" that are no list of texts`,
      );
    refuseShort(place, token);
    return { token: new Secret(token), name, scopes: own ?? scopes };
  });
}

function parsed(text: string): object {
  const value = parsedObject(text);
  if (value !== undefined) return value;
  // Without a word of the text: it holds secrets.
  throw new ConfigurationError(
    'MCP_AUTH_TOKENS has to be a JSON object such as {"ada":{"token":"…","scopes":["pets"]}}',
  );
}

function isTexts(value: unknown): value is readonly string[] {
  return isJsonArray(value) && value.every((item) => typeof item === "string");
}

/** @throws ConfigurationError for a secret that could be guessed */
export function refuseShort(
  place: string,
  token: string,
  what = "token",
): void {
  if (token.length >= shortestToken && !/\s/.test(token)) return;
  throw new ConfigurationError(
    `${place} needs a ${what} of at least ${shortestToken} characters, without spaces`,
    { hint: "Make one with: openssl rand -base64 32" },
  );
}

async function digestOf(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", utf8(text)));
}

/** Looks at every byte, wherever they differ. */
function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return (
    one.reduce((all, byte, at) => all | (byte ^ (other[at] ?? 0)), 0) === 0
  );
}

function hexOf(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

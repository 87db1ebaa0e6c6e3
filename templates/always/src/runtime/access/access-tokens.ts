/** The bearer tokens that HTTP clients may send, and whom each of them stands for. */
import { createHash, timingSafeEqual } from "node:crypto";
import { ConfigurationError } from "../errors.js";
import { isJsonArray, isJsonObject, ownValue } from "../data/json-place.js";
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
  readonly holder: TokenHolder;
  readonly digest: Buffer;
}

export class AccessTokens {
  readonly #tokens: readonly AccessToken[];

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
    this.#tokens = [
      ...(single === undefined ? [] : [singleToken(single, scopes)]),
      ...(named === undefined ? [] : namedTokens(named, scopes)),
    ];
    const digests = this.#tokens.map((item) => item.digest.toString("hex"));
    if (new Set(digests).size < digests.length)
      throw new ConfigurationError(
        "MCP_AUTH_TOKENS has the same token twice: nobody could tell its callers apart",
      );
  }

  /** Whether clients need no token. */
  get isEmpty(): boolean {
    return this.#tokens.length === 0;
  }

  /** Takes the same time whichever token it is, and wherever it differs: digests have one length. */
  holderOf(given: string): TokenHolder | undefined {
    const digest = digestOf(given);
    let found: TokenHolder | undefined;
    for (const token of this.#tokens)
      if (timingSafeEqual(digest, token.digest)) found = token.holder;
    return found;
  }
}

function singleToken(token: Secret, scopes: readonly string[]): AccessToken {
  refuseShort("MCP_AUTH_TOKEN", token.reveal());
  const digest = digestOf(token.reveal());
  const id = `token:${digest.toString("hex").slice(0, 12)}`;
  return { holder: { id, scopes }, digest };
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
    // Known to the scrubber from here on.
    new Secret(token);
    return {
      holder: { id: `token:${name}`, scopes: own ?? scopes },
      digest: digestOf(token),
    };
  });
}

function parsed(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (isJsonObject(value)) return value;
  } catch {
    // Said below, without a word of the text: it holds secrets.
  }
  throw new ConfigurationError(
    'MCP_AUTH_TOKENS has to be a JSON object such as {"ada":{"token":"…","scopes":["pets"]}}',
  );
}

function isTexts(value: unknown): value is readonly string[] {
  return isJsonArray(value) && value.every((item) => typeof item === "string");
}

function refuseShort(place: string, token: string): void {
  if (token.length >= shortestToken && !/\s/.test(token)) return;
  throw new ConfigurationError(
    `${place} needs a token of at least ${shortestToken} characters, without spaces`,
    { hint: "Make one with: openssl rand -base64 32" },
  );
}

function digestOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

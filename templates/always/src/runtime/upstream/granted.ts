import type { Secret } from "../secret.js";

/** What a server gave for a request for an access token. */
export interface Granted {
  readonly token: Secret;
  /** Milliseconds; absent where the server does not say. */
  readonly lifetimeMs?: number;
  /** A refresh token that takes the place of the one that was used. */
  readonly refreshToken?: Secret;
}

/** Where the server gives no lifetime. */
const defaultLifetimeMs = 300_000;
const longestMarginMs = 60_000;

/** A token is renewed a little before its end, so that it does not expire on the way. */
export function usableMs({ lifetimeMs = defaultLifetimeMs }: Granted): number {
  return lifetimeMs - Math.min(longestMarginMs, lifetimeMs / 10);
}

/** Access tokens that the instances of a server have in common: one asks for it, the others wait for what it gets. */
import type { Secret } from "../secret.js";
import type { SharedSecret, SharedSecrets } from "../store/shared-secrets.js";
import { sleep } from "./deadline.js";

/** Milliseconds that an instance may take to get a token; longer than a request for one is given. */
const claimMs = 15_000;
/** Milliseconds between two looks at what it got. */
const lookMs = 100;
/** Milliseconds that a refresh token is remembered that took the place of the configured one. */
const refreshMs = 90 * 24 * 3_600_000;

/**
 * The token that another instance got, or that this one gets for all.
 *
 * @param isUsable whether a token that is there may be used; else it is replaced
 * @param get asks for one, with the refresh token that all have; absent: with the configured one
 * @returns `undefined` where the store cannot be asked, or another instance takes too long: then each is on its own
 * @throws what `get` throws
 */
export async function sharedToken(
  secrets: SharedSecrets,
  name: string,
  isUsable: (token: Secret) => boolean,
  get: (refreshToken: Secret | undefined) => Promise<Granted>,
): Promise<SharedSecret | undefined> {
  const found = await claimOrFind(secrets, name, isUsable);
  if (found !== "claimed") return found;
  try {
    // Whoever had the claim before may just have been done.
    const there = await usable(secrets, name, isUsable).catch(() => undefined);
    if (there !== undefined) return there;
    const before = await secrets.get(refreshOf(name)).catch(() => undefined);
    const granted = await get(before?.secret);
    const expiresInMs = Math.max(1, Math.floor(usableMs(granted)));
    await share(secrets, name, granted, expiresInMs).catch(() => undefined);
    return { secret: granted.token, expiresInMs };
  } finally {
    await secrets.release(name).catch(() => undefined);
  }
}

async function claimOrFind(
  secrets: SharedSecrets,
  name: string,
  isUsable: (token: Secret) => boolean,
): Promise<SharedSecret | "claimed" | undefined> {
  const until = performance.now() + claimMs;
  try {
    while (performance.now() < until) {
      const found = await usable(secrets, name, isUsable);
      if (found !== undefined) return found;
      if (await secrets.claim(name, claimMs)) return "claimed";
      await sleep(lookMs, new AbortController().signal);
    }
  } catch {
    // As where there is no store.
  }
  return undefined;
}

async function usable(
  secrets: SharedSecrets,
  name: string,
  isUsable: (token: Secret) => boolean,
): Promise<SharedSecret | undefined> {
  const found = await secrets.get(name);
  return found !== undefined && isUsable(found.secret) ? found : undefined;
}

/** Keeps what was granted otherwise: a user came back with it. The token first: a call that waits for it renews nothing. */
export async function keepShared(
  secrets: SharedSecrets,
  name: string,
  granted: Granted,
): Promise<void> {
  const { token, refreshToken } = granted;
  const expiresInMs = Math.max(1, Math.floor(usableMs(granted)));
  await secrets.set(name, token, expiresInMs);
  if (refreshToken === undefined) await secrets.delete(refreshOf(name));
  else await secrets.set(refreshOf(name), refreshToken, refreshMs);
}

/** Nobody uses them any more. */
export async function forgetShared(
  secrets: SharedSecrets,
  name: string,
): Promise<void> {
  await secrets.delete(refreshOf(name));
  await secrets.delete(name);
}

/** The refresh token first: without it nobody would get another token. */
async function share(
  secrets: SharedSecrets,
  name: string,
  { token, refreshToken }: Granted,
  expiresInMs: number,
): Promise<void> {
  if (refreshToken !== undefined)
    await secrets.set(refreshOf(name), refreshToken, refreshMs);
  await secrets.set(name, token, expiresInMs);
}

function refreshOf(name: string): string {
  return `refresh ${name}`;
}

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

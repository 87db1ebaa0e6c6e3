/** Which APIs users sign in at themselves, and what this server answers for it. */
import type { CallerCredentialOptions } from "../access/caller-credentials.js";
import type { ApiData } from "../data/model.js";
import { ConfigurationError } from "../errors.js";
import type { OpenRoute } from "../http/message.js";
import { Secret } from "../secret.js";
import { safeUrl } from "../settings/settings.js";
import { MemoryStore } from "../store/memory.js";
import { SharedSecrets } from "../store/shared-secrets.js";
import type { ApiWays } from "./settings.js";
import { SignIn } from "./sign-in.js";
import { SignInFlows } from "./sign-in-flows.js";
import { type SignIns, signInRoutes } from "./sign-in-routes.js";

export interface SigningIn {
  readonly signIns: SignIns;
  readonly routes: readonly OpenRoute[];
}

/**
 * `undefined` where there are none.
 *
 * @throws ConfigurationError where users could not come back to this server, or to one that knows them
 */
export function signingIn(
  options: CallerCredentialOptions,
  apis: readonly ApiData[],
  waysOf: ReadonlyMap<string, ApiWays>,
): SigningIn | undefined {
  const { host, settings, log } = options;
  const wanted = apis.flatMap((api) => {
    const { ways = [], signIn } = waysOf.get(api.name) ?? {};
    return signIn !== undefined && ways.includes("sign-in")
      ? [{ api, settings: signIn }]
      : [];
  });
  if (wanted.length === 0) return undefined;
  const text = host.environment["MCP_PUBLIC_URL"]?.trim();
  if (!text)
    throw new ConfigurationError(
      "MCP_PUBLIC_URL has to be set where users sign in at an API: they come back to it",
    );
  const publicUrl = safeUrl("MCP_PUBLIC_URL", text);
  if (settings.redisUrl !== undefined && settings.storeKey === undefined)
    throw new ConfigurationError(
      "MCP_STORE_KEY has to be set where users sign in at an API and instances share a Redis: they may come back to another one",
      { hint: "Make one with: openssl rand -base64 32" },
    );
  const secrets = secretsOf(options);
  const flows = new SignInFlows(publicUrl, secrets);
  const signIns: SignIns = new Map(
    wanted.map(({ api, settings: own }) => {
      const { timeoutMs } = settings;
      const signIn = new SignIn(own, api, flows, secrets, timeoutMs);
      return [api.name, { api, settings: own, signIn }] as const;
    }),
  );
  return {
    signIns,
    routes: signInRoutes(flows, signIns, publicUrl, host, log),
  };
}

/** Where instances share nothing, they lie in this one's memory, sealed all the same. */
function secretsOf({
  settings: { storeKey },
  store,
}: CallerCredentialOptions): () => SharedSecrets {
  let made: SharedSecrets | undefined;
  return () =>
    (made ??=
      storeKey !== undefined && store().isShared
        ? new SharedSecrets(store(), storeKey)
        : new SharedSecrets(
            new MemoryStore(),
            new Secret(crypto.randomUUID() + crypto.randomUUID()),
          ));
}

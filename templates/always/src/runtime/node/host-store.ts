/** The store that a server has unless its owner gives another: Redis where `REDIS_URL` is set, else this process's memory. */
import { ConfigurationError } from "../errors.js";
import type { Log } from "../log.js";
import type { Settings } from "../settings/settings.js";
import { MemoryStore } from "../store/memory.js";
import type { StoreParts } from "../store/redis-part.js";
import type { Store } from "../store/store.js";

/**
 * @param name the server's, which begins every key: servers of several APIs can share one Redis
 * @throws ConfigurationError where `REDIS_URL` is set and the server has no part for it: to go on would be to count
 *   apart what the owner wants counted together
 */
export function hostStore(
  { redisUrl }: Pick<Settings, "redisUrl">,
  { redis }: StoreParts,
  name: string,
  log: Log,
): Store {
  if (redisUrl === undefined) return new MemoryStore();
  if (redis === undefined)
    throw new ConfigurationError(
      "REDIS_URL is set, and this server was generated without the part for Redis.",
      {
        hint: "Generate again with `openapi-to-mcp --feature redis --update-package`, or with `features: [redis]` in openapi-to-mcp.yaml, and install; or unset REDIS_URL, and each instance counts for itself.",
      },
    );
  const prefix = `mcp:${name}:`;
  return new LateRedis(async () =>
    (await redis()).redisStore({ url: redisUrl, prefix, log }),
  );
}

/** Loads and connects the client with what is asked first, so that the start does not wait for either. */
class LateRedis implements Store {
  readonly isShared = true;
  readonly #load: () => Promise<Store>;
  #store: Promise<Store> | undefined;

  constructor(load: () => Promise<Store>) {
    this.#load = load;
  }

  readonly get: Store["get"] = async (...given) =>
    (await this.#loaded()).get(...given);
  readonly set: Store["set"] = async (...given) =>
    (await this.#loaded()).set(...given);
  readonly increment: Store["increment"] = async (...given) =>
    (await this.#loaded()).increment(...given);
  readonly compareAndSet: Store["compareAndSet"] = async (...given) =>
    (await this.#loaded()).compareAndSet(...given);
  readonly delete: Store["delete"] = async (...given) =>
    (await this.#loaded()).delete(...given);

  async close(): Promise<void> {
    await (await this.#store)?.close();
  }

  #loaded(): Promise<Store> {
    return (this.#store ??= this.#load());
  }
}

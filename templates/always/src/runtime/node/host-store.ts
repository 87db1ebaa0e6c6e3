/** The store that a server has unless its owner gives another: Redis where `REDIS_URL` is set, else this process's memory. */
import type { Log } from "../log.js";
import type { Secret } from "../secret.js";
import type { Settings } from "../settings/settings.js";
import { MemoryStore } from "../store/memory.js";
import type { Store } from "../store/store.js";

/** @param name the server's, which begins every key: servers of several APIs can share one Redis */
export function hostStore(
  { redisUrl }: Pick<Settings, "redisUrl">,
  name: string,
  log: Log,
): Store {
  return redisUrl === undefined
    ? new MemoryStore()
    : new LateRedis(redisUrl, `mcp:${name}:`, log);
}

/** Loads and connects the client with what is asked first, so that the start does not wait for either. */
class LateRedis implements Store {
  readonly isShared = true;
  readonly #load: () => Promise<Store>;
  #store: Promise<Store> | undefined;

  constructor(url: Secret, prefix: string, log: Log) {
    this.#load = async () =>
      (await import("./redis.js")).redisStore({ url, prefix, log });
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

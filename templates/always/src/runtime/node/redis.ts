/** A store that several instances of this server share: Redis 3.2 or later, or what speaks its protocol and has `EVAL`. */

import { once } from "node:events";
import { createClient, ErrorReply } from "@redis/client";

import { Hearing } from "./hearing.js";
import type { Secret } from "../secret.js";
import {
  type RedisOptions,
  checkAddend,
  checkKey,
  checkText,
  checkTime,
  type Store,
  StoreError,
} from "../store/store.js";

const longestReconnectMs = 5_000;
/** Milliseconds of silence after which a new connection is tried. */
const renewAfterMs = 5_000;

/** Each is one command: nothing of another client comes in between. */
const scripts = {
  get: `local value = redis.call("GET", KEYS[1])
if not value then return false end
return {value, redis.call("PTTL", KEYS[1])}`,
  increment: `local value = redis.call("INCRBY", KEYS[1], ARGV[1])
local left = redis.call("PTTL", KEYS[1])
if left < 0 then
  redis.call("PEXPIRE", KEYS[1], ARGV[2])
  left = ARGV[2]
end
return {value, tonumber(left)}`,
  compareAndSet: `local value = redis.call("GET", KEYS[1])
if ARGV[1] == "absent" then
  if value then return 0 end
elseif value ~= ARGV[2] then
  return 0
end
redis.call("SET", KEYS[1], ARGV[3], "PX", ARGV[4])
return 1`,
} as const;

/**
 * Connects in the background, and again whenever the connection ends or says nothing. While there is none, or no answer
 * comes, what is asked is rejected, at once or after `withinMs`.
 */
export async function redisStore(options: RedisOptions): Promise<Store> {
  const { prefix } = options;
  const connection = new Connection(options);
  await connection.start();

  const run = (
    script: keyof typeof scripts,
    key: string,
    ...values: readonly (string | number)[]
  ): Promise<unknown> =>
    connection.ask((client) =>
      client.sendCommand([
        "EVAL",
        scripts[script],
        "1",
        prefix + key,
        ...values.map(String),
      ]),
    );

  return {
    isShared: true,
    async get(key) {
      checkKey(key);
      const found = await run("get", key);
      if (!Array.isArray(found)) return undefined;
      const [value, left] = found as readonly unknown[];
      return { value: String(value), expiresInMs: Math.max(1, Number(left)) };
    },
    async set(key, value, expiresInMs) {
      checkKey(key);
      checkText(value);
      checkTime(expiresInMs);
      const expiration = { type: "PX", value: expiresInMs } as const;
      await connection.ask((client) =>
        client.set(prefix + key, value, { expiration }),
      );
    },
    async increment(key, by, expiresInMs) {
      checkKey(key);
      checkAddend(by);
      checkTime(expiresInMs);
      const [value, left] = numbers(
        await run("increment", key, by, expiresInMs),
      );
      return { value, expiresInMs: Math.max(1, left) };
    },
    async compareAndSet(key, expected, value, expiresInMs) {
      checkKey(key);
      checkText(value);
      checkTime(expiresInMs);
      const expectation =
        expected === undefined ? ["absent", ""] : ["text", expected];
      return (
        (await run(
          "compareAndSet",
          key,
          ...expectation,
          value,
          expiresInMs,
        )) === 1
      );
    },
    async delete(key) {
      checkKey(key);
      await connection.ask((client) => client.del(prefix + key));
    },
    close: async () => connection.close(),
  };
}

/** The connection to Redis: made again when it is gone, and told of once each time, not with each command that fails. */
class Connection {
  readonly #options: RedisOptions;
  readonly #withinMs: number;
  readonly #hearing: Hearing;
  #client: Client;
  #renewal: NodeJS.Timeout | undefined;
  #isLost = false;
  #isRefusing = false;

  constructor(options: RedisOptions) {
    this.#options = options;
    this.#withinMs = options.withinMs ?? 1_000;
    this.#hearing = new Hearing(
      this.#withinMs,
      () => this.#find(),
      () => this.#renewLater(),
    );
    this.#client = this.#connected();
  }

  /** A server that is there answers what is asked first already. */
  async start(): Promise<void> {
    if (!(await isReady(this.#client, this.#withinMs)))
      this.#hearing.fallSilent();
  }

  /** @throws StoreError where Redis does not answer, or refuses */
  async ask<Value>(command: (of: Client) => Promise<Value>): Promise<Value> {
    const outcome = this.#hearing.isSilent
      ? undefined
      : await this.#hearing.outcomeOf(command(this.#client), isAnswer);
    if (outcome === undefined) throw new StoreError("Redis does not answer");
    if ("value" in outcome) return outcome.value;
    if (isAnswer(outcome.reason)) this.#refuse(outcome.reason);
    throw new StoreError("Redis did not do what it was asked", outcome.reason);
  }

  close(): void {
    clearTimeout(this.#renewal);
    this.#client.destroy();
  }

  #connected(): Client {
    return connect(
      this.#options.url,
      (error) => this.#lose(error),
      () => this.#hearing.hear(),
    );
  }

  #lose(error: unknown): void {
    if (!this.#isLost)
      this.#options.log.warn("redis lost, each instance is on its own", {
        error,
      });
    this.#isLost = true;
  }

  #find(): void {
    if (this.#isLost) this.#options.log.info("redis found again");
    this.#isLost = false;
  }

  /** Its memory may be full, or its user not be allowed to: what is asked next is refused alike. */
  #refuse(error: unknown): void {
    if (!this.#isRefusing)
      this.#options.log.warn("redis refuses what it is asked", { error });
    this.#isRefusing = true;
  }

  #renewLater(): void {
    this.#lose(new StoreError("Redis does not answer"));
    this.#renewal = setTimeout(() => this.#renew(), renewAfterMs).unref();
  }

  /** A connection of which the other end is gone ends after a quarter of an hour only. */
  #renew(): void {
    if (!this.#hearing.isSilent) return;
    this.#client.destroy();
    this.#client = this.#connected();
    this.#renewLater();
  }
}

/** An error that Redis itself gave, such as that its memory is full: it is there. */
function isAnswer(reason: unknown): boolean {
  return reason instanceof ErrorReply;
}

function numbers(reply: unknown): readonly [number, number] {
  const [first, second]: readonly unknown[] = Array.isArray(reply) ? reply : [];
  if (typeof first === "number" && typeof second === "number")
    return [first, second];
  throw new StoreError("Redis gave an answer that makes no sense");
}

type Client = ReturnType<typeof connect>;

function connect(
  url: Secret,
  onError: (error: unknown) => void,
  onReady: () => void,
) {
  const client = createClient({
    url: url.reveal(),
    // What is asked without a connection fails, and does not wait for one.
    disableOfflineQueue: true,
    socket: {
      connectTimeout: 1_000,
      reconnectStrategy: (retries: number) =>
        Math.min(longestReconnectMs, 50 * 2 ** Math.min(retries, 10)),
    },
  });
  client.on("error", onError);
  client.on("ready", onReady);
  client.connect().catch(() => undefined);
  // The connection alone is no reason for this process to stay.
  client.unref();
  return client;
}

async function isReady(client: Client, withinMs: number): Promise<boolean> {
  const signal = AbortSignal.timeout(withinMs);
  await once(client, "ready", { signal }).catch(() => undefined);
  return client.isReady;
}

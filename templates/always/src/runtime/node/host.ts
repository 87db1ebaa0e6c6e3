/** Node.js, as the rest of this server sees it. */
import { readFileSync, statSync, unwatchFile, watchFile } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { Late } from "../data/late.js";
import type { Environment, Host } from "../host.js";
import { ConfigurationError } from "../errors.js";
import type { Log } from "../log.js";
import type { Settings } from "../settings/settings.js";
import type { StoreParts, Store } from "../store/store.js";

/** Between two looks at a file that is watched. */
const watchMs = 1_000;

export function nodeHost(environment: Environment, settings: Settings): Host {
  const watched: string[] = [];
  /** Loaded with the first request: listing tools needs no HTTP client. */
  const connections = new Late(async () => {
    const { Connections } = await import("./connections.js");
    return new Connections(settings);
  });
  return {
    environment,
    readText,
    othersMay,
    exchange: async (...given) => (await connections.get()).exchange(...given),
    turn: ownTurn,
    watch(path, changed) {
      watched.push(path);
      // Asked again and again: what Kubernetes mounts is changed by a link further up.
      watchFile(path, { interval: watchMs, persistent: false }, changed);
    },
    close: async () => {
      for (const path of watched) unwatchFile(path);
      await (await connections.asked)?.close();
    },
  };
}

export function readText(path: string): string {
  return readFileSync(path, "utf8");
}

/** The bits of its mode; on Windows there are none that would say it. */
function othersMay(path: string): readonly ("read" | "write")[] {
  if (process.platform === "win32") return [];
  const { mode } = statSync(path);
  return [
    ...((mode & 0o004) === 0 ? [] : (["read"] as const)),
    ...((mode & 0o022) === 0 ? [] : (["write"] as const)),
  ];
}

/** Work that takes the processor for long, a piece at a time: health checks and other calls come in between. */

/** Between two pieces: a request of another client is accepted, read and answered in one turn each. */
const turnsBetween = 3;

let last: Promise<void> = Promise.resolve();

/** Waits for a turn of the event loop that no other piece of heavy work has or is near; the piece follows without waiting. */
export function ownTurn(): Promise<void> {
  last = last.then(async () => {
    for (let turn = 0; turn < turnsBetween; turn++)
      await new Promise((resolve) => setImmediate(resolve));
  });
  return last;
}

// The store that a server has unless its owner gives another: Redis where `REDIS_URL` is set, else this process's memory.

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
  if (redisUrl === undefined)
    return new LateStore(false, async () => {
      const { MemoryStore } = await import("../store/memory.js");
      return new MemoryStore();
    });
  if (redis === undefined)
    throw new ConfigurationError(
      "REDIS_URL is set, and this server was generated without the part for Redis.",
      {
        hint: "Generate again with `openapi-to-mcp --feature redis --update-package`, or with `features: [redis]` in openapi-to-mcp.yaml, and install; or unset REDIS_URL, and each instance counts for itself.",
      },
    );
  const prefix = `mcp:${name}:`;
  return new LateStore(true, async () =>
    (await redis()).redisStore({ url: redisUrl, prefix, log }),
  );
}

/** Loads a store, and connects it, with what is asked first, so that the start does not wait for either. */
class LateStore implements Store {
  readonly isShared: boolean;
  readonly #store: Late<Store>;

  constructor(isShared: boolean, load: () => Promise<Store>) {
    this.isShared = isShared;
    this.#store = new Late(load);
  }

  readonly get: Store["get"] = async (...given) =>
    (await this.#store.get()).get(...given);
  readonly set: Store["set"] = async (...given) =>
    (await this.#store.get()).set(...given);
  readonly increment: Store["increment"] = async (...given) =>
    (await this.#store.get()).increment(...given);
  readonly compareAndSet: Store["compareAndSet"] = async (...given) =>
    (await this.#store.get()).compareAndSet(...given);
  readonly delete: Store["delete"] = async (...given) =>
    (await this.#store.get()).delete(...given);

  async close(): Promise<void> {
    await (await this.#store.asked)?.close();
  }
}

// The file `.env` of the project: what `.env.example` becomes once it is filled in.

/**
 * Adds the variables of the project's `.env` to the environment. One that is set already wins; one that is empty counts
 * as unset. No such file is no fault.
 *
 * @param folder the project's
 * @throws ConfigurationError if the file is there and cannot be read
 */
export function readEnvironmentFile(
  folder: string,
  environment: NodeJS.ProcessEnv,
): void {
  const path = join(folder, ".env");
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return;
    throw new ConfigurationError("The project's .env cannot be read", {
      hint: "Check that it is a file and that this server may read it.",
      cause,
    });
  }
  for (const [name, value] of Object.entries(parseEnv(text)))
    if (!environment[name]?.trim()) environment[name] = value;
}

/** Where lines of the log go: stdout belongs to the protocol. */

/** Lines of this turn of the event loop: each write to a pipe or a file is a call of the system that others wait for. */
let pending = "";
let guarded = false;

/** Writes a line to stderr with the others of this turn. Lines of all servers of a process share its stderr. */
export function writeToStderr(line: string): void {
  if (!guarded) {
    guarded = true;
    // A closed stderr (EPIPE) must not end the process.
    process.stderr.on("error", () => undefined);
    process.on("exit", flush);
  }
  if (pending === "") setImmediate(flush);
  pending += line;
}

function flush(): void {
  const lines = pending;
  pending = "";
  if (lines !== "") process.stderr.write(lines);
}

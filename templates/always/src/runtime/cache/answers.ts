/**
 * Answers by caller and URL: in a bounded memory of this process, and where instances share a store and a key
 * (`MCP_STORE_KEY`) there, sealed. What was written stands in the store in either case, so that all instances know.
 */
import { utf8, utf8Text } from "../data/bytes.js";
import type { Secret } from "../secret.js";
import { type Store, TextKeys } from "../store/store.js";
import { MemoryStore } from "../store/memory.js";
import { Seal } from "../store/shared-secrets.js";
import type { HttpRequest } from "../upstream/http-message.js";
import type { CacheSettings } from "./settings.js";
import { StoredAnswer } from "./stored-answer.js";
import { WriteMarks } from "./write-marks.js";

export interface Found {
  /** Absent: there is none, or something was written since. */
  readonly answer?: StoredAnswer;
  /** What was written before the request is sent; absent: it cannot be told. */
  readonly marks?: string;
}

export class Answers {
  /** Knows what was written. */
  readonly #marks: WriteMarks;
  readonly #texts: Pick<Store, "get" | "set">;
  readonly #settings: CacheSettings;
  readonly #keys: TextKeys;

  /** @param storeKey what texts in a shared store are sealed with; absent: none is put there */
  constructor(store: Store, settings: CacheSettings, storeKey?: Secret) {
    // Beside limits and the rest of long answers, which must not be pushed out by it.
    const memory = new MemoryStore({ bytes: settings.bytes });
    this.#marks = new WriteMarks(store.isShared ? store : memory);
    const sealKey = store.isShared ? storeKey : undefined;
    this.#texts = sealKey === undefined ? memory : sealed(store, sealKey);
    this.#keys = new TextKeys("cache", sealKey !== undefined);
    this.#settings = settings;
  }

  /** The caller's own, else the one that is for all. Never throws: without the store there is nothing. */
  async find(caller: string, request: HttpRequest): Promise<Found> {
    const { url } = request;
    try {
      const [marks, ...entries] = await Promise.all([
        this.#marks.of(url),
        ...[caller, undefined].map(async (whose) =>
          this.#texts.get(await this.#key(whose, url)),
        ),
      ]);
      for (const entry of entries) {
        const answer = entry && this.#read(entry.value, marks, url);
        if (answer) return { answer, marks };
      }
      return { marks };
    } catch {
      return {};
    }
  }

  /** @param marks as they were before the request was sent: what is written meanwhile makes the answer an old one */
  async keep(
    caller: string,
    url: string,
    answer: StoredAnswer,
    marks: string,
  ): Promise<void> {
    try {
      const key = await this.#key(answer.isForAll ? undefined : caller, url);
      const text = `${marks}\n${answer.toText()}`;
      await this.#texts.set(key, text, Math.ceil(answer.keptMs));
    } catch {
      // It is fetched again.
    }
  }

  /** @throws StoreError where other instances may go on with what they have */
  async written(url: string): Promise<void> {
    await this.#marks.write(url);
  }

  #key(caller: string | undefined, url: string): Promise<string> {
    const whose = caller === undefined ? ["all"] : ["caller", caller];
    return this.#keys.of(JSON.stringify([...whose, url]));
  }

  #read(text: string, marks: string, url: string): StoredAnswer | undefined {
    const end = text.indexOf("\n");
    return text.slice(0, end) === marks
      ? StoredAnswer.from(text.slice(end + 1), url, this.#settings)
      : undefined;
  }
}

/** Texts of a store that only who has the key can read, and put nowhere else. */
function sealed(store: Store, key: Secret): Pick<Store, "get" | "set"> {
  let seal: Promise<Seal> | undefined;
  const sealing = () => (seal ??= Seal.of(key.reveal(), "cache"));
  return {
    async get(name) {
      const entry = await store.get(name);
      const opened = entry && (await (await sealing()).open(entry.value, name));
      return entry && opened && { ...entry, value: utf8Text(opened) };
    },
    async set(name, text, expiresInMs) {
      const closed = await (await sealing()).close(utf8(text), name);
      await store.set(name, closed, expiresInMs);
    },
  };
}

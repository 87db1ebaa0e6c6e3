/** Who has said yes to what: questions that wait for an answer, each for one call of one caller, once. */
import { utf8, utf8Text } from "../data/bytes.js";
import { isJsonArray, isJsonObject } from "../data/json-place.js";
import type { JsonValue } from "../data/model-parts.js";
import { hashedKey, type Store } from "../store/store.js";
import { Seal } from "../store/shared-secrets.js";

/** Bytes of a question's name: nobody guesses it. */
const nameBytes = 24;
const used = "used";

export type Decision = "approve" | "decline";

/** What a question is about. */
export interface Question {
  /** Of the call that is meant, and of who makes it. */
  readonly digest: string;
  /** What is shown. */
  readonly message: string;
}

export class Approvals {
  readonly #store: () => Store;
  readonly #expiresInMs: number;

  constructor(store: () => Store, expiresInMs: number) {
    this.#store = store;
    this.#expiresInMs = expiresInMs;
  }

  /** Keeps a question, sealed by its own name: whoever sees the store learns neither. @returns the name */
  async open(question: Question): Promise<string> {
    const bytes = crypto.getRandomValues(new Uint8Array(nameBytes));
    const name = [...bytes]
      .map((byte) => byte.toString(16).padStart(2, "0"))
      .join("");
    const seal = await Seal.of(name, "approval");
    const sealed = await seal.close(utf8(JSON.stringify(question)), "approval");
    await this.#store().set(await keyOf(name), sealed, this.#expiresInMs);
    return name;
  }

  /** The question of a name; `undefined` where there is none, or no longer. */
  async find(name: string): Promise<Question | undefined> {
    return (await this.#read(name))?.question;
  }

  /** Takes a question away, so that it is answered once. @returns whether it was there for this call, and still is ours */
  async settle(name: string, digest: string): Promise<boolean> {
    const found = await this.#read(name);
    if (found === undefined || found.question.digest !== digest) return false;
    return this.#store().compareAndSet(
      await keyOf(name),
      found.value,
      used,
      this.#expiresInMs,
    );
  }

  /** What a person says of the call of a digest, who is not the user of its client: good for the next one, once. */
  async say(digest: string, decision: Decision): Promise<void> {
    const key = await hashedKey("approved", digest);
    await this.#store().set(key, decision, this.#expiresInMs);
    await this.endWaiting(digest);
  }

  /** What somebody has said of it; after this nobody has. */
  async take(digest: string): Promise<Decision | undefined> {
    const key = await hashedKey("approved", digest);
    for (const said of ["approve", "decline"] as const)
      if (await this.#store().compareAndSet(key, said, used, this.#expiresInMs))
        return said;
    return undefined;
  }

  /** Notes that somebody is told of a call. @returns whether nobody was, at any instance, or their time is over */
  async beginWaiting(digest: string): Promise<boolean> {
    const key = await hashedKey("waiting", digest);
    return this.#store().compareAndSet(key, undefined, "1", this.#expiresInMs);
  }

  async endWaiting(digest: string): Promise<void> {
    await this.#store().delete(await hashedKey("waiting", digest));
  }

  /** Counts a wrong key; refuses after ten in a minute. @returns whether there may be another */
  async mistaken(): Promise<boolean> {
    const { value } = await this.#store().increment("approval:keys", 1, 60_000);
    return value < 10;
  }

  async isBarred(): Promise<boolean> {
    const entry = await this.#store().get("approval:keys");
    return Number(entry?.value ?? 0) >= 10;
  }

  async #read(
    name: string,
  ): Promise<
    { readonly value: string; readonly question: Question } | undefined
  > {
    if (!/^[0-9a-f]{48}$/.test(name)) return undefined;
    const entry = await this.#store().get(await keyOf(name));
    if (entry === undefined || entry.value === used) return undefined;
    const opened = await (
      await Seal.of(name, "approval")
    ).open(entry.value, "approval");
    return opened === undefined
      ? undefined
      : {
          value: entry.value,
          question: JSON.parse(utf8Text(opened)) as Question,
        };
  }
}

function keyOf(name: string): Promise<string> {
  return hashedKey("approval", name);
}

/** The same for the same values, whatever the order of their members. */
export function digestOf(value: JsonValue): Promise<string> {
  return hashedKey("call", JSON.stringify(ordered(value)));
}

function ordered(value: JsonValue): JsonValue {
  if (isJsonArray(value)) return value.map(ordered);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, member]) => [name, ordered(member)]),
  );
}

/**
 * What a client goes on by with work that takes longer than a call: all that is known of it, sealed, so that any instance
 * that has the key can read it, nobody else can, and nobody can make one.
 */
import { refuseShort } from "../access/access-tokens.js";
import type { Call } from "../call/call.js";
import {
  fromBase64,
  fromUrlAlphabet,
  toBase64,
  toUrlAlphabet,
  utf8,
  utf8Text,
} from "../data/bytes.js";
import { defined } from "../data/defined.js";
import type { Variables } from "../host.js";
import { isJsonObject, parsedObject } from "../data/json-place.js";
import type { JsonObject, JsonValue } from "../data/model-parts.js";
import { ArgumentError } from "../errors.js";
import { readSecret } from "../settings/settings.js";
import { Seal } from "../store/shared-secrets.js";
import type { Job, ReadyCall } from "./job.js";

/** How long a handle can be used. */
export const handleMs = 7 * 86_400_000;
const variable = "MCP_JOB_KEY";

/** Whoever a handle is for: nobody else can use it, nor by way of another toolset. */
type Holder = Pick<Call, "caller" | "reach">;

export class Handles {
  readonly #seal: Promise<Seal>;
  /** Whether a handle can be used at other instances, and after a restart. */
  readonly isShared: boolean;

  /**
   * @param storeKey what instances have in common; absent: nothing
   * @throws ConfigurationError for a key that could be guessed
   */
  constructor(variables: Variables, storeKey: string | undefined) {
    const own = readSecret(variable, variables)?.reveal();
    if (own !== undefined) refuseShort(variable, own, "key");
    const key = own ?? storeKey;
    this.isShared = key !== undefined;
    this.#seal = Seal.of(key ?? randomKey(), "job");
  }

  async write(
    job: Job,
    holder: Holder,
    now: number = Date.now(),
  ): Promise<string> {
    const data = JSON.stringify([now + handleMs, dataOf(job)]);
    const sealed = await (await this.#seal).close(utf8(data), placeOf(holder));
    return toUrlAlphabet(sealed);
  }

  /** @throws ArgumentError for what is no handle of this caller's, or no longer */
  async read(
    handle: string,
    holder: Holder,
    now: number = Date.now(),
  ): Promise<Job> {
    const given = handle.trim();
    const sealed = fromUrlAlphabet(given);
    const isOne = given.length <= 16_384 && fromBase64(sealed) !== undefined;
    const opened = isOne
      ? await (await this.#seal).open(sealed, placeOf(holder))
      : undefined;
    const entry = opened && parsedObject(`{"entry":${utf8Text(opened)}}`);
    const [endsAt, data] = (entry?.["entry"] ?? []) as readonly JsonValue[];
    if (!isJsonObject(data))
      throw new ArgumentError("This is no handle of yours", {
        hint: this.isShared
          ? "Give the one of a result as it is, whole."
          : "Give the one of a result as it is, whole. Handles end when this server is started again: its owner can set MCP_JOB_KEY so that they do not.",
      });
    if (Number(endsAt) < now)
      throw new ArgumentError("This handle has ended", {
        hint: "Read the state by another tool of the API.",
      });
    return jobIn(data);
  }
}

function dataOf({ start, read, cancel, result }: Job): JsonObject {
  return {
    s: start,
    ...("url" in read ? { u: read.url } : { r: pairOf(read) }),
    ...(cancel === undefined ? {} : { c: pairOf(cancel) }),
    ...(result === undefined ? {} : { g: pairOf(result) }),
  };
}

function pairOf({ tool, args }: ReadyCall): JsonValue {
  return [tool, args];
}

function jobIn(data: JsonObject): Job {
  const call = (pair: JsonValue | undefined): ReadyCall | undefined => {
    if (!Array.isArray(pair)) return undefined;
    const [tool, args] = pair as readonly JsonValue[];
    return { tool: String(tool), args: isJsonObject(args) ? args : {} };
  };
  return {
    start: String(data["s"]),
    read: call(data["r"]) ?? { url: String(data["u"]) },
    ...defined({ cancel: call(data["c"]), result: call(data["g"]) }),
  };
}

function placeOf({ caller, reach }: Holder): string {
  return JSON.stringify([
    caller.issuer ?? null,
    caller.tenant ?? null,
    caller.id,
    reach?.toolset ?? null,
  ]);
}

function randomKey(): string {
  return toBase64(crypto.getRandomValues(new Uint8Array(32)));
}

/**
 * Tells whoever the owner names that a call waits to be approved: one message for each, signed as "Standard Webhooks"
 * has it (https://www.standardwebhooks.com). No call waits for it.
 */
import type { JsonObject } from "../data/model.js";
import { letGo } from "../upstream/deadline.js";
import type { Log } from "../log.js";
import type { Exchange } from "../upstream/http-message.js";
import type { WebhookSettings } from "./approval-settings.js";
import type { Signing } from "./signing.js";

/** Messages that are under way at the same time. */
const mostUnderWay = 100;
const timeoutMs = 5_000;
const mostAnswerBytes = 64 * 1024;
/** Before each attempt. */
const usualPauses: readonly number[] = [0, 1_000, 5_000];
/** Of the time that a server has to end. */
const closingMs = 2_000;

export class ApprovalWebhook {
  readonly #settings: WebhookSettings;
  readonly #signing: Signing;
  readonly #exchange: Exchange;
  readonly #log: Log;
  readonly #pauses: readonly number[];
  readonly #underWay = new Set<Promise<void>>();
  readonly #closing = new AbortController();

  constructor(
    settings: WebhookSettings,
    signing: Signing,
    exchange: Exchange,
    log: Log,
    pauses: readonly number[] = usualPauses,
  ) {
    this.#settings = settings;
    this.#signing = signing;
    this.#exchange = exchange;
    this.#log = log;
    this.#pauses = pauses;
  }

  /**
   * Begins to send a message.
   *
   * @param type such as `approval.requested`
   * @param lost called where nobody took it
   * @returns `false` where so many are under way that this one is not sent
   */
  tell(type: string, data: JsonObject, lost: () => Promise<void>): boolean {
    if (this.#underWay.size >= mostUnderWay) {
      this.#log.error("approval", { outcome: "not told", reason: "too many" });
      return false;
    }
    const sending = this.#send(type, data, lost).catch((error: unknown) =>
      this.#log.error("approval", { outcome: "not told", error }),
    );
    this.#underWay.add(sending);
    void sending.finally(() => this.#underWay.delete(sending));
    return true;
  }

  /** Makes the attempts that are left at once, and waits for them a little. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.race([Promise.all(this.#underWay), pause(closingMs)]);
  }

  async #send(
    type: string,
    data: JsonObject,
    lost: () => Promise<void>,
  ): Promise<void> {
    const id = `msg_${crypto.randomUUID()}`;
    const timestamp = new Date().toISOString();
    const body = JSON.stringify({ type, timestamp, data });
    let reason = "";
    for (const pauseMs of this.#pauses) {
      await pause(pauseMs, this.#closing.signal);
      const answer = await this.#attempt(id, body);
      if (answer === "taken") return;
      ({ reason } = answer);
      if (!answer.again) break;
    }
    // Its address is a secret, and so is what a client says of it.
    this.#log.error("approval", { outcome: "not told", reason });
    await lost();
  }

  async #attempt(
    id: string,
    body: string,
  ): Promise<"taken" | { readonly reason: string; readonly again: boolean }> {
    const at = String(Math.floor(Date.now() / 1_000));
    const signature = await this.#signing.sign(`${id}.${at}.${body}`);
    try {
      const { status } = await this.#exchange(
        {
          method: "POST",
          url: this.#settings.url.reveal(),
          headers: [
            ["content-type", "application/json"],
            ["webhook-id", id],
            ["webhook-timestamp", at],
            ["webhook-signature", `v1,${signature}`],
          ],
          body,
        },
        { allowPrivate: true },
        AbortSignal.timeout(timeoutMs),
        mostAnswerBytes,
      );
      if (status >= 200 && status < 300) return "taken";
      // What the receiver does not want, or has elsewhere, it will not want a second time: links go nowhere else.
      const again = status >= 500 || [408, 425, 429].includes(status);
      return { reason: `the webhook answered ${status}`, again };
    } catch {
      return { reason: "the webhook did not answer", again: true };
    }
  }
}

function pause(milliseconds: number, hurry?: AbortSignal): Promise<void> {
  if (milliseconds === 0 || hurry?.aborted === true) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      hurry?.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    letGo(timer);
    hurry?.addEventListener("abort", end);
  });
}

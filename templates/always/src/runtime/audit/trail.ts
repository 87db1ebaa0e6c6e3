/** Lines on their way to where they are kept: in batches, in order, never in the way of a call unless it asks for that. */
import type { JsonObject } from "../data/model.js";
import { letGo } from "../upstream/deadline.js";
import type { Log } from "../log.js";
import { scrub } from "../secret.js";
import { chained, firstLink, type Hash, type Link } from "./chain.js";

/** Where lines are kept. */
export interface Sink {
  /**
   * @param text whole lines, each with its line feed
   * @throws Error where they are not kept
   */
  write(text: string): Promise<void>;
  /** Where the chain of what is kept goes on; absent: a new one begins. */
  readonly link?: Link | undefined;
}

interface Entry {
  readonly text: string;
  readonly done?: () => void;
  readonly failed?: (fault: unknown) => void;
}

const mostLines = 10_000;
const mostBytes = 8 * 1024 * 1024;
const mostPerBatch = 500;
const firstPauseMs = 1_000;
const longestPauseMs = 30_000;
/** For what is left when the server ends, where it says no other time. */
const closeMs = 500;

export class Trail {
  readonly #sink: Sink;
  readonly #hash: Hash | undefined;
  readonly #log: Log;
  #link: Link;
  #waiting: Entry[] = [];
  #bytes = 0;
  /** Lines that found no room since the last time that this was said. */
  #lost = 0;
  #lostInAll = 0;
  #writing: Promise<void> | undefined;
  #isFailing = false;
  #isClosing = false;
  #wake: () => void = () => undefined;

  /** @param hash chains the lines; absent: they stand by themselves */
  constructor(sink: Sink, hash: Hash | undefined, log: Log) {
    this.#sink = sink;
    this.#hash = hash;
    this.#log = log;
    this.#link = sink.link ?? firstLink;
  }

  /** Lines that nobody will read, since the start. */
  get lost(): number {
    return this.#lostInAll;
  }

  /** Writes a line when it can; where too many wait it is lost, and counted. */
  add(fields: JsonObject): void {
    this.#put({ text: textOf(fields) });
  }

  /** Resolves once the line is kept. @throws Error where it is not */
  written(fields: JsonObject): Promise<void> {
    return new Promise((done, failed) => {
      this.#put({ text: textOf(fields), done, failed });
    });
  }

  /** @param mostMs for what is left; a sink that fails gets no more of it */
  async close(mostMs = closeMs): Promise<void> {
    this.#isClosing = true;
    this.#wake();
    const late = new Promise<void>((resolve) =>
      letGo(setTimeout(resolve, mostMs)),
    );
    await Promise.race([this.#writing, late]);
    const left = this.#waiting.length + this.#lost;
    if (left > 0) this.#log.error("audit", { lost: left });
  }

  #put(entry: Entry): void {
    const isFull =
      this.#waiting.length >= mostLines ||
      this.#bytes + entry.text.length > mostBytes;
    if (isFull || (this.#isFailing && this.#isClosing)) {
      this.#lose();
      entry.failed?.(new Error("Too many lines wait"));
      return;
    }
    this.#waiting.push(entry);
    this.#bytes += entry.text.length;
    // Who waits for a line finds out at once whether it can be written again.
    if (entry.failed !== undefined) this.#wake();
    this.#writing ??= this.#write();
  }

  #lose(): void {
    this.#lost += 1;
    this.#lostInAll += 1;
  }

  async #write(): Promise<void> {
    let pauseMs = firstPauseMs;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, mostPerBatch);
      const lost = this.#lost;
      try {
        const texts = batch.map(({ text }) => text);
        if (lost > 0) texts.push(textOf({ event: "lost", lines: lost }));
        const { text, link } = await this.#linked(texts);
        await this.#sink.write(text);
        this.#link = link;
        this.#lost -= lost;
        this.#take(batch);
        for (const { done } of batch) done?.();
        if (this.#isFailing) this.#log.info("audit", { again: true, lost });
        this.#isFailing = false;
        pauseMs = firstPauseMs;
      } catch (fault) {
        if (!this.#isFailing) this.#log.error("audit", { error: fault });
        this.#isFailing = true;
        this.#refuse(batch, fault);
        if (this.#isClosing) break;
        if (this.#waiting.length > 0) await this.#pause(pauseMs);
        pauseMs = Math.min(pauseMs * 2, longestPauseMs);
      }
    }
    // At once: whoever hears that a line is kept may have the next one.
    this.#writing = undefined;
  }

  /** Whoever waits for a line is told that it is not kept; the others are tried again. */
  #refuse(batch: readonly Entry[], fault: unknown): void {
    const refused = batch.filter(({ failed }) => failed !== undefined);
    this.#take(refused);
    for (const { failed } of refused) {
      this.#lose();
      failed?.(fault);
    }
  }

  #take(entries: readonly Entry[]): void {
    const taken = new Set(entries);
    this.#waiting = this.#waiting.filter((entry) => !taken.has(entry));
    for (const { text } of entries) this.#bytes -= text.length;
  }

  async #linked(
    texts: readonly string[],
  ): Promise<{ readonly text: string; readonly link: Link }> {
    if (this.#hash === undefined)
      return { text: `${texts.join("\n")}\n`, link: this.#link };
    let link = this.#link;
    let text = "";
    for (const one of texts) {
      const { line, next } = await chained(one, link, this.#hash);
      text += `${line}\n`;
      link = next;
    }
    return { text, link };
  }

  async #pause(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      letGo(setTimeout(resolve, ms));
    });
    this.#wake = () => undefined;
  }
}

function textOf(fields: JsonObject): string {
  return scrub(JSON.stringify({ time: new Date().toISOString(), ...fields }));
}

/** One client of MCP 2024-11-05 over HTTP: a stream of events, and the messages that it posts beside it. */
import type {
  AuthInfo,
  JSONRPCMessage,
  Transport,
} from "../http/mcp-exchange.js";
import { ownValue } from "../data/json-place.js";

export interface SessionOptions {
  /** Of whoever opened the stream: nobody else may post to it. */
  readonly callerId: string;
  /** Where messages are posted, from the root of the server. */
  messagesAt(id: string): string;
  /** Milliseconds after which a session ends in which nothing runs and nothing is posted. */
  readonly idleMs: number;
  onEnd(): void;
}

/** Milliseconds between two signs of life: what is in between closes connections that are silent. */
const aliveMs = 15_000;
/** Of what a client does not read, so much is kept for it; then it is held to be gone. */
const mostUnreadBytes = 4 * 1024 * 1024;

export class SseSession implements Transport {
  /** Whoever knows it and has the token of its caller may post: it cannot be guessed. */
  readonly id: string = crypto.randomUUID();
  readonly body: ReadableStream<Uint8Array>;
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: Transport["onmessage"];
  readonly #options: SessionOptions;
  /** What a request that runs has taken, by its id. */
  readonly #running = new Map<string, () => void>();
  readonly #alive: ReturnType<typeof setInterval>;
  #stream: ReadableStreamDefaultController<Uint8Array> | undefined;
  #lastPosted = Date.now();
  #isFinishing = false;
  #isOver = false;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => void (this.#stream = controller),
        cancel: () => this.close(),
      },
      new ByteLengthQueuingStrategy({ highWaterMark: mostUnreadBytes }),
    );
    const often = Math.min(aliveMs, options.idleMs);
    this.#alive = setInterval(() => this.#beat(), often);
  }

  get callerId(): string {
    return this.#options.callerId;
  }

  /** The first event says where to post (MCP 2024-11-05, transports). */
  async start(): Promise<void> {
    this.#write("endpoint", this.#options.messagesAt(this.id));
  }

  /**
   * Hands a message that was posted to the server.
   *
   * @param release called when the request that it is has its answer, or the session ends
   * @returns whether it was taken: of two that run with one id the answers could not be told from each other
   */
  take(
    message: JSONRPCMessage,
    authInfo: AuthInfo,
    release: () => void,
  ): boolean {
    const key = isRequest(message) ? keyOf(message) : undefined;
    const isTwice = key !== undefined && this.#running.has(key);
    if (this.#isOver || isTwice || key === undefined) release();
    if (this.#isOver || isTwice) return false;
    this.#lastPosted = Date.now();
    if (key !== undefined) this.#running.set(key, release);
    this.onmessage?.(message, { authInfo });
    return true;
  }

  async send(message: JSONRPCMessage): Promise<void> {
    this.#write("message", JSON.stringify(message));
    if (ownValue(message, "method") !== undefined) return;
    const key = keyOf(message);
    this.#running.get(key)?.();
    this.#running.delete(key);
    if (this.#isFinishing) this.finish();
  }

  /** Takes no more, and ends when what runs has its answer. */
  finish(): void {
    this.#isFinishing = true;
    if (this.#running.size === 0) void this.close();
  }

  /** Ends the stream, and cancels what runs. */
  async close(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    clearInterval(this.#alive);
    for (const release of this.#running.values()) release();
    this.#running.clear();
    try {
      this.#stream?.close();
    } catch {
      // Its reader has cancelled it.
    }
    this.onclose?.();
    this.#options.onEnd();
  }

  #beat(): void {
    const isIdle = Date.now() - this.#lastPosted >= this.#options.idleMs;
    if (isIdle && this.#running.size === 0) void this.close();
    else this.#enqueue(": keepalive\n\n");
  }

  #write(event: string, data: string): void {
    this.#enqueue(`event: ${event}\ndata: ${data}\n\n`);
  }

  #enqueue(text: string): void {
    if (this.#isOver) return;
    if ((this.#stream?.desiredSize ?? 0) > 0)
      this.#stream?.enqueue(encoder.encode(text));
    else void this.close();
  }
}

const encoder = new TextEncoder();

function isRequest(message: JSONRPCMessage): boolean {
  return (
    ownValue(message, "method") !== undefined &&
    ownValue(message, "id") !== undefined
  );
}

/** Ids 1 and "1" are two. */
function keyOf(message: JSONRPCMessage): string {
  return JSON.stringify(ownValue(message, "id"));
}

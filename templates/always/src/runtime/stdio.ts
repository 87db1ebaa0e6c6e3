/** MCP over stdin and stdout: one message per line, and nothing else on stdout. */
import {
  type JSONRPCMessage,
  ReadBuffer,
  type RequestId,
  serializeMessage,
  type Transport,
} from "@modelcontextprotocol/server";
import { serveStdio as serveConnection } from "@modelcontextprotocol/server/stdio";
import type { Log } from "./log.js";
import type { TableServer } from "./mcp-server.js";
import { writeStdout } from "./stdout.js";

/** How long calls that still run at the end of the input, or at SIGTERM, may take to finish. */
const graceMs = 5_000;
/** Beyond this much unread output no further input is read, so that a client that does not read costs no memory. */
const highWaterBytes = 1024 * 1024;

/** Serves until the input ends or a signal comes. Resolves when what was asked has been answered. */
export async function serveStdio(
  factory: () => TableServer,
  log: Log,
): Promise<void> {
  const transport = new StdioTransport(log);
  const stop = () => transport.finish();
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  serveConnection(factory, {
    transport,
    onerror: (error) => log.debug("protocol", { error: error.message }),
  });
  await transport.closed;
}

/** Unlike the SDK's own, it answers what was asked before the input ended. */
class StdioTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  readonly closed: Promise<void>;
  readonly #log: Log;
  readonly #buffer = new ReadBuffer();
  readonly #unanswered = new Set<RequestId>();
  #finishing = false;
  #isClosed = false;
  #resolveClosed: () => void = () => undefined;

  constructor(log: Log) {
    this.#log = log;
    this.closed = new Promise((resolve) => (this.#resolveClosed = resolve));
  }

  async start(): Promise<void> {
    process.stdin.on("data", this.#read);
    process.stdin.on("end", () => this.finish());
    process.stdin.on("close", () => this.finish());
    process.stdin.on("error", () => this.finish());
    process.stdout.on("drain", () => {
      if (!this.#finishing) process.stdin.resume();
    });
    // The client is gone (EPIPE): nobody is left to answer.
    process.stdout.on("error", () => void this.close());
  }

  readonly #read = (chunk: Buffer): void => {
    try {
      this.#buffer.append(chunk);
    } catch (fault) {
      this.#log.error("message too long", { error: fault });
      this.finish();
      return;
    }
    for (;;) {
      try {
        const message = this.#buffer.readMessage();
        if (message === null) return;
        this.#track(message);
        this.onmessage?.(message);
      } catch (fault) {
        // A line that is no message: the next one may be.
        this.onerror?.(
          fault instanceof Error ? fault : new Error("No message"),
        );
      }
    }
  };

  /** A subscription stays open for good: nothing has to be waited for. */
  #track(message: JSONRPCMessage): void {
    if (!("method" in message)) return;
    if ("id" in message) {
      if (message.method !== "subscriptions/listen")
        this.#unanswered.add(message.id);
    } else if (message.method === "notifications/cancelled") {
      const id = message.params?.["requestId"];
      if (typeof id === "string" || typeof id === "number") this.#answered(id);
    }
  }

  #answered(id: RequestId): void {
    this.#unanswered.delete(id);
    if (this.#finishing && this.#unanswered.size === 0) void this.close();
  }

  async send(message: JSONRPCMessage): Promise<void> {
    if (this.#isClosed) return;
    const answers =
      "id" in message && !("method" in message) ? message.id : undefined;
    await new Promise<void>((resolve) => {
      writeStdout(serializeMessage(message), resolve);
      if (process.stdout.writableLength > highWaterBytes) process.stdin.pause();
    });
    if (answers !== undefined) this.#answered(answers);
  }

  /** Reads no more, and closes once everything is answered or the grace is over. */
  finish(): void {
    if (this.#finishing) return;
    this.#finishing = true;
    process.stdin.off("data", this.#read);
    process.stdin.pause();
    if (this.#unanswered.size === 0) void this.close();
    else setTimeout(() => void this.close(), graceMs).unref();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#finishing = true;
    process.stdin.pause();
    this.#buffer.clear();
    this.onclose?.();
    this.#resolveClosed();
  }
}

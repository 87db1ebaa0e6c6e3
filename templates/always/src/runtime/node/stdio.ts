/** MCP over stdin and stdout: one message per line, and nothing else on stdout. */
import {
  type JSONRPCMessage,
  type RequestId,
  serializeMessage,
  type Transport,
} from "@modelcontextprotocol/server";
import { serveStdio as serveConnection } from "@modelcontextprotocol/server/stdio";
import { ownValue } from "../data/json-place.js";
import type { Log } from "../log.js";
import {
  invalidRequest,
  readMessage,
  type RpcRefusal,
  overloadedReply,
} from "../mcp/json-rpc.js";
import type { TableServer } from "../mcp/mcp-server.js";
import type { Settings } from "../settings/settings.js";
import { writeStdout } from "./stdout.js";
import { WaitingRequests } from "./waiting-requests.js";

/** How long calls that still run at the end of the input, or at SIGTERM, may take to finish. */
const graceMs = 9_000;
/** Beyond this much unread output nothing more is begun, so that a client that does not read costs no memory. */
const highWaterBytes = 1024 * 1024;
/** Requests that run at once: each may hold an answer of a megabyte until the client reads it. */
const mostRunning = 16;
/** Bytes of messages that wait for their turn before the input is read no further. */
const mostWaitingBytes = 256 * 1024;
const mostLineBytes = 10 * 1024 * 1024;

/** Serves until the input ends or a signal comes. Resolves when what was asked has been answered. */
export async function serveStdio(
  factory: () => TableServer,
  { timeoutMs }: Settings,
  log: Log,
): Promise<void> {
  const transport = new StdioTransport(timeoutMs, log);
  const stop = () => transport.finish();
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  serveConnection(() => factory(), {
    transport,
    onerror: (error) => log.debug("protocol", { error: error.message }),
  });
  await transport.closed;
}

/** Unlike the SDK's own, it answers every request: faulty ones, and what was asked before the input ended. */
class StdioTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  readonly closed: Promise<void>;
  readonly #log: Log;
  readonly #lines: LineReader;
  /** Read, but not begun. */
  readonly #waiting: WaitingRequests<Request>;
  /** Begun, and not answered. */
  readonly #running = new Set<RequestId>();
  #finishing = false;
  #isClosed = false;
  #resolveClosed: () => void = () => undefined;

  /** @param mostWaitMs milliseconds that a request waits for its turn: as long as a call may take */
  constructor(mostWaitMs: number, log: Log) {
    this.#log = log;
    this.#waiting = new WaitingRequests(mostWaitMs, () => this.#shed());
    this.#lines = new LineReader(
      mostLineBytes,
      (line) => this.#take(line),
      () => this.#refuseLine(),
    );
    this.closed = new Promise((resolve) => (this.#resolveClosed = resolve));
  }

  async start(): Promise<void> {
    process.stdin.on("data", this.#read);
    process.stdin.on("end", () => this.finish());
    process.stdin.on("close", () => this.finish());
    process.stdin.on("error", () => this.finish());
    process.stdout.on("drain", () => this.#advance());
    // The client is gone (EPIPE): nobody is left to answer.
    process.stdout.on("error", () => void this.close());
  }

  readonly #read = (chunk: Buffer): void => {
    this.#lines.read(chunk);
    this.#advance();
  };

  #take(line: Uint8Array): void {
    const incoming = readMessage(line);
    if (incoming.kind === "refused") {
      this.onerror?.(new Error(incoming.refusal.message));
      this.#refuse(incoming.refusal);
    } else if (isRequest(incoming.message)) {
      this.#waiting.add(incoming.message, line.byteLength);
    } else if (!this.#cancelWaiting(incoming.message)) {
      this.#begin(incoming.message);
    }
  }

  #refuseLine(): void {
    const message = `A message may have at most ${mostLineBytes} bytes`;
    this.#log.error("message too long", { bytes: mostLineBytes });
    this.#refuse({ id: null, code: invalidRequest, message });
  }

  /** A faulty notification is not answered (JSON-RPC 2.0 §4.1). */
  #refuse({ id, code, message }: RpcRefusal): void {
    if (id === undefined || this.#isClosed) return;
    const answer = { jsonrpc: "2.0", id, error: { code, message } };
    writeStdout(`${JSON.stringify(answer)}\n`);
  }

  /** A request that is called off before its turn needs no answer (MCP, cancellation). */
  #cancelWaiting(message: JSONRPCMessage): boolean {
    return this.#waiting.remove(cancelledId(message)) !== undefined;
  }

  /** Refuses what waits for too long behind calls that run; a client that does not read would not see it. */
  #shed(): void {
    if (process.stdout.writableLength > highWaterBytes) return;
    for (const request of this.#waiting.overdue()) {
      const { answer } = overloadedReply(request, isOfOldRevision(request));
      writeStdout(`${JSON.stringify(answer)}\n`);
    }
    this.#advance();
  }

  /** Begins what may run now, one in a turn, so that answers fill the output before the next; reads on if there is room. */
  #advance(): void {
    const mayBegin =
      this.#running.size < mostRunning &&
      process.stdout.writableLength <= highWaterBytes;
    const next = mayBegin ? this.#waiting.next() : undefined;
    if (next !== undefined) {
      this.#begin(next);
      setImmediate(() => this.#advance());
    }
    this.#closeIfDone();
    if (this.#finishing) return;
    if (this.#waiting.bytes > mostWaitingBytes) process.stdin.pause();
    else process.stdin.resume();
  }

  /** A subscription stays open for good: nothing has to be waited for. */
  #begin(message: JSONRPCMessage): void {
    if (isRequest(message) && message.method !== "subscriptions/listen")
      this.#running.add(message.id);
    const cancelled = cancelledId(message);
    if (cancelled !== undefined) this.#running.delete(cancelled);
    this.onmessage?.(message);
  }

  async send(message: JSONRPCMessage): Promise<void> {
    if (this.#isClosed) return;
    await new Promise<void>((resolve) =>
      writeStdout(serializeMessage(message), resolve),
    );
    if (!("id" in message) || "method" in message) return;
    if (message.id !== undefined) this.#running.delete(message.id);
    this.#advance();
  }

  /** Reads no more, and closes once everything is answered; what is not when the grace is over is told so. */
  finish(): void {
    if (this.#finishing) return;
    this.#finishing = true;
    process.stdin.off("data", this.#read);
    process.stdin.pause();
    this.#advance();
    if (!this.#isClosed) setTimeout(() => this.#giveUp(), graceMs).unref();
  }

  #giveUp(): void {
    for (const id of [...this.#running, ...this.#waiting.ids])
      this.#refuse({ id, code: serverEnds, message: "The server was stopped" });
    void this.close();
  }

  #closeIfDone(): void {
    const done = this.#running.size === 0 && this.#waiting.isEmpty;
    if (this.#finishing && done) void this.close();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#finishing = true;
    process.stdin.pause();
    this.#waiting.clear();
    this.onclose?.();
    this.#resolveClosed();
  }
}

/** Of the range that JSON-RPC leaves to servers (§5.1). */
const serverEnds = -32000;

type Request = Extract<JSONRPCMessage, { method: string; id: RequestId }>;

/** Whether a request is of a revision before 2026-07-28: later ones name theirs. */
function isOfOldRevision({ params }: Request): boolean {
  const meta = ownValue(params, "_meta");
  return (
    ownValue(meta, "io.modelcontextprotocol/protocolVersion") === undefined
  );
}

function isRequest(message: JSONRPCMessage): message is Request {
  return "method" in message && "id" in message;
}

/** Id of the request that a notification calls off. */
function cancelledId(message: JSONRPCMessage): RequestId | undefined {
  if (!("method" in message) || "id" in message) return undefined;
  if (message.method !== "notifications/cancelled") return undefined;
  const id = message.params?.["requestId"];
  return typeof id === "string" || typeof id === "number" ? id : undefined;
}

/** Lines of a byte stream, each handed on once it is whole: linear in what arrives, however it is cut into chunks. */

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

export class LineReader {
  readonly #mostBytes: number;
  readonly #onLine: (line: Uint8Array) => void;
  readonly #onTooLong: () => void;
  #parts: Uint8Array[] = [];
  #size = 0;
  /** Whether the line was given up: the rest of it is passed over. */
  #skipping = false;

  /**
   * @param mostBytes longest line; a longer one is told once and passed over
   * @param onLine called with each line, without its end; empty ones are left out
   */
  constructor(
    mostBytes: number,
    onLine: (line: Uint8Array) => void,
    onTooLong: () => void,
  ) {
    this.#mostBytes = mostBytes;
    this.#onLine = onLine;
    this.#onTooLong = onTooLong;
  }

  read(chunk: Uint8Array): void {
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(lineFeed, start);
      this.#add(chunk.subarray(start, end < 0 ? undefined : end));
      if (end < 0) return;
      this.#end();
      start = end + 1;
    }
  }

  #add(part: Uint8Array): void {
    if (this.#skipping || part.byteLength === 0) return;
    this.#size += part.byteLength;
    if (this.#size <= this.#mostBytes) {
      this.#parts.push(part);
      return;
    }
    this.#skipping = true;
    this.#parts = [];
    this.#onTooLong();
  }

  #end(): void {
    const [only = new Uint8Array(), ...more] = this.#parts;
    const line = more.length === 0 ? only : Buffer.concat([only, ...more]);
    const wasRead = !this.#skipping;
    this.#parts = [];
    this.#size = 0;
    this.#skipping = false;
    if (!wasRead) return;
    const whole = line.at(-1) === carriageReturn ? line.subarray(0, -1) : line;
    if (whole.byteLength > 0) this.#onLine(whole);
  }
}

/** How much of answers is held at once, and what this server's own work is blamed for. */
import { once } from "node:events";
import { createServer } from "node:http";
import { Worker } from "node:worker_threads";
import { afterAll, describe, expect, it } from "vitest";
import { createLog } from "../../templates/always/src/runtime/log.ts";
import { readSettings } from "../../templates/always/src/runtime/settings/settings.ts";
import { AnswerRoom, type OwnRoom } from "../../templates/always/src/runtime/upstream/answer-room.ts";
import { openSender, type OpenSender } from "./sender.ts";
import { listen, startFaultServer } from "./send-fault-server.ts";

const { signal } = new AbortController();
const limits = { freeBytes: 10, sharedBytes: 100, mostBeyond: 1 };

describe("room for answers", () => {
  it("is there for short answers, however full it is", () => {
    const room = new AnswerRoom({ ...limits, mostBeyond: 0 });
    expect(room.open().take(110, signal)).toBeUndefined();
    expect(room.open().take(10, signal)).toBeUndefined();
  });

  it("is waited for, first come first served, and goes on with what is given back", async () => {
    const room = new AnswerRoom({ ...limits, mostBeyond: 0 });
    const first = room.open();
    expect(first.take(110, signal)).toBeUndefined();
    const order: string[] = [];
    const second = room.open();
    const waits = [
      Promise.resolve(second.take(60, signal)).then(() => order.push("second")),
      Promise.resolve(room.open().take(20, signal)).then(() => order.push("third")),
    ];
    await Promise.resolve();
    expect(order).toEqual([]);
    first.release();
    await Promise.all(waits);
    expect(order).toEqual(["second", "third"]);
    expect(second.waitedMs).toBeGreaterThan(0);
  });

  it("lets one answer go on to its end when it is spent, so that none waits for itself", async () => {
    const room = new AnswerRoom(limits);
    const owners = Array.from({ length: 4 }, () => room.open());
    let held = 0;
    let most = 0;
    const read = async (own: OwnRoom): Promise<void> => {
      for (let part = 0; part < 20; part += 1) {
        await own.take(10, signal);
        held += 10;
        most = Math.max(most, held);
        await Promise.resolve();
      }
      own.release();
      held -= 200;
    };
    await Promise.all(owners.map(read));
    // What is free to each, what all share, and one that went beyond.
    expect(most).toBeLessThanOrEqual(4 * 10 + 100 + 200);
    expect(held).toBe(0);
  });

  it("is given up by who is cancelled while waiting", async () => {
    const room = new AnswerRoom({ ...limits, mostBeyond: 0 });
    const first = room.open();
    void first.take(110, signal);
    const cancelled = new AbortController();
    const second = room.open();
    const waits = second.take(60, cancelled.signal);
    cancelled.abort(new Error("gone"));
    await expect(waits).rejects.toThrow("gone");
    second.release();
    first.release();
    expect(room.open().take(110, signal)).toBeUndefined();
  });
});

const senders: OpenSender[] = [];
afterAll(() => Promise.all(senders.map((made) => made.close())));

function sender(timeoutMs: number): OpenSender {
  const made = openSender(readSettings({ MCP_TIMEOUT_MS: String(timeoutMs) }), createLog("silent"));
  senders.push(made);
  return made;
}

const request = (url: string) => ({ method: "GET", url, headers: [] });
const options = { signal, idempotent: true, allowPrivate: true };

/** An API in a thread of its own: tells that it was asked, and answers when whoever asked stands still. */
const answersLate = `
const { createServer } = require("node:http");
const { parentPort, workerData } = require("node:worker_threads");
const tell = (index, value) => { Atomics.store(workerData, index, value); Atomics.notify(workerData, index); };
const server = createServer((_request, response) => {
  parentPort.postMessage("asked");
  setTimeout(() => response.end("ok", () => setTimeout(() => tell(1, 1), 10)), 100);
});
server.listen(0, "127.0.0.1", () => tell(0, server.address().port));
`;

function standStill(milliseconds: number): void {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
}

describe("an answer that waits for room", () => {
  it("is left on its connection: the API cannot send on", async () => {
    let sent = 0;
    const chunk = Buffer.alloc(64 * 1024, "x");
    const { port, close } = await listen(
      createServer((_request, response) => {
        const more = (): void => {
          while (!response.destroyed && response.write(chunk)) sent += chunk.length;
          sent += chunk.length;
          response.once("drain", more);
        };
        more();
      }),
    );
    const room = new AnswerRoom({ freeBytes: 100_000, sharedBytes: 0, mostBeyond: 0 });
    const failed = sender(3_000).send(request(`http://127.0.0.1:${port}/`), { ...options, room: room.open() });
    await expect(failed).rejects.toMatchObject({ name: "LimitError" });
    // What the system's buffers of a connection take, and no more.
    expect(sent).toBeLessThan(32 * 1024 * 1024);
    await close();
  });
});

describe("while this server stands still", () => {
  it("answers that came in the meantime count, though their time is over", async () => {
    const told = new Int32Array(new SharedArrayBuffer(8));
    const api = new Worker(answersLate, { eval: true, workerData: told });
    await once(api, "online");
    Atomics.wait(told, 0, 0);
    const answered = sender(300).send(request(`http://127.0.0.1:${told[0]}/`), options);
    await once(api, "message");
    Atomics.wait(told, 1, 0);
    standStill(600);
    await expect(answered).resolves.toMatchObject({ status: 200 });
    await api.terminate();
  });

  it("nothing is held against the API, and deadlines hold", async () => {
    const upstream = await startFaultServer();
    const made = sender(60_000);
    await made.send(request(`${upstream.origin}/ok`), options);
    const hang = request(`${upstream.origin}/hang`);
    const late = Array.from({ length: 8 }, () => made.send(hang, { ...options, remainingMs: 300 }));
    const settled = Promise.allSettled(late);
    await new Promise((resolve) => setTimeout(resolve, 20));
    standStill(600);
    for (const { status } of await settled) expect(status).toBe("rejected");
    expect((await made.send(request(`${upstream.origin}/ok`), options)).status).toBe(200);
    await upstream.close();
  });
});

/** What the HTTP client says of its connections: which were used before, and which send without an end. */
import { channel } from "node:diagnostics_channel";
import { Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { failedOnReuse } from "../../templates/always/src/runtime/upstream/upstream-failure.ts";

// By a name of its own the module is another: the limit that it is given here is none of what other tests send.
const path = "../../templates/always/src/runtime/node/connections.ts?own=1";
const { limitWire, watchConnections } = (await import(
  path
)) as typeof import("../../templates/always/src/runtime/node/connections.ts");

watchConnections();
// A process has one client, however often it is said.
watchConnections();

const publish = (name: string, message: object): void => channel(`undici:${name}`).publish(message);

describe("a request that fails on a connection that was used before", () => {
  const failed = (before: number, isAnswered: boolean): boolean => {
    const socket = new Socket();
    for (let count = 0; count < before; count += 1) publish("client:sendHeaders", { request: {}, socket });
    const [request, error] = [{}, new Error("reset")];
    publish("client:sendHeaders", { request, socket });
    if (isAnswered) publish("request:headers", { request });
    publish("request:error", { request, error });
    return failedOnReuse(error);
  };
  it.each<[number, boolean, boolean]>([
    [0, false, false],
    [1, false, true],
    [2, false, true],
    [1, true, false],
  ])("is one after %i others, its answer begun: %s — %s", (before, isAnswered, isOne) =>
    expect(failed(before, isAnswered)).toBe(isOne),
  );

  it("is none where the client says nothing of it", () => {
    const error = new Error("reset");
    for (const message of [{}, { request: 1 }, { socket: {} }]) publish("client:sendHeaders", message);
    publish("request:headers", {});
    for (const message of [{}, { error }, { request: {}, error }]) publish("request:error", message);
    expect(failedOnReuse(error)).toBe(false);
  });
});

describe("a connection that sends without an end", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] }));
  afterEach(() => void vi.useRealTimers());
  /** Larger than any limit that was given in this process. */
  const most = 1_000_000_000;
  function carrying() {
    const socket = new Socket();
    let read = 500;
    Object.defineProperty(socket, "bytesRead", { get: () => read });
    const request = {};
    publish("client:sendHeaders", { request, socket });
    const errors: Error[] = [];
    socket.on("error", (error) => errors.push(error));
    const look = async (bytes: number) => {
      read = 500 + bytes;
      vi.advanceTimersByTime(100);
      await new Promise((resolve) => setImmediate(resolve));
      return errors.map(({ message }) => message);
    };
    return { socket, request, look };
  }

  it("ends once it has sent twice the largest body and a mebibyte", async () => {
    limitWire(most);
    limitWire(5);
    const { look, socket } = carrying();
    // Other clients of this process may have lower limits.
    expect(await look(1_048_576)).toEqual([]);
    expect(socket.destroyed).toBe(false);
    expect(await look(2 * most + 1_048_577)).toEqual(["it sends without an end, but no answer"]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each(["request:trailers", "request:error"])("is watched no longer after %s", async (end) => {
    const { look, request } = carrying();
    publish(end, { request });
    expect(vi.getTimerCount()).toBe(0);
    expect(await look(3 * most)).toEqual([]);
  });

  it("is watched no longer once it has ended", async () => {
    const { look, socket } = carrying();
    socket.destroy();
    expect(await look(0)).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

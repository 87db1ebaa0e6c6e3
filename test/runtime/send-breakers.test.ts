/** What waits while something of an API fails, at real upstreams: never more than what fails. */
import { createServer } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { createLog } from "../../templates/always/src/runtime/log.ts";
import { readSettings } from "../../templates/always/src/runtime/settings/settings.ts";
import { OriginBreakers } from "../../templates/always/src/runtime/upstream/origin-breakers.ts";
import { type SendOptions } from "../../templates/always/src/runtime/upstream/send.ts";
import { openSender } from "./sender.ts";
import { listen } from "./send-fault-server.ts";

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => void (await Promise.all(open.splice(0).map((close) => close()))));

/** An API whose answer to a path is the status in it: `/503/a`; `/reset/…` ends the connection. */
async function api() {
  const seen: string[] = [];
  const { port, close } = await listen(
    createServer((request, response) => {
      const path = request.url ?? "";
      seen.push(path);
      if (path.startsWith("/reset")) request.socket.resetAndDestroy();
      else response.writeHead(Number(path.split("/")[1])).end("{}");
    }),
  );
  const sender = openSender(
    readSettings({ MCP_TIMEOUT_MS: "3600000", MCP_CONNECT_TIMEOUT_MS: "3600000" }),
    createLog("silent"),
  );
  open.push(close, () => sender.close());
  const call = (path: string, operation: string, caller = "one", more: Partial<SendOptions> = {}): Promise<unknown> =>
    sender
      .send(
        { method: "GET", url: `http://127.0.0.1:${port}${path}`, headers: [] },
        {
          signal: new AbortController().signal,
          idempotent: false,
          allowPrivate: true,
          source: { operation, caller },
          ...more,
        },
      )
      .then(
        ({ status }) => status,
        (error: Error) => (error.message.includes("paused") ? error.message.replace(/.* failed/, "… failed") : "fault"),
      );
  /** What is not held against the API, since this process stood still meanwhile, is tried again. */
  const untilPaused = async (one: () => Promise<unknown>): Promise<void> => {
    while (!String(await one()).includes("paused"));
  };
  const times = async (count: number, one: () => Promise<unknown>): Promise<void> => {
    for (let at = 0; at < count; at += 1) await one();
  };
  return { seen, call, times, untilPaused };
}

const paused = expect.stringContaining("paused");

describe("one operation that fails", () => {
  it.each(["/503/a", "/502/a", "/504/a"])("is sent five times, and not again: %s", async (path) => {
    const { call, seen, times } = await api();
    await times(40, () => call(path, "bad"));
    expect(seen).toHaveLength(5);
  });

  it.each(["/503/a", "/502/a", "/504/a", "/reset/a"])("by %s is paused alone", async (path) => {
    const { call, seen, times, untilPaused } = await api();
    await untilPaused(() => call(path, "bad"));
    const sent = seen.length;
    await times(35, () => call(path, "bad"));
    expect(seen).toHaveLength(sent);
    expect(await call(path, "bad")).toBe("… failed several times in a row; calls of it are paused");
    for (const operation of ["good", "better"]) expect(await call("/200/b", operation)).toBe(200);
  });

  it("because of one caller's arguments works for others", async () => {
    const { call, times } = await api();
    await times(6, () => call("/503/a", "search", "careless"));
    expect(await call("/200/a", "search", "careless")).toEqual(paused);
    expect(await call("/200/a", "search", "careful")).toBe(200);
  });

  it("for several callers is paused for all of them, and nothing else", async () => {
    const { call, times, seen } = await api();
    for (const caller of ["one", "two"]) await times(3, () => call("/503/a", "bad", caller));
    expect(seen).toHaveLength(5);
    expect(await call("/200/a", "bad", "three")).toEqual(paused);
    expect(await call("/200/a", "good", "one")).toBe(200);
  });

  it("two operations that fail leave the third", async () => {
    const { call, times } = await api();
    await times(5, () => call("/503/a", "bad").then(() => call("/503/b", "worse")));
    expect([await call("/200/a", "bad"), await call("/200/a", "worse"), await call("/200/a", "good")]).toEqual([
      paused,
      paused,
      200,
    ]);
  });
});

describe("an API that fails", () => {
  it("for a caller at several operations is paused for that caller", async () => {
    const { call, seen } = await api();
    for (const operation of ["a", "b", "c", "d", "e", "f"]) await call("/503/x", operation);
    expect(seen).toHaveLength(5);
    expect(await call("/200/x", "g")).toBe("… failed several times in a row; calls to it are paused");
    expect(await call("/200/x", "g", "another")).toBe(200);
  });

  it("for several callers at several operations is paused for all", async () => {
    const { call } = await api();
    for (const [at, operation] of ["a", "b", "c", "d", "e"].entries()) await call("/503/x", operation, `c${at % 2}`);
    expect(await call("/200/x", "g", "another")).toEqual(paused);
  });

  it("is not paused as long as others are answered well in between", async () => {
    const { call } = await api();
    for (const operation of ["a", "b", "c", "d", "e", "f"]) {
      await call("/503/x", operation, "careless");
      expect(await call("/200/x", operation, "careful")).toBe(200);
    }
  });

  it("and takes no connection is paused for all by calls of one operation", async () => {
    const { call, untilPaused } = await api();
    const { port, close } = await listen(createServer());
    await close();
    const patience = { MCP_TIMEOUT_MS: "3600000", MCP_CONNECT_TIMEOUT_MS: "3600000" };
    const sender = openSender(readSettings(patience), createLog("silent"));
    open.push(() => sender.close());
    const refused = (operation: string, caller: string): Promise<string> =>
      sender
        .send(
          { method: "GET", url: `http://127.0.0.1:${port}/`, headers: [] },
          {
            signal: new AbortController().signal,
            idempotent: false,
            allowPrivate: true,
            source: { operation, caller },
          },
        )
        .then(
          () => "answer",
          ({ message }: Error) => message.replace(/^\S+ /, ""),
        );
    await untilPaused(() => refused("a", "one"));
    expect(await refused("b", "two")).toBe("failed several times in a row; calls to it are paused");
    expect(await call("/200/x", "b", "two")).toBe(200);
  });
});

describe("the breakers of an origin", () => {
  const made = () => {
    const clock = { now: 0 };
    return {
      clock,
      breakers: new OriginBreakers(
        () => clock.now,
        () => 0.5,
      ),
    };
  };
  const of = (operation: string, caller = "one") => ({ operation, caller });

  it("let one request probe, and go on as before once it is answered", () => {
    const { clock, breakers } = made();
    for (let at = 0; at < 5; at += 1) breakers.report(of("a"), "failed");
    expect(breakers.refusal(of("a"))).toEqual({ scope: "call", retryAfterMs: 30_000 });
    clock.now = 30_000;
    expect(breakers.refusal(of("a"))).toBeUndefined();
    expect(breakers.refusal(of("a"))).toEqual({ scope: "call", retryAfterMs: 1_000 });
    expect(breakers.refusal(of("b"))).toBeUndefined();
    breakers.report(of("a"), "healthy");
    for (let at = 0; at < 4; at += 1) {
      expect(breakers.refusal(of("a"))).toBeUndefined();
      expect(breakers.report(of("a"), "failed")).toBeUndefined();
    }
  });

  it("let a probe of the whole be no probe of a part that is still paused", () => {
    const { clock, breakers } = made();
    for (let at = 0; at < 5; at += 1) breakers.report(of("a"), "unreachable");
    clock.now = 1_000;
    for (let at = 0; at < 5; at += 1) breakers.report(of("a"), "failed");
    clock.now = 30_000;
    expect(breakers.refusal(of("a"))).toMatchObject({ scope: "call", retryAfterMs: 1_000 });
    // That refusal used up no probe.
    expect(breakers.refusal(of("b"))).toBeUndefined();
    expect(breakers.refusal(of("c"))).toMatchObject({ scope: "origin" });
    breakers.report(of("b"), "healthy");
    expect(breakers.refusal(of("c"))).toBeUndefined();
  });

  it("forget the oldest of more than a thousand, whoever makes them up", () => {
    const { breakers } = made();
    for (let at = 0; at < 5; at += 1) breakers.report(of("a", "first"), "failed");
    for (let at = 0; at < 1_000; at += 1) breakers.report(of("b", `made up ${at}`), "failed");
    expect(breakers.refusal(of("a", "first"))?.scope).not.toBe("call");
  });
});

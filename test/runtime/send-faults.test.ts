import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { createLog } from "../../templates/always/src/runtime/log.ts";
import { CallError } from "../../templates/always/src/runtime/errors.ts";
import type { HttpRequest, HttpResponse } from "../../templates/always/src/runtime/upstream/http-message.ts";
import { type SendOptions } from "../../templates/always/src/runtime/upstream/send.ts";
import { openSender, type OpenSender } from "./sender.ts";
import { readSettings } from "../../templates/always/src/runtime/settings/settings.ts";
import { closedPort, type FaultServer, startFaultServer } from "./send-fault-server.ts";

let upstream: FaultServer;
let elsewhere: FaultServer;
let senders: OpenSender[] = [];

/** A sender of its own for each case: what one remembers about an origin must not reach the next. */
function sender(environment: NodeJS.ProcessEnv = {}): OpenSender {
  const made = openSender(readSettings({ MCP_TIMEOUT_MS: "60000", ...environment }), createLog("silent"));
  senders.push(made);
  return made;
}

function options(more: Partial<SendOptions> = {}): SendOptions {
  return { signal: new AbortController().signal, idempotent: true, allowPrivate: true, ...more };
}

function get(path: string, origin = upstream.origin): HttpRequest {
  return { method: "GET", url: `${origin}${path}`, headers: [["X-API-Key", "canary-key"]] };
}

function post(path: string): HttpRequest {
  return { ...get(path), method: "POST", body: "canary-body" };
}

async function failureOf(promise: Promise<HttpResponse>): Promise<CallError> {
  const result = await promise.then(
    ({ status }) => status,
    (error: unknown) => error,
  );
  if (result instanceof CallError) return result;
  throw new Error(`Expected a CallError, got ${String(result)}`);
}

beforeAll(async () => {
  elsewhere = await startFaultServer();
  upstream = await startFaultServer(elsewhere.origin);
});

afterAll(async () => {
  await Promise.all(senders.map((made) => made.close()));
  senders = [];
  await upstream.close();
  await elsewhere.close();
});

describe("statuses", () => {
  const day = "86400";
  it.each([
    // path, idempotent, status that comes back, requests that the API saw
    ["/500", true, 500, 1],
    ["/501", true, 501, 1],
    ["/502", true, 502, 3],
    ["/503", true, 503, 3],
    ["/504", true, 504, 3],
    ["/404", true, 404, 1],
    ["/503-once", true, 200, 2],
    ["/429-zero-once", true, 200, 2],
    ["/429-second-once", true, 200, 2],
    ["/429-day", true, 429, 1],
  ])("GET %s (idempotent: %s) ends with %i after %i requests", async (path, idempotent, status, requests) => {
    const before = upstream.hits(path);
    const response = await sender().send(get(path), options({ idempotent }));
    expect(response.status).toBe(status);
    expect(upstream.hits(path) - before).toBe(requests);
    if (path === "/429-day") expect(response.headers.get("retry-after")).toBe(day);
  });

  it.each([
    ["/502", 502],
    ["/503", 503],
    ["/429", 429],
    ["/429-negative", 429],
    ["/429-junk", 429],
  ])("POST %s is sent once", async (path, status) => {
    const before = upstream.hits(path);
    const response = await sender().send(post(path), options({ idempotent: false }));
    expect(response.status).toBe(status);
    expect(upstream.hits(path) - before).toBe(1);
  });

  it("repeats a POST that was answered with 429 and a time, not before that time", async () => {
    const fresh = await startFaultServer();
    const waits: number[] = [];
    const started = performance.now();
    const response = await sender().send(
      { ...post("/429-second-once"), url: `${fresh.origin}/429-second-once` },
      options({ idempotent: false, onRetry: (_reason, waitMs) => waits.push(waitMs) }),
    );
    expect(Buffer.from(response.body).toString()).toBe("recovered");
    expect(waits).toEqual([1_000]);
    expect(performance.now() - started).toBeGreaterThan(990);
    await fresh.close();
  });
});

describe("connections", () => {
  it.each([
    ["/reset-once", "recovered", 2],
    ["/half-once", "recovered", 2],
  ])("GET %s is repeated", async (path, body, requests) => {
    const response = await sender().send(get(path), options());
    expect(Buffer.from(response.body).toString()).toBe(body);
    expect(upstream.hits(path)).toBe(requests);
  });

  /** Only what never ends may depend on a limit, and that is long enough for a busy machine to have sent it. */
  const limited = (path: string) => sender(/hang|drip/.test(path) ? { MCP_TIMEOUT_MS: "2000" } : {});

  it.concurrent.each([["/reset"], ["/half"], ["/chunks-cut"], ["/hang"], ["/drip"]])(
    "POST %s is sent once, and says that it may have taken effect",
    async (path) => {
      const error = await failureOf(limited(path).send(post(path), options({ idempotent: false })));
      expect(error.hint).toContain("may have taken effect");
      expect(upstream.seen.filter((sent) => sent.method === "POST" && sent.path === path)).toHaveLength(1);
    },
  );

  it.concurrent.each([
    ["/hang", "timed out after 2 s"],
    ["/drip", "timed out after 2 s"],
    ["/reset", "the connection"],
    ["/half", "the connection was closed before the answer was complete"],
    ["/garbage", "its answer is not valid HTTP"],
    ["/both-lengths", "the answer has not the length that it announced"],
    ["/large-header", "the header of its answer is too large"],
    ["/many-headers", "the header of its answer is too large"],
    ["/gzip-gzip", "a content coding that was not asked for"],
    ["/zstd", "a content coding that was not asked for"],
    ["/gzip-lie", "the body of its answer is no valid gzip"],
    ["/gzip-cut", "the body of its answer is no valid gzip"],
    ["/br-lie", "the body of its answer is no valid br"],
  ])("GET %s: %s", async (path, message) => {
    const error = await failureOf(limited(path).send(get(path), options()));
    expect(error.name).toBe("UpstreamError");
    expect(error.message).toContain(message);
    expect(error.message).toContain(`127.0.0.1:${upstream.port}`);
    expect(error.message).not.toContain(path);
  });

  it("answers the next call after every fault", async () => {
    const made = sender({ MCP_ATTEMPTS: "1" });
    for (const path of ["/garbage", "/gzip-lie", "/zstd", "/large-header", "/404"]) {
      await made.send(get(path), options()).catch(() => undefined);
      expect((await made.send(get("/ok"), options())).status).toBe(200);
    }
  });

  it("tries again whatever the method when no connection was made", async () => {
    const reasons: string[] = [];
    const origin = `http://127.0.0.1:${await closedPort()}`;
    const request = { ...post("/"), url: `${origin}/` };
    const error = await failureOf(
      sender().send(request, options({ idempotent: false, onRetry: (reason) => reasons.push(reason) })),
    );
    expect(error.message).toContain("the connection was refused");
    expect(reasons).toHaveLength(2);
  });

  it("names the host of a name that does not exist", async () => {
    const error = await failureOf(
      sender({ MCP_ATTEMPTS: "1" }).send(get("/", "http://nothing.invalid"), options({ allowPrivate: false })),
    );
    expect(error.message).toMatch(/^nothing\.invalid: its name/);
  });
});

describe("bodies", () => {
  const whole = "hello ".repeat(1_000);
  it.each([["/gzip"], ["/x-gzip"], ["/deflate"], ["/deflate-raw"], ["/br"]])("decodes %s", async (path) => {
    const response = await sender().send(get(path), options());
    expect(Buffer.from(response.body).toString()).toBe(whole);
    expect(response.truncated).toBe(false);
  });

  it.each([["/empty"], ["/204"], ["/gzip-head"]])("reads nothing from %s", async (path) => {
    const response = await sender().send(get(path), options());
    expect(response.body).toHaveLength(0);
  });

  it.each([["/bomb"], ["/endless"]])("stops %s at the limit of decoded bytes", async (path) => {
    const response = await sender({ MCP_MAX_RESPONSE_BYTES: "1000000" }).send(get(path), options());
    expect(response.truncated).toBe(true);
    expect(response.body).toHaveLength(1_000_000);
    // What the kernel holds on both sides comes on top of the limit.
    if (path === "/endless") expect(await upstream.taken).toBeLessThan(16_000_000);
  });

  it("is not truncated at exactly the limit", async () => {
    const response = await sender({ MCP_MAX_RESPONSE_BYTES: String(whole.length) }).send(get("/gzip"), options());
    expect(response.truncated).toBe(false);
  });
});

describe("redirects", () => {
  it("follows a GET within the origin", async () => {
    const response = await sender().send(get("/to-ok"), options());
    expect([response.status, response.url]).toEqual([200, `${upstream.origin}/ok?after=redirect`]);
  });

  it("stops after three hops", async () => {
    const before = upstream.hits("/loop");
    expect((await sender().send(get("/loop"), options())).status).toBe(302);
    expect(upstream.hits("/loop") - before).toBe(4);
  });

  it.each([
    ["GET", "/to-elsewhere", 302],
    ["GET", "/to-metadata", 302],
    ["GET", "/to-file", 302],
    ["GET", "/to-userinfo", 302],
    ["POST", "/to-elsewhere", 302],
    ["POST", "/to-elsewhere-307", 307],
    ["POST", "/to-ok-307", 307],
    ["PUT", "/to-ok", 302],
  ])("hands back %s %s", async (method, path, status) => {
    const request = { ...post(path), method, ...(method === "GET" ? { body: undefined } : {}) };
    expect((await sender().send(request, options({ idempotent: false }))).status).toBe(status);
    expect(elsewhere.seen).toEqual([]);
  });
});

describe("cancellation", () => {
  it("closes the connection of a request that is under way, and sends nothing more", async () => {
    const fresh = await startFaultServer();
    const controller = new AbortController();
    const call = sender().send(get("/hang", fresh.origin), options({ signal: controller.signal }));
    while (fresh.seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    controller.abort(new Error("changed my mind"));
    await expect(call).rejects.toThrow("changed my mind");
    await fresh.closed;
    expect(fresh.seen).toHaveLength(1);
    await fresh.close();
  });

  // Its own limit is what tells an ended back-off from one that is slept through.
  it("ends a back-off", async () => {
    const controller = new AbortController();
    const onRetry = () => setTimeout(() => controller.abort(new Error("changed my mind")), 10);
    const call = sender({ MCP_TIMEOUT_MS: "60000" }).send(
      get("/429-half-minute"),
      options({ signal: controller.signal, onRetry }),
    );
    await expect(call).rejects.toThrow("changed my mind");
    expect(upstream.hits("/429-half-minute")).toBe(1);
  });

  it("does not count against the origin", async () => {
    const made = sender();
    for (let i = 0; i < 10; i += 1) {
      const controller = new AbortController();
      const call = made.send(get("/hang"), options({ signal: controller.signal }));
      setTimeout(() => controller.abort(), 5);
      await expect(call).rejects.toThrow();
    }
    expect((await made.send(get("/ok"), options())).status).toBe(200);
  });
});

/** The request of a call: made of its arguments in its time, and sent with credentials, a trace and a pace. */
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Call, Outgoing, StepServices } from "../../templates/always/src/runtime/call/call.ts";
import { request } from "../../templates/always/src/runtime/call/request.ts";
import { send } from "../../templates/always/src/runtime/call/send.ts";
import { UpstreamError } from "../../templates/always/src/runtime/errors.ts";
import { answerRoom } from "../../templates/always/src/runtime/upstream/answer-room.ts";

afterEach(() => void vi.useRealTimers());

const done = { content: [] };
const origin = "https://api.example.com";
const plan = {
  request: {
    method: "GET",
    path: "/pets",
    server: "default",
    accept: ["application/json"],
    parameters: [{ argument: "limit", name: "limit", in: "query", style: "form", explode: true }],
    security: [],
  },
  responses: [],
  pointer: "/x",
};
const rowOf = (own: object = {}, policy: object = {}) => ({
  kind: "operation",
  file: "pets",
  policy,
  listing: {
    name: "list_pets",
    title: "Pets",
    annotations: {},
    inputSchema: { type: "object", properties: { limit: { type: "integer" } }, additionalProperties: false },
  },
  api: {
    data: {
      name: "pets",
      environmentPrefix: "PETS",
      serverGroups: [{ id: "default", environment: "PETS_URL", servers: [{ url: `${origin}/v1`, variables: [] }] }],
    },
    calls: async () => ({ list_pets: { ...plan, ...own } }),
    schemas: async () => ({}),
  },
});
const callOf = (more: object = {}): Call =>
  ({
    row: rowOf(),
    args: {},
    caller: { id: "ada" },
    signal: new AbortController().signal,
    wholeText: false,
    ...more,
  }) as never;

describe("a request", () => {
  const servicesOf = (more: object = {}): StepServices =>
    ({ settings: { timeoutMs: 30_000 }, host: { environment: {} }, ...more }) as never;

  it("is made of the arguments, with the owner's values and all digits of a number", async () => {
    const supplied = [{ kind: "fixed", argument: "limit", value: 5 }];
    const made: Call[] = [];
    const next = async (call: Call) => (made.push(call), done);
    expect(await request(servicesOf())(callOf({ args: { limit: "12345678901234567890" } }), next)).toBe(done);
    await request(servicesOf())(callOf({ row: rowOf({ supplied }), args: { limit: 1 } }), next);
    expect(made.map(({ outgoing }) => outgoing?.request.url)).toEqual([
      `${origin}/v1/pets?limit=12345678901234567890`,
      `${origin}/v1/pets?limit=5`,
    ]);
    expect(made[1]?.args).toEqual({ limit: 5 });
    expect(made[0]?.outgoing).toMatchObject({ plan, baseUrl: { url: `${origin}/v1` }, request: { method: "GET" } });
  });

  it("is none of a tool of the owner's", async () => {
    const own = callOf({ row: { ...rowOf(), kind: "custom" } });
    await expect(request(servicesOf())(own, async () => done)).rejects.toThrow(
      "An own tool has no request: `hooks` has to run it",
    );
  });

  it("is made for each page by the part that pages, but for a file", async () => {
    const paged = vi.fn(async (_services: object, call: Call, _pages: object, ask: (call: Call) => Promise<object>) =>
      ask(call),
    );
    const pages = { by: "page" };
    const services = servicesOf({ parts: { pages: async () => ({ paged }) } });
    const next = vi.fn(async () => done);
    const call = callOf({ row: rowOf({ pages }) });
    expect(await request(services)(call, next)).toBe(done);
    expect(paged.mock.calls[0]?.slice(0, 3)).toEqual([services, call, pages]);
    await request(services)({ ...call, wholeText: true }, next);
    await request(services)(callOf(), next);
    await request(servicesOf({ parts: {} }))(call, next);
    expect([paged.mock.calls.length, next.mock.calls.length]).toEqual([1, 4]);
  });

  it("gives its room back and ends its time, whatever comes of it", async () => {
    const release = vi.fn();
    const open = vi.spyOn(answerRoom, "open").mockReturnValue({ release } as never);
    vi.useFakeTimers();
    try {
      await request(servicesOf())(callOf(), async () => done);
      await request(servicesOf())(callOf(), () => Promise.reject(new Error("x"))).catch(() => undefined);
      expect(release).toHaveBeenCalledTimes(2);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      open.mockRestore();
    }
  });

  it.each<[string, object, number, string]>([
    ["that of all calls", {}, 30_000, "The call took longer than 30 s"],
    ["that of the tool", { timeoutMs: 1_400 }, 1_400, "The call took longer than 1 s"],
  ])("has a time, %s", async (_whose, policy, ms, message) => {
    vi.useFakeTimers();
    const waiting = (call: Call): Promise<never> =>
      new Promise((_resolve, reject) => {
        const signal = call.outgoing?.deadline.signal;
        signal?.addEventListener("abort", () => reject(signal.reason as Error));
      });
    const ended = request(servicesOf())(callOf({ row: rowOf({}, policy) }), waiting).catch((fault: unknown) => fault);
    await vi.advanceTimersByTimeAsync(ms - 1);
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    const fault = await ended;
    expect(fault).toBeInstanceOf(UpstreamError);
    expect(fault).toMatchObject({
      message,
      hint: "Ask for less, or have the timeout of this tool or MCP_TIMEOUT_MS raised.",
      cause: { name: "TimeoutError" },
    });
  });

  it("tells what the sender found out where its time is over, and any fault before", async () => {
    vi.useFakeTimers();
    const failing = (ms: number, fault: Error) => {
      const next = () => new Promise<never>((_resolve, reject) => setTimeout(() => reject(fault), ms));
      return request(servicesOf())(callOf(), next).catch((thrown: unknown) => thrown);
    };
    const [late, early] = [new UpstreamError("No answer"), new Error("early")];
    const ended = [failing(30_001, late), failing(29_999, early)];
    await vi.advanceTimersByTimeAsync(31_000);
    expect(await Promise.all(ended)).toEqual([late, early]);
  });
});

describe("sending", () => {
  const outgoingOf = (method = "GET", headers: readonly (readonly [string, string])[] = [], row = rowOf()): Outgoing =>
    ({
      row,
      plan: { ...plan, request: { ...plan.request, method } },
      baseUrl: { url: origin, origin, allowPrivate: false, variable: "PETS_URL" },
      request: { method, url: `${origin}/pets`, headers },
      deadline: { signal: new AbortController().signal, remainingMs: 7_000 },
      room: { own: true },
    }) as never;
  const applied = (key: string, more: object = {}) => ({ headers: [["x-key", key]], query: [], cookies: [], ...more });

  function sentBy(
    call: object,
    replies: readonly object[] = [{ status: 200 }],
    given: readonly object[] = [applied("k1")],
  ) {
    const order: string[] = [];
    const sender = {
      send: vi.fn(async (_request: object, _how: { onRetry(reason: string, ms: number): void }) => {
        order.push("send");
        return replies[Math.min(sender.send.mock.calls.length, replies.length) - 1];
      }),
    };
    const credentials = vi.fn(
      async (_asked: object) => given[Math.min(credentials.mock.calls.length, given.length) - 1],
    );
    const pacing = {
      ready: vi.fn(async (..._asked: unknown[]) => void order.push("ready")),
      observe: vi.fn((..._seen: unknown[]) => void order.push("observe")),
    };
    const services = {
      owner: { custom: {}, credentials, rateLimiting: { pacing } },
      settings: { timeoutMs: 30_000 },
      host: { environment: {} },
      secrets: { shared: true },
      sender: async () => sender,
    };
    const handedOn: Call[] = [];
    const result = send(services as never)(callOf({ outgoing: outgoingOf(), ...call }), async (next) => {
      handedOn.push(next);
      return done;
    });
    return { sender, credentials, pacing, order, services, handedOn, result };
  }

  it("goes with the credentials of its API and caller, at the pace that the API asks for", async () => {
    const outgoing = outgoingOf();
    const call = { outgoing, presented: { token: "t" }, isSigningIn: true };
    const { sender, credentials, pacing, order, services, handedOn, result } = sentBy(call);
    expect(await result).toBe(done);
    expect(credentials.mock.calls).toEqual([
      [
        {
          api: outgoing.row.api.data,
          security: [],
          baseUrl: outgoing.baseUrl,
          caller: { id: "ada" },
          signal: outgoing.deadline.signal,
          host: services.host,
          secrets: services.secrets,
          presented: { token: "t" },
          isSigningIn: true,
        },
      ],
    ]);
    expect(order).toEqual(["ready", "send", "observe"]);
    const paced = { tool: "list_pets", callerId: "ada" };
    expect(pacing.ready.mock.calls).toEqual([[origin, outgoing.deadline.signal, 7_000, paced]]);
    expect(pacing.observe.mock.calls).toEqual([[origin, { status: 200 }, paced]]);
    expect(sender.send.mock.calls).toEqual([
      [
        { method: "GET", url: `${origin}/pets`, headers: [["x-key", "k1"]] },
        {
          signal: outgoing.deadline.signal,
          room: { own: true },
          idempotent: true,
          certificate: undefined,
          allowPrivate: false,
          variable: "PETS_URL",
          source: { operation: "list_pets", caller: "ada" },
          remainingMs: 30_000,
          onRetry: expect.any(Function) as unknown,
        },
      ],
    ]);
    expect(handedOn).toMatchObject([{ response: { status: 200 }, outgoing }]);
  });

  it("is not done without a request, nor where there is an answer", async () => {
    await expect(sentBy({ outgoing: undefined }).result).rejects.toThrow(
      "There is nothing to send: `request` goes before `send`",
    );
    const { sender, handedOn, result } = sentBy({ response: { status: 304 } });
    expect(await result).toBe(done);
    expect([sender.send.mock.calls.length, handedOn[0]?.response]).toEqual([0, { status: 304 }]);
  });

  it.each<[string, readonly number[], number, readonly string[], number]>([
    ["again with new credentials where the API refused them", [401, 200], 1, ["k1", "k2"], 200],
    ["again once only", [401, 401, 200], 2, ["k1", "k2"], 401],
    ["once where there are no others", [401, 200], 0, ["k1"], 401],
    ["once where it was refused for another reason", [403, 200], 1, ["k1"], 403],
  ])("is done %s", async (_how, statuses, renewable, keys, status) => {
    const rejected = vi.fn();
    const given = ["k1", "k2"].map((key, index) => applied(key, index < renewable ? { rejected } : {}));
    const { sender, handedOn, result } = sentBy(
      {},
      statuses.map((one) => ({ status: one })),
      given,
    );
    await result;
    expect(sender.send.mock.calls.map(([sent]) => (sent as { headers?: unknown }).headers)).toEqual(
      keys.map((key) => [["x-key", key]]),
    );
    expect(rejected).toHaveBeenCalledTimes(keys.length - 1);
    expect(handedOn[0]?.response?.status).toBe(status);
  });

  it("hands on what is received of the answer", async () => {
    const receive = vi.fn(async () => ({ status: 299 }));
    const { handedOn, result } = sentBy({ receive });
    await result;
    expect(receive.mock.calls).toEqual([[{ status: 200 }]]);
    expect(handedOn[0]?.response).toEqual({ status: 299 });
  });

  it.each<[string, object, Outgoing, object]>([
    ["a write as what is not repeated", {}, outgoingOf("POST"), { idempotent: false }],
    ["a put as what may be", {}, outgoingOf("PUT"), { idempotent: true }],
    [
      "a write with a key as what may be",
      {},
      outgoingOf("POST", [], rowOf({}, { idempotencyKey: "X-Key-Of-It" })),
      { idempotent: true },
    ],
    ["the time of the tool", {}, outgoingOf("GET", [], rowOf({}, { timeoutMs: 5 })), { remainingMs: 5 }],
    ["what is told of a stream", { progress: () => undefined }, outgoingOf(), { readAlong: expect.any(Function) }],
  ])("says %s", async (_what, call, outgoing, how) => {
    const { sender, result } = sentBy({ ...call, outgoing });
    await result;
    expect(sender.send.mock.calls[0]?.[1]).toMatchObject(how);
  });

  it("tells the client of each repetition", async () => {
    const told: string[] = [];
    const { sender, result } = sentBy({ progress: (message: string) => told.push(message) });
    await result;
    sender.send.mock.calls[0]?.[1].onRetry("503", 1_001);
    expect(told).toEqual(["503: trying again in 2 s"]);
    const silent = sentBy({});
    await silent.result;
    expect(() => silent.sender.send.mock.calls[0]?.[1].onRetry("503", 1)).not.toThrow();
  });

  const trace = { traceId: "t", parent: "00-t-s-01", state: "a=1" };
  it.each<[string, readonly (readonly [string, string])[], readonly (readonly [string, string])[]]>([
    [
      "that the call is a part of",
      [],
      [
        ["traceparent", "00-t-s-01"],
        ["tracestate", "a=1"],
      ],
    ],
    ["that its arguments say", [["TraceParent", "x"]], [["TraceParent", "x"]]],
    ["whose state they say", [["tracestate", "x"]], [["tracestate", "x"]]],
    [
      "beside what is called alike",
      [["x-traceparent", "x"]],
      [
        ["x-traceparent", "x"],
        ["traceparent", "00-t-s-01"],
        ["tracestate", "a=1"],
      ],
    ],
  ])("has the trace %s", async (_which, headers, want) => {
    const { sender, result } = sentBy({ outgoing: outgoingOf("GET", headers), trace });
    await result;
    const [first] = sender.send.mock.calls[0] as readonly { headers?: readonly (readonly string[])[] }[];
    expect(first?.headers?.filter(([name]) => name !== "x-key")).toEqual(want);
  });
});

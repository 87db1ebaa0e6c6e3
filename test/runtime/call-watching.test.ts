/** What looks at calls from outside, the line of the log that each leaves, and the steps that lead there. */
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Call, NamedStep, StepServices } from "../../templates/always/src/runtime/call/call.ts";
import { progress } from "../../templates/always/src/runtime/call/progress.ts";
import { record } from "../../templates/always/src/runtime/call/record.ts";
import { standardSteps, stepFaults } from "../../templates/always/src/runtime/call/steps.ts";
import {
  isLogged,
  tellRefusal,
  watchedHost,
  watchedRequest,
  watchersOf,
} from "../../templates/always/src/runtime/call/watcher.ts";
import {
  ArgumentError,
  ConfigurationError,
  LimitError,
  QuestionForUser,
} from "../../templates/always/src/runtime/errors.ts";

afterEach(() => void vi.useRealTimers());

const text = (value: string) => ({ type: "text" as const, text: value });
const done = { content: [text("done")] };
const row = {
  kind: "operation",
  file: "pets",
  policy: {},
  listing: { name: "get_pet", title: "Pet", annotations: {} },
  api: { calls: async () => ({ get_pet: { request: { method: "GET", path: "/pets/{id}" } } }) },
};
const callOf = (more: object = {}): Call =>
  ({ row, args: {}, caller: { id: "ada" }, signal: new AbortController().signal, ...more }) as never;

describe("watchers", () => {
  const services = { settings: {}, host: {}, log: {}, tools: {} } as never;
  const partOf = (name: string) => {
    const createWatcher = vi.fn(async () => ({ name }) as never);
    return { createWatcher, part: async () => ({ createWatcher }) };
  };

  it("are those of the parts that a server has, in the order in which a call meets them", async () => {
    const [audit, metrics, telemetry] = [partOf("audit"), partOf("metrics"), partOf("telemetry")];
    const parts = { audit: audit.part, metrics: metrics.part, telemetry: telemetry.part };
    const names = async (given: object) =>
      (await watchersOf(given, undefined, services)).map((one) => (one as unknown as { name: string }).name);
    expect(await names(parts)).toEqual(["telemetry", "metrics", "audit"]);
    expect(audit.createWatcher.mock.calls).toEqual([[services]]);
    expect(await names({ audit: audit.part })).toEqual(["audit"]);
    expect(await names({})).toEqual([]);
    await expect(names({ audit: async () => undefined })).rejects.toThrow("There is no part audit");
  });

  it("need the step that they watch by", async () => {
    const { part } = partOf("metrics");
    const steps = (...names: string[]) => names.map((name) => ({ name })) as unknown as readonly NamedStep[];
    const refused = watchersOf({ metrics: part, audit: part }, steps("send"), services);
    await expect(refused).rejects.toBeInstanceOf(ConfigurationError);
    await expect(refused).rejects.toMatchObject({
      message: 'src/main.ts leaves out the step "record", and this server has the part "metrics" that needs it',
      hint: "Add `step.record` to its list, as the first one.",
    });
    expect(await watchersOf({ metrics: part }, steps("send", "record"), services)).toHaveLength(1);
    expect(await watchersOf({}, steps("send"), services)).toEqual([]);
  });

  it("see what is sent, the first of them outermost", () => {
    const wrap = (name: string) => ({ exchange: (inner: unknown) => `${name}(${String(inner)})` }) as never;
    const host = { exchange: "sent", other: 1 } as never;
    expect(watchedHost(host, [wrap("a"), {} as never, wrap("b")])).toEqual({ exchange: "a(b(sent))", other: 1 });
    expect(watchedHost(host, [{} as never])).toBe(host);
  });

  it("see requests that are no calls, each with the trace of the one before", async () => {
    const seen: unknown[] = [];
    const watcher = (name: string) =>
      ({
        watchRequest: (request: object, run: (trace: unknown) => Promise<unknown>) => {
          seen.push([name, request]);
          return run(name);
        },
      }) as never;
    const request = { method: "prompts/get", isPipe: true };
    const run = async (trace: unknown) => ["ran", trace];
    expect(await watchedRequest([watcher("a"), {} as never, watcher("b")], request, run)).toEqual(["ran", "b"]);
    expect(seen).toEqual([
      ["a", request],
      ["b", { ...request, trace: "a" }],
    ]);
    expect(await watchedRequest([], { ...request, trace: "t" as never }, run)).toEqual(["ran", "t"]);
  });

  it("are told of refusals, as the log is unless one stands in its place", () => {
    const log = { info: vi.fn(), warn: vi.fn() };
    const refused = vi.fn();
    const fields = { caller: "ada", gone: undefined } as never;
    tellRefusal(log as never, [{ refused } as never, {} as never], "warn", "unauthorized", fields);
    expect(log.warn.mock.calls).toEqual([["unauthorized", fields]]);
    expect(refused.mock.calls).toEqual([["unauthorized", { caller: "ada" }]]);
    expect(Object.keys(refused.mock.calls[0]?.[1] as object)).toEqual(["caller"]);
    tellRefusal(log as never, [{ isLog: true, refused } as never], "info", "forbidden", fields);
    expect([log.info.mock.calls.length, refused.mock.calls.length]).toEqual([0, 2]);
    expect([isLogged([]), isLogged([{} as never]), isLogged([{} as never, { isLog: true } as never])]).toEqual([
      false,
      false,
      true,
    ]);
  });
});

describe("a client that asked for it", () => {
  it("is told every five seconds that its call still runs", async () => {
    vi.useFakeTimers();
    const told: string[] = [];
    const tell = (message: string): void => void told.push(message);
    const running = progress()(
      callOf({ progress: tell }),
      () => new Promise((end) => setTimeout(() => end(done), 12_000)),
    );
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await running).toBe(done);
    expect(told).toEqual(["Pet: waiting for 5 s", "Pet: waiting for 10 s"]);
    expect(vi.getTimerCount()).toBe(0);
    const call = callOf();
    const next = vi.fn(async () => done);
    expect(await progress()(call, next)).toBe(done);
    expect(next.mock.calls).toEqual([[call]]);
  });
});

describe("the line of a call", () => {
  const recorded = async (call: Call, next: () => Promise<unknown>, watchers?: readonly object[]) => {
    const lines: unknown[] = [];
    const log = { info: (...line: unknown[]) => lines.push(line), error: vi.fn() };
    const step = record({ log, ...(watchers && { watchers }) } as never);
    const result = await step(call, next as never).catch((fault: unknown) => fault);
    return { lines, result };
  };
  const plain = {
    tool: "get_pet",
    method: "GET",
    path: "/pets/{id}",
    caller: "ada",
    ms: expect.any(Number) as unknown,
  };

  it("has how it came, what was found out, and what came of it", async () => {
    const call = callOf({
      via: "call_read_operation",
      reach: { toolset: "admin" },
      trace: { traceId: "abc", parent: "x" },
      notes: { decision: "allow" },
    });
    const meta = { "openapi-to-mcp/status": 200, "openapi-to-mcp/cut": "size", "openapi-to-mcp/mended": ["a", "b"] };
    const result = { content: [text("ab"), { type: "image" }, text("ü")], _meta: meta };
    const { lines, result: given } = await recorded(call, async () => result);
    expect(given).toBe(result);
    expect(lines).toEqual([
      [
        "call",
        {
          ...plain,
          via: "call_read_operation",
          toolset: "admin",
          trace: "abc",
          decision: "allow",
          status: 200,
          cut: "size",
          mended: 2,
          bytes: 4,
          outcome: "ok",
        },
      ],
    ]);
  });

  it.each<[string, () => Promise<unknown>, object, object]>([
    ["error", async () => ({ content: [], isError: true }), {}, { bytes: 0 }],
    ["ArgumentError", () => Promise.reject(new ArgumentError("No")), {}, { bytes: 2 }],
    ["LimitError", () => Promise.reject(new LimitError("No", { limit: "tool" })), {}, { bytes: 2, limit: "tool" }],
    ["cancelled", () => Promise.reject(new ArgumentError("No")), { signal: AbortSignal.abort() }, { bytes: 9 }],
    ["asked", () => Promise.reject(new QuestionForUser("Sure?", "s")), {}, { bytes: 0 }],
    ["InternalError", () => Promise.reject(new Error("x")), {}, { bytes: 72 }],
  ])("says %s", async (outcome, next, more, fields) => {
    const { lines, result } = await recorded(callOf(more), next);
    expect(lines).toEqual([["call", { ...plain, ...fields, outcome }]]);
    if (outcome === "asked") expect(result).toBeInstanceOf(QuestionForUser);
    else expect(result).toMatchObject({ isError: true });
  });

  it("has no route where there is none", async () => {
    const own = { ...row, kind: "custom" };
    const broken = { ...row, api: { calls: () => Promise.reject(new Error("gone")) } };
    for (const given of [own, broken])
      expect((await recorded(callOf({ row: given }), async () => done)).lines).toEqual([
        ["call", { tool: "get_pet", caller: "ada", ms: expect.any(Number) as unknown, bytes: 4, outcome: "ok" }],
      ]);
  });

  it("is what watchers make of it, unless one stands in place of the log, and theirs where one refuses", async () => {
    const order: string[] = [];
    const watcher = (name: string, more: object = {}) => ({
      watch: async (call: Call, run: (call: Call) => Promise<object>) => {
        order.push(name);
        return { ...(await run(call)), line: { by: name } };
      },
      ...more,
    });
    const next = async () => done;
    expect(await recorded(callOf(), next, [watcher("a"), watcher("b")])).toEqual({
      lines: [["call", { by: "a" }]],
      result: done,
    });
    expect(order).toEqual(["a", "b"]);
    expect(await recorded(callOf(), next, [watcher("a", { isLog: true })])).toEqual({ lines: [], result: done });
    const refusing = { isLog: true, watch: () => Promise.reject(new LimitError("Full")) };
    const { lines, result } = await recorded(callOf(), next, [refusing]);
    expect(lines).toEqual([["call", { ...plain, bytes: 4, outcome: "LimitError", limit: "other" }]]);
    expect(result).toMatchObject({ isError: true, content: [text("Full")] });
  });
});

describe("the standard steps", () => {
  it("are these, in this order", () => {
    expect(standardSteps.map(({ make: _make, ...step }) => step)).toEqual([
      ...["record", "progress", "admit", "declare", "untilStopped"].map((name) => ({ name, once: true })),
      { name: "authorise" },
      { name: "validate" },
      { name: "policy", part: "policy", needed: true },
      { name: "hooks" },
      { name: "request" },
      { name: "approve", part: "policy", needed: true },
      { name: "cache", part: "cache" },
      { name: "jobs", part: "jobs" },
      { name: "send" },
      { name: "answer" },
    ]);
  });

  it("are made with what a server has, and say which part it lacks", async () => {
    const policy = { check: () => "checks", approve: () => "approves" };
    const stepOf = (name: string) => async () => ({ step: (given: unknown) => [name, given] });
    const services = { owner: { custom: {} }, policy, parts: { cache: stepOf("c"), jobs: stepOf("j") } } as never;
    const own: Record<string, unknown> = {
      policy: "checks",
      approve: "approves",
      cache: ["c", services],
      jobs: ["j", services],
    };
    for (const { name, make } of standardSteps)
      expect(await make(services), name).toEqual(own[name] ?? (expect.any(Function) as unknown));
    const none = { owner: { custom: {} } } as unknown as StepServices;
    for (const [name, what] of [
      ["policy", "keeps policies"],
      ["approve", "keeps policies"],
      ["cache", 'is the step "cache"'],
      ["jobs", 'is the step "jobs"'],
    ])
      await expect((async () => standardSteps.find((step) => step.name === name)?.make(none))()).rejects.toThrow(
        `This server was generated without the part that ${what}.`,
      );
  });

  it("that an owner's list leaves out are told, and those without which it would be less safe end the server", () => {
    const without = (...names: string[]) => standardSteps.filter(({ name }) => !names.includes(name));
    const part = async () => ({}) as never;
    expect(stepFaults(without("admit", "policy", "cache"))).toEqual(['src/main.ts leaves out the step "admit"']);
    expect(stepFaults(without("cache"), { cache: part })).toEqual(['src/main.ts leaves out the step "cache"']);
    const refused = () => stepFaults(without("admit", "approve"), { policy: part });
    expect(refused).toThrow(ConfigurationError);
    let hint: string | undefined;
    try {
      refused();
    } catch (fault) {
      ({ hint } = fault as ConfigurationError);
      expect((fault as Error).message).toBe(
        'src/main.ts leaves out the step "approve", and this server has the part that needs it',
      );
    }
    expect(hint).toBe("Add `step.approve` to its list, where `standardSteps` of src/runtime/call/steps.ts has it.");
  });
});

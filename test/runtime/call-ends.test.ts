/** What ends a call, and what its caller is told: limits, scopes, policy, faults, a server that stops, the owner's hooks. */
import { describe, expect, it, vi } from "vitest";
import { admit, tooManyCalls } from "../../templates/always/src/runtime/call/admit.ts";
import { authorise } from "../../templates/always/src/runtime/call/authorise.ts";
import type { Call, StepServices } from "../../templates/always/src/runtime/call/call.ts";
import { declare, inDeclaredShape } from "../../templates/always/src/runtime/call/declare.ts";
import { explain, faultResult, refusalResult } from "../../templates/always/src/runtime/call/fault.ts";
import { hooks } from "../../templates/always/src/runtime/call/hooks.ts";
import { Stopping } from "../../templates/always/src/runtime/call/stopping.ts";
import { untilStopped } from "../../templates/always/src/runtime/call/until-stopped.ts";
import {
  ArgumentError,
  LimitError,
  PolicyError,
  ScopeError,
  SignInError,
  UpstreamError,
} from "../../templates/always/src/runtime/errors.ts";

const done = { content: [{ type: "text" as const, text: "done" }] };
const row = (more: object = {}) => ({
  kind: "operation",
  listing: { name: "get_pet", title: "Pet", annotations: { readOnlyHint: true } },
  policy: {},
  ...more,
});
const callOf = (more: object = {}): Call =>
  ({ row: row(), args: {}, caller: { id: "ada" }, signal: new AbortController().signal, ...more }) as never;
const next = async () => done;

describe("limits", () => {
  it("are asked by caller and tool", async () => {
    const ask = vi.fn(async () => ({ allowed: true }));
    const step = admit({ owner: { rateLimiting: { limit: { admit: ask } } } } as never);
    expect(await step(callOf(), next)).toBe(done);
    expect(ask.mock.calls).toEqual([[{ id: "ada" }, "get_pet"]]);
  });

  it.each([
    ["caller", "MCP_RATE_LIMIT"],
    ["tool", "the limit of this tool or MCP_TOOL_RATE_LIMIT"],
    ["tenant", "MCP_TENANT_RATE_LIMIT"],
    [undefined, "this limit"],
  ] as const)("of a %s say how they are raised", (limit, what) => {
    const fault = tooManyCalls({ retryAfterMs: 2_000, ...(limit === undefined ? {} : { limit }) });
    expect(fault).toBeInstanceOf(LimitError);
    expect(fault).toMatchObject({
      message: "Too many calls",
      hint: `Call less often, or have ${what} raised.`,
      retryAfterMs: 2_000,
      limit: limit ?? "other",
    });
  });
});

describe("a caller without the scopes of a tool", () => {
  const scoped = row({ policy: { scopes: ["a", "b", "c"] } });
  it.each<[readonly string[], string]>([
    [["b", "c"], "The tool get_pet needs the scope a"],
    [["b"], "The tool get_pet needs the scopes a, c"],
    [[], "The tool get_pet needs the scopes a, b, c"],
  ])("who has %j is told what is missing", async (scopes, message) => {
    const refused = authorise()(callOf({ row: scoped, caller: { id: "ada", scopes } }), next);
    await expect(refused).rejects.toBeInstanceOf(ScopeError);
    await expect(refused).rejects.toMatchObject({
      message,
      hint: "Ask whoever runs this server for access: trying again does not help.",
    });
  });
});

describe("the policy", () => {
  const policyOf = (answer: object) => {
    const mayCall = vi.fn(() => answer);
    const within = vi.fn(() => ({ mayCall }));
    return { policy: { gate: { within } } as never, mayCall, within };
  };

  it("is asked by way of the toolset, and lets pass what is allowed", async () => {
    const { policy, mayCall, within } = policyOf({ allowed: true, rule: "r" });
    const notes = {};
    const call = callOf({ reach: { toolset: "admin" }, notes });
    expect(await authorise({ policy })(call, next)).toBe(done);
    expect(within.mock.calls).toEqual([["admin"]]);
    expect(mayCall.mock.calls).toEqual([[call.row, { id: "ada" }]]);
    expect(notes).toEqual({});
    expect(await authorise({ policy })(callOf(), next)).toBe(done);
    expect(within.mock.calls[1]).toEqual([undefined]);
  });

  it.each([
    [{}, "Ask whoever runs this server: trying again does not help."],
    [{ reason: "Only at night." }, "Only at night."],
  ])("refuses what it does not let pass, with the reason that it has: %j", async (more, hint) => {
    const { policy } = policyOf({ allowed: false, rule: "nights", ...more });
    const notes = { job: "x" };
    const refused = authorise({ policy })(callOf({ notes }), next);
    await expect(refused).rejects.toBeInstanceOf(PolicyError);
    await expect(refused).rejects.toMatchObject({
      message: "The policy of this server does not let you call get_pet",
      hint,
    });
    expect(notes).toEqual({ job: "x", decision: "deny", rule: "nights" });
    await expect(authorise({ policy })(callOf(), next)).rejects.toBeInstanceOf(PolicyError);
  });
});

describe("a result of a tool with an output schema", () => {
  const text = (value: string) => ({ type: "text" as const, text: value });
  const absent = text("Note: this answer has no structured content.");
  const other = text(
    "Note: this answer does not have the shape that the API's document promises; the text above is what came.",
  );
  const own = { content: [text("x")], _meta: { a: 1 } };
  const ofObject = { type: "object" } as const;

  it.each<[string, object, object, (value: unknown) => boolean, object]>([
    [
      "has its own where it fits",
      { structuredContent: { id: 1 } },
      ofObject,
      () => true,
      { structuredContent: { id: 1 } },
    ],
    [
      "has a list below `result`",
      { structuredContent: [1] },
      ofObject,
      () => true,
      { structuredContent: { result: [1] } },
    ],
    [
      "has a list as it is where that is declared",
      { structuredContent: [1] },
      {},
      () => true,
      { structuredContent: [1] },
    ],
    [
      "has a value below `result`",
      { structuredContent: null },
      ofObject,
      () => true,
      { structuredContent: { result: null } },
    ],
    [
      "has nothing and a note where it does not fit",
      { structuredContent: { id: 1 } },
      ofObject,
      (value) => JSON.stringify(value) === "{}",
      { content: [text("x"), other], structuredContent: {} },
    ],
    [
      "has nothing and a note without any",
      {},
      ofObject,
      () => true,
      { content: [text("x"), absent], structuredContent: {} },
    ],
    [
      "is an error where not even that fits",
      {},
      ofObject,
      () => false,
      { content: [text("x"), absent], isError: true },
    ],
    [
      "is an error where neither fits",
      { structuredContent: 1 },
      ofObject,
      () => false,
      { content: [text("x"), other], isError: true },
    ],
  ])("%s", (_how, given, schema, fits, want) => {
    expect(inDeclaredShape({ ...own, ...given } as never, schema as never, fits)).toEqual({ ...own, ...want });
  });

  it("is made by the step, for each schema, and never of a fault or of a tool without one", async () => {
    const step = declare();
    const schemaOf = (required: string) => ({ type: "object", properties: {}, required: [required] });
    const [one, two] = [schemaOf("id"), schemaOf("name")];
    const result = { ...own, structuredContent: { id: 1 } };
    const with_ = (outputSchema?: object) =>
      callOf({ row: row({ listing: { name: "get_pet", ...(outputSchema && { outputSchema }) } }) });
    for (let time = 0; time < 2; time += 1) {
      expect(await step(with_(one), async () => result)).toEqual(result);
      expect(await step(with_(two), async () => result)).toEqual({
        ...own,
        content: [text("x"), other],
        isError: true,
      });
    }
    expect(await step(with_(), async () => result)).toBe(result);
    const failed = { ...own, isError: true as const };
    expect(await step(with_(one), async () => failed)).toBe(failed);
  });
});

describe("a fault", () => {
  const log = { error: vi.fn() };
  const live = new AbortController().signal;
  const told = (fault: unknown, signal = live) => faultResult(fault, log as never, signal);

  it.each<[string, unknown, string, object]>([
    ["what is wrong", new ArgumentError("Wrong"), "Wrong", { "openapi-to-mcp/fault": "ArgumentError" }],
    [
      "what to do",
      new ArgumentError("Wrong", { hint: "Do." }),
      "Wrong\nDo.",
      { "openapi-to-mcp/fault": "ArgumentError" },
    ],
    [
      "when to come back",
      new LimitError("Busy", { hint: "Wait.", retryAfterMs: 1_001 }),
      "Busy\nWait.\nTry again in 2 s.",
      { "openapi-to-mcp/fault": "LimitError", "openapi-to-mcp/retryAfterMs": 1_001 },
    ],
    [
      "at once, too",
      new LimitError("Busy", { retryAfterMs: 0 }),
      "Busy\nTry again in 0 s.",
      { "openapi-to-mcp/fault": "LimitError", "openapi-to-mcp/retryAfterMs": 0 },
    ],
    [
      "where to sign in",
      new SignInError("Sign in", { url: "https://id.example/go", flow: "f" }),
      "Sign in\nThe user opens https://id.example/go and signs in; then the same call works.",
      {
        "openapi-to-mcp/fault": "SignInError",
        "openapi-to-mcp/signIn": { url: "https://id.example/go", flow: "f", message: "Sign in" },
      },
    ],
  ])("tells %s", (_what, fault, text, meta) => {
    const want = { content: [{ type: "text", text }], isError: true, _meta: meta };
    expect(told(fault)).toEqual(want);
    expect(refusalResult(fault as ArgumentError)).toEqual(want);
  });

  it("that is this server's own tells a number, under which the log has the rest", () => {
    const fault = new TypeError("a detail");
    const text = explain(fault, log as never);
    const [, id = ""] =
      /^Internal error ([0-9a-f]{8})\. The server's log has the details under this id\.$/.exec(text) ?? [];
    expect(id).not.toBe("");
    expect(log.error.mock.calls).toEqual([["internal error", { id, error: fault }]]);
    expect(told(fault)).toMatchObject({ isError: true, _meta: { "openapi-to-mcp/fault": "InternalError" } });
  });

  it("of a call that was cancelled tells no more than that", () => {
    expect(told(new ArgumentError("Wrong", { hint: "Do." }), AbortSignal.abort())).toEqual({
      content: [{ type: "text", text: "Cancelled" }],
      isError: true,
      _meta: { "openapi-to-mcp/fault": "ArgumentError" },
    });
  });
});

describe("a server that is stopped", () => {
  const never = () => new Promise<never>(() => undefined);
  it.each([
    [true, "Call again once it runs."],
    [false, "The call may have taken effect: read before you write again."],
  ])("gives up a call that reads (%s), and says what is known of it", async (readOnlyHint, hint) => {
    const stopping = new Stopping();
    const call = callOf({ row: row({ listing: { name: "x", annotations: { readOnlyHint } } }) });
    const running = untilStopped({ stopping } as StepServices)(call, never);
    stopping.stop();
    await expect(running).rejects.toBeInstanceOf(UpstreamError);
    await expect(running).rejects.toMatchObject({ message: "This server was stopped before the call ended", hint });
  });

  it("begins no call", async () => {
    const stopping = new Stopping();
    stopping.stop();
    const work = vi.fn(next);
    await expect(stopping.unlessStopped(true, work)).rejects.toMatchObject({
      message: "This server is stopped",
      hint: "Call again once it runs.",
    });
    expect(work).not.toHaveBeenCalled();
  });

  it("has let go of calls that ended, well or badly", async () => {
    const stopping = new Stopping();
    expect(await stopping.unlessStopped(false, next)).toBe(done);
    await expect(stopping.unlessStopped(false, () => Promise.reject(new Error("bad")))).rejects.toThrow("bad");
    expect(() => stopping.stop()).not.toThrow();
  });
});

describe("hooks of the owner's", () => {
  const entered = (own: object, more: object = {}) =>
    hooks({ owner: { custom: own } } as never)(callOf(more), async (call) => ({
      content: [{ type: "text", text: JSON.stringify(call.args) }],
    }));
  const said = (args: object) => ({ content: [{ type: "text", text: JSON.stringify(args) }] });

  it("are those of the tool's name alone", async () => {
    const before = () => ({ a: 1 });
    expect(await entered({ hooks: { get_pet: { before } } })).toEqual(said({ a: 1 }));
    expect(await entered({ hooks: { other: { before } } }, { args: { b: 2 } })).toEqual(said({ b: 2 }));
    expect(await entered({}, { args: { b: 2 } })).toEqual(said({ b: 2 }));
    const inherited = row({ listing: { name: "toString" } });
    expect(await entered({ hooks: {} }, { row: inherited, args: { b: 2 } })).toEqual(said({ b: 2 }));
  });

  it("leave arguments and result as they are where they give nothing", async () => {
    const own = { before: () => undefined, after: () => undefined };
    expect(await entered({ hooks: { get_pet: own } }, { args: { b: 2 } })).toEqual(said({ b: 2 }));
  });

  it("are told of the call", async () => {
    const before = vi.fn();
    const after = vi.fn();
    const signal = new AbortController().signal;
    const callTool = vi.fn(async () => done);
    await entered({ hooks: { get_pet: { before, after } } }, { args: { b: 2 }, signal, callTool });
    const context = { tool: "get_pet", caller: { id: "ada" }, signal, call: expect.any(Function) as unknown };
    expect(before.mock.calls).toEqual([[{ b: 2 }, context]]);
    expect(after.mock.calls).toEqual([[said({ b: 2 }), context]]);
    const { call } = before.mock.calls[0]?.[1] as { call(tool: string, args: unknown): Promise<unknown> };
    expect(await call("list_pets", { limit: 1, gone: undefined })).toBe(done);
    expect(callTool.mock.calls).toEqual([["list_pets", { limit: 1 }]]);
    await expect(call("list_pets", [])).rejects.toThrow('The hook "call" has to give an object of arguments');
  });

  it.each<[string, object]>([
    ["before", { before: () => [1] }],
    ["next", { replace: (_args: unknown, { next: ask }: { next(args: unknown): unknown }) => ask("x") }],
  ])("that give no object to %s are a fault", async (name, own) => {
    const fault = entered({ hooks: { get_pet: own } });
    await expect(fault).rejects.toBeInstanceOf(TypeError);
    await expect(fault).rejects.toThrow(`The hook "${name}" has to give an object of arguments`);
  });

  it("are none of a tool that runs with the call itself", async () => {
    const runWith = vi.fn(async () => done);
    const services = { owner: { custom: {} } } as never;
    const call = callOf({ row: row({ kind: "custom", tool: { runWith } }), args: { b: 2 } });
    expect(await hooks(services)(call, next)).toBe(done);
    expect(runWith.mock.calls).toEqual([[{ b: 2 }, call, services]]);
  });
});

/** What becomes of an answer at the last step: how much of it, what is kept of the rest, and who looks at it before. */
import { describe, expect, it, vi } from "vitest";
import { answer, heavyBytes, isHooked, limitsOf, resultOf } from "../../templates/always/src/runtime/call/answer.ts";
import type { Call, Outgoing, StepServices } from "../../templates/always/src/runtime/call/call.ts";
import { ConfigurationError } from "../../templates/always/src/runtime/errors.ts";
import { Secret } from "../../templates/always/src/runtime/secret.ts";
import type { HttpResponse } from "../../templates/always/src/runtime/upstream/http-message.ts";

const text = (value: string) => ({ type: "text" as const, text: value });
const rowOf = (policy: object = {}, listing: object = {}) =>
  ({
    kind: "operation",
    policy,
    listing: { name: "get_pet", inputSchema: { type: "object", properties: {} }, ...listing },
  }) as never;
const callOf = (more: object = {}): Call => ({ caller: { id: "ada" }, wholeText: false, args: {}, ...more }) as never;
const servicesOf = (more: object = {}, settings: object = {}): StepServices =>
  ({
    settings: { maxTextBytes: 100, maxResultTokens: 0, ...settings },
    owner: { custom: {} },
    host: { turn: vi.fn(async () => undefined) },
    ...more,
  }) as never;
const answered = (body: string | Uint8Array, status = 200, headers: Record<string, string> = {}): HttpResponse => ({
  status,
  headers: new Headers({ "content-type": "text/plain", ...headers }),
  body: typeof body === "string" ? new TextEncoder().encode(body) : body,
  truncated: false,
  url: "https://api.example.com/pets/1",
});
const outgoingOf = (plan: object = {}, row = rowOf()): Outgoing =>
  ({
    row,
    plan: { request: { method: "GET", path: "/", parameters: [], security: [] }, responses: [], ...plan },
    request: { url: "https://api.example.com/pets/1" },
  }) as never;

describe("the limits of a result", () => {
  const usual = { maxTextBytes: 100, maxStructuredBytes: 2_097_152, isLinked: false, declared: false };
  it.each<[string, object, object, object, object, object]>([
    ["are those of the server", {}, {}, {}, {}, {}],
    ["are the owner's for the tool", { answerBytes: 50 }, {}, {}, {}, { maxTextBytes: 50, maxStructuredBytes: 50 }],
    ["are what clients take at most", { answerBytes: 9_000_000 }, {}, {}, {}, { maxTextBytes: 3_670_016 }],
    [
      "are what clients take, whatever the server says",
      {},
      { maxTextBytes: 9_000_000 },
      {},
      {},
      { maxTextBytes: 3_670_016 },
    ],
    ["have tokens", {}, { maxResultTokens: 7 }, {}, {}, { maxTokens: 7 }],
    ["have the owner's tokens", { answerTokens: 3 }, { maxResultTokens: 7 }, {}, {}, { maxTokens: 3 }],
    ["have none where the owner says so", { answerTokens: 0 }, { maxResultTokens: 7 }, {}, {}, {}],
    ["have a link where resources are served", {}, {}, { isResourceServed: true }, {}, { isLinked: true }],
    ["by way of a toolset where its are", {}, {}, {}, { reach: { isResourceServed: true } }, { isLinked: true }],
    ["and not where only the server's are", {}, {}, { isResourceServed: true }, { reach: {} }, {}],
  ])("%s", (_what, policy, settings, services, call, want) => {
    expect(limitsOf(servicesOf(services, settings), callOf(call), rowOf(policy))).toEqual({ ...usual, ...want });
  });

  it("say whether the tool declares its shape", () => {
    const row = rowOf({}, { outputSchema: { type: "object" } });
    expect(limitsOf(servicesOf(), callOf(), row).declared).toBe(true);
  });

  it("are none of text for a file", () => {
    const whole = callOf({ wholeText: true });
    expect(limitsOf(servicesOf({ kept: {} }, { maxResultTokens: 7 }), whole, rowOf({ answerBytes: 50 }))).toEqual({
      maxTextBytes: 9_007_199_254_740_991,
      maxStructuredBytes: 50,
      exact: true,
    });
  });

  it("keep the rest for the caller, unless the owner makes something else of the results", () => {
    const keep = vi.fn(() => undefined);
    const whole = { kind: "text", bytes: new Uint8Array(), mimeType: "" } as const;
    limitsOf(servicesOf({ kept: { keep } }), callOf(), rowOf()).keep?.(whole);
    expect(keep.mock.calls).toEqual([["ada", whole]]);
    const hooked = { kept: { keep }, owner: { custom: { hooks: { get_pet: { after: () => undefined } } } } };
    expect(limitsOf(servicesOf(hooked), callOf(), rowOf())).not.toHaveProperty("keep");
  });

  it.each<[object | undefined, boolean]>([
    [undefined, false],
    [{}, false],
    [{ get_pet: { before: () => undefined } }, false],
    [{ get_pet: { after: () => undefined } }, true],
    [{ get_pet: { replace: () => undefined } }, true],
    [{ other: { after: () => undefined } }, false],
  ])("with hooks %o results are the owner's: %s", (hooks, is) => {
    expect(isHooked({ owner: { custom: { hooks } } } as never, rowOf())).toBe(is);
  });
});

describe("the last step", () => {
  const enter = (call: Call, services = servicesOf()) =>
    answer(services)(call, () => Promise.reject(new Error("asked further")));

  it("needs an answer", async () => {
    for (const call of [callOf({ outgoing: outgoingOf() }), callOf({ response: answered("x") })])
      await expect(enter(call)).rejects.toThrow("There is no answer: `send` goes before `answer`");
  });

  it("lets others have their turn before an answer that takes long", async () => {
    expect(heavyBytes).toBe(262_144);
    const turn = vi.fn(async () => undefined);
    const services = servicesOf({ host: { turn } });
    const given = (bytes: number) =>
      callOf({ response: answered(new Uint8Array(bytes)), outgoing: outgoingOf(), take: () => ({ content: [] }) });
    await enter(given(262_144), services);
    expect(turn).not.toHaveBeenCalled();
    await enter(given(262_145), services);
    expect(turn).toHaveBeenCalledTimes(1);
  });

  it("shows the answer without secrets to who observes it, and all of it to who takes it", async () => {
    new Secret("s3cr3t-1n-a-header");
    const observe = vi.fn();
    const response = answered("x", 200, { "x-echo": "is s3cr3t-1n-a-header" });
    const outgoing = outgoingOf();
    const take = vi.fn(() => ({ content: [text("taken")] }));
    expect(await enter(callOf({ response, outgoing, observe, take }))).toEqual({ content: [text("taken")] });
    expect(take.mock.calls).toEqual([[response, outgoing]]);
    const [url, seen] = observe.mock.calls[0] as [string, HttpResponse];
    expect(url).toBe("https://api.example.com/pets/1");
    expect([seen.headers.get("x-echo"), seen.status, seen.body]).toEqual(["is [secret]", 200, response.body]);
  });

  it("makes a result of it", async () => {
    expect(await enter(callOf({ response: answered("Rex"), outgoing: outgoingOf() }))).toEqual({
      content: [text("Rex")],
      _meta: { "openapi-to-mcp/status": 200 },
    });
  });
});

describe("a result", () => {
  it("names where its rest is kept, once that is written, with what goes on behind it", async () => {
    let written: () => void = () => undefined;
    const keep = vi.fn((_caller: string, _whole: object) => ({
      uriAt: (at: number) => `answer://1?from=${at}`,
      written: new Promise<void>((resolve) => (written = resolve)),
    }));
    const services = servicesOf({ kept: { keep } }, { maxTextBytes: 40 });
    let hasEnded = false;
    const running = resultOf(services, callOf(), outgoingOf(), answered("x".repeat(200)), { page: 2 }).then(
      (result) => {
        hasEnded = true;
        return result;
      },
    );
    await new Promise((resolve) => setImmediate(resolve));
    expect(hasEnded).toBe(false);
    written();
    const { _meta } = await running;
    expect(keep.mock.calls[0]?.[1]).toMatchObject({ kind: "text", next: { page: 2 } });
    const uri = (_meta?.["openapi-to-mcp/part"] as { next: string }).next;
    expect(uri).toMatch(/^answer:\/\/1\?from=\d+$/);
    expect(_meta?.["openapi-to-mcp/next"]).toEqual({ answer_part: uri });
  });

  it("is made without a rest where nothing is kept", async () => {
    const result = await resultOf(
      servicesOf({}, { maxTextBytes: 40 }),
      callOf(),
      outgoingOf(),
      answered("x".repeat(200)),
    );
    expect(result._meta).not.toHaveProperty("openapi-to-mcp/next");
  });

  const shaping = (note?: string) => {
    const shaped = vi.fn(async () => ({ response: answered("shaped"), ...(note && { note }) }));
    return { shaped, services: servicesOf({ parts: { shape: async () => ({ shaped }) } }) };
  };

  it.each<[string, object, object, object, unknown]>([
    ["the owner's fields", { fields: ["a"], drop: ["b"] }, {}, { fields: ["a"], drop: ["b"] }, ["a"]],
    ["those of the call", { fields: ["a"] }, { fields: ["c"] }, { fields: ["a"] }, ["c"]],
    [
      "all of a file but what the owner drops",
      { fields: ["a"], drop: ["b"] },
      { wholeText: true },
      { drop: ["b"] },
      undefined,
    ],
  ])("has %s", async (_what, shape, call, own, fields) => {
    const { shaped, services } = shaping();
    const response = answered("whole");
    expect((await resultOf(services, callOf(call), outgoingOf({ shape }), response)).content).toEqual([text("shaped")]);
    expect(shaped.mock.calls).toEqual([[own, fields, response, services.parts]]);
  });

  it("has a note on what is not seen, but for a fault", async () => {
    const { shaped, services } = shaping("Less.");
    const outgoing = outgoingOf({ shape: { fields: ["a"] } });
    expect((await resultOf(services, callOf(), outgoing, answered("x"))).content).toEqual([
      text("shaped"),
      text("Less."),
    ]);
    shaped.mockResolvedValueOnce({ response: answered("bad", 400), note: "Less." });
    const failed = await resultOf(services, callOf(), outgoing, answered("x"));
    expect(failed.isError).toBe(true);
    expect(JSON.stringify(failed.content)).not.toContain("Less.");
  });

  it("is none where the part that shapes it is not there", async () => {
    const missing = resultOf(servicesOf(), callOf(), outgoingOf({ shape: {} }), answered("x"));
    await expect(missing).rejects.toBeInstanceOf(ConfigurationError);
    await expect(missing).rejects.toThrow(
      "This server was generated without the part that chooses what is seen of answers.",
    );
  });
});

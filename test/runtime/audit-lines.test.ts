/** Lines of the audit: what of arguments they have, how they hang together, where they go, and which settings say so. */
import { describe, expect, it, vi } from "vitest";
import { argumentFields } from "../../templates/always/src/runtime/audit/argument-fields.ts";
import { createAudit, createWatcher } from "../../templates/always/src/runtime/audit/audit.ts";
import { chained, faultOf, firstLink, hashWith, linkAfter } from "../../templates/always/src/runtime/audit/chain.ts";
import { collectorSink } from "../../templates/always/src/runtime/audit/collector.ts";
import { readAuditSettings } from "../../templates/always/src/runtime/audit/settings.ts";
import type { Call, Ended } from "../../templates/always/src/runtime/call/call.ts";
import type { JsonObject } from "../../templates/always/src/runtime/data/model.ts";
import { createLog } from "../../templates/always/src/runtime/log.ts";
import { Secret } from "../../templates/always/src/runtime/secret.ts";

const listing = (names: readonly string[]) => ({
  name: "get_pet",
  inputSchema: { type: "object", properties: Object.fromEntries(names.map((name) => [name, {}])) },
});
const callOf = (args: JsonObject, names = ["a", "b", "c"]) =>
  ({ row: { kind: "operation", listing: listing(names) }, args, caller: { id: "ada" }, table: {} }) as unknown as Call;

describe("of arguments", () => {
  it.each<[string, JsonObject, string[], JsonObject]>([
    ["none", {}, [], { arguments: [] }],
    ["names", { b: 1, a: 2 }, [], { arguments: ["b", "a"] }],
    ["the number of others", { a: 1, x: 1, toString: 2 }, [], { arguments: ["a"], unknownArguments: 2 }],
    ["values that are listed", { a: 1, b: 2 }, ["a"], { arguments: ["a", "b"], values: { a: 1 } }],
    ["values that are listed for the tool", { a: 1, b: 2 }, ["get_pet.b"], { arguments: ["a", "b"], values: { b: 2 } }],
    ["no values listed for another tool", { a: 1 }, ["put_pet.a"], { arguments: ["a"] }],
    ["no values of others", { x: 1 }, ["x"], { arguments: [], unknownArguments: 1 }],
  ])("there are %s", (_what, args, values, want) =>
    expect(argumentFields(callOf(args), new Set(values))).toEqual(want),
  );

  it.each<[JsonObject[string], JsonObject[string]]>([
    [null, null],
    [1.5, 1.5],
    [false, false],
    ["text", "text"],
    ["two\nlines", "two lines"],
    [{ a: [1] }, '{"a":[1]}'],
    [[1, "x"], '[1,"x"]'],
    ["x".repeat(200), "x".repeat(200)],
    ["x".repeat(201), `${"x".repeat(200)}…`],
  ])("the value %j is %j", (value, want) =>
    expect(argumentFields(callOf({ a: value }), new Set(["a"]))["values"]).toEqual({ a: want }),
  );

  it("there are a hundred names at most", () => {
    const names = Array.from({ length: 101 }, (_, index) => `n${index}`);
    const args = Object.fromEntries(names.map((name) => [name, 1]));
    expect(argumentFields(callOf(args, names), new Set())["arguments"]).toEqual(names.slice(0, 100));
  });
});

describe("a chain", () => {
  it("is made with SHA-256, or with a key by HMAC", async () => {
    const plain = await hashWith(undefined);
    expect(await plain("")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    const keyed = await hashWith("key");
    expect(await keyed("The quick brown fox jumps over the lazy dog")).toBe(
      "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8",
    );
  });

  it("has in each line its number, the hash of the one before, and its own", async () => {
    const hash = async (text: string) => `${text.length}`.padStart(64, "0");
    const first = await chained('{"a":1}', firstLink, hash);
    expect(first).toEqual({
      line: `{"a":1,"seq":1,"prev":"","hash":"${"25".padStart(64, "0")}"}`,
      next: { seq: 2, hash: "25".padStart(64, "0") },
    });
    expect(linkAfter(first.line)).toEqual(first.next);
    const second = await chained('{"b":2}', first.next, hash);
    expect(second.line).toContain(`,"seq":2,"prev":"${first.next.hash}",`);
    expect(await faultOf(first.line, firstLink, hash)).toBeUndefined();
    expect(await faultOf(second.line, first.next, hash)).toBeUndefined();
    expect(await faultOf(second.line, undefined, hash)).toBeUndefined();
  });

  it("shows what was done to it", async () => {
    const hash = await hashWith("key");
    const first = await chained('{"a":1}', firstLink, hash);
    const second = await chained('{"b":2}', first.next, hash);
    const third = await chained('{"c":3}', second.next, hash);
    const forged = await chained('{"b":9}', { seq: 2, hash: "a".repeat(64) }, hash);
    expect(await faultOf("{}", firstLink, hash)).toBe("is no line of a chain");
    expect(await faultOf(`${first.line} `, firstLink, hash)).toBe("is no line of a chain");
    expect(await faultOf(second.line.replace("2", "9"), first.next, hash)).toBe(
      "was changed: it is not what its hash says",
    );
    expect(await faultOf(second.line, first.next, await hashWith("other"))).toBe(
      "was changed: it is not what its hash says",
    );
    expect(await faultOf(third.line, first.next, hash)).toBe("has number 3, and 2 was to come");
    expect(await faultOf(forged.line, first.next, hash)).toBe("does not go on from the line before it");
    expect([linkAfter("{}"), linkAfter("")]).toEqual([undefined, undefined]);
  });
});

describe("a collector", () => {
  const asked = async (token: string | undefined, status: number) => {
    const sent: unknown[] = [];
    const sink = collectorSink("https://c.example/x", token === undefined ? undefined : new Secret(token), {
      exchange: async (request, route, _signal, most) => {
        sent.push(request, route, most);
        return { status, headers: new Headers(), body: new Uint8Array(), truncated: false, url: request.url };
      },
    });
    await sink.write("{}\n");
    return sent;
  };
  it("is posted each batch, with its token", async () => {
    const request = {
      method: "POST",
      url: "https://c.example/x",
      headers: [["content-type", "application/x-ndjson"]],
      body: "{}\n",
    };
    expect(await asked(undefined, 200)).toEqual([request, { allowPrivate: true }, 65_536]);
    expect(await asked("collector-0f3a9c", 204)).toEqual([
      { ...request, headers: [...request.headers, ["authorization", "Bearer collector-0f3a9c"]] },
      { allowPrivate: true },
      65_536,
    ]);
  });

  it.each([199, 300, 401, 503])("that answers %i has not got it", async (status) => {
    await expect(asked(undefined, status)).rejects.toThrow(`The collector of the audit answered ${status}`);
  });
});

describe("the settings", () => {
  const read = (environment: Record<string, string>) => readAuditSettings({ environment } as never);
  it("are these where nothing is set", () =>
    expect(read({})).toEqual({
      file: undefined,
      collector: undefined,
      collectorToken: undefined,
      isSynchronous: false,
      isChained: false,
      key: undefined,
      values: new Set(),
    }));

  it("say each what they say", () => {
    expect(read({ MCP_AUDIT_FILE: "/a/b", MCP_AUDIT_SYNC: "on", MCP_AUDIT_VALUES: "a, get_pet.b" })).toMatchObject({
      file: "/a/b",
      isSynchronous: true,
      isChained: false,
      values: new Set(["a", "get_pet.b"]),
    });
    expect(read({ MCP_AUDIT_URL: "http://c.example" }).collector).toBe("http://c.example/");
    expect(read({ MCP_AUDIT_CHAIN: "on" }).isChained).toBe(true);
    const keyed = read({ MCP_AUDIT_KEY: "audit-key-5d21f0" });
    expect([keyed.isChained, keyed.key?.reveal()]).toEqual([true, "audit-key-5d21f0"]);
    expect(read({ MCP_AUDIT_TOKEN: "audit-token-77ab" }).collectorToken?.reveal()).toBe("audit-token-77ab");
  });

  it.each<[Record<string, string>, string]>([
    [{ MCP_AUDIT_SYNC: "yes" }, "MCP_AUDIT_SYNC"],
    [{ MCP_AUDIT_CHAIN: "1" }, "MCP_AUDIT_CHAIN"],
    [{ MCP_AUDIT_URL: "ftp://c.example" }, "MCP_AUDIT_URL has to be a URL that begins with https:// or http://"],
    [{ MCP_AUDIT_URL: "c.example" }, "MCP_AUDIT_URL has to be a URL"],
    [{ MCP_AUDIT_URL: "https://user@c.example" }, "without a user or password"],
    [{ MCP_AUDIT_URL: "https://:word@c.example" }, "without a user or password"],
    [
      { MCP_AUDIT_URL: "https://c.example", MCP_AUDIT_FILE: "/a" },
      "MCP_AUDIT_FILE and MCP_AUDIT_URL are both set: lines go to one place",
    ],
  ])("%j is refused", (environment, want) => expect(() => read(environment)).toThrow(want));
});

describe("the audit of a server", () => {
  const audit = async (environment: Record<string, string>, places: object = {}) => {
    const lines: Record<string, unknown>[] = [];
    const sink = {
      write: async (text: string) => {
        for (const line of text.slice(0, -1).split("\n")) lines.push(JSON.parse(line) as Record<string, unknown>);
      },
    };
    const log = createLog("silent", () => undefined);
    const watcher = await createAudit({ host: { environment } as never, log }, { standardError: sink, ...places });
    return { watcher, lines, sink };
  };
  const ended = (requestId?: unknown): Ended =>
    ({
      result: {
        content: [],
        ...(requestId === undefined ? {} : { _meta: { "openapi-to-mcp/headers": { "x-request-id": requestId } } }),
      },
      line: { tool: "get_pet", outcome: "ok" },
    }) as unknown as Ended;

  it("has a line for each call, with what the API calls it, and gives the result on", async () => {
    const { watcher, lines } = await audit({});
    const end = ended("r1");
    expect(await watcher.watch(callOf({ a: 1 }), async () => end)).toEqual(end);
    await watcher.watch(callOf({}), async () => ended("x".repeat(300)));
    await watcher.watch(callOf({}), async () => ended(7));
    await watcher.close?.();
    expect(lines).toMatchObject([
      { event: "call", tool: "get_pet", outcome: "ok", arguments: ["a"], requestId: "r1" },
      { event: "call", requestId: "x".repeat(200) },
      { event: "call" },
    ]);
    expect(lines[2]).not.toHaveProperty("requestId");
    for (const { id, time } of lines) {
      expect(id).toMatch(/^[0-9a-f-]{36}$/);
      expect(time).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    }
    expect(new Set(lines.map(({ id }) => id)).size).toBe(3);
    expect(lines[0]).not.toHaveProperty("seq");
  });

  it("has a line for each refusal", async () => {
    const { watcher, lines } = await audit({});
    watcher.refused?.("refused", { status: 401 });
    await watcher.close?.();
    expect(lines).toMatchObject([{ event: "refused", status: 401 }]);
  });

  it("is a part of the log where nothing else is set, and of a file where one is", async () => {
    const plain = await audit({});
    expect(plain.watcher.isLog).toBe(true);
    const asked: unknown[] = [];
    const file = async (...given: unknown[]) => {
      asked.push(given);
      return plain.sink;
    };
    const other = await audit({ MCP_AUDIT_FILE: "/var/audit", MCP_AUDIT_SYNC: "on" }, { file });
    expect(other.watcher.isLog).toBeUndefined();
    expect(asked).toEqual([["/var/audit", true]]);
  });

  it("cannot be kept in a file where there are none", async () => {
    await expect(audit({ MCP_AUDIT_FILE: "/var/audit" })).rejects.toThrow(
      "MCP_AUDIT_FILE names a file, and this server runs where there are none",
    );
  });

  it("chains its lines where it is told to", async () => {
    const { watcher, lines } = await audit({ MCP_AUDIT_CHAIN: "on" });
    watcher.refused?.("a", {});
    watcher.refused?.("b", {});
    await watcher.close?.();
    expect(lines.map(({ seq, prev }) => [seq, prev])).toEqual([
      [1, ""],
      [2, lines[0]?.["hash"]],
    ]);
  });

  it("notes a call before it is made where it is told to, with the same id, and what is done although its end cannot be noted", async () => {
    const texts: string[] = [];
    let fails = false;
    const write = async (text: string) => {
      if (fails) throw new Error("No space left");
      texts.push(text);
    };
    const { watcher } = await audit(
      { MCP_AUDIT_FILE: "/var/audit", MCP_AUDIT_SYNC: "on", MCP_AUDIT_VALUES: "a" },
      { file: async () => ({ write }) },
    );
    const seen: number[] = [];
    await watcher.watch(callOf({ a: 1 }), async () => (seen.push(texts.length), ended()));
    const [begin, end] = texts.map((text) => JSON.parse(text) as Record<string, unknown>);
    expect(seen).toEqual([1]);
    expect(begin).toMatchObject({ event: "begin", tool: "get_pet", caller: "ada", arguments: ["a"], values: { a: 1 } });
    expect(end).toMatchObject({ event: "call", id: begin?.["id"], outcome: "ok", values: { a: 1 } });
    const result = await watcher.watch(callOf({}), async () => ((fails = true), ended()));
    expect(result).toEqual(ended());
    expect(texts).toHaveLength(3);
  });

  it("goes to a collector, or to the console where there are no files", async () => {
    const sent: unknown[] = [];
    const host = {
      environment: { MCP_AUDIT_URL: "https://c.example/x" },
      exchange: async ({ url, body }: { url: string; body: string }) => {
        sent.push([url, (JSON.parse(body) as { event: string }).event]);
        return { status: 204 };
      },
    };
    const log = createLog("silent", () => undefined);
    const collected = await createWatcher({ host, log } as never);
    collected.refused?.("a", {});
    await collected.close?.();
    expect(sent).toEqual([["https://c.example/x", "a"]]);
    const said = vi.spyOn(console, "error").mockImplementation(() => undefined);
    try {
      const plain = await createWatcher({ host: { environment: {} }, log } as never);
      plain.refused?.("b", {});
      await plain.close?.();
      expect(said.mock.calls.map(([line]) => /^\{.*"event":"b"\}$/.test(String(line)))).toEqual([true]);
    } finally {
      said.mockRestore();
    }
  });

  it("lets no call be made that it cannot note first, and says what to do", async () => {
    const file = async () => ({ write: () => Promise.reject(new Error("No space left")) });
    const { watcher } = await audit({ MCP_AUDIT_FILE: "/var/audit", MCP_AUDIT_SYNC: "on" }, { file });
    let ran = 0;
    const call = watcher.watch(callOf({}), async () => ((ran += 1), ended()));
    await expect(call).rejects.toThrow(
      expect.objectContaining({
        name: "LimitError",
        message: "No calls are made while they cannot be audited",
        hint: "Whoever runs this server has to look at where its audit is kept. Try again later.",
      }),
    );
    expect(ran).toBe(0);
  });
});

/** What the HTTP server lets in, rule by rule: hosts, pages, sizes of bodies, and how many at once. */
import { describe, expect, it } from "vitest";
import type { AccessSettings } from "../../templates/always/src/runtime/access.ts";
import { createGuard } from "../../templates/always/src/runtime/http/guard.ts";
import {
  CallDoor,
  callDoor,
  maxBodyBytes,
  overloadedAnswer,
  readBody,
  readPosted,
  scopeChallenge,
} from "../../templates/always/src/runtime/http/mcp-route.ts";
import type { HttpRequest } from "../../templates/always/src/runtime/http/message.ts";
import { createLog } from "../../templates/always/src/runtime/log.ts";

const log = createLog("silent" as never, () => undefined);

function requestOf(headers: Readonly<Record<string, string>>, chunks?: readonly (string | number)[], aborted = false) {
  async function* parts(): AsyncGenerator<Uint8Array> {
    for (const chunk of chunks ?? [])
      yield typeof chunk === "number" ? new Uint8Array(chunk) : new TextEncoder().encode(chunk);
  }
  return {
    method: "POST",
    url: "http://localhost/mcp",
    headers: new Headers(headers),
    body: chunks === undefined ? null : parts(),
    signal: { aborted, addEventListener: () => undefined },
  } as HttpRequest;
}

describe("a guard", () => {
  const guard = createGuard({
    host: "10.0.0.5",
    allowedHosts: ["mcp.example.com", "Other.Example:8443", "fe80::1"],
    allowedOrigins: ["https://app.example.com", "http://tools.example:8080"],
  } as unknown as AccessSettings);

  it.each<[string, boolean]>([
    ["localhost", true],
    ["localhost:3000", true],
    ["LOCALHOST:3000", true],
    ["127.0.0.1:3000", true],
    ["[::1]:3000", true],
    ["10.0.0.5:80", true],
    ["mcp.example.com", true],
    ["MCP.example.com:443", true],
    ["other.example", true],
    ["other.example:9999", true],
    ["[fe80::1]:3000", true],
    ["mcp.example.com.", false],
    ["xmcp.example.com", false],
    ["mcp.example.com.evil.example", false],
    ["localhost.evil.example", false],
    ["", false],
    ["localhost/", false],
    ["localhost@evil.example", false],
    ["evil.example#localhost", false],
    ["evil.example?localhost", false],
    ["local host", false],
    ["localhost\\evil", false],
    ["localhost:port", false],
  ])("lets in the host %j: %s", (host, isIn) => {
    const refusal = guard.host(requestOf({ host }));
    expect(refusal?.status).toBe(isIn ? undefined : 403);
    if (!isIn) expect(refusal?.message).toContain("MCP_ALLOWED_HOSTS");
  });

  it("lets in no request without a host", () => expect(guard.host(requestOf({}))?.status).toBe(403));

  it.each<[string | undefined, boolean, string | undefined]>([
    [undefined, true, undefined],
    ["https://app.example.com", true, "https://app.example.com"],
    ["https://APP.example.com:443", true, "https://APP.example.com:443"],
    ["http://app.example.com", false, undefined],
    ["https://app.example.com:8443", false, undefined],
    ["http://tools.example:8080", true, "http://tools.example:8080"],
    ["http://localhost:5173", true, undefined],
    ["https://127.0.0.1", true, undefined],
    ["http://[::1]:1", true, undefined],
    ["http://localhost.evil.example", false, undefined],
    ["null", false, undefined],
    ["", false, undefined],
    ["evil", false, undefined],
  ])("lets in the page %j: %s, with CORS for %j", (origin, isIn, page) => {
    const request = requestOf(origin === undefined ? {} : { origin });
    expect(guard.origin(request)?.status).toBe(isIn ? undefined : 403);
    expect(guard.allowedPage(request)).toBe(page);
  });
});

describe("a body", () => {
  it.each<[string, Readonly<Record<string, string>>, readonly (string | number)[] | undefined, number | undefined]>([
    ["is read whole", {}, ["ab", "", "c"], 3],
    ["may be one piece", {}, ["abc"], 3],
    ["may be none", {}, undefined, 0],
    ["is as long as it may be", {}, [maxBodyBytes - 1, 1], maxBodyBytes],
    ["is no longer", {}, [maxBodyBytes, 1], undefined],
    ["says that it will be longer", { "content-length": "4194305" }, ["a"], undefined],
    ["says that it will not be longer", { "content-length": "4194304" }, ["a"], 1],
    ["says nothing that is a number", { "content-length": "x" }, ["a"], 1],
  ])("%s", async (_, headers, chunks, length) =>
    expect((await readBody(requestOf(headers, chunks)))?.byteLength).toBe(length),
  );

  it("keeps the order of its pieces", async () =>
    expect(new TextDecoder().decode(await readBody(requestOf({}, ["a", "b", "c"])))).toBe("abc"));

  const json = { "content-type": "application/json" };
  const message = '{"jsonrpc":"2.0","id":1,"method":"ping"}';
  it.each<[string, HttpRequest, number]>([
    ["of another media type", requestOf({ "content-type": "text/plain" }, [message]), 415],
    ["of none", requestOf({}, [message]), 415],
    ["too long", requestOf(json, [maxBodyBytes + 1]), 413],
    ["that is no JSON", requestOf(json, ["{"]), 400],
    ["that is no message", requestOf(json, ["[]"]), 400],
  ])("%s has the status %#: refused", async (_, request, status) => {
    const posted = await readPosted(request);
    expect("refusal" in posted && posted.refusal.status).toBe(status);
  });

  it("is a message", async () => {
    expect(await readPosted(requestOf({ "content-type": "application/json; charset=utf-8" }, [message]))).toEqual({
      message: JSON.parse(message),
    });
    expect(await readPosted(requestOf(json, [message], true))).toHaveProperty("refusal");
  });
});

describe("the door", () => {
  it("has room for so many that call the API, and for all others", async () => {
    const turns: (() => void)[] = [];
    const door = new CallDoor(2, (run) => turns.push(run));
    const turn = (): void => turns.shift()?.();
    const first = door.enter("tools/call");
    const second = door.enter("resources/read");
    expect(await door.enter("completion/complete")).toBeUndefined();
    for (const method of ["tools/list", "ping", undefined, "prompts/get"])
      expect(await door.enter(method)).toBeTypeOf("function");
    expect(turns).toHaveLength(1);
    turn();
    const leave = await first;
    await second;
    leave?.();
    const third = door.enter("tools/call");
    turn();
    expect(await third).toBeTypeOf("function");
    expect(await door.enter("tools/call")).toBeUndefined();
  });

  it("lets four in at a time", async () => {
    const turns: (() => void)[] = [];
    const door = callDoor({ maxConcurrentCalls: 6, queue: 3 } as unknown as Parameters<typeof callDoor>[0], (run) =>
      turns.push(run),
    );
    let inside = 0;
    const all = Array.from({ length: 10 }, async () => {
      if ((await door.enter("tools/call")) !== undefined) inside += 1;
    });
    const counts: number[] = [];
    for (let run = turns.shift(); run !== undefined; run = turns.shift()) {
      run();
      await new Promise((resolve) => setImmediate(resolve));
      counts.push(inside);
    }
    await Promise.all(all);
    expect(counts).toEqual([4, 8, 9]);
  });

  it("says when to come back: as a result to whoever calls a tool, else by the status", () => {
    expect(overloadedAnswer({ id: 1, method: "tools/call" }, false).status).toBe(200);
    const other = overloadedAnswer({ id: 1, method: "resources/read" }, false);
    expect([other.status, new Headers(other.headers as Record<string, string>).get("retry-after")]).toEqual([503, "1"]);
  });
});

describe("a scope that is lacked", () => {
  const caller = { id: "user:ann", issuer: "https://as.example", scopes: [] } as unknown as Parameters<
    ReturnType<typeof scopeChallenge>
  >[1];
  const authority = {
    insufficient: (_: unknown, scopes: readonly string[], path: string) => ({
      status: 403,
      message: `lacks ${scopes.join(" ")} at ${path}`,
      headers: { "WWW-Authenticate": "Bearer" },
    }),
  } as unknown as NonNullable<Parameters<typeof scopeChallenge>[0]>;
  const lacked = (async () => ({ tool: "t", scopes: ["a", "b"] })) as unknown as NonNullable<
    Parameters<typeof scopeChallenge>[1]
  >;

  it("is said by a status to whoever can be granted it", async () => {
    expect(await scopeChallenge(authority, lacked, "/mcp", log)({}, caller)).toMatchObject({ status: 403 });
    expect(await scopeChallenge(authority, async () => undefined, "/mcp", log)({}, caller)).toBeUndefined();
    expect(await scopeChallenge(undefined, lacked, "/mcp", log)({}, caller)).toBeUndefined();
    expect(await scopeChallenge(authority, undefined, "/mcp", log)({}, caller)).toBeUndefined();
    const { issuer: _, ...local } = caller as { issuer?: string };
    expect(await scopeChallenge(authority, lacked, "/mcp", log)({}, local as typeof caller)).toBeUndefined();
  });
});

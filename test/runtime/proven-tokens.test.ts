/** Tokens that were proven before: as long as nothing has changed, their signature is not looked at again, and no longer. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createAuthority } from "../../templates/always/src/runtime/authorization/authorization.js";
import { ProvenTokens } from "../../templates/always/src/runtime/authorization/proven-tokens.js";
import { createLog } from "../../templates/always/src/runtime/log.js";
import { Issuer, issuerKey } from "./issuer.js";

const first = await issuerKey("first");
const second = await issuerKey("second");
let issuer: Issuer;
let verify: ReturnType<typeof vi.spyOn>;

beforeEach(() => {
  issuer = new Issuer([first]);
  vi.useFakeTimers({ toFake: ["Date", "performance"] });
  verify = vi.spyOn(crypto.subtle, "verify");
});
afterEach(() => {
  verify.mockRestore();
  vi.useRealTimers();
});

/** What the door answers to a token at a path: the caller's id, or the status of the refusal. */
async function door(more: Record<string, string> = {}) {
  const { callerOf } = createAuthority({
    host: {
      environment: { MCP_AUTH_ISSUER: issuer.url, MCP_PUBLIC_URL: "https://mcp.example.com", ...more },
      exchange: issuer.exchange,
    },
    log: createLog("silent", () => {}),
    title: "Shop",
    scopes: () => [],
  });
  const ask = async (token: string, path = "/mcp"): Promise<string | number> => {
    const found = await callerOf(token, path);
    return "status" in found ? found.status : found.id;
  };
  // Has the keys be there.
  await ask(await issuer.token({ sub: "first" }));
  verify.mockClear();
  return ask;
}

describe("at the door, a token", () => {
  it("has its signature looked at once, whoever else comes meanwhile", async () => {
    const ask = await door();
    const [ada, bob] = [await issuer.token({ sub: "ada" }), await issuer.token({ sub: "bob" })];
    for (let count = 0; count < 5; count += 1) {
      expect(await ask(ada)).toBe("user:ada");
      expect(await ask(bob)).toBe("user:bob");
    }
    expect(verify).toHaveBeenCalledTimes(2);
  });

  it("ends five seconds after its time, as it does where it was never seen before", async () => {
    const ask = await door();
    const token = await issuer.token({ exp: Math.floor(Date.now() / 1_000) + 60 });
    expect(await ask(token)).toBe("user:ada");
    vi.advanceTimersByTime(59_000);
    expect(await ask(token)).toBe("user:ada");
    expect(verify).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(3_000);
    expect(await ask(token)).toBe("user:ada");
    vi.advanceTimersByTime(4_000);
    expect(await ask(token)).toBe(401);
  });

  it("is refused within ten minutes where its key is withdrawn", async () => {
    const ask = await door();
    const token = await issuer.token({ exp: Math.floor(Date.now() / 1_000) + 36_000 });
    expect(await ask(token)).toBe("user:ada");
    issuer.keys = [second];
    vi.advanceTimersByTime(599_000);
    expect(await ask(token)).toBe("user:ada");
    vi.advanceTimersByTime(2_000);
    // What is known is used while it is fetched again.
    await vi.waitFor(async () => expect(await ask(token)).toBe(401));
  });

  it("goes on where the keys are fetched again and its own is among them", async () => {
    const ask = await door();
    const token = await issuer.token({ exp: Math.floor(Date.now() / 1_000) + 36_000 });
    expect(await ask(token)).toBe("user:ada");
    issuer.keys = [second, first];
    vi.advanceTimersByTime(601_000);
    await vi.waitFor(async () => {
      expect(await ask(token)).toBe("user:ada");
      expect(verify).toHaveBeenCalledTimes(2);
    });
    expect(issuer.keyFetches).toBe(2);
  });

  it("cannot be judged any more once the keys are too old and the issuer is away", async () => {
    const ask = await door({ MCP_AUTH_KEYS_MS: "3600000" });
    const token = await issuer.token({ exp: Math.floor(Date.now() / 1_000) + 36_000 });
    expect(await ask(token)).toBe("user:ada");
    issuer.state = "down";
    vi.advanceTimersByTime(3_599_000);
    expect(await ask(token)).toBe("user:ada");
    vi.advanceTimersByTime(2_000);
    expect(await ask(token)).toBe(503);
  });

  it("for a part of the server is good there only, whichever path it came to before", async () => {
    const ask = await door();
    const token = await issuer.token({ aud: "https://mcp.example.com/mcp/pets" });
    for (let count = 0; count < 2; count += 1) {
      expect(await ask(token, "/mcp/pets")).toBe("user:ada");
      expect(await ask(token, "/mcp")).toBe(401);
      expect(await ask(token, "/mcp/orders")).toBe(401);
    }
  });

  it("that is another by one letter is another, be it of the claims or of the signature", async () => {
    const ask = await door();
    const token = await issuer.token();
    expect(await ask(token)).toBe("user:ada");
    for (const at of [token.indexOf(".") + 5, token.length - 10]) {
      const letter = token[at] === "A" ? "B" : "A";
      expect(await ask(token.slice(0, at) + letter + token.slice(at + 1))).toBe(401);
    }
    expect(await ask(token)).toBe("user:ada");
  });

  it("that says nothing by itself is asked about again after its minute, though keys are known", async () => {
    issuer.answers.set("/realm/introspect", () => ({
      body: { active: true, sub: "eve", aud: "https://mcp.example.com/mcp", exp: 9_999_999_999 },
    }));
    const ask = await door({ MCP_AUTH_CLIENT_ID: "mcp", MCP_AUTH_CLIENT_SECRET: "of-mcp-4711-q" });
    expect(await ask("opaque-token-of-eve")).toBe("user:eve");
    issuer.answers.set("/realm/introspect", () => ({ body: { active: false } }));
    expect(await ask("opaque-token-of-eve")).toBe("user:eve");
    vi.advanceTimersByTime(61_000);
    expect(await ask("opaque-token-of-eve")).toBe(401);
  });
});

describe("what is kept", () => {
  const claims = { sub: "ada", exp: 2_000 };
  function tokens() {
    const keys = { inUse: {} as object | undefined, current: async () => undefined };
    const proven = new ProvenTokens(keys, () => 1_000_000);
    const has = async (token: string): Promise<boolean> => (await proven.find(token, "/mcp")) !== undefined;
    const keep = (token: string, prove = async () => claims as never) => proven.keep(token, "/mcp", prove);
    return { keys, has, keep };
  }

  it("are the thousand that came last", async () => {
    const { has, keep } = tokens();
    for (let count = 0; count <= 1_000; count += 1) await keep(`t${count}`);
    expect([await has("t0"), await has("t1"), await has("t1000")]).toEqual([false, true, true]);
  });

  it("is nothing that was refused", async () => {
    const { has, keep } = tokens();
    await expect(
      keep("a", async () => {
        throw new Error("is forged");
      }),
    ).rejects.toThrow("is forged");
    expect(await has("a")).toBe(false);
  });

  it("is nothing that was proven by keys that went meanwhile", async () => {
    const { keys, has, keep } = tokens();
    await keep("a", async () => {
      keys.inUse = {};
      return claims as never;
    });
    expect(await has("a")).toBe(false);
  });

  it("is nothing that was proven before keys were there", async () => {
    const { keys, has, keep } = tokens();
    keys.inUse = undefined;
    await keep("a");
    expect(await has("a")).toBe(false);
  });

  it("is nothing without an end, or with one that is over", async () => {
    const { has, keep } = tokens();
    await keep("a", async () => ({ sub: "ada" }) as never);
    await keep("b", async () => ({ sub: "ada", exp: 1_000 }) as never);
    await keep("c", async () => ({ sub: "ada", exp: 1_001 }) as never);
    expect([await has("a"), await has("b"), await has("c")]).toEqual([false, false, true]);
  });
});

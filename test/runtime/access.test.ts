/** Who a caller over HTTP is: never another, however many there are, and whoever the owner says. */
import { createServer, request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { byToken } from "../../templates/always/src/runtime/access.js";
import { readSettings } from "../../templates/always/src/runtime/settings/settings.js";
import { startHttp } from "./mcp-connections.js";
import { type Fixture, makeFixture, startUpstream, type Upstream } from "./mcp-fixture.js";
import { listen } from "./send-fault-server.js";

/** What a server says to a request that a socket of this address sends. */
function ask(port: number, localAddress: string): Promise<string> {
  return new Promise((resolve, reject) => {
    request({ host: "127.0.0.1", port, localAddress }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => (text += part)).on("end", () => resolve(text));
    })
      .on("error", reject)
      .end();
  });
}

describe("without a rule of the owner's", () => {
  it("of two callers without a token, each is its own by its address", async () => {
    const settings = readSettings({});
    const server = createServer(async (asked, response) => {
      const { remoteAddress: address = "" } = asked.socket;
      const found = await byToken({ method: "GET", url: "/", headers: new Headers(), address }, settings);
      response.end(JSON.stringify(found));
    });
    const { port, close } = await listen(server);
    expect(JSON.parse(await ask(port, "127.0.0.1"))).toMatchObject({ id: "address:127.0.0.1", isAnonymous: true });
    // Loopback has more addresses than one on Linux only.
    if (process.platform === "linux")
      expect(JSON.parse(await ask(port, "127.0.0.2"))).toMatchObject({ id: "address:127.0.0.2" });
    await close();
  });

  const token = "token-of-ada-0123456789";
  it.each<[string | undefined, unknown]>([
    [undefined, { status: 401, headers: { "WWW-Authenticate": 'Bearer realm="mcp"' } }],
    ["Bearer wrong", { status: 401, headers: { "WWW-Authenticate": 'Bearer realm="mcp", error="invalid_token"' } }],
    [`Basic ${token}`, { status: 401 }],
    [`Bearer ${token}x`, { status: 401 }],
    [`Bearer ${token} ${token}`, { status: 401 }],
    [`bearer ${token}`, { id: "token:ada", scopes: ["pets"] }],
  ])("the token in Authorization: %s decides", async (authorization, want) => {
    const settings = readSettings({ MCP_AUTH_TOKENS: JSON.stringify({ ada: { token, scopes: ["pets"] } }) });
    const headers = new Headers(authorization === undefined ? {} : { authorization });
    expect(await byToken({ method: "POST", url: "/mcp", headers, address: "::1" }, settings)).toMatchObject(
      want as object,
    );
  });
});

describe("a rule of the owner's", () => {
  let fixture: Fixture;
  let upstream: Upstream;

  beforeAll(async () => {
    upstream = await startUpstream();
    fixture = makeFixture({
      api: { policies: { delete_pet: { scopes: ["pets:write"] } } },
      access: `import type { Authenticate } from "./runtime/access.js";
export const authenticate: Authenticate = async ({ headers, address, method, url }) => {
  const user = headers.get("X-User");
  if (user === "broken") throw new Error("a secret detail");
  if (user === null || address !== "127.0.0.1" || method !== "POST" || url !== "/mcp")
    return { status: 403, message: "No user", headers: { "X-Why": "no-user" } };
  return { id: \`user:\${user}\`, subject: user, scopes: user === "ada" ? ["pets:write"] : [], claims: { team: "a" } };
};
`,
      custom: `import type { Tools } from "./generated/types.js";
import { defineCustom, jsonResult } from "./runtime/custom.js";
export const custom = defineCustom<Tools>({
  tools: [{
    name: "who",
    description: "Who calls.",
    inputSchema: { type: "object", properties: {} },
    run: (_args, { caller }) => jsonResult(JSON.parse(JSON.stringify(caller))),
  }],
});
`,
    });
  });
  afterAll(async () => {
    await upstream.close();
    fixture.remove();
  });

  async function served<T>(use: (url: string) => Promise<T>): Promise<T> {
    const server = await startHttp(fixture.main, { PETSTORE_BASE_URL: upstream.url });
    try {
      return await use(server.url);
    } finally {
      await server.stop();
    }
  }

  const post = async (url: string, headers: Record<string, string>, method: string, params: object = {}) => {
    const response = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        "mcp-protocol-version": "2025-11-25",
        ...headers,
      },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    });
    const text = await response.text();
    return { status: response.status, text, why: response.headers.get("x-why") };
  };

  it("says who calls, down to tools of the owner's, and what they may see", () =>
    served(async (url) => {
      const ada = await post(url, { "x-user": "ada" }, "tools/call", { name: "who", arguments: {} });
      expect(ada.text).toContain('"id":"user:ada"');
      expect(ada.text).toContain('"claims":{"team":"a"}');
      const list = (user: string) => post(url, { "x-user": user }, "tools/list");
      expect((await list("ada")).text).toContain('"delete_pet"');
      expect((await list("bob")).text).not.toContain('"delete_pet"');
    }));

  it("is not asked at the port of probes, which answers on every address and serves nothing else", async () => {
    const server = await startHttp(fixture.main, { PETSTORE_BASE_URL: upstream.url, MCP_PROBE_PORT: "0" });
    try {
      const port = server.log.map((line) => /"event":"probes","port":(\d+)/.exec(line)?.[1]).find(Boolean);
      for (const path of ["livez", "healthz", "readyz"])
        for (const host of ["127.0.0.1", "127.0.0.2"])
          if (host === "127.0.0.1" || process.platform === "linux")
            expect((await fetch(`http://${host}:${port}/${path}`)).status, path).not.toBe(404);
      expect((await fetch(`http://127.0.0.1:${port}/mcp`, { method: "POST" })).status).toBe(404);
    } finally {
      expect(await server.stop()).toBe(0);
    }
  });

  it("refuses with its own words, and a fault of its own shows nothing", () =>
    served(async (url) => {
      expect(await post(url, {}, "tools/list")).toMatchObject({
        status: 403,
        text: JSON.stringify({ error: "No user" }),
        why: "no-user",
      });
      const broken = await post(url, { "x-user": "broken" }, "tools/list");
      expect(broken.status).toBe(500);
      expect(broken.text).not.toContain("detail");
      expect((await post(url, { "x-user": "ada" }, "tools/list")).status).toBe(200);
    }));
});

/** The Worker as its platform uses it: bindings, many requests at once, streams, and what keeps it from starting. */
import { rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { filesOf, sampleOf, writeTree } from "../golden/sample.ts";
import { type Bundle, bundleForWeb } from "./web/bundle.ts";
import { ownPlatform, type Platform, workerd } from "./web/platforms.ts";

const token = "a-token-that-is-long-enough";
let folder: string;
let bundle: Bundle;
let api: Server;
let settings: Record<string, string>;

beforeAll(async () => {
  folder = writeTree(await filesOf(sampleOf("petstore"), { features: ["worker"] }));
  bundle = await bundleForWeb(folder);
  api = createServer((request, response) => {
    // Answers overlap, and come in another order than the requests.
    const { searchParams } = new URL(request.url ?? "/", "http://localhost");
    const limit = searchParams.get("limit") ?? "0";
    // A stream that stalls, and one that breaks.
    if (["98", "99"].includes(limit))
      return void response
        .writeHead(200, { "content-type": "text/event-stream" })
        .write('data: {"id":1}\n\ndata: hal', () => limit === "98" && setTimeout(() => response.destroy(), 50));
    setTimeout(
      () =>
        response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify([{ id: 1, name: limit }])),
      100 - Number(limit),
    );
  });
  await new Promise<void>((resolve) => api.listen(0, "127.0.0.1", resolve));
  settings = {
    MCP_AUTH_TOKEN: token,
    MCP_RATE_LIMIT: "0",
    MCP_TOOL_RATE_LIMIT: "0",
    MCP_LOG_LEVEL: "silent",
    PET_STORE_API_KEY: "key",
    PET_STORE_BASE_URL: `http://127.0.0.1:${(api.address() as AddressInfo).port}`,
  };
});

afterAll(() => {
  api.closeAllConnections();
  api.close();
  rmSync(folder, { recursive: true });
});

const call = (limit: number, meta: object = {}): object => ({
  jsonrpc: "2.0",
  id: limit,
  method: "tools/call",
  params: { name: "list_pets", arguments: { limit }, _meta: meta },
});
const init = (body: object): RequestInit => ({
  method: "POST",
  headers: {
    "content-type": "application/json",
    accept: "application/json, text/event-stream",
    authorization: `Bearer ${token}`,
  },
  body: JSON.stringify(body),
});

const program = process.env["WORKERD"];
const platforms: readonly (readonly [string, Platform | undefined])[] = [
  ["a process of Node.js", ownPlatform],
  ["workerd (left out unless WORKERD names the program)", program === undefined ? undefined : workerd(program)],
];

describe.each(platforms)("in %s", (_name, platform) => {
  it.skipIf(platform === undefined)("answers fifty calls at once, each with its own", async () => {
    const server = await platform?.(bundle, settings);
    const answers = await Promise.all(
      Array.from({ length: 50 }, async (_, index) => {
        const answer = await fetch(server?.url ?? "", init(call(index + 1)));
        return [answer.status, (await answer.text()).includes(`\\"name\\":\\"${index + 1}\\"`)];
      }),
    );
    expect(answers).toEqual(answers.map(() => [200, true]));
    server?.stop();
  });

  it.skipIf(platform === undefined).each([
    [98, "[Cut: the connection broke while the API was sending."],
    [99, "[Cut: the API was still sending when the time of this call was over."],
  ])("gives what came of a stream that does not end, and tells of it: %i", async (limit, words) => {
    const server = await platform?.(bundle, { ...settings, MCP_TIMEOUT_MS: "5000", MCP_ATTEMPTS: "1" });
    const answer = await fetch(server?.url ?? "", init(call(limit, { progressToken: "p" })));
    const text = await answer.text();
    expect(text).toContain(words);
    console.log(text);
    expect(text).toContain(': event 1: {\\"id\\":1}');
    expect(text).toContain('"structuredContent":{"result":[{"data":"{\\"id\\":1}"}]}');
    server?.stop();
  });

  it.skipIf(platform === undefined)("streams where progress is asked for", async () => {
    const server = await platform?.(bundle, settings);
    const answer = await fetch(server?.url ?? "", init(call(3, { progressToken: "p" })));
    expect(answer.headers.get("content-type")).toBe("text/event-stream");
    expect(await answer.text()).toContain('\\"name\\":\\"3\\"');
    server?.stop();
  });
});

describe("the Worker", () => {
  interface Worker {
    fetch(request: Request, bindings: object, context?: object): Promise<Response>;
  }
  /** One of its own for each test: what it keeps is in the module. */
  let count = 0;
  const fresh = async (): Promise<Worker> =>
    ((await import(`${pathToFileURL(bundle.path).href}?${(count += 1)}`)) as { default: Worker }).default;
  const request = (body: object, host = "localhost"): Request => {
    const made = new Request(`http://${host}/mcp`, init(body));
    made.headers.set("host", host);
    return made;
  };

  it("does not start without a token, says nothing of why to whoever asks, and tries again", async () => {
    const worker = await fresh();
    const { MCP_AUTH_TOKEN: _without, ...open } = settings;
    const refused = await worker.fetch(request(call(1)), open);
    expect([refused.status, await refused.json()]).toEqual([500, { error: "This server could not start" }]);
    expect((await worker.fetch(request(call(1)), settings)).status).toBe(200);
  });

  it("takes texts of its bindings as settings, and passes over what else is bound", async () => {
    const worker = await fresh();
    const bindings = { ...settings, KV: { get: () => null }, MCP_TIMEOUT_MS: 5 };
    expect((await worker.fetch(request(call(1)), bindings)).status).toBe(200);
  });

  it("lets the platform wait until a stream has ended", async () => {
    const worker = await fresh();
    const waited: Promise<unknown>[] = [];
    const context = { waitUntil: (promise: Promise<unknown>) => void waited.push(promise) };
    const answer = await worker.fetch(request(call(1, { progressToken: 1 })), settings, context);
    await answer.text();
    expect(waited).toHaveLength(1);
    await waited[0];
  });

  it("serves no name that it is not told", async () => {
    const worker = await fresh();
    const strange = request(call(1), "evil.example.com");
    expect((await worker.fetch(strange, settings)).status).toBe(403);
  });

  it("names a variable that holds the path of a file, where there are none", async () => {
    const worker = await fresh();
    const { MCP_AUTH_TOKEN: _without, ...others } = settings;
    expect((await worker.fetch(request(call(1)), { ...others, MCP_AUTH_TOKEN_FILE: "/run/secret" })).status).toBe(500);
  });
});

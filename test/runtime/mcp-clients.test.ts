import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Client } from "@modelcontextprotocol/client";
import {
  type AnyClient,
  connectHttp,
  connectStdio,
  type Generation,
  type HttpServer,
  startHttp,
} from "./mcp-connections.js";
import { type Fixture, makeFixture, startUpstream, type Upstream } from "./mcp-fixture.js";

let fixture: Fixture;
let upstream: Upstream;
let http: HttpServer;
let environment: Record<string, string>;

beforeAll(async () => {
  fixture = makeFixture();
  upstream = await startUpstream();
  environment = { PETSTORE_BASE_URL: upstream.url };
  http = await startHttp(fixture.main, { ...environment, MCP_AUTH_TOKENS: JSON.stringify(tokens) });
});

afterAll(async () => {
  expect(await http.stop()).toBe(0);
  await upstream.close();
  fixture.remove();
});

const tokens = Object.fromEntries(
  ["modern", "legacy", "v1"].map((generation) => [generation, { token: `token-of-${generation}-clients` }]),
);
const authorized = (generation: Generation) => ({ Authorization: `Bearer ${tokens[generation]?.token}` });

const connections: readonly [Generation, "stdio" | "HTTP"][] = [
  ["modern", "stdio"],
  ["legacy", "stdio"],
  ["v1", "stdio"],
  ["modern", "HTTP"],
  ["legacy", "HTTP"],
  ["v1", "HTTP"],
];

describe.each(connections)("%s client over %s", (generation, transport) => {
  let client: Client;

  beforeAll(async () => {
    const connected: AnyClient =
      transport === "stdio"
        ? await connectStdio(generation, fixture.main, environment)
        : await connectHttp(generation, http.url, authorized(generation));
    // The calls below are spelled the same in both generations.
    client = connected as Client;
  });

  afterAll(() => client.close());

  it("is told who serves, and how to use it", () => {
    expect(client.getServerVersion()).toMatchObject({ name: "petstore", title: "Petstore", version: "1.2.3" });
    expect(client.getInstructions()).toBe("Use list_pets first.");
    expect(client.getServerCapabilities()).toEqual({ tools: {}, resources: {}, prompts: {}, completions: {} });
  });

  it("lists all tools in order, with hints and schemas", async () => {
    const { tools, nextCursor } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual([
      "list_pets",
      "get_pet",
      "create_pet",
      "delete_pet",
      "wait_slowly",
      "get_photo",
      "get_secret",
      "get_big",
    ]);
    expect(nextCursor).toBeUndefined();
    expect(tools[1]).toMatchObject({
      title: "get pet",
      inputSchema: {
        type: "object",
        properties: { petId: { type: "integer" } },
        required: ["petId"],
        additionalProperties: false,
      },
      annotations: { readOnlyHint: true, openWorldHint: true },
    });
    expect(tools.filter(({ outputSchema }) => outputSchema !== undefined).map(({ name }) => name)).toEqual([
      "list_pets",
      "get_pet",
    ]);
  });

  it("calls a tool whose answer is a list: the declared object holds it", async () => {
    const result = await client.callTool({ name: "list_pets", arguments: { limit: 2, tags: ["a b", "c"] } });
    expect(upstream.requests.at(-1)).toBe("GET /pets?limit=2&tags=a%20b&tags=c");
    expect(result.structuredContent).toEqual({ result: expect.arrayContaining([{ id: 1, name: "Rex" }]) });
    expect(result.isError).toBeUndefined();
  });

  it("links a list to its items, which can be read", async () => {
    const { content } = await client.callTool({ name: "list_pets", arguments: {} });
    const [text, ...links] = content as unknown as [{ text: string }, ...{ uri: string }[]];
    const pets = JSON.parse(text.text) as { id: number; name: string }[];
    expect(pets.length).toBeGreaterThan(0);
    expect(links).toEqual(
      pets.map(({ id, name }) => ({
        type: "resource_link",
        uri: `petstore://pets/${id}`,
        name,
        mimeType: "application/json",
      })),
    );
    const { contents } = await client.readResource({ uri: links[0]?.uri ?? "" });
    expect(contents).toMatchObject([{ text: expect.stringContaining(`"id":${pets[0]?.id}`) }]);
  });

  it("calls a tool whose answer is an object", async () => {
    const result = await client.callTool({ name: "get_pet", arguments: { petId: 5 } });
    expect(result).toMatchObject({
      content: [{ type: "text", text: '{"id":5,"name":"Rex"}' }],
      structuredContent: { id: 5, name: "Rex" },
    });
  });

  it("takes an answer that breaks the declared schema, as an error with all its data", async () => {
    const result = await client.callTool({ name: "get_pet", arguments: { petId: 7 } });
    expect(result).toMatchObject({
      isError: true,
      content: [{ text: '["not","a","pet"]' }, { text: expect.stringContaining("does not have the shape") }],
    });
    expect(result.structuredContent).toBeUndefined();
  });

  it("sends a body, and gives the answer", async () => {
    const result = await client.callTool({ name: "create_pet", arguments: { name: "Ann", age: "3" } });
    expect(result).toMatchObject({ structuredContent: { name: "Ann", age: 3 } });
  });

  it("gives an answer without a body", async () => {
    const result = await client.callTool({ name: "delete_pet", arguments: { petId: 3 } });
    expect(result.content).toMatchObject([{ type: "text", text: expect.stringContaining("204") }]);
  });

  it("gives an image", async () => {
    const result = await client.callTool({ name: "get_photo", arguments: {} });
    expect(result.content).toContainEqual({ type: "image", data: "iVBORw==", mimeType: "image/png" });
  });

  it.each([
    ["wrong type", "get_pet", { petId: "x" }, "petId has to be an integer, not a string"],
    [
      "rule of the document only",
      "create_pet",
      { name: "", age: 0 },
      "name needs at least 1 character\nage has to be more than 0",
    ],
    ["unknown argument", "get_pet", { petID: 1 }, 'Unknown argument "petID". Did you mean "petId"? Arguments: petId.'],
  ])("refuses arguments as a result: %s", async (_case, name, args, text) => {
    const before = upstream.requests.length;
    const result = await client.callTool({ name, arguments: args });
    expect(result).toMatchObject({ isError: true, content: [{ type: "text", text: `Invalid arguments\n${text}` }] });
    expect(upstream.requests.length).toBe(before);
  });

  it("gives the API's errors as results", async () => {
    const result = await client.callTool({ name: "delete_pet", arguments: { petId: 404 } });
    expect(result).toMatchObject({ isError: true, content: [{ text: expect.stringContaining("No such pet") }] });
  });

  it("says which credentials are missing", async () => {
    const result = await client.callTool({ name: "get_secret", arguments: {} });
    expect(result).toMatchObject({ isError: true, content: [{ text: expect.stringContaining("PETSTORE_KEY") }] });
  });

  it("refuses unknown tools and cursors as protocol errors", async () => {
    await expect(client.callTool({ name: "nope", arguments: {} })).rejects.toMatchObject({ code: -32602 });
    await expect(client.callTool({ name: "constructor", arguments: {} })).rejects.toMatchObject({ code: -32602 });
    await expect(
      client.request(
        { method: "tools/list", params: { cursor: "7" } },
        ...((generation === "v1" ? [anyResult] : []) as []),
      ),
    ).rejects.toMatchObject({ code: -32602 });
  });

  // Over HTTP clients of the earlier era tell it by a request of its own: the token says whose call it means.
  it("cancels the request to the API", async () => {
    const ms = 30_000 + Math.trunc(Math.random() * 1000);
    const controller = new AbortController();
    const options = { signal: controller.signal };
    const call = client.callTool(
      { name: "wait_slowly", arguments: { ms } },
      ...((generation === "v1" ? [undefined, options] : [options]) as [typeof options]),
    );
    await waitFor(() => upstream.requests.includes(`GET /slow?ms=${ms}`));
    controller.abort();
    await expect(call).rejects.toThrow();
    await waitFor(() => upstream.aborted.includes(`/slow?ms=${ms}`));
  });

  it("lists resources and templates", async () => {
    const { resources } = await client.listResources();
    expect(resources.map(({ uri }) => uri)).toEqual(["petstore://pets", "petstore://photo"]);
    const { resourceTemplates } = await client.listResourceTemplates();
    expect(resourceTemplates).toMatchObject([
      { uriTemplate: "petstore://pets{?limit,status,tags}" },
      { uriTemplate: "petstore://pets/{petId}", mimeType: "application/json" },
    ]);
  });

  it.each([
    ["fixed", "petstore://pets", "GET /pets"],
    ["query", "petstore://pets?status=sold", "GET /pets?status=sold"],
    ["query in another order", "petstore://pets?tags=a,b%20c&limit=3", "GET /pets?limit=3&tags=a&tags=b%20c"],
    ["path", "petstore://pets/12", "GET /pets/12"],
  ])("reads a resource: %s", async (_case, uri, request) => {
    const { contents } = await client.readResource({ uri });
    expect(upstream.requests.at(-1)).toBe(request);
    expect(contents).toMatchObject([{ uri, mimeType: "application/json", text: expect.stringMatching(/^[[{]/) }]);
  });

  it("reads the same bytes as the tool gives", async () => {
    const { contents } = await client.readResource({ uri: "petstore://pets/12" });
    const { content } = await client.callTool({ name: "get_pet", arguments: { petId: 12 } });
    expect(contents[0]).toMatchObject({ text: (content as { text: string }[])[0]?.text });
  });

  it("reads bytes", async () => {
    const { contents } = await client.readResource({ uri: "petstore://photo" });
    expect(contents).toEqual([{ uri: "petstore://photo", mimeType: "image/png", blob: "iVBORw==" }]);
  });

  it.each([
    "petstore://nothing",
    "petstore://pets?admin=1",
    "petstore://pets/404",
    "petstore://pets/1/2",
    "petstore://pets/",
    "file:///etc/passwd",
  ])("does not find %s", async (uri) => {
    await expect(client.readResource({ uri })).rejects.toMatchObject({ code: -32602, data: { uri } });
  });

  it("refuses a resource whose variable breaks the schema", async () => {
    await expect(client.readResource({ uri: "petstore://pets/abc" })).rejects.toMatchObject({
      code: -32602,
      message: expect.stringContaining("petId has to be an integer"),
    });
    await expect(client.readResource({ uri: "petstore://pets?limit=1000" })).rejects.toMatchObject({
      code: -32602,
      message: expect.stringContaining("at most 100"),
    });
  });

  it("completes from values, and from a sibling's list", async () => {
    const complete = async (uri: string, name: string, value: string) =>
      (await client.complete({ ref: { type: "ref/resource", uri }, argument: { name, value } })).completion;
    expect(await complete("petstore://pets{?limit,status,tags}", "status", "S")).toEqual({
      values: ["sold"],
      total: 1,
      hasMore: false,
    });
    expect(await complete("petstore://pets/{petId}", "petId", "2")).toEqual({
      values: ["20", "2"],
      total: 2,
      hasMore: false,
    });
    const lists = upstream.requests.filter((request) => request === "GET /pets").length;
    expect((await complete("petstore://pets/{petId}", "petId", "")).total).toBe(3);
    // From memory: the list was asked for a moment ago.
    expect(upstream.requests.filter((request) => request === "GET /pets").length).toBe(lists);
    expect(await complete("petstore://pets/{petId}", "other", "")).toEqual({ values: [], total: 0, hasMore: false });
    await expect(complete("petstore://none", "x", "")).rejects.toMatchObject({ code: -32602 });
  });

  it("lists, fills and completes prompts", async () => {
    const { prompts } = await client.listPrompts();
    expect(prompts).toMatchObject([
      { name: "explore", arguments: [{ name: "goal", required: true }, { name: "tag" }] },
    ]);
    const { messages } = await client.getPrompt({ name: "explore", arguments: { goal: "see {{tools}}", tag: "pets" } });
    expect(messages).toMatchObject([
      {
        role: "user",
        content: { text: expect.stringMatching(/^Goal: see \{\{tools\}\}\nTools:\n- list_pets: list pets\n/) },
      },
    ]);
    const named = (tag: string) => client.getPrompt({ name: "explore", arguments: { goal: "x", tag } });
    await expect(named("Orders")).rejects.toMatchObject({
      code: -32602,
      message: expect.stringContaining('No tool has the tag "Orders"; there are "Pets"'),
    });
    await expect(named("pet\ns")).rejects.toMatchObject({
      code: -32602,
      message: expect.stringContaining('No tool has the tag "pet s"; did you mean "Pets"?'),
    });
    await expect(client.getPrompt({ name: "explore", arguments: {} })).rejects.toMatchObject({
      code: -32602,
      message: expect.stringContaining("goal"),
    });
    const { completion } = await client.complete({
      ref: { type: "ref/prompt", name: "explore" },
      argument: { name: "tag", value: "o" },
    });
    expect(completion.values).toEqual(["Orders"]);
  });
});

it("serves what may be cached with how long, and for whom", async () => {
  const client = (await connectHttp("modern", http.url, authorized("modern"))) as Client;
  expect(client.getNegotiatedProtocolVersion()).toBe("2026-07-28");
  for (const list of [
    await client.listTools(),
    await client.listResources(),
    await client.listResourceTemplates(),
    await client.listPrompts(),
  ])
    expect(list).toMatchObject({ ttlMs: 300_000, cacheScope: "public" });
  expect(await client.readResource({ uri: "petstore://pets" })).toMatchObject({ ttlMs: 0, cacheScope: "private" });
  await client.close();
});

it.each([
  ["2024-11-05", 0],
  ["2025-03-26", 0],
  ["2025-06-18", 3],
  ["2025-11-25", 3],
])("gives links to items from the revision on that has them: %s", async (version, links) => {
  const response = await fetch(http.url, {
    method: "POST",
    headers: {
      ...authorized("v1"),
      "Content-Type": "application/json",
      Accept: "application/json, text/event-stream",
      "MCP-Protocol-Version": version,
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "list_pets", arguments: {} } }),
  });
  const text = await response.text();
  const body = JSON.parse(text.startsWith("{") ? text : (/^data: (.*)$/m.exec(text)?.[1] ?? "")) as {
    readonly result: { readonly content: readonly { readonly type: string }[] };
  };
  expect(body.result.content.filter(({ type }) => type === "resource_link")).toHaveLength(links);
});

it.each<[Generation, "stdio" | "HTTP"]>([
  ["modern", "stdio"],
  ["legacy", "HTTP"],
  ["v1", "HTTP"],
])("keeps the rest of a large answer to be read: %s client over %s", async (generation, transport) => {
  const small = { ...environment, MCP_MAX_TEXT_BYTES: "1000" };
  const server = transport === "HTTP" ? await startHttp(fixture.main, small) : undefined;
  const client = (
    server === undefined
      ? await connectStdio(generation, fixture.main, small)
      : await connectHttp(generation, server.url)
  ) as Client;
  const { content, _meta } = await client.callTool({ name: "get_big", arguments: {} });
  const { next, to, of } = _meta?.["openapi-to-mcp/part"] as { next: string; to: number; of: number };
  expect([to, of]).toEqual([1000, 50_011]);
  const [first, link] = content as [{ text: string }, object];
  expect(first.text).toContain(`\n[Cut: these are the first 1000 of 50011 bytes.`);
  expect(first.text).toContain(`beginning at ${next} or by this tool with {"answer_part":"${next}"}]`);
  expect(link).toMatchObject({ type: "resource_link", uri: next });
  const { contents } = await client.readResource({ uri: next });
  const [rest] = contents as unknown as [{ text: string }];
  expect(JSON.parse(first.text.slice(0, 1000) + rest.text)).toEqual({ text: "x".repeat(50_000) });
  const byTool = await client.callTool({ name: "get_big", arguments: { answer_part: next } });
  const [second] = byTool.content as unknown as [{ text: string }];
  expect(second.text).toBe(rest.text.slice(0, 1000));
  await expect(client.readResource({ uri: next.replace(/[0-9a-f]\?/, "g?") })).rejects.toMatchObject({ code: -32602 });
  const { resourceTemplates } = await client.listResourceTemplates();
  expect(JSON.stringify(resourceTemplates)).not.toContain("answer:");
  await client.close();
  expect(await (server?.stop() ?? 0)).toBe(0);
});

/** A message by hand, as the clients of a revision send it. */
function post(
  url: string,
  revision: string,
  id: number,
  method: string,
  params: Record<string, unknown>,
  more: { readonly headers?: Record<string, string>; readonly signal?: AbortSignal } = {},
): Promise<Response> {
  const isNew = revision === "2026-07-28";
  const meta = {
    "io.modelcontextprotocol/protocolVersion": revision,
    "io.modelcontextprotocol/clientInfo": { name: "test", version: "1" },
    "io.modelcontextprotocol/clientCapabilities": {},
  };
  return fetch(url, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      Accept: "application/json, text/event-stream",
      "MCP-Protocol-Version": revision,
      ...(isNew ? { "Mcp-Method": method, "Mcp-Name": String(params["name"] ?? params["uri"]) } : {}),
      ...more.headers,
    },
    body: JSON.stringify({ jsonrpc: "2.0", id, method, params: isNew ? { ...params, _meta: meta } : params }),
    ...(more.signal === undefined ? {} : { signal: more.signal }),
  });
}

it("answers a call of an older revision over HTTP with one message, and with a stream where it asks for more", async () => {
  const call = { name: "list_pets", arguments: {} };
  const headers = authorized("legacy");
  const send = (params: Record<string, unknown>, more: Record<string, string> = {}) =>
    post(http.url, "2025-11-25", 7, "tools/call", params, { headers: { ...headers, ...more } });
  const plain = await send(call);
  expect(plain.headers.get("content-type")).toBe("application/json");
  expect(await plain.json()).toMatchObject({
    jsonrpc: "2.0",
    id: 7,
    result: { structuredContent: { result: [{ id: 1 }, { id: 20 }, { id: 2 }] } },
  });
  const streamed = await send({ ...call, _meta: { progressToken: "p" } });
  expect(streamed.headers.get("content-type")).toBe("text/event-stream");
  expect(await streamed.text()).toMatch(/^event: message\ndata: .*"id":7/);
  // What the SDK's own transport refuses stays refused.
  expect((await send(call, { Accept: "application/json" })).status).toBe(406);
  expect((await send(call, { "MCP-Protocol-Version": "1999-01-01" })).status).toBe(400);
});

it("stops a call of an older revision whose client hangs up", async () => {
  const hangUp = new AbortController();
  const path = "/slow?ms=3599999";
  const call = post(
    http.url,
    "2025-11-25",
    8,
    "tools/call",
    { name: "wait_slowly", arguments: { ms: 3_599_999 } },
    {
      headers: authorized("legacy"),
      signal: hangUp.signal,
    },
  );
  await waitFor(() => upstream.requests.includes(`GET ${path}`));
  hangUp.abort();
  await expect(call).rejects.toThrow();
  await waitFor(() => upstream.aborted.includes(path));
});

it.each(["2025-11-25", "2026-07-28"])(
  "refuses over HTTP at once, and says when to come back, what it has no place for while the API keeps calls (%s)",
  async (revision) => {
    const full = { ...environment, MCP_MAX_CONCURRENT_CALLS: "2", MCP_QUEUE: "3", MCP_QUEUE_MS: "3600000" };
    const server = await startHttp(fixture.main, full);
    const hangUp = new AbortController();
    const send = (id: number, method: string, params: Record<string, unknown>): Promise<Response> =>
      post(server.url, revision, id, method, params, { signal: hangUp.signal });
    const ms = revision === "2025-11-25" ? 3_600_000 : 3_600_001;
    const answers: Response[] = [];
    const calls = Array.from({ length: 40 }, async (_, id) =>
      answers.push(await send(id, "tools/call", { name: "wait_slowly", arguments: { ms } })),
    );
    // None of these calls ends: all that is answered is refused, and the five that are kept hold their places.
    await waitFor(() => answers.length === 35);
    await waitFor(() => upstream.requests.filter((line) => line === `GET /slow?ms=${ms}`).length === 2);
    for (const refused of answers) {
      expect(refused.headers.get("retry-after")).toBe("1");
      expect(await refused.json()).toMatchObject({
        jsonrpc: "2.0",
        result: {
          isError: true,
          content: [
            { text: "This server is overloaded\nTry again with fewer calls at the same time.\nTry again in 1 s." },
          ],
          _meta: { "openapi-to-mcp/fault": "LimitError", "openapi-to-mcp/retryAfterMs": 1_000 },
          ...(revision === "2026-07-28" ? { resultType: "complete" } : {}),
        },
      });
    }
    const read = await send(100, "resources/read", { uri: "petstore://pets/1" });
    expect(read.status).toBe(503);
    expect(read.headers.get("retry-after")).toBe("1");
    expect(await read.json()).toMatchObject({
      jsonrpc: "2.0",
      id: 100,
      error: { code: -32000, message: expect.stringContaining("try again in 1 s") as string },
    });
    // What calls no API is served as ever.
    expect((await fetch(server.url.replace("/mcp", "/healthz"))).status).toBe(200);
    expect((await send(101, "tools/list", {})).status).toBe(200);
    hangUp.abort();
    await Promise.allSettled(calls);
    expect(await server.stop()).toBe(0);
  },
);

it("tells of progress while it waits, where the client asks", async () => {
  const client = (await connectStdio("modern", fixture.main, environment)) as Client;
  const seen: number[] = [];
  await client.callTool(
    { name: "wait_slowly", arguments: { ms: 11_000 } },
    { onprogress: ({ progress }) => seen.push(progress) },
  );
  // Every five seconds: a machine that takes longer for it tells more.
  expect(seen.length).toBeGreaterThanOrEqual(2);
  expect(seen).toEqual(seen.map((_, index) => index + 1));
  await client.close();
});

/** Takes any result: the v1 client wants a schema for requests that it has no method for. */
const anyResult = { parse: (value: unknown) => value, safeParse: (value: unknown) => ({ success: true, data: value }) };

async function waitFor(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

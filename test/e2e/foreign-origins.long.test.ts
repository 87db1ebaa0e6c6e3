/**
 * Credentials reach the API and no other origin, whatever its answers, its document or a model's arguments name. What
 * the other origin gets is recorded byte for byte, and searched for them in the spellings that a request may have.
 */
import { writeFileSync } from "node:fs";
import { createServer, type AddressInfo, type Server, type Socket, connect } from "node:net";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Client } from "@modelcontextprotocol/client";
import { generate } from "../../src/generate.ts";
import { buildProject, type BuiltProject } from "../golden/sample.ts";
import { connectHttp, type HttpServer, startHttp } from "../runtime/mcp-connections.js";
import { selfSigned } from "../runtime/send-certificate.ts";
import { type Answer, type Recorded, startUpstream, type Upstream } from "./upstream.ts";

/** Stands in every credential of the API. */
const canary = "CaNaRy7f/+3aX";
/** Stands in the token that callers of this server have. */
const door = "DoOrKeY91c4X";

/** How often a secret stands in what was received: as it is, percent-encoded, and either in hex or base64. */
function found(secret: string, received: string): number {
  // Clients of OAuth encode their secret before they make it base64 (RFC 6749 §2.3.1).
  const spellings = [secret, encodeURIComponent(secret)].flatMap((text) => {
    const bytes = Buffer.from(text);
    const base64 = [0, 1, 2].map((offset) => {
      const whole = Buffer.concat([Buffer.alloc(offset), bytes])
        .toString("base64")
        .replace(/=+$/, "");
      // The characters at both ends also stand for what is around.
      return whole.slice(Math.ceil((offset * 4) / 3), -1);
    });
    return [text, bytes.toString("hex"), ...base64];
  });
  const written = spellings.flatMap((text) => [
    text,
    text.replaceAll("+", "-").replaceAll("/", "_"),
    encodeURIComponent(text),
  ]);
  const searched = received.toLowerCase();
  return [...new Set(written)].reduce((sum, text) => sum + searched.split(text.toLowerCase()).length - 1, 0);
}

/** A port that records whatever comes, answers any request, and leads what asks for a tunnel to where `routes` says. */
interface Capture {
  readonly port: number;
  /** All bytes of every connection since it was emptied. */
  received: string[];
  close(): Promise<void>;
}

async function capture(start: (listener: (socket: Socket) => void) => Server, routes = new Map<string, number>()) {
  const sockets = new Set<Socket>();
  const server = start((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.once("close", () => sockets.delete(socket));
    let text = "";
    socket.on("data", function record(chunk: Buffer) {
      capturing.received.push(chunk.toString("latin1"));
      text += chunk.toString("latin1");
      if (!text.includes("\r\n\r\n")) return;
      const tunnel = routes.get(/^CONNECT (\S+) /.exec(text)?.[1] ?? "");
      text = "";
      if (tunnel === undefined) {
        socket.write(
          "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n" + '{"stolen": 1}',
        );
        return;
      }
      // Behind this nothing can be read here.
      socket.off("data", record);
      const behind = connect(tunnel, "127.0.0.1");
      behind.on("error", () => socket.destroy());
      socket.once("close", () => behind.destroy());
      socket.write("HTTP/1.1 200 Connected\r\n\r\n");
      socket.pipe(behind).pipe(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const capturing: Capture = {
    port: (server.address() as AddressInfo).port,
    received: [],
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
  return capturing;
}

const schemes = {
  head: { type: "apiKey", in: "header", name: "X-Key" },
  word: { type: "apiKey", in: "query", name: "key" },
  biscuit: { type: "apiKey", in: "cookie", name: "key" },
  login: { type: "http", scheme: "basic" },
  bearer: { type: "http", scheme: "bearer" },
};
/** The first four go with one request. */
const together = [{ head: [], word: [], biscuit: [], login: [] }];

let [api, secureApi]: Upstream[] = [];
let [foreign, secureForeign, proxy]: Capture[] = [];
let project: BuiltProject;
const servers: HttpServer[] = [];
const clients: Client[] = [];
let cases = 0;
let leaked = 0;

beforeAll(async () => {
  const { certificate, key } = selfSigned("DNS:api.example,DNS:files.example,DNS:other.example");
  api = await startUpstream();
  secureApi = await startUpstream({ cert: certificate, key });
  foreign = await capture((listener) => createServer(listener));
  secureForeign = await capture((listener) => createTlsServer({ cert: certificate, key }, listener));
  const routes = new Map([["api.example:443", secureApi.port]]);
  for (const host of ["files.example", "other.example"]) routes.set(`${host}:443`, secureForeign.port);
  proxy = await capture((listener) => createServer(listener), routes);
  const input = JSON.stringify(documentOf(api.url, `http://127.0.0.1:${foreign.port}`));
  project = buildProject((await generate({ inputs: ["-"], stdin: async () => Buffer.from(input) })).files);
  const authority = join(project.folder, "authority.pem");
  writeFileSync(authority, certificate);
  const environment = {
    MCP_ATTEMPTS: "1",
    MCP_RATE_LIMIT: "0",
    MCP_TOOL_RATE_LIMIT: "0",
    MCP_LOG_LEVEL: "info",
    MCP_AUTH_TOKEN: `${door}token-of-some-length`,
    MCP_FILE_HOSTS: "files.example",
    NODE_EXTRA_CA_CERTS: authority,
    HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`,
    FOREIGN_HEAD_KEY: `${canary}head`,
    FOREIGN_WORD_KEY: `${canary}word`,
    FOREIGN_BISCUIT_KEY: `${canary}biscuit`,
    FOREIGN_LOGIN_USERNAME: "ada",
    FOREIGN_LOGIN_PASSWORD: `${canary}password`,
    FOREIGN_BEARER_TOKEN: `${canary}bearer`,
    FOREIGN_HOME_CLIENT_ID: "client",
    FOREIGN_HOME_CLIENT_SECRET: `${canary}home`,
    FOREIGN_AWAY_CLIENT_ID: "client",
    FOREIGN_AWAY_CLIENT_SECRET: `${canary}away`,
  };
  const others: readonly Readonly<Record<string, string>>[] = [
    {},
    { FOREIGN_BASE_URL: "https://api.example" },
    { HTTP_PROXY: `http://127.0.0.1:${foreign.port}`, HTTPS_PROXY: "" },
  ];
  for (const more of others) servers.push(await startHttp(project.main, { ...environment, ...more }));
  for (const { url } of servers)
    clients.push(
      (await connectHttp("modern", url, { Authorization: `Bearer ${environment.MCP_AUTH_TOKEN}` })) as Client,
    );
});

afterAll(async () => {
  await Promise.all(clients.map((client) => client.close()));
  await Promise.all(servers.map((server) => server.stop()));
  await Promise.all([api, secureApi, foreign, secureForeign, proxy].map((each) => each?.close()));
  project.remove();
  console.info(`credentials at a foreign origin: ${leaked} in ${cases} calls`);
});

function documentOf(home: string, away: string): object {
  const responses = { 200: { description: "Done.", content: { "application/json": { schema: {} } } } };
  const file = { content: { "application/octet-stream": { schema: { type: "string", format: "binary" } } } };
  const json = {
    content: { "application/json": { schema: { type: "object", properties: { a: { type: "string" } } } } },
  };
  const operation = (operationId: string, more: object = {}): object => ({ operationId, responses, ...more });
  const inPath = [{ name: "id", in: "path", required: true, schema: { type: "string" } }];
  const things = { type: "array", items: { type: "object", properties: { id: { type: "string" }, name: {} } } };
  const list = { 200: { description: "Things.", content: { "application/json": { schema: things } } } };
  const flow = (tokenUrl: string): object => ({
    type: "oauth2",
    flows: { clientCredentials: { tokenUrl, scopes: {} } },
  });
  return {
    openapi: "3.1.0",
    info: { title: "Foreign", version: "1" },
    servers: [{ url: home }],
    security: together,
    paths: {
      "/x": {
        get: operation("read"),
        post: operation("write", { requestBody: json }),
        put: operation("put", { requestBody: json }),
        delete: operation("remove"),
      },
      "/bearer": { get: operation("read_bearer", { security: [{ bearer: [] }] }) },
      "/things": {
        get: operation("list_things", {
          parameters: [{ name: "cursor", in: "query", schema: { type: "string" } }],
          responses: list,
        }),
      },
      "/things/{id}": { get: operation("get_thing", { parameters: inPath }) },
      "/{id}": { get: operation("get_root", { parameters: inPath }) },
      "/file": { post: operation("upload", { requestBody: file }) },
      "/there": { servers: [{ url: away }], get: operation("there"), post: operation("there_write") },
      "/far": { servers: [{ url: "https://files.example" }], get: operation("far") },
      "/public": { servers: [{ url: "https://files.example" }], get: operation("far_public", { security: [] }) },
      "/home": { get: operation("token_home", { security: [{ home: [] }] }) },
      "/away": { get: operation("token_away", { security: [{ away: [] }] }) },
    },
    components: {
      securitySchemes: { ...schemes, home: flow(`${home}/token`), away: flow("https://files.example/token") },
    },
  };
}

/** One way to the API, and the other origin by it. */
interface Way {
  readonly client: Client;
  readonly upstream: Upstream;
  readonly scheme: string;
  /** `host:port` of the API and of the other origin. */
  readonly home: string;
  readonly away: string;
}

const ways: Readonly<Record<string, () => Way>> = {
  "http, another port of the same host": () => ({
    client: clients[0]!,
    upstream: api!,
    scheme: "http",
    home: `127.0.0.1:${api!.port}`,
    away: `127.0.0.1:${foreign!.port}`,
  }),
  "https through a proxy, another host": () => ({
    client: clients[1]!,
    upstream: secureApi!,
    scheme: "https",
    home: "api.example",
    away: "files.example",
  }),
};

const ok: Answer = { status: 200, headers: { "content-type": "application/json" }, body: '{"ok":true}' };

/** Calls a tool while the API gives these answers; nothing of a credential may be where it does not belong. */
async function call({ client, upstream }: Way, name: string, args: object, answers: readonly Answer[] = [ok]) {
  upstream.answers = [...answers];
  upstream.requests.length = 0;
  for (const each of captures()) each.received = [];
  cases += 1;
  const result = await client.callTool({ name, arguments: { ...args } });
  const received = captures().map((each) => each.received.join(""));
  const here = received.map((text) => found(canary, text) + found(door, text));
  leaked += here.reduce((sum, count) => sum + count);
  expect({ name, args, answers, here }).toEqual({ name, args, answers, here: [0, 0, 0] });
  // What opens this server is for nobody else, the API itself included.
  expect(upstream.requests.reduce((sum, request) => sum + found(door, wholeOf(request)), 0)).toBe(0);
  return { result, requests: [...upstream.requests], received };
}

const captures = (): readonly [Capture, Capture, Capture] => [foreign!, secureForeign!, proxy!];
const wholeOf = ({ method, target, headers, body }: Recorded): string =>
  `${method} ${target}\n${JSON.stringify(headers)}\n${body.toString("latin1")}`;

/** Ways to name another origin. */
function locations({ scheme, home, away }: Way): readonly string[] {
  const port = away.split(":")[1];
  return [
    `${scheme}://${away}/x`,
    `${scheme.toUpperCase()}://${away.toUpperCase()}/x`,
    `//${away}/x`,
    `///${away}/x`,
    `////${away}/x`,
    `/\\${away}/x`,
    `\\\\${away}\\x`,
    `\\/${away}/x`,
    `${scheme}:\\\\${away}\\x`,
    `${scheme}:/\\${away}/x`,
    `${scheme}://user@${away}/x`,
    `${scheme}://user:password@${away}/x`,
    `${scheme}://${home}@${away}/x`,
    `${scheme}://${home.replace(":", "%3A")}%2Fx@${away}/x`,
    `${scheme}://${home}\\@${away}/x`,
    `${scheme}://${away}\\@${home}/x`,
    `${scheme}://${away}#@${home}/x`,
    `${scheme}://${away}?@${home}/x`,
    `${scheme}:\t//${away}/x`,
    `/\t/${away}/x`,
    `${scheme.slice(0, 2)}\t${scheme.slice(2)}://${away.slice(0, 3)}\t${away.slice(3)}/x`,
    `${scheme === "http" ? "https" : "http"}://${away}/x`,
    `${scheme === "http" ? "https" : "http"}://${home}/x`,
    `ws://${away}/x`,
    `${scheme}://${home}.${away}/x`,
    ...(port === undefined
      ? [`${scheme}://${home}.:443@${away}/x`, `${scheme}://files%2Eexample/x`, `${scheme}://other.example/x`]
      : [`2130706433`, `127.1`, `0x7f.1`, `0177.0.0.1`, `localhost`, `[::ffff:127.0.0.1]`].map(
          (host) => `${scheme}://${host}:${port}/x`,
        )),
  ];
}

describe.each(Object.entries(ways))("over %s", (_name, wayOf) => {
  it("the API itself gets each of them", async () => {
    const way = wayOf();
    const { requests, result } = await call(way, "read", {});
    expect(result.structuredContent).toEqual({ ok: true });
    const [request] = requests;
    const { authorization = "", cookie = "", "x-key": key = "" } = request?.headers ?? {};
    expect([authorization, cookie, key, request?.target ?? ""].map((text) => found(canary, text))).toEqual([
      expect.toSatisfy((count: number) => count > 0),
      expect.toSatisfy((count: number) => count > 0),
      expect.toSatisfy((count: number) => count > 0),
      expect.toSatisfy((count: number) => count > 0),
    ]);
    const bearer = await call(way, "read_bearer", {});
    expect(bearer.requests[0]?.headers["authorization"]).toBe(`Bearer ${canary}bearer`);
  });

  it.each([300, 301, 302, 303, 305, 307, 308, 201, 202, 401])("an answer of %i leads nowhere else", async (status) => {
    const way = wayOf();
    const isMoved = status > 300;
    for (const location of locations(way))
      for (const [tool, args] of [
        ["read", {}],
        ["read_bearer", {}],
        ["write", { a: "b" }],
        ...(isMoved ? [["put", { a: "b" }] as const, ["remove", {}] as const] : []),
      ] as const) {
        const away: Answer = { status, headers: { location, "content-location": location } };
        const { requests, received } = await call(way, tool, args, [away, ok]);
        expect(requests.length).toBeGreaterThan(0);
        expect(onlyTunnels(received)).toBe(true);
        if (tool === "read" && [302, 307].includes(status))
          // By way of its own origin first.
          await call(way, tool, args, [{ status, headers: { location: "/x" } }, away, ok]);
      }
  });

  it("nor do other fields, or what stands in an answer", async () => {
    const way = wayOf();
    for (const url of locations(way)) {
      const headers = {
        "content-type": "application/json",
        link: `<${url}>; rel="next", <${url}>; rel="preload"`,
        refresh: `0; url=${url}`,
        "alt-svc": `h2="${way.away}", h3="${way.away}"`,
        "www-authenticate": `Bearer realm="${url}", resource_metadata="${url}", Digest realm="${url}", nonce="a"`,
        "proxy-authenticate": `Basic realm="${url}"`,
        "set-cookie": `a=b; Domain=${way.away.split(":")[0]}`,
      };
      const body = JSON.stringify({
        next: url,
        nextLink: url,
        "@odata.nextLink": url,
        next_page_url: url,
        paging: { next: url, cursors: { after: url } },
        links: { next: url, self: { href: url } },
        _links: { next: { href: url } },
        content: [{ type: "resource_link", uri: url, name: "x" }],
        $ref: url,
      });
      for (const status of [200, 206, 401, 407, 429])
        for (const tool of ["read", "list_things"]) {
          const { received } = await call(way, tool, {}, [{ status, headers, body }, ok]);
          expect(onlyTunnels(received)).toBe(true);
        }
    }
  });

  it("nor do the items of a list, and what links to them", async () => {
    const way = wayOf();
    let followed = 0;
    for (const url of [...locations(way), `@${way.away}/x`, `.${way.away}/x`, `:${way.away.split(":")[1] ?? 443}/x`]) {
      const body = JSON.stringify([{ id: url, name: "x", url, href: url }]);
      const { result } = await call(way, "list_things", { cursor: url }, [{ ...ok, body }]);
      const links = (result.content as readonly { readonly type: string; readonly uri?: string }[]).flatMap(
        ({ type, uri }) => (type === "resource_link" && uri !== undefined ? [uri] : []),
      );
      for (const uri of [...links, url]) {
        for (const each of captures()) each.received = [];
        way.upstream.answers = [ok];
        cases += 1;
        await way.client.readResource({ uri }).then(
          () => (followed += 1),
          () => undefined,
        );
        expect(captures().map((each) => found(canary, each.received.join("")))).toEqual([0, 0, 0]);
      }
      for (const tool of ["get_thing", "get_root"])
        expect(onlyTunnels((await call(way, tool, { id: url })).received)).toBe(true);
    }
    expect(followed).toBeGreaterThan(0);
  });

  it("nor does a server that only the document names", async () => {
    const way = wayOf();
    for (const tool of ["there", "there_write", "far", "token_away"]) {
      const { result, requests, received } = await call(way, tool, {});
      expect(result, tool).toMatchObject({ isError: true });
      expect(requests).toEqual([]);
      expect(received.slice(0, 2)).toEqual(["", ""]);
    }
    // Without credentials it may be asked: so the other origin is within reach.
    const { received } = await call(way, "far_public", {});
    expect(received[1]).toMatch(/^GET \/public HTTP\/1\.1\r\n/);
  });

  it("nor does a file by URL", async () => {
    const way = wayOf();
    const allowed = await call(way, "upload", { body: { url: "https://files.example/x" } });
    expect(allowed.received[1]).toMatch(/^GET \/x HTTP\/1\.1\r\n/);
    expect(allowed.requests[0]?.body.toString()).toBe('{"stolen": 1}');
    for (const url of [...locations(way), "https://other.example/x", "https://files.example:444/x"]) {
      const isAllowed = URL.canParse(url) && new URL(url).origin === "https://files.example";
      const { received, requests } = await call(way, "upload", { body: { url } });
      if (!isAllowed) expect([onlyTunnels(received), requests]).toEqual([true, []]);
    }
  });
});

it("a token endpoint leads nowhere else with its client's secret", async () => {
  const way = ways["http, another port of the same host"]!();
  const { requests } = await call(way, "token_home", {}, [
    { ...ok, body: '{"access_token":"a","token_type":"Bearer","expires_in":0}' },
    ok,
  ]);
  expect(requests.map(({ target }) => target)).toEqual(["/token", "/home"]);
  expect(found(canary, wholeOf(requests[0]!))).toBeGreaterThan(0);
  for (const status of [301, 302, 303, 307, 308])
    for (const location of locations(way)) {
      const { result, received } = await call(way, "token_home", {}, [{ status, headers: { location } }]);
      expect(result).toMatchObject({ isError: true });
      expect(onlyTunnels(received)).toBe(true);
    }
});

it("a proxy learns the host of what is sent by https, and nothing else", async () => {
  const { received } = await call(ways["https through a proxy, another host"]!(), "read", {});
  // The tunnel may have been there before.
  expect(received[2]).toMatch(/^(?:CONNECT api\.example:443 HTTP\/1\.1\r\n|$)/);
  const way = { ...ways["http, another port of the same host"]!(), client: clients[2]! };
  const upload = await call(way, "upload", { body: { url: "https://files.example/x" } });
  // The HTTP client takes it for both where there is no other.
  expect(upload.received[0]).toMatch(/^CONNECT files\.example:443 HTTP\/1\.1\r\n/);
  expect(upload.requests).toEqual([]);
});

/** Whether the other origin got nothing, and the proxy no more than hosts. */
function onlyTunnels([plain, secure, tunnels]: readonly string[]): boolean {
  return (
    plain === "" && secure === "" && (tunnels ?? "").split("\r\n\r\n").every((head) => /^(?:CONNECT |$)/.test(head))
  );
}

it("a secret is found in each spelling", () => {
  const bytes = Buffer.from(`ada:${canary}x`);
  const spelled = [bytes.toString("latin1"), bytes.toString("hex"), encodeURIComponent(`${canary}x`)];
  for (const before of ["", "a", "ab", "abc"])
    spelled.push(
      Buffer.from(`${before}${canary}x`).toString("base64"),
      Buffer.from(before + canary).toString("base64url"),
    );
  for (const text of spelled) expect(found(canary, `?a=${text}`), text).toBeGreaterThan(0);
  expect(found(canary, "GET /x HTTP/1.1")).toBe(0);
});

/** The HTTP client on Node.js: what goes out, what is read of answers, which connections are shared, and where they lead. */
import dns from "node:dns";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { syncBuiltinESMExports } from "node:module";
import { connect as connectTo, Socket } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Connections, publicLookup } from "../../templates/always/src/runtime/node/connections.ts";
import { readSettings } from "../../templates/always/src/runtime/settings/settings.ts";
import type { HttpRequest, Route } from "../../templates/always/src/runtime/upstream/http-message.ts";
import { proxyFaultOf } from "../../templates/always/src/runtime/upstream/upstream-failure.ts";
import { closedPort, listen } from "./send-fault-server.ts";
import { turns } from "./until.ts";

const ports: (number | undefined)[] = [];
let got: { request: IncomingMessage; body: string }[] = [];
let answer: (response: ServerResponse, path: string) => void = (response) => response.end("ok");
const server = createServer((request, response) => {
  ports.push(request.socket.remotePort);
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    got.push({ request, body: Buffer.concat(chunks).toString() });
    answer(response, request.url ?? "");
  });
});
let base = "";
let close: () => Promise<void>;
let connections: Connections;
beforeAll(async () => {
  const listening = await listen(server);
  base = `http://127.0.0.1:${listening.port}`;
  close = listening.close;
});
afterAll(() => close());
beforeEach(() => {
  got = [];
  ports.length = 0;
  answer = (response) => response.end("ok");
  connections = new Connections(readSettings({}));
});
afterEach(() => connections.close());

const endless = new AbortController().signal;
const send = (
  request: Partial<HttpRequest> = {},
  more: { route?: Partial<Route>; limit?: number; signal?: AbortSignal; room?: object; along?: object } = {},
) =>
  connections.exchange(
    { method: "GET", url: `${base}/`, headers: [], ...request },
    { allowPrivate: true, ...more.route },
    more.signal ?? endless,
    more.limit ?? 1_000,
    more.room as never,
    more.along as never,
  );
const textOf = (body: Uint8Array): string => Buffer.from(body).toString();

describe("a request", () => {
  it("goes out as it is, and says what this is and what it reads", async () => {
    const headers = [["X-Own", "a"]] as const;
    const answered = await send({ method: "PATCH", url: `${base}/a?b=c`, headers, body: "text" });
    expect([answered.status, textOf(answered.body), answered.truncated, answered.url]).toEqual([
      200,
      "ok",
      false,
      `${base}/a?b=c`,
    ]);
    expect(answered).not.toHaveProperty("cutBy");
    expect([got[0]?.request.method, got[0]?.request.url, got[0]?.body]).toEqual(["PATCH", "/a?b=c", "text"]);
    const raw = got[0]?.request.rawHeaders ?? [];
    expect(raw.slice(raw.indexOf("X-Own"))).toEqual(
      expect.arrayContaining(["X-Own", "a", "Accept-Encoding", "gzip, deflate", "User-Agent", "openapi-to-mcp"]),
    );
  });

  it("keeps what it says of these itself", async () => {
    await send({
      headers: [
        ["ACCEPT-encoding", "identity"],
        ["user-AGENT", "own"],
      ],
    });
    const { rawHeaders = [] } = got[0]?.request ?? {};
    expect(rawHeaders.filter((name) => /^(accept-encoding|user-agent)$/i.test(name))).toEqual([
      "ACCEPT-encoding",
      "user-AGENT",
    ]);
    expect(got[0]?.request.headers).toMatchObject({ "accept-encoding": "identity", "user-agent": "own" });
  });

  it.each(["http://127.0.0.1:1/", "http://localhost:1/", "http://10.0.0.1/", "http://[::1]/"])(
    "to %s is sent only where private addresses are meant",
    async (url) =>
      expect(send({ url }, { route: { allowPrivate: false } })).rejects.toMatchObject({
        code: "PRIVATE_ADDRESS",
        message: `${new URL(url).hostname} has an address that is not public`,
      }),
  );

  it("does not follow where it is sent", async () => {
    answer = (response) => response.writeHead(302, { location: `${base}/other` }).end();
    expect((await send()).status).toBe(302);
    expect(got).toHaveLength(1);
  });
});

describe("an answer", () => {
  it("has all of its fields", async () => {
    answer = (response) => response.writeHead(201, { "Set-Cookie": ["a=1", "b=2"], "X-A": "b" }).end();
    const { status, headers } = await send();
    expect([status, headers.get("x-a"), headers.getSetCookie()]).toEqual([201, "b", ["a=1", "b=2"]]);
  });

  it("is read up to a limit, and what says of a failure up to a mebibyte", async () => {
    const mebibyte = 1_048_576;
    const lengths = async (status: number, bytes: number, limit: number) => {
      answer = (response) => response.writeHead(status).end(Buffer.alloc(bytes));
      const { body, truncated } = await send({}, { limit });
      return [body.byteLength, truncated];
    };
    expect(await lengths(200, 10, 10)).toEqual([10, false]);
    expect(await lengths(200, 11, 10)).toEqual([10, true]);
    expect(await lengths(399, mebibyte + 1, 2 * mebibyte)).toEqual([mebibyte + 1, false]);
    expect(await lengths(400, mebibyte, 2 * mebibyte)).toEqual([mebibyte, false]);
    expect(await lengths(400, mebibyte + 1, 2 * mebibyte)).toEqual([mebibyte, true]);
    expect(await lengths(500, 11, 10)).toEqual([10, true]);
  });

  it("gives back the room of an earlier one, and is told piece by piece", async () => {
    const seen: unknown[] = [];
    answer = (response) => response.writeHead(200, { "x-a": "b" }).end("12345");
    const room = {
      take: (bytes: number) => void seen.push(`take ${bytes}`),
      release: () => void seen.push("release"),
    };
    const along = (status: number, headers: Headers) => {
      seen.push(`${status} ${headers.get("x-a")}`);
      return (piece: Uint8Array) => void seen.push(textOf(piece));
    };
    await send({}, { room, along });
    expect(seen).toEqual(["release", "200 b", "take 5", "12345"]);
  });

  const cut = (type: string, text: string) => {
    answer = (response) => {
      response.writeHead(200, { "content-type": type, "content-length": "1000" }).write(text, () => {
        setImmediate(() => response.destroy());
      });
    };
  };
  it("that is cut off has what came, where that is whole records of a stream", async () => {
    cut("text/event-stream", "data: 1\n\ndata: 2");
    const { body, truncated, cutBy } = await send();
    expect([textOf(body), truncated, cutBy]).toEqual(["data: 1\n\ndata: 2", true, "connection"]);
    cut("application/json", '{"a":');
    await expect(send()).rejects.toThrow();
  });

  it("that is cut off by time, or by whoever called, is told apart", async () => {
    const cutBy = async (reason: unknown) => {
      const controller = new AbortController();
      answer = (response) => {
        response.writeHead(200, { "content-type": "text/event-stream" }).write("data: 1\n\n");
      };
      const along = () => () => setImmediate(() => controller.abort(reason));
      return send({}, { signal: controller.signal, along }).then(
        (answered) => answered.cutBy,
        (error: unknown) => error,
      );
    };
    expect(await cutBy(new DOMException("late", "TimeoutError"))).toBe("time");
    expect(await cutBy(new Error("called off"))).toBeInstanceOf(Error);
  });

  it("that is in no coding of which it says it is keeps its whole records", async () => {
    answer = (response) => response.writeHead(200, { "content-encoding": "gzip" }).end("no gzip");
    await expect(send()).rejects.toThrow("the body of its answer is no valid gzip");
  });

  it.each([204, 304])("%i has no body, whatever it says of one", async (status) => {
    answer = (response) => {
      response.socket?.end(`HTTP/1.1 ${status} X\r\nContent-Length: 5\r\n\r\nhello`);
    };
    const { body, truncated } = await send();
    expect([status, body.byteLength, truncated]).toEqual([status, 0, false]);
  });
});

describe("connections", () => {
  const over = async (route: Partial<Route>): Promise<number | undefined> => {
    await send({}, { route });
    // Until the client has put the connection back.
    await turns(10);
    return ports.at(-1);
  };
  const certificate = (key: string, authority?: string) => ({
    certificate: { certificate: "c", key, ...(authority === undefined ? {} : { authority }) },
  });

  it("are kept for the next request of the same route, and for no other", async () => {
    const first = await over({});
    expect(await over({})).toBe(first);
    expect(await over({ fresh: false })).toBe(first);
    const own = await over(certificate("k1"));
    expect(await over(certificate("k1"))).toBe(own);
    const others = [
      await over(certificate("k2")),
      await over(certificate("k1", "a")),
      await over(certificate("k1", "")),
    ];
    expect(new Set([first, own, ...others]).size).toBe(4);
    expect(others[2]).toBe(own);
  });

  it("are made anew for each request that wants a fresh one", async () => {
    const first = await over({ fresh: true });
    expect(await over({ fresh: true })).not.toBe(first);
  });

  it("of 32 routes are kept, those of the oldest let go of", async () => {
    const routes = Array.from({ length: 33 }, (_none, at) => certificate(`k${at}`));
    const kept: (number | undefined)[] = [];
    for (const route of routes.slice(0, 32)) kept.push(await over(route));
    expect(await over(routes[0] ?? {})).toBe(kept[0]);
    await over(routes[32] ?? {});
    expect(await over(routes[1] ?? {})).toBe(kept[1]);
    expect(await over(routes[0] ?? {})).not.toBe(kept[0]);
  });

  it("end with the client", async () => {
    await send();
    await connections.close();
    const first = ports.at(-1);
    await send();
    expect(ports.at(-1)).not.toBe(first);
  });
});

describe("a proxy", () => {
  const through = (environment: Record<string, string>) => {
    const client = new Connections(readSettings(environment));
    const request = (url: string): HttpRequest => ({ method: "GET", url, headers: [] });
    const send = (url: string) => client.exchange(request(url), { allowPrivate: true }, endless, 100);
    return { send, close: () => client.close() };
  };

  it.each(["HTTP_PROXY", "HTTPS_PROXY"])("of %s that cannot be reached is at fault itself", async (name) => {
    const host = `127.0.0.1:${await closedPort()}`;
    const { send, close } = through({ [name]: `http://${host}` });
    const url = name === "HTTP_PROXY" ? "http://api.example.com/" : "https://api.example.com/";
    expect(proxyFaultOf(await send(url).catch((error: unknown) => error))).toEqual({ host });
    await close();
  });

  it("is not asked for hosts of NO_PROXY, nor for a scheme that has none", async () => {
    const proxy = `http://127.0.0.1:${await closedPort()}`;
    const around: Record<string, string>[] = [{ HTTP_PROXY: proxy, NO_PROXY: "127.0.0.1" }, { HTTPS_PROXY: proxy }];
    for (const environment of around) {
      const { send, close } = through(environment);
      expect((await send(base)).status).toBe(200);
      await close();
    }
  });

  it("that is there leads to the API", async () => {
    const tunnels: (string | undefined)[] = [];
    const proxy = createServer();
    proxy.on("connect", (request, socket: Socket) => {
      tunnels.push(request.url);
      const upstream = connectTo(Number(new URL(base).port), "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        socket.pipe(upstream).pipe(socket);
      });
    });
    const listening = await listen(proxy);
    const { send, close } = through({ HTTP_PROXY: `http://127.0.0.1:${listening.port}` });
    expect(textOf((await send("http://api.example.com/a")).body)).toBe("ok");
    expect([tunnels, got[0]?.request.headers.host]).toEqual([["api.example.com:80"], "api.example.com"]);
    await close();
    await listening.close();
  });
});

describe("a name is looked up for sockets", () => {
  const names: Record<string, { address: string; family: number }[]> = {
    "public.example": [
      { address: "8.8.8.8", family: 4 },
      { address: "2606:4700::1", family: 6 },
    ],
    "half.example": [
      { address: "8.8.8.8", family: 4 },
      { address: "10.0.0.1", family: 4 },
    ],
    "none.example": [],
  };
  const lookedUp: object[] = [];
  const { lookup } = dns;
  beforeAll(() => {
    const fake = (host: string, options: object, done: (error: Error | null, found?: object[]) => void): void => {
      lookedUp.push(options);
      const found = names[host];
      if (found === undefined) done(Object.assign(new Error("ENOTFOUND"), { code: "ENOTFOUND" }));
      else done(null, found);
    };
    dns.lookup = fake as typeof dns.lookup;
    syncBuiltinESMExports();
  });
  afterAll(() => {
    dns.lookup = lookup;
    syncBuiltinESMExports();
  });

  const found = (host: string, all: boolean) =>
    new Promise<unknown[]>((resolve) => publicLookup(host, { all, family: 4 }, (...given) => resolve(given)));
  it("to what is public, in the form that is asked for", async () => {
    expect(await found("public.example", true)).toEqual([null, names["public.example"]]);
    expect(await found("public.example", false)).toEqual([null, "8.8.8.8", 4]);
    expect(lookedUp.at(-1)).toEqual({ all: true, family: 4 });
  });

  it.each(["half.example", "none.example"])(
    "and not where one address is private, or there is none: %s",
    async (host) => {
      for (const all of [true, false])
        expect(await found(host, all)).toEqual([
          expect.objectContaining({
            name: "PrivateAddressError",
            message: `${host} has an address that is not public`,
          }),
          "",
          0,
        ]);
    },
  );

  it("and a fault of the lookup stays what it is", async () =>
    expect(await found("unknown.example", false)).toEqual([expect.objectContaining({ code: "ENOTFOUND" }), "", 0]));
});

/** A platform of the web standard alone: how requests go out by `fetch`, what is read of answers, and which addresses are refused. */
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { HttpRequest } from "../../templates/always/src/runtime/upstream/http-message.ts";
import { workerHost } from "../../templates/always/src/runtime/worker/host.ts";

const host = workerHost({ A: "1" });
let server: Server;
let base = "";
let got: { request: IncomingMessage; body: string }[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      got.push({ request, body: Buffer.concat(chunks).toString() });
      if (request.url === "/moved") response.writeHead(302, { location: "/elsewhere" }).end();
      else if (request.url === "/slowly") {
        response.write("01234");
        setTimeout(() => response.end("56789"), 20);
      } else if (request.url === "/none") response.writeHead(204).end();
      else response.writeHead(201, { "x-a": "b" }).end("0123456789");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  got = [];
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const signal = new AbortController().signal;
const send = (request: Partial<HttpRequest> & { path?: string } = {}, maxBytes = 100, room?: never) => {
  const { path = "/", ...more } = request;
  return host.exchange(
    { method: "GET", url: base + path, headers: [], ...more },
    { allowPrivate: true },
    signal,
    maxBytes,
    room,
  );
};
const textOf = (body: Uint8Array) => Buffer.from(body).toString();

it("is what the bindings say, with turns and nothing to end", async () => {
  expect(host.environment).toEqual({ A: "1" });
  await host.turn();
  await expect(host.close()).resolves.toBeUndefined();
});

describe("a request", () => {
  it("goes out as it is", async () => {
    await send({
      method: "PUT",
      path: "/a?b=%2F",
      headers: [
        ["x-one", "1"],
        ["content-type", "text/x"],
      ],
      body: "text",
    });
    await send({ method: "POST", body: Buffer.from("bytes") });
    await send();
    expect(
      got.map(({ request: { method, url, headers }, body }) => [
        method,
        url,
        headers["x-one"],
        headers["content-type"],
        body,
      ]),
    ).toEqual([
      ["PUT", "/a?b=%2F", "1", "text/x", "text"],
      ["POST", "/", undefined, undefined, "bytes"],
      ["GET", "/", undefined, undefined, ""],
    ]);
  });

  it.each([
    "http://127.0.0.1/",
    "http://[::1]/",
    "http://localhost/",
    "http://a.localhost/",
    "http://10.1.2.3/",
    "http://169.254.169.254/",
  ])("to %s is not sent where private addresses are not allowed", async (url) => {
    await expect(
      host.exchange({ method: "GET", url, headers: [] }, { allowPrivate: false }, signal, 100),
    ).rejects.toThrow(expect.objectContaining({ name: "PrivateAddressError" }));
  });

  it("ends with its signal", async () => {
    const gone = AbortSignal.abort();
    await expect(
      host.exchange({ method: "GET", url: base, headers: [] }, { allowPrivate: true }, gone, 100),
    ).rejects.toThrow(expect.objectContaining({ name: "AbortError" }));
  });
});

describe("an answer", () => {
  it("is read to its end", async () => {
    const { status, headers, body, truncated, url } = await send({ path: "/x" });
    expect([status, headers.get("x-a"), textOf(body), truncated, url]).toEqual([
      201,
      "b",
      "0123456789",
      false,
      `${base}/x`,
    ]);
  });

  it.each([
    [10, "0123456789", false],
    [9, "012345678", true],
    [1, "0", true],
  ])("of 10 bytes, of which %i may be read, is %j", async (most, want, isCut) => {
    const { body, truncated } = await send({}, most);
    expect([textOf(body), truncated]).toEqual([want, isCut]);
  });

  it.each([
    [10, "0123456789", false],
    [7, "0123456", true],
    [5, "01234", true],
  ])("that comes in pieces, of which %i bytes may be read, is %j", async (most, want, isCut) => {
    const { body, truncated } = await send({ path: "/slowly" }, most);
    expect([textOf(body), truncated]).toEqual([want, isCut]);
  });

  it("may have no body", async () => {
    const { status, body, truncated } = await send({ path: "/none" });
    expect([status, body.byteLength, truncated]).toEqual([204, 0, false]);
  });

  it("of a redirect is given, not followed", async () => {
    const { status, headers } = await send({ path: "/moved" });
    expect([status, headers.get("location")]).toEqual([302, "/elsewhere"]);
    expect(got).toHaveLength(1);
  });

  it("takes room for what it keeps, and gives that of the request back", async () => {
    const asked: (number | string)[] = [];
    const room = { release: () => asked.push("released"), take: async (bytes: number) => void asked.push(bytes) };
    await send({}, 4, room as never);
    expect(asked).toEqual(["released", 4]);
  });
});

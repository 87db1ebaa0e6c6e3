import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { BlockList, isIPv6 } from "node:net";
import type { TLSSocket } from "node:tls";

import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { publicLookup } from "../../templates/always/src/runtime/node/connections.ts";
import { isLoopbackHost } from "../../templates/always/src/runtime/data/url.ts";
import {
  PrivateAddressError,
  isPrivateLiteral,
  isPublicAddress,
} from "../../templates/always/src/runtime/upstream/public-address.ts";
import { createLog } from "../../templates/always/src/runtime/log.ts";
import { type SendOptions } from "../../templates/always/src/runtime/upstream/send.ts";
import { openSender, type OpenSender } from "./sender.ts";
import { readSettings } from "../../templates/always/src/runtime/settings/settings.ts";
import { selfSigned } from "./send-certificate.ts";
import { type FaultServer, listen, startFaultServer, startTcpServer } from "./send-fault-server.ts";

const senders: OpenSender[] = [];
let upstream: FaultServer;

function sender(environment: NodeJS.ProcessEnv = {}): OpenSender {
  const made = openSender(readSettings({ MCP_TIMEOUT_MS: "60000", ...environment }), createLog("silent"));
  senders.push(made);
  return made;
}

function options(more: Partial<SendOptions> = {}): SendOptions {
  return { signal: new AbortController().signal, idempotent: true, allowPrivate: true, ...more };
}

beforeAll(async () => {
  upstream = await startFaultServer();
});

afterAll(async () => {
  await Promise.all(senders.map((made) => made.close()));
  await upstream.close();
});

const hex = (bits: number) => fc.nat(2 ** bits - 1).map((value) => value.toString(16));

/** All that the registry of IANA does not call global (IPv6 by what lies around the global part), as literals. */
const notPublic: readonly (readonly [subnet: string, bits: number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["168.63.129.16", 32],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
  ["::", 3],
  ["4000::", 2],
  ["8000::", 1],
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
];

describe("addresses", () => {
  it.each([
    "1.1.1.1",
    "8.8.8.8",
    "172.15.0.1",
    "172.32.0.1",
    "100.63.0.1",
    "192.167.1.1",
    "2606:4700:4700::1111",
    "2a00:1450::1",
    "64:ff9b::8.8.8.8",
  ])("%s is public", (address) => expect(isPublicAddress(address)).toBe(true));

  it.each([
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "64:ff9b::168.63.129.16",
    "::ffff:168.63.129.16",
    "2002:a83f:8110::1",
    "100.100.100.200",
    "192.0.0.192",
    "fd00:ec2::254",
    "fd20:ce::254",
    "169.254.169.254",
    "169.254.170.2",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:8.8.8.8",
    "64:ff9b::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::8.8.8.8",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "2002:808:808::1",
    "3fff::1",
    "fc00::1",
    "fd00::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "",
    "localhost",
  ])("%s is not", (address) => expect(isPublicAddress(address)).toBe(false));

  it("of every block are what Node.js takes them for", () => {
    // One for each: IPv4 lies within IPv6 to a list.
    const [ipv4, ipv6] = [new BlockList(), new BlockList()];
    for (const [subnet, bits] of notPublic)
      if (isIPv6(subnet)) ipv6.addSubnet(subnet, bits, "ipv6");
      else ipv4.addSubnet(subnet, bits, "ipv4");
    const group = fc.oneof(fc.constantFrom("0", "1ff", "200", "db8", "2001", "2002", "3fff", "1fff", "4000"), hex(16));
    const byte = fc.oneof(fc.constantFrom(0, 2, 10, 31, 32, 63, 64, 127, 128, 168, 172, 192, 203), fc.nat(255));
    fc.assert(
      fc.property(fc.tuple(byte, byte, byte, byte), (bytes) => {
        const address = bytes.join(".");
        expect([address, isPublicAddress(address)]).toEqual([address, !ipv4.check(address, "ipv4")]);
      }),
      { numRuns: 2_000 },
    );
    fc.assert(
      fc.property(fc.array(group, { minLength: 1, maxLength: 7 }), fc.nat(7), (groups, at) => {
        const address = `${groups.slice(0, at).join(":")}::${groups.slice(at).join(":")}`;
        expect([address, isPublicAddress(address)]).toEqual([address, !ipv6.check(address, "ipv6")]);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each(["localhost", "LOCALHOST", "localhost.", "a.localhost", "127.0.0.1", "127.1.2.3", "[::1]"])(
    "%s is this machine",
    (host) => expect(isLoopbackHost(host)).toBe(true),
  );

  it.each(["localhost.example.com", "notlocalhost", "128.0.0.1", "[::2]"])("%s is not this machine", (host) =>
    expect(isLoopbackHost(host)).toBe(false),
  );

  it("refuses a name that leads here, whatever the form of the answer", async () => {
    for (const all of [true, false]) {
      const error = await new Promise((resolve) => publicLookup("localhost", { all }, resolve));
      expect(error).toBeInstanceOf(PrivateAddressError);
    }
  });
});

describe("a public API", () => {
  // Every spelling that a URL may give this machine or its neighbours. `{port}` is that of a real server.
  it.each([
    "127.0.0.1",
    "127.1",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "0177.0.0.1",
    "017700000001",
    "127.0.0.1.",
    "①②⑦.⓪.⓪.①",
    "１２７.０.０.１",
    "0",
    "0.0.0.0",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "sub.localhost",
    "[::1]",
    "[::]",
    "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "[2002:7f00:1::]",
    "169.254.169.254",
    "168.63.129.16",
    "0xa83f8110",
    "2822734096",
    "[64:ff9b::a83f:8110]",
    "[::ffff:a83f:8110]",
    "0xa9fea9fe",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.0.1",
    "100.64.0.1",
    "[fe80::1]",
    "[fd00:ec2::254]",
  ])("is not reached at %s", async (host) => {
    const request = { method: "GET", url: `http://${host}:${upstream.port}/ok`, headers: [] };
    await expect(sender().send(request, options({ allowPrivate: false }))).rejects.toMatchObject({
      name: "ConfigurationError",
    });
    expect(isPrivateLiteral(new URL(request.url).hostname) || isLoopbackHost(new URL(request.url).hostname)).toBe(true);
    expect(upstream.seen).toEqual([]);
  });
});

describe("certificates", () => {
  const mine = selfSigned("IP:127.0.0.1");
  const foreign = selfSigned("DNS:example.com");

  async function rejection(server: { port: number }, more: Partial<SendOptions> = {}): Promise<unknown> {
    let retries = 0;
    const request = { method: "GET", url: `https://127.0.0.1:${server.port}/`, headers: [] };
    const error = await sender()
      .send(request, options({ ...more, onRetry: () => (retries += 1) }))
      .then(String, (reason: unknown) => reason);
    expect(retries).toBe(0);
    return error;
  }

  it("refuses one of an unknown authority, and says what to do", async () => {
    const server = await listen(createTlsServer({ cert: mine.certificate, key: mine.key }));
    expect(await rejection(server)).toMatchObject({
      name: "UpstreamError",
      message: expect.stringContaining("DEPTH_ZERO_SELF_SIGNED_CERT"),
      hint: expect.stringContaining("NODE_EXTRA_CA_CERTS"),
    });
    await server.close();
  });

  it("refuses one of another host", async () => {
    const server = await listen(createTlsServer({ cert: foreign.certificate, key: foreign.key }));
    const certificate = { ...mine, authority: foreign.certificate };
    expect(await rejection(server, { certificate })).toMatchObject({
      message: expect.stringContaining("ERR_TLS_CERT_ALTNAME_INVALID"),
    });
    await server.close();
  });

  it("says that a plain server does not speak TLS", async () => {
    expect(await rejection(upstream)).toMatchObject({ hint: expect.stringContaining("http://") });
  });

  it("shows the client's certificate to a server that asks for it", async () => {
    const tls = { cert: mine.certificate, key: mine.key, requestCert: true, ca: mine.certificate };
    const server = await listen(
      createTlsServer(tls, (request, response) => {
        response.end(String((request.socket as TLSSocket).authorized));
      }),
    );
    const request = { method: "GET", url: `https://127.0.0.1:${server.port}/`, headers: [] };
    const certificate = { ...mine, authority: mine.certificate };
    const response = await sender().send(request, options({ certificate }));
    expect(Buffer.from(response.body).toString()).toBe("true");
    await server.close();
  });

  it("gives up a connection that is never made", async () => {
    const silent = await startTcpServer(() => undefined);
    const request = { method: "GET", url: `https://127.0.0.1:${silent.port}/`, headers: [] };
    await expect(
      sender({ MCP_CONNECT_TIMEOUT_MS: "100", MCP_ATTEMPTS: "1" }).send(request, options()),
    ).rejects.toMatchObject({ message: expect.stringContaining("connecting took too long") });
    await silent.close();
  });
});

describe("a proxy", () => {
  it("is used for all hosts but those of NO_PROXY", async () => {
    const tunnels: (string | undefined)[] = [];
    const proxy = createServer();
    proxy.on("connect", (request, socket) => {
      tunnels.push(request.url);
      socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
    });
    const { port, close } = await listen(proxy);
    const made = sender({
      HTTP_PROXY: `http://127.0.0.1:${port}`,
      NO_PROXY: "127.0.0.1",
      MCP_ATTEMPTS: "1",
    });
    const through = { method: "GET", url: "http://api.example.com/", headers: [] };
    await expect(made.send(through, options({ allowPrivate: false }))).rejects.toThrow("api.example.com");
    const direct = { method: "GET", url: `${upstream.origin}/ok`, headers: [] };
    expect((await made.send(direct, options())).status).toBe(200);
    // A proxy must not be a way around the guard.
    const private_ = { method: "GET", url: "http://169.254.169.254/", headers: [] };
    await expect(made.send(private_, options({ allowPrivate: false }))).rejects.toMatchObject({
      name: "ConfigurationError",
    });
    expect(tunnels).toEqual(["api.example.com:80"]);
    await close();
  });
});

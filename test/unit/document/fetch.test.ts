/** Documents that are not public: headers, proxies and certificates, over real connections. */
import { createServer as createSecureServer } from "node:https";
import { createServer, request as send, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { loadDocuments } from "../../../src/document/documents.ts";
import { loadDocument, type ReadOptions } from "../../../src/document/load.ts";
import { selfSigned } from "../../runtime/send-certificate.ts";
import { faultsOf, folderOf, serverOf, shown } from "./place.ts";

const secret = "s3cr3t-value";
const environment = { TOKEN: secret, EMPTY: "", BROKEN: "a\nb" };
const document = JSON.stringify({ openapi: "3.1.0", info: { title: "t", version: "1" }, paths: {} });
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

interface Recorded {
  readonly url: string;
  readonly requests: { readonly path: string; readonly authorization: string | undefined }[];
}

/** A server that records what arrives. */
async function recording(answer: RequestListener): Promise<Recorded> {
  const requests: Recorded["requests"] = [];
  const server = await serverOf((request, response) => {
    requests.push({ path: request.url ?? "", authorization: request.headers.authorization });
    answer(request, response);
  });
  closing.push(server.close);
  return { url: server.url, requests };
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  closing.push(() => {
    server.closeAllConnections();
    return new Promise((done) => server.close(done));
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function faultOf(input: string, options: ReadOptions): Promise<string> {
  const faults = await faultsOf(() => loadDocument(input, options));
  expect(JSON.stringify(faults)).not.toContain(secret);
  return shown(faults[0]);
}

const guarded: RequestListener = (request, response) => {
  const known = request.headers.authorization === `Bearer ${secret}`;
  response.writeHead(known ? 200 : 401).end(known ? document : "");
};
const headers = ["Authorization: Bearer $TOKEN"];

describe("a header", () => {
  test("is sent with its value from the environment, and is asked for by a 401", async () => {
    const { url, requests } = await recording(guarded);
    expect(await faultOf(`${url}/a`, {})).toBe(`refused-request / -: "${url}/a" answered 401: it wants credentials`);
    await loadDocument(`${url}/a`, { headers, environment });
    expect(requests.map(({ authorization }) => authorization)).toEqual([undefined, `Bearer ${secret}`]);
    expect(await faultOf(`${url}/a`, { headers: ["X-Key: $TOKEN"], environment })).toBe(
      `refused-request / -: "${url}/a" answered 401: it wants credentials; the header x-key was sent`,
    );
  });

  test("goes to the document's further files of its origin, and to no other host", async () => {
    const other = await recording((_request, response) => response.end("type: string"));
    const { url, requests } = await recording((request, response) => {
      const $ref = request.url === "/a" ? "b.yaml" : `${other.url}/c.yaml`;
      response.end(
        JSON.stringify({
          ...JSON.parse(document),
          components: { schemas: { B: { $ref }, C: { $ref: `${other.url}/c.yaml` } } },
        }),
      );
    });
    const host = new URL(other.url).host;
    await loadDocument(`${url}/a`, { headers, environment, allowRefHosts: [host] });
    expect(requests).toEqual([
      { path: "/a", authorization: `Bearer ${secret}` },
      { path: "/b.yaml", authorization: `Bearer ${secret}` },
    ]);
    expect(other.requests).toEqual([{ path: "/c.yaml", authorization: undefined }]);
  });

  test("does not follow a redirect to another origin", async () => {
    const other = await recording((_request, response) => response.end(document));
    const { url } = await recording((_request, response) => response.writeHead(302, { location: other.url }).end());
    expect(await faultOf(`${url}/a`, { headers, environment })).toMatch(/^refused-redirect .*which is not followed$/);
    expect(other.requests).toEqual([]);
  });

  test("belongs to one of several documents, and to overlays of its origin only", async () => {
    const one = await recording(guarded);
    const overlay = await recording((_request, response) => response.end("overlay: 1.0.0\nactions: []"));
    const two = await recording((_request, response) => response.end(document));
    const options = { environment, overlays: [`${overlay.url}/o`] };
    const given = [{ document: `${one.url}/a`, headers }, { document: `${two.url}/a` }];
    await loadDocuments(given, options);
    expect([two, overlay].flatMap(({ requests }) => requests.map(({ authorization }) => authorization))).toEqual([
      undefined,
      undefined,
    ]);
    const faults = await faultsOf(() => loadDocuments(given, { ...options, headers }));
    expect(shown(faults[0])).toMatch(/^invalid-header .*several hosts.*say in the configuration whose it is/);
    const local = await faultsOf(() => loadDocuments([{ document: "a.yaml" }], { environment, headers }));
    expect(shown(local[0])).toBe("invalid-header / -: A header is given, but no document is fetched");
  });

  test.each<[name: string, header: string, want: string]>([
    [
      "a value that is no variable",
      `Authorization: Bearer ${secret}`,
      "The value of the header Authorization has to come",
    ],
    [
      "a value with a variable in a secret",
      `Authorization: ${secret}$TOKEN`,
      "The value of the header Authorization has",
    ],
    ["no name", secret, 'A header needs the form "Name: $VARIABLE"'],
    ["a header of the connection", "Host: $TOKEN", "The header Host cannot be chosen"],
    ["a variable that is not set", "X-Key: $NONE", "The environment variable NONE is not set or empty"],
    ["a variable that is empty", "X-Key: ${EMPTY}", "The environment variable EMPTY is not set or empty"],
    ["a line break", "X-Key: $BROKEN", "The environment variable BROKEN holds a character that cannot be sent"],
  ])("with %s is refused, and nothing is sent", async (_name, header, want) => {
    const { url, requests } = await recording(guarded);
    expect(await faultOf(`${url}/a`, { headers: [header], environment })).toContain(`invalid-header / -: ${want}`);
    expect(requests).toEqual([]);
  });
});

describe("a secret in a document's URL", () => {
  test.each(["token", "access_token", "api_key", "apiKey", "key", "sig", "X-Amz-Signature", "private_token", "code"])(
    "as %s is neither shown nor sent",
    async (name) => {
      const { url, requests } = await recording(guarded);
      expect(await faultOf(`${url}/a?v=1&${name}=${secret}#x`, {})).toBe(
        `secret-in-address / -: "${url}/a?v=1&${name}=…#x" holds a secret in "${name}", which would end up in messages and in the project`,
      );
      expect(requests).toEqual([]);
    },
  );

  test("comes from the environment where the URL names a variable", async () => {
    const { url, requests } = await recording((_request, response) => response.end(document));
    const input = `${url}/api.json?token=$TOKEN&format=json`;
    const read = await loadDocument(input, { environment });
    expect(requests.map(({ path }) => path)).toEqual([`/api.json?token=${secret}&format=json`]);
    expect(read).toMatchObject({ source: input, baseUrl: `${url}/api.json` });
    expect(await faultOf(`${url}/api.json?token=$NONE`, { environment })).toContain("NONE is not set");
  });

  test("of a redirect is not shown", async () => {
    const { url } = await recording((_request, response) =>
      response.writeHead(302, { location: `https://login.example/?access_token=${secret}` }).end(),
    );
    expect(await faultOf(`${url}/a`, {})).toContain('redirects to "https://login.example/?access_token=…"');
  });
});

describe("a proxy", () => {
  /** A proxy that forwards and tunnels, and records the first lines of what it is asked. */
  async function proxy(refuse?: number): Promise<{ readonly host: string; readonly asked: string[] }> {
    const asked: string[] = [];
    const server = createServer((request: IncomingMessage, response) => {
      asked.push(`${request.method} ${request.url}`);
      if (refuse !== undefined) return void response.writeHead(refuse).end();
      const onward = send(request.url ?? "", { headers: request.headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      onward.end();
    });
    server.on("connect", (request: IncomingMessage, socket) => {
      asked.push(`CONNECT ${request.url}`);
      if (refuse !== undefined) return void socket.end(`HTTP/1.1 ${refuse} No\r\n\r\n`);
      const onward = connect(Number(request.url?.split(":")[1]), "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        onward.pipe(socket);
        socket.pipe(onward);
      });
    });
    return { host: await listening(server), asked };
  }

  test("carries what HTTP_PROXY and HTTPS_PROXY say, in either case, and nothing for NO_PROXY", async () => {
    const { url } = await recording((_request, response) => response.end(document));
    const { host, asked } = await proxy();
    await loadDocument(`${url}/a`, { environment: { HTTP_PROXY: `http://${host}` } });
    await loadDocument(`${url}/b`, { environment: { http_proxy: `http://${host}` } });
    await loadDocument(`${url}/c`, { environment: { HTTP_PROXY: `http://${host}`, NO_PROXY: "127.0.0.1" } });
    expect(asked).toEqual([`GET ${url}/a`, `GET ${url}/b`]);
  });

  test("tunnels https, and certificates are checked through it", async () => {
    const { certificate, key } = selfSigned("IP:127.0.0.1");
    const target = await listening(
      createSecureServer({ cert: certificate, key }, (_request, response) => void response.end(document)),
    );
    const { host, asked } = await proxy();
    expect(await faultOf(`https://${target}/a`, { environment: { HTTPS_PROXY: `http://${host}` } })).toBe(
      `untrusted-certificate / -: "https://${target}/a" has a certificate that is not trusted: it is signed by itself`,
    );
    expect(asked).toEqual([`CONNECT ${target}`]);
  });

  test.each([
    [407, "is behind a proxy that answered 407: it wants credentials"],
    [503, "is behind a proxy that answered 503"],
  ])("that answers %i to a tunnel is the one to blame", async (status, want) => {
    const { host } = await proxy(status);
    const fault = await faultOf("https://api.example/a", {
      environment: { HTTPS_PROXY: `http://user:${secret}@${host}` },
    });
    expect(fault).toBe(`unreachable-host / -: "https://api.example/a" ${want}`);
  });

  test.each<[name: string, proxy: string, want: string]>([
    ["is not there", "http://127.0.0.1:9", "is behind a proxy, 127.0.0.1:9, which refuses connections"],
    ["is no URL", "http://", "cannot be fetched: the proxy that the environment names is no URL"],
  ])("that %s is the one to blame", async (_name, address, want) => {
    expect(await faultOf("http://api.example/a", { environment: { HTTP_PROXY: address } })).toBe(
      `unreachable-host / -: "http://api.example/a" ${want}`,
    );
  });
});

describe("the wrong protocol", () => {
  test("https to a port of http", async () => {
    const { url } = await recording((_request, response) => response.end(document));
    const input = `${url.replace("http:", "https:")}/a`;
    expect(await faultOf(input, {})).toBe(`wrong-protocol / -: "${input}" speaks http, not https`);
  });

  test("http to a port of https", async () => {
    const { certificate, key } = selfSigned("IP:127.0.0.1");
    const target = await listening(createSecureServer({ cert: certificate, key }));
    expect(await faultOf(`http://${target}/a`, {})).toMatch(
      /^wrong-protocol .*(?:it may speak https|speaks https, not http|it may be https)$/,
    );
  });

  test("http to a port of https that says so", async () => {
    const { url } = await recording((_request, response) =>
      response.writeHead(400).end("<h1>400</h1>The plain HTTP request was sent to HTTPS port"),
    );
    expect(await faultOf(`${url}/a`, {})).toBe(`wrong-protocol / -: "${url}/a" speaks https, not http`);
  });
});

describe("a pipe", () => {
  test.skipIf(process.platform === "win32")("that nobody writes into ends at the time limit", async () => {
    const { execFileSync } = await import("node:child_process");
    const { path, at, remove } = folderOf({});
    closing.push(remove);
    execFileSync("mkfifo", [at("pipe")], { cwd: path });
    expect(await faultOf(at("pipe"), { timeoutMs: 100 })).toMatch(
      /^slow-input .*is a pipe that nothing was written into within 0.1 s$/,
    );
  });
});

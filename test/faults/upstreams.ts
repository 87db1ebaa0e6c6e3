/** The upstreams of the fault table, and the tools of the one server that stands before them. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createSecureServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { makeFixture, type Fixture } from "../runtime/mcp-fixture.js";
import { selfSigned } from "../runtime/send-certificate.js";
import { closedPort, type Fault, type FaultServer, listen, startFaultServer } from "../runtime/send-fault-server.js";
import { main, toolName, toolsFor } from "./stand.js";

export const secret = "faults-secret-0123456789";

/** Of answers beyond those of the fault server; `broken` says whether `/switch` fails. */
export const state = {
  broken: true,
  /** What the token endpoint does, and whether the API refuses the tokens that it gives. */
  token: "up" as "up" | "hang" | 401 | 429,
  refusing: false,
};

const json =
  (body: string | Buffer, headers: Record<string, string> = {}): Fault =>
  (_request, response) =>
    void response.writeHead(200, { "content-type": "application/json", ...headers }).end(body);

const zeros = Buffer.alloc(100_000_000);

const more: Readonly<Record<string, Fault>> = {
  "/fine": json('{"ok":true}'),
  "/never-headers": (request) => void request.socket.write("HTTP/1.1 200 OK\r\nx-one: 1\r\n"),
  "/json-bad": json("{bad"),
  "/json-cut": json('{"a":[1,2'),
  "/json-empty": json(""),
  "/json-bom": json('\ufeff{"a":1}'),
  "/json-nan": json('{"a":NaN}'),
  "/json-html": json("<html>Sorry</html>", { "content-type": "application/json" }),
  "/html-json": json('{"a":1}', { "content-type": "text/html" }),
  "/unlike": json('{"id":"not a number"}'),
  "/switch": (_request, response) => void response.writeHead(state.broken ? 503 : 200).end("{}"),
  "/429-date-once": (_request, response, hit) =>
    void (hit === 1
      ? response.writeHead(429, { "retry-after": new Date(Date.now() + 1_500).toUTCString() }).end()
      : response.end("recovered")),
  "/token": (_request, response, hit) => {
    if (state.token === "hang") return;
    const isUp = state.token === "up";
    response.writeHead(isUp ? 200 : Number(state.token), { "content-type": "application/json", "retry-after": "1" });
    const granted = { access_token: `granted-token-${hit}-0123456789`, token_type: "Bearer", expires_in: 3_600 };
    response.end(JSON.stringify(isUp ? granted : { error: "invalid_client" }));
  },
  "/granted": (request, response) => {
    const isHeld = /^Bearer granted-token/.test(request.headers.authorization ?? "") && !state.refusing;
    response.writeHead(isHeld ? 200 : 401, { "content-type": "application/json" }).end(`{"granted":${isHeld}}`);
  },
  "/exhausted": json("{}", { "ratelimit-remaining": "0", "ratelimit-reset": "60", "ratelimit-limit": "10" }),
  "/bomb-br": json(brotliCompressSync(zeros), { "content-encoding": "br" }),
  "/bomb-deflate": json(deflateSync(zeros), { "content-encoding": "deflate" }),
  "/bomb-twice": json(gzipSync(gzipSync(zeros)), { "content-encoding": "gzip, gzip" }),
  "/endless-json": (_request, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    const chunk = `[${"1,".repeat(32_000)}`;
    const write = (): void => {
      while (!response.destroyed && response.write(chunk));
    };
    response.on("drain", write);
    write();
  },
  "/to-data": (_request, response) => void response.writeHead(302, { location: "data:text/plain,hello" }).end(),
  "/later": (_request, response) => void setTimeout(() => response.end('{"later":true}'), 800),
  "/short-later": (_request, response) => void setTimeout(() => response.end('{"later":true}'), 30),
};

export const faulty = [
  ...["/hang", "/drip", "/never-headers", "/reset", "/half", "/half-once", "/chunks-cut"],
  ...["/429", "/429-zero-once", "/429-second-once", "/429-date-once", "/429-half-minute", "/429-day"],
  ...["/429-negative", "/429-junk", "/exhausted", "/switch", "/endless", "/endless-json"],
  ...["/json-bad", "/json-cut", "/json-empty", "/json-bom", "/json-nan", "/json-html", "/html-json", "/empty", "/204"],
  ...["/bomb", "/bomb-br", "/bomb-deflate", "/bomb-twice", "/gzip-gzip", "/gzip-lie", "/gzip-cut"],
  ...["/large-header", "/many-headers", "/garbage", "/both-lengths"],
  ...["/to-ok", "/to-elsewhere", "/to-metadata", "/to-file", "/to-data", "/loop", "/to-userinfo", "/later", "/fine"],
  "/short-later",
];

const login = {
  clientId: "PETSTORE_CLIENT_ID",
  clientSecret: "PETSTORE_CLIENT_SECRET",
  refreshToken: "PETSTORE_REFRESH_TOKEN",
  tokenUrl: "PETSTORE_TOKEN_URL",
  scopes: "PETSTORE_SCOPES",
  accessToken: "PETSTORE_ACCESS_TOKEN",
};

export const refusals = ["self", "wrong", "expired", "plain", "refused", "lost"] as const;

export interface Upstreams {
  readonly api: FaultServer;
  readonly elsewhere: FaultServer;
  /** Requests that a server with a bad certificate saw. */
  readonly trusted: string[];
  readonly environment: Record<string, string>;
  readonly fixture: Fixture;
  close(): Promise<void>;
}

export async function startUpstreams(): Promise<Upstreams> {
  const elsewhere = await startFaultServer();
  const api = await startFaultServer(elsewhere.origin, more);
  const trusted: string[] = [];
  const certificates = {
    self: selfSigned("IP:127.0.0.1"),
    wrong: selfSigned("DNS:example.com"),
    expired: expired(),
  };
  const folder = mkdtempSync(join(tmpdir(), "faults-"));
  const trust = join(folder, "trusted.pem");
  writeFileSync(trust, `${certificates.wrong.certificate}\n${certificates.expired.certificate}\n`);
  const secure = await Promise.all(
    Object.entries(certificates).map(async ([name, { certificate, key }]) => {
      const server = createSecureServer({ cert: certificate, key }, (request, response) => {
        trusted.push(`${name} ${request.url}`);
        response.end("{}");
      });
      return { name, ...(await listen(server)) };
    }),
  );
  const bases: Record<string, string> = Object.fromEntries(
    secure.map(({ name, port }) => [name, `https://127.0.0.1:${port}`]),
  );
  bases["plain"] = `https://127.0.0.1:${api.port}`;
  bases["refused"] = `http://127.0.0.1:${await closedPort()}`;
  bases["lost"] = "http://no-such-host.invalid";
  const guarded = { security: [[{ scheme: "key", scopes: [] }]] };
  const fixture = makeFixture({
    custom,
    oauth: true,
    project: { name: "petstore" },
    api: {
      securitySchemes: {
        key: { type: "apiKey", in: "header", name: "X-Key", environment: { value: "PETSTORE_KEY" } },
        login: { type: "oauth2", clientCredentials: { tokenUrl: "/token", scopes: [] }, environment: login },
      },
      serverGroups: ["default", ...refusals].map((id) => ({
        id,
        environment: id === "default" ? "PETSTORE_BASE_URL" : `PETSTORE_${id.toUpperCase()}_BASE_URL`,
        servers: [],
      })),
    },
    ...toolsFor([
      ...faulty.map((path) => ({ method: "GET", path, more: path.startsWith("/to-") ? guarded : {} })),
      ...["/reset", "/503", "/half", "/to-elsewhere-307", "/to-ok-307"].map((path) => ({
        method: "POST",
        path,
        more: guarded,
      })),
      { method: "GET", path: "/granted", more: { security: [[{ scheme: "login", scopes: [] }]] } },
      ...refusals.map((server) => ({ method: "GET", path: `/at-${server}`, server })),
      {
        method: "GET",
        path: "/unlike",
        more: {
          schema: { type: "object", properties: { id: { type: "integer" } } },
          outputSchema: { type: "object", properties: { id: { type: "integer" } } },
        },
      },
    ]),
    resources: [],
    prompts: [],
  });
  main.path = fixture.main;
  return {
    api,
    elsewhere,
    trusted,
    fixture,
    environment: {
      PETSTORE_BASE_URL: api.origin,
      PETSTORE_KEY: secret,
      NODE_EXTRA_CA_CERTS: trust,
      ...Object.fromEntries(refusals.map((id) => [`PETSTORE_${id.toUpperCase()}_BASE_URL`, bases[id] ?? ""])),
    },
    close: async () => {
      await Promise.all([api.close(), elsewhere.close(), ...secure.map((server) => server.close())]);
      fixture.remove();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Signed by itself for 127.0.0.1, and over since 2021. */
function expired(): { certificate: string; key: string } {
  const folder = mkdtempSync(join(tmpdir(), "expired-"));
  const at = (name: string): string => join(folder, name);
  try {
    const run = (...args: string[]): void => void execFileSync("openssl", args, { stdio: "pipe", cwd: folder });
    const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
    run("req", "-new", ...curve, "-nodes", "-subj", "/CN=test", "-keyout", at("key.pem"), "-out", at("r.csr"));
    writeFileSync(at("index.txt"), "");
    writeFileSync(at("serial"), "01\n");
    writeFileSync(
      at("ca.cnf"),
      `[ca]\ndefault_ca=d\n[d]\ndatabase=${at("index.txt")}\nserial=${at("serial")}\nnew_certs_dir=${folder}\ndefault_md=sha256\npolicy=p\nx509_extensions=e\n[p]\ncommonName=supplied\n[e]\nsubjectAltName=IP:127.0.0.1\n`,
    );
    const dates = ["-startdate", "20200101000000Z", "-enddate", "20210101000000Z"];
    run(
      "ca",
      "-batch",
      "-selfsign",
      "-config",
      at("ca.cnf"),
      ...dates,
      "-keyfile",
      at("key.pem"),
      "-in",
      at("r.csr"),
      "-out",
      at("c.pem"),
      "-notext",
    );
    return { certificate: readFileSync(at("c.pem"), "utf8"), key: readFileSync(at("key.pem"), "utf8") };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const custom = `
import type { Tools } from "./generated/types.js";
import { defineCustom, textResult } from "./runtime/custom.js";

export const custom = defineCustom<Tools>({
  tools: [
    {
      name: "make_megabyte",
      description: "Makes a megabyte.",
      inputSchema: { type: "object", properties: {} },
      run: () => textResult("x".repeat(1_000_000)),
    },
    {
      name: "block_loop",
      description: "Blocks the event loop.",
      inputSchema: { type: "object", properties: {} },
      run: () => {
        const end = Date.now() + 1_500;
        while (Date.now() < end);
        return textResult("blocked");
      },
    },
    {
      name: "need_name",
      description: "Needs a name.",
      inputSchema: { type: "object", properties: { name: { type: "string" } }, required: ["name"], additionalProperties: false },
      run: ({ name }) => textResult("hello " + String(name)),
    },
  ],
});
`;

export const get = (path: string): string => toolName("GET", path);
export const sent = (path: string): string => toolName("POST", path);

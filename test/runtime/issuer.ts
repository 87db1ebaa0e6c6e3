/** An authorization server of our own, whose every token and answer a test can bend: in this process, or on loopback. */
import { createServer } from "node:http";
import { base64url, exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";
import type { Exchange } from "../../templates/always/src/runtime/upstream/http-message.js";
import { listen } from "./send-fault-server.js";

type KeyPair = Awaited<ReturnType<typeof generateKeyPair>>;

export interface IssuerKey {
  readonly kid: string;
  readonly alg: string;
  readonly pair: KeyPair;
  readonly jwk: JWK;
}

export async function issuerKey(kid: string, alg = "ES256"): Promise<IssuerKey> {
  const pair = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, pair, jwk: { ...(await exportJWK(pair.publicKey)), kid, alg, use: "sig" } };
}

export const seconds = (): number => Math.floor(Date.now() / 1_000);

export const part = (value: unknown): string =>
  base64url.encode(typeof value === "string" ? value : JSON.stringify(value));

export interface Answer {
  readonly status?: number;
  readonly body: unknown;
}

export class Issuer {
  url: string;
  /** Those that it publishes. */
  keys: IssuerKey[];
  /** What it answers where; by path. */
  readonly answers = new Map<string, (body: string) => Answer>();
  /** Paths that it was asked for. */
  readonly asked: string[] = [];
  /** `hang`: it takes requests and does not answer. */
  state: "up" | "down" | "hang" = "up";
  /** What its answers wait for. */
  gate: Promise<void> | undefined;

  constructor(keys: IssuerKey[], url = "https://id.example.com/realm") {
    this.keys = keys;
    this.url = url;
    this.answers.set("/.well-known/oauth-authorization-server/realm", () => ({
      body: {
        issuer: this.url,
        jwks_uri: `${this.url}/keys`,
        introspection_endpoint: `${this.url}/introspect`,
      },
    }));
    this.answers.set("/realm/keys", () => ({ body: { keys: this.keys.map(({ jwk }) => jwk) } }));
  }

  static async make(alg = "ES256", url?: string): Promise<Issuer> {
    return new Issuer([await issuerKey("first", alg)], url);
  }

  /** How often its keys were asked for. */
  get keyFetches(): number {
    return this.asked.filter((path) => path === "/realm/keys").length;
  }

  /** A token that is as it has to be, but for what is given; `undefined` takes a claim or member away. */
  async token(
    claims: Record<string, unknown> = {},
    header: Record<string, unknown> = {},
    key = this.keys[0],
  ): Promise<string> {
    if (key === undefined) throw new Error("no key");
    const all = {
      iss: this.url,
      aud: "https://mcp.example.com/mcp",
      sub: "ada",
      client_id: "claude",
      scope: "pets:read",
      iat: seconds(),
      exp: seconds() + 300,
      ...claims,
    };
    const protectedHeader = { alg: key.alg, kid: key.kid, typ: "at+jwt", ...header };
    return new SignJWT(known(all)).setProtectedHeader(known(protectedHeader) as never).sign(key.pair.privateKey, {
      crit: { b64: true, exp: true },
    });
  }

  answer(path: string, body: string): Answer {
    this.asked.push(path);
    return this.answers.get(path)?.(body) ?? { status: 404, body: {} };
  }

  /** As a host sends requests, without a socket. */
  readonly exchange: Exchange = async ({ url, body }, _route, signal, maxBytes) => {
    if (this.state === "down") throw Object.assign(new Error("refused"), { code: "ECONNREFUSED" });
    if (this.state === "hang")
      return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error)));
    await this.gate;
    const { status = 200, body: answer } = this.answer(new URL(url).pathname, String(body ?? ""));
    const bytes = new TextEncoder().encode(typeof answer === "string" ? answer : JSON.stringify(answer));
    return {
      status,
      headers: new Headers({ "content-type": "application/json" }),
      body: bytes.subarray(0, maxBytes),
      truncated: bytes.length > maxBytes,
      url,
    };
  };

  /** Serves it on loopback, under a URL that it has from then on. */
  async listen(): Promise<{ readonly close: () => Promise<void> }> {
    const server = createServer((request, response) => {
      if (this.state === "down") return void request.socket.destroy();
      if (this.state === "hang") return;
      let text = "";
      request.setEncoding("utf8");
      request.on("data", (chunk: string) => (text += chunk));
      request.on("end", () => {
        const { status = 200, body } = this.answer(request.url ?? "", text);
        response.writeHead(status, { "content-type": "application/json" });
        response.end(typeof body === "string" ? body : JSON.stringify(body));
      });
    });
    const { port, close } = await listen(server);
    this.url = `http://127.0.0.1:${port}/realm`;
    return { close };
  }
}

function known(members: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

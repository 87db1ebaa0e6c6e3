/** People with a client of one generation, who sign in at the authorization server and agree to what they are asked. */
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { Client as OldClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as OldTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { expect } from "vitest";
import type { Generation } from "../runtime/mcp-connections.js";
import { type AuthorizationServer, browse, desktop } from "./authorization-server.js";

const info = { name: "test", version: "1" };

interface Tokens {
  readonly access_token: string;
  readonly refresh_token?: string;
}

/** What a client keeps of who it is and what it was given; a person who agrees to everything. */
export class Person {
  readonly redirectUrl = desktop.redirect;
  readonly clientMetadata = {
    client_name: "test",
    redirect_uris: [desktop.redirect],
    grant_types: ["authorization_code"],
    response_types: ["code"],
    token_endpoint_auth_method: "none",
  };
  /** Pages that the client opened. */
  readonly asked: URL[] = [];
  /** Every access and refresh token that it was given. */
  readonly given: string[] = [];
  readonly #name: string;
  readonly #issuer: AuthorizationServer;
  #tokens: Tokens | undefined;
  #verifier = "";
  #found: never | undefined;

  constructor(name: string, issuer: AuthorizationServer) {
    this.#name = name;
    this.#issuer = issuer;
  }
  clientInformation = () => ({ client_id: desktop.id });
  tokens = () => this.#tokens as never;
  saveTokens = (given: unknown) => {
    this.#tokens = given as Tokens;
    this.given.push(this.#tokens.access_token, this.#tokens.refresh_token ?? "");
  };
  redirectToAuthorization = (url: URL) => void this.asked.push(url);
  saveCodeVerifier = (verifier: string) => void (this.#verifier = verifier);
  codeVerifier = () => this.#verifier;
  saveDiscoveryState = (found: unknown) => void (this.#found = found as never);
  discoveryState = () => this.#found;
  get token(): string {
    return this.#tokens?.access_token ?? "";
  }

  /** Clients of the first generation renew what they have in place of asking for more. */
  forgetToRenew(): void {
    const { refresh_token: _forgotten, ...rest } = this.#tokens ?? { access_token: "" };
    this.#tokens = rest;
  }

  /** Signs in where the client was last led to. */
  async agree(): Promise<URLSearchParams> {
    this.#issuer.user = this.#name;
    const at = this.asked.at(-1);
    if (at === undefined) throw new Error("nobody was asked");
    return (await browse(at, desktop.redirect)).searchParams;
  }
}

export interface Connected {
  readonly client: Pick<
    Client,
    "listTools" | "callTool" | "listResources" | "readResource" | "listPrompts" | "getPrompt" | "complete" | "close"
  >;
  /** Signs in where the client was led to, and gives it what comes of that. */
  finish(): Promise<void>;
}

/** What a person says to questions. */
export type Answer = (message: string) => boolean;

/** A client that is not let in yet. */
function clientOf(
  generation: Generation,
  url: URL,
  person: Person,
  answer: Answer | undefined,
): Connected & { connect(): Promise<void> } {
  const authProvider = person as never;
  if (generation === "v1") {
    const client = new OldClient(info);
    const made = () => new OldTransport(url, { authProvider });
    let transport = made();
    return {
      client: client as never,
      connect: () => client.connect((transport = made()) as never),
      finish: async () => transport.finishAuth((await person.agree()).get("code") ?? ""),
    };
  }
  const client = new Client(info, {
    versionNegotiation: { mode: generation === "modern" ? "auto" : "legacy" },
    ...(answer && { capabilities: { elicitation: { form: {} } } }),
  });
  if (answer !== undefined)
    client.setRequestHandler("elicitation/create", async ({ params }) =>
      answer(params.message)
        ? { action: "accept" as const, content: { approve: true } }
        : { action: "decline" as const },
    );
  const made = () => new StreamableHTTPClientTransport(url, { authProvider });
  let transport = made();
  return {
    client,
    connect: () => client.connect((transport = made())),
    finish: async () => transport.finishAuth(await person.agree()),
  };
}

/**
 * A client that was turned away, whose person then signed in, and which is connected.
 *
 * @param answer absent: the client shows no questions
 */
export async function signIn(generation: Generation, url: string, person: Person, answer?: Answer): Promise<Connected> {
  const made = clientOf(generation, new URL(url), person, answer);
  await expect(made.connect()).rejects.toThrow(/[Uu]nauthorized/);
  await made.finish();
  await made.connect();
  return made;
}

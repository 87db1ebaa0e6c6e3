/** Which server gets which credentials: several APIs, servers of operations, client certificates. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Client } from "@modelcontextprotocol/client";
import { generate } from "../../src/generate.ts";
import { base, buildProject, type BuiltProject, everything, filesOf, repository } from "../golden/sample.ts";
import { connectStdio } from "../runtime/mcp-connections.js";
import { selfSigned } from "../runtime/send-certificate.ts";
import { type Answer, startUpstream, type Upstream } from "./upstream.ts";

const ok: Answer = { status: 200, headers: { "content-type": "application/json" }, body: '{"ok":true}' };

describe("two APIs in one server", () => {
  let project: BuiltProject;
  let shop: Upstream;
  let books: Upstream;
  let client: Client;

  beforeAll(async () => {
    const inputs = [base.document, join(repository, "test/cli/bookshop.json")];
    project = buildProject((await generate({ inputs, name: "Everything" })).files);
    [shop, books] = [await startUpstream(), await startUpstream()];
    client = (await connectStdio("modern", project.main, {
      PET_STORE_BASE_URL: shop.url,
      PET_STORE_API_KEY: "shop-key",
      BOOKSHOP_BASE_URL: books.url,
      BOOKSHOP_LOGIN_USERNAME: "ada",
      BOOKSHOP_LOGIN_PASSWORD: "books-password",
    })) as Client;
  });

  afterAll(async () => {
    await client.close();
    await Promise.all([shop.close(), books.close()]);
    project.remove();
  });

  it("lists the tools of both, each name once", async () => {
    const names = (await client.listTools()).tools.map(({ name }) => name);
    expect(names).toHaveLength(18);
    expect(new Set(names).size).toBe(18);
    expect(names.filter((name) => name.startsWith("pet_store_"))).toHaveLength(12);
    expect(names.filter((name) => name.startsWith("bookshop_"))).toHaveLength(6);
  });

  it("sends each call to its own API, with its own credentials only", async () => {
    shop.answers = [ok];
    books.answers = [ok];
    await client.callTool({ name: "pet_store_list_pets", arguments: {} });
    await client.callTool({ name: "bookshop_books_list", arguments: {} });
    expect(shop.requests).toMatchObject([{ target: "/pets", headers: { "x-api-key": "shop-key" } }]);
    expect(shop.requests[0]?.headers["authorization"]).toBeUndefined();
    const login = `Basic ${Buffer.from("ada:books-password").toString("base64")}`;
    expect(books.requests).toMatchObject([{ target: "/books", headers: { authorization: login } }]);
    expect(books.requests[0]?.headers["x-api-key"]).toBeUndefined();
  });

  it("keeps the resources of both apart", async () => {
    const { resources } = await client.listResources();
    expect(resources.map(({ uri }) => uri).sort()).toEqual([
      "bookshop://books",
      "pet-store://orders",
      "pet-store://pets",
    ]);
  });
});

describe("an operation with a server of its own", () => {
  let main: Upstream;
  let other: Upstream;
  let project: BuiltProject;
  let folder: string;

  beforeAll(async () => {
    [main, other] = [await startUpstream(), await startUpstream()];
    folder = mkdtempSync(join(tmpdir(), "origins-"));
    const operation = (operationId: string): object => ({
      operationId,
      responses: { "200": { description: "Done." } },
    });
    const document = {
      openapi: "3.1.0",
      info: { title: "Twofold", version: "1" },
      servers: [{ url: main.url }],
      security: [{ key: [] }],
      paths: {
        "/here": { get: operation("here") },
        "/there": { servers: [{ url: other.url }], get: operation("there") },
        "/open": { servers: [{ url: other.url }], get: { ...operation("open"), security: [] } },
      },
      components: { securitySchemes: { key: { type: "apiKey", in: "header", name: "X-Key" } } },
    };
    writeFileSync(join(folder, "split.json"), JSON.stringify(document));
    project = buildProject((await generate({ inputs: [join(folder, "split.json")] })).files);
  });

  afterAll(async () => {
    await Promise.all([main.close(), other.close()]);
    project.remove();
    rmSync(folder, { recursive: true });
  });

  it("gets no credentials before its origin is confirmed, and nothing at a private address", async () => {
    const client = (await connectStdio("modern", project.main, { TWOFOLD_KEY: "canary" })) as Client;
    main.answers = [ok];
    expect((await client.callTool({ name: "here", arguments: {} })).isError).toBeUndefined();
    expect(main.requests).toMatchObject([{ headers: { "x-key": "canary" } }]);
    const refused = await client.callTool({ name: "there", arguments: {} });
    expect(refused).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining("TWOFOLD_ALLOWED_ORIGINS") }],
    });
    // The document alone must not lead the server to an address of its own network.
    expect(await client.callTool({ name: "open", arguments: {} })).toMatchObject({ isError: true });
    expect(other.requests).toEqual([]);
    await client.close();
  });

  it("gets them once the owner names it", async () => {
    const named = (await connectStdio("modern", project.main, {
      TWOFOLD_KEY: "canary",
      [otherVariable(project)]: other.url,
    })) as Client;
    other.answers = [ok];
    expect((await named.callTool({ name: "there", arguments: {} })).isError).toBeUndefined();
    expect(other.requests).toMatchObject([{ target: "/there", headers: { "x-key": "canary" } }]);
    await named.close();
  });
});

/** The variable for the server of the operation, as the project documents it. */
function otherVariable({ folder }: BuiltProject): string {
  const names = readFileSync(join(folder, ".env.example"), "utf8").match(/^TWOFOLD_\w+_BASE_URL/gm) ?? [];
  expect(names).toHaveLength(1);
  return names[0] ?? "";
}

describe("a client certificate", () => {
  it("is shown to the API, which takes no one without it", async () => {
    const [server, caller] = [selfSigned("IP:127.0.0.1"), selfSigned("DNS:client.example")];
    const upstream = await startUpstream({
      key: server.key,
      cert: server.certificate,
      ca: caller.certificate,
      requestCert: true,
      rejectUnauthorized: true,
    });
    const project = buildProject(await filesOf(base, everything()));
    const file = (name: string, text: string): string => {
      writeFileSync(join(project.folder, name), text);
      return join(project.folder, name);
    };
    const settings = { PET_STORE_BASE_URL: upstream.url, PET_STORE_BEARER_TOKEN: "token" };
    const files = {
      PET_STORE_CERTIFICATE_CERTIFICATE_FILE: file("certificate.pem", caller.certificate),
      PET_STORE_CERTIFICATE_KEY_FILE: file("key.pem", caller.key),
      PET_STORE_CERTIFICATE_AUTHORITY_FILE: file("authority.pem", server.certificate),
    };
    const client = (await connectStdio("modern", project.main, { ...settings, ...files })) as Client;
    upstream.answers = [ok];
    const result = await client.callTool({ name: "certificate", arguments: {} });
    expect(result.structuredContent).toEqual({ ok: true });
    expect(upstream.requests).toMatchObject([{ method: "GET", target: "/security/certificate" }]);
    // Another operation shows no certificate, and is not let in.
    expect(await client.callTool({ name: "bearer_auth", arguments: {} })).toMatchObject({ isError: true });
    expect(upstream.requests).toHaveLength(1);
    await client.close();
    await upstream.close();
    project.remove();
  });
});

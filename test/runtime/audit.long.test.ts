/** What is written down of calls and refusals, where it goes, and that it holds no secret. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { calledTool } from "../../src/disk/usage-log.ts";
import { argumentFields } from "../../templates/always/src/runtime/audit/argument-fields.ts";
import { createAudit } from "../../templates/always/src/runtime/audit/audit.ts";
import type { Call, Ended } from "../../templates/always/src/runtime/call/call.ts";
import { createLog } from "../../templates/always/src/runtime/log.ts";
import { nodeHost } from "../../templates/always/src/runtime/node/host.ts";
import { Secret } from "../../templates/always/src/runtime/secret.ts";
import { readSettings } from "../../templates/always/src/runtime/settings/settings.ts";
import { connectHttp, connectStdio, type Generation, startHttp } from "./mcp-connections.ts";
import { type Fixture, listing, makeFixture } from "./mcp-fixture.ts";
import { key, leaks, shapes } from "./secret-shapes.ts";

interface Line {
  readonly event: string;
  readonly tool?: string;
  readonly outcome?: string;
  readonly [name: string]: unknown;
}

let fixture: Fixture;
let upstream: Server;
let base: Record<string, string>;
let folder: string;
const work = mkdtempSync(join(tmpdir(), "audit-"));
let asked: string[] = [];

beforeAll(async () => {
  fixture = makeFixture();
  upstream = createServer((request, response) => {
    asked.push(request.url ?? "");
    response
      .writeHead(200, { "content-type": "application/json", "x-request-id": "r-77" })
      .end(`{"id":3,"name":"Rex"}`);
  });
  await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
  base = { PETSTORE_BASE_URL: `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`, PETSTORE_KEY: key };
});
afterAll(async () => {
  upstream.closeAllConnections();
  await new Promise((resolve) => upstream.close(resolve));
  fixture.remove();
  rmSync(work, { recursive: true, force: true });
});
beforeEach(() => {
  asked = [];
  folder = mkdtempSync(join(work, "logs-"));
});

const linesOf = (text: string): readonly Line[] =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Line);
const verify = (files: readonly string[], environment: Record<string, string> = {}) =>
  spawnSync(process.execPath, [join(fixture.folder, "dist/runtime/node/verify-audit.js"), ...files], {
    env: { PATH: process.env["PATH"], ...environment },
    encoding: "utf8",
  });

describe.each<Generation>(["modern", "legacy", "v1"])("over both transports, %s", (generation) => {
  it("has who called what with which arguments, and what became of it, but no values", async () => {
    const file = join(folder, "audit.log");
    const environment = {
      ...base,
      MCP_AUDIT_FILE: file,
      MCP_AUDIT_VALUES: "list_pets.limit",
      MCP_AUTH_TOKENS: JSON.stringify({ ada: { token: "token-of-ada-0123456789" } }),
    };
    const running = await startHttp(fixture.main, environment);
    try {
      const client = await connectHttp(generation, running.url, { authorization: "Bearer token-of-ada-0123456789" });
      await client.callTool({ name: "get_pet", arguments: { petId: 3 } });
      await client.callTool({ name: "list_pets", arguments: { limit: 7, status: "sold" } });
      await client.callTool({ name: "get_pet", arguments: { petId: "no-number", secretive: 1 } });
      await client.close();
      await fetch(running.url, { method: "POST", body: "{}" });
    } finally {
      await running.stop();
    }
    const lines = linesOf(readFileSync(file, "utf8"));
    expect(lines.filter(({ event }) => event === "call")).toMatchObject([
      {
        tool: "get_pet",
        caller: "token:ada",
        method: "GET",
        path: "/pets/{petId}",
        arguments: ["petId"],
        status: 200,
        outcome: "ok",
        requestId: "r-77",
      },
      { tool: "list_pets", arguments: ["limit", "status"], values: { limit: 7 }, outcome: "ok" },
      { tool: "get_pet", arguments: ["petId"], unknownArguments: 1, outcome: "ArgumentError" },
    ]);
    expect(lines.filter(({ event }) => event === "refused")).toMatchObject([{ status: 401, path: "/mcp" }]);
    const text = readFileSync(file, "utf8");
    for (const hidden of ["no-number", "secretive", "sold", "token-of-ada", key]) expect(text).not.toContain(hidden);
    expect(text.split("\n").map(calledTool).filter(Boolean)).toEqual(["get_pet", "list_pets", "get_pet"]);

    const local = join(folder, "stdio.log");
    const client = await connectStdio(generation, fixture.main, { ...base, MCP_AUDIT_FILE: local });
    await client.callTool({ name: "get_pet", arguments: { petId: 3 } });
    await client.close();
    expect(linesOf(readFileSync(local, "utf8"))).toMatchObject([{ event: "call", tool: "get_pet", caller: "local" }]);
  });
});

it("goes to standard error without a place of its own, in place of the log's line", async () => {
  const running = await startHttp(fixture.main, base);
  const client = await connectHttp("modern", running.url);
  await client.callTool({ name: "get_pet", arguments: { petId: 3 } });
  await client.close();
  await running.stop();
  const lines = running.log.map((line) => JSON.parse(line) as Line).filter(({ event }) => event === "call");
  expect(lines).toMatchObject([{ tool: "get_pet", arguments: ["petId"], requestId: "r-77" }]);
});

it("goes on in a new file where the old one is moved away, as one chain over both and over a restart", async () => {
  const file = join(folder, "audit.log");
  const environment = { ...base, MCP_AUDIT_FILE: file, MCP_AUDIT_SYNC: "on", MCP_AUDIT_KEY: "key-of-the-owner-1234" };
  const once = async () => {
    const running = await startHttp(fixture.main, environment);
    const client = await connectHttp("modern", running.url);
    await client.callTool({ name: "get_pet", arguments: { petId: 3 } });
    return { client, running };
  };
  const first = await once();
  renameSync(file, join(folder, "audit.1"));
  await first.client.callTool({ name: "get_pet", arguments: { petId: 4 } });
  await first.client.close();
  await first.running.stop();
  const second = await once();
  await second.client.close();
  await second.running.stop();
  const files = [join(folder, "audit.1"), file];
  const owners = { MCP_AUDIT_KEY: "key-of-the-owner-1234" };
  expect(verify(files, owners)).toMatchObject({
    status: 0,
    stdout: expect.stringContaining("6 lines, 0 faults, the last is 6 "),
  });
  // As a shell names them.
  expect(verify([...files].reverse(), owners).status).toBe(0);
  expect(verify(files, { MCP_AUDIT_KEY: "another-key-0123456789" }).status).toBe(1);
  writeFileSync(file, readFileSync(file, "utf8").replace('"caller":"', '"caller":"x'));
  expect(verify(files, owners)).toMatchObject({ status: 1, stdout: expect.stringContaining(`${file}:1 was changed`) });
  expect(verify([])).toMatchObject({ status: 2 });
  expect(verify([join(folder, "none")])).toMatchObject({ status: 2 });
});

it("refuses a call whose line cannot be written, before anything is sent, and goes on once it can", async () => {
  const place = join(folder, "logs");
  mkdirSync(place);
  const file = join(place, "audit.log");
  const running = await startHttp(fixture.main, { ...base, MCP_AUDIT_FILE: file, MCP_AUDIT_SYNC: "on" });
  try {
    const client = await connectHttp("modern", running.url);
    await client.callTool({ name: "get_pet", arguments: { petId: 3 } });
    rmSync(place, { recursive: true });
    const refused = await client.callTool({ name: "get_pet", arguments: { petId: 4 } });
    expect(refused).toMatchObject({ isError: true, _meta: { "openapi-to-mcp/fault": "LimitError" } });
    expect(JSON.stringify(refused.content)).toContain("cannot be audited");
    expect(asked).toEqual(["/pets/3"]);
    mkdirSync(place);
    const again = await client.callTool({ name: "get_pet", arguments: { petId: 5 } });
    expect(again.isError).not.toBe(true);
    await client.close();
  } finally {
    await running.stop();
  }
  const events = linesOf(readFileSync(file, "utf8")).map(({ event }) => event);
  expect(events).toEqual(["begin", "lost", "call"]);
});

it("does not start where it cannot be kept", () => {
  const faults = [
    [{ MCP_AUDIT_FILE: join(folder, "none/audit.log") }, "Nothing can be added to MCP_AUDIT_FILE"],
    [{ MCP_AUDIT_FILE: "a", MCP_AUDIT_URL: "https://x.example" }, "MCP_AUDIT_FILE and MCP_AUDIT_URL are both set"],
    [{ MCP_AUDIT_URL: "https://u:secret@x.example" }, "MCP_AUDIT_URL has to be a URL"],
    [{ MCP_AUDIT_SYNC: "yes" }, "MCP_AUDIT_SYNC has to be on or off"],
  ] as const;
  for (const [environment, message] of faults) {
    const { status, stderr } = spawnSync(process.execPath, [fixture.main, "--http", "--port", "0"], {
      env: { PATH: process.env["PATH"], ...base, ...environment },
      encoding: "utf8",
    });
    expect({ status, says: stderr.includes(message), stack: stderr.includes("    at ") }).toEqual({
      status: 1,
      says: true,
      stack: false,
    });
  }
  expect(existsSync(join(folder, "none"))).toBe(false);
});

describe("a collector", () => {
  it("gets lines in batches, with its token, once more where it fails, and no secret in any shape", async () => {
    const got: { readonly token: string | undefined; readonly type: string | undefined; readonly text: string }[] = [];
    let answers = 0;
    const collector = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        answers += 1;
        const { authorization: token, "content-type": type } = request.headers;
        if (answers > 1) got.push({ token, type, text: Buffer.concat(chunks).toString() });
        response.writeHead(answers === 1 ? 503 : 204).end();
      });
    });
    await new Promise<void>((resolve) => collector.listen(0, "127.0.0.1", resolve));
    const variables = {
      MCP_AUDIT_URL: `http://127.0.0.1:${(collector.address() as AddressInfo).port}/lines`,
      MCP_AUDIT_TOKEN: "token-of-the-collector",
      MCP_AUDIT_VALUES: "text",
      MCP_AUDIT_CHAIN: "on",
    };
    const settings = readSettings(variables);
    const host = nodeHost(variables, settings);
    const secret = new Secret(key);
    const kept: string[] = [];
    const log = createLog("debug", (line) => kept.push(line));
    const services = { settings, host, log };
    const audit = await createAudit(services, { standardError: { write: async () => undefined } });
    const toolFile = listing("put_text", { text: { type: "string" } });
    for (const [name, shape] of shapes) {
      const row = { kind: "custom", listing: toolFile } as unknown as Call["row"];
      const call = {
        row,
        args: { text: shape, [shape]: shape },
        caller: { id: shape, subject: shape },
        signal: new AbortController().signal,
        wholeText: false,
        trace: undefined,
      } as unknown as Call;
      const ended: Ended = { result: { content: [] }, line: { tool: shape, caller: shape, status: name } };
      await audit.watch(call, async () => ended);
      audit.refused?.("refused", { reason: shape, path: shape, address: shape });
    }
    const text = () => got.map((one) => one.text).join("");
    await vi.waitFor(() => expect(linesOf(text())).toHaveLength(shapes.length * 2), 60_000);
    await audit.close?.();
    await host.close();
    collector.closeAllConnections();
    collector.close();
    expect(shapes.length).toBeGreaterThanOrEqual(25);
    for (const line of text().split("\n")) expect(leaks(line), line).toBe(false);
    for (const line of kept) expect(leaks(line), line).toBe(false);
    expect(
      got.every(({ token, type }) => token === "Bearer token-of-the-collector" && type === "application/x-ndjson"),
    ).toBe(true);
    expect(secret.reveal()).toBe(key);
  });

  it("that takes its time has all lines when the server has ended", async () => {
    let text = "";
    const collector = createServer((request, response) => {
      let body = "";
      request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
      request.on("end", () =>
        setTimeout(() => {
          text += body;
          response.writeHead(204).end();
        }, 800),
      );
    });
    await new Promise<void>((resolve) => collector.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(collector.address() as AddressInfo).port}/`;
    const running = await startHttp(fixture.main, { ...base, MCP_AUDIT_URL: url });
    const client = await connectHttp("modern", running.url);
    for (let index = 0; index < 5; index += 1) await client.callTool({ name: "get_pet", arguments: { petId: 3 } });
    await client.close();
    expect(await running.stop()).toBe(0);
    expect(linesOf(text).filter(({ event }) => event === "call")).toHaveLength(5);
    collector.closeAllConnections();
    collector.close();
  });

  it("that is away holds no call up", async () => {
    const running = await startHttp(fixture.main, { ...base, MCP_AUDIT_URL: "http://127.0.0.1:9/" });
    const client = await connectHttp("modern", running.url);
    for (let index = 0; index < 20; index += 1) await client.callTool({ name: "get_pet", arguments: { petId: 3 } });
    await client.close();
    await running.stop();
    expect(asked).toHaveLength(20);
    expect(running.log.join("\n")).toContain('"lost":20');
  });
});

it("has values as short as they are asked for, and nothing of what the tool does not have", () => {
  const row = {
    listing: listing("put_text", { text: { type: "string" }, item: { type: "object" } }),
  } as unknown as Call["row"];
  const args = { text: `a\n${"x".repeat(500)}`, item: { a: [1] }, __proto__x: 1, toString: 2 };
  const fields = argumentFields({ row, args } as unknown as Call, new Set(["put_text.text", "item", "toString"]));
  expect(fields).toMatchObject({ arguments: ["text", "item"], unknownArguments: 2, values: { item: '{"a":[1]}' } });
  const { text } = (fields as { values: { text: string } }).values;
  expect(text.length).toBeLessThan(260);
  expect(text).not.toContain("\n");
});

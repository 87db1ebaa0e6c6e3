/**
 * Tests of this server as a client sees it, against a mock of its APIs: no network, no credentials. This file is
 * yours: add what your own code promises.
 */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { project } from "../src/generated/index.js";
import { type Mock, startMock } from "../src/runtime/mock.js";
import {
  exampleCall,
  placeholderArguments,
  placeholderCredentials,
} from "../src/runtime/mock-calls.js";
import { type StdioClient, startStdioClient } from "./stdio-client.js";

const main = join(project.folder, "dist", "main.js");
let mock: Mock;
let environment: NodeJS.ProcessEnv;
let client: StdioClient;

before(async () => {
  mock = await startMock(project);
  environment = {
    PATH: process.env["PATH"],
    ...placeholderCredentials(project),
    ...(await placeholderArguments(project)),
    ...mock.environment,
    MCP_LOG_LEVEL: "error",
  };
  client = startStdioClient(process.execPath, [main], environment);
});

after(async () => {
  await client.close();
  await mock.close();
});

test("it introduces itself", async () => {
  const { serverInfo } = await client.request("initialize", {
    protocolVersion: "2025-11-25",
    capabilities: {},
    clientInfo: { name: "test", version: "1" },
  });
  client.notify("notifications/initialized");
  assert.equal(
    (serverInfo as { name: string } | undefined)?.name,
    project.data.name,
  );
});

test("it lists its tools", async () => {
  const { tools } = await client.request("tools/list");
  assert.ok(Array.isArray(tools));
  const names = new Set(tools.map(({ name }) => name));
  assert.equal(names.size, tools.length);
  const all = project.apis.flatMap(({ groups }) =>
    groups.flatMap(({ tools }) => tools),
  );
  // What is not listed is found: src/generated/plan.json.
  const { plan } = project;
  const listed = plan === undefined || plan.list === "all" ? all : plan.listed;
  for (const { name } of listed) assert.ok(names.has(name), name);
});

test("it reads from the API", async (context) => {
  const call = await exampleCall(project);
  if (call === undefined)
    return context.skip("no tool that only reads can be called as it is");
  const sent = mock.requests.length;
  const result = await client.request("tools/call", {
    name: call.tool,
    arguments: call.args,
  });
  assert.notEqual(result["isError"], true, JSON.stringify(result["content"]));
  assert.equal(mock.requests.length, sent + 1);
});

test("it tells what is wrong with a call", async () => {
  await assert.rejects(
    client.request("tools/call", { name: "no such tool", arguments: {} }),
    /Unknown tool/,
  );
});

test("it lists and reads its resources", async (context) => {
  if (project.apis.every(({ resources }) => resources.length === 0))
    return context.skip("this server has no resources");
  const { resources } = await client.request("resources/list");
  assert.ok(Array.isArray(resources));
  const first = resources[0] as { uri: string } | undefined;
  if (first === undefined) return;
  const { contents } = await client.request("resources/read", {
    uri: first.uri,
  });
  assert.ok(Array.isArray(contents) && contents.length > 0);
});

test("over HTTP it is healthy, answers, and refuses foreign pages", async () => {
  const server: ChildProcess = spawn(
    process.execPath,
    [main, "--http", "--port", "0"],
    {
      env: { ...environment, MCP_LOG_LEVEL: "info" },
      stdio: ["ignore", "ignore", "pipe"],
    },
  );
  try {
    const port = await listeningPort(server);
    const address = `http://127.0.0.1:${port}`;
    const list = (headers: Record<string, string>) =>
      fetch(`${address}/mcp`, {
        method: "POST",
        headers: {
          "Content-Type": "application/json",
          Accept: "application/json, text/event-stream",
          ...headers,
        },
        body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" }),
      });
    assert.equal((await fetch(`${address}/healthz`)).status, 200);
    assert.equal((await list({})).status, 200);
    assert.equal((await list({ Origin: "https://evil.example" })).status, 403);
  } finally {
    const exited = new Promise((resolve) => server.once("exit", resolve));
    server.kill("SIGTERM");
    await exited;
  }
});

/** The port that the server tells in its log. */
async function listeningPort(server: ChildProcess): Promise<number> {
  assert.ok(server.stderr);
  for await (const line of createInterface({ input: server.stderr })) {
    const { event, port } = JSON.parse(line) as { event: string; port: number };
    if (event === "listening") {
      server.stderr.resume();
      return port;
    }
  }
  throw new Error("The server ended before it listened");
}

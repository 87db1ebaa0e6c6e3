/**
 * What becomes of calls that run when a server is stopped: with SIGTERM over HTTP, for keep-alive clients of both
 * revisions of MCP, and over stdio, and at the end of a client's input.
 *
 * `node bench/stopping.mjs [--rounds 20] [--at 20] [--longest 6] [--parts]`, after `npm run build`. In each round calls of 50 ms to
 * so many seconds are under way, others follow them, and the signal comes within 0.5 to 2 s. A call is lost when the API
 * has seen it and its client got neither its answer nor a word that the server was stopped. With `--parts` the server has
 * those of `load-parts.mjs`, Redis where `redis-server` is there, and an audit that is posted to a collector: told is how
 * many calls that the API has seen have no line there once the server is gone. Nothing here fails: the figures are for
 * people to read.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Pool } from "undici";
import { buildPetstore, freePort, parts, settingsOf, startIssuer } from "./load-parts.mjs";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "20" },
    at: { type: "string", default: "20" },
    longest: { type: "string", default: "6" },
    parts: { type: "boolean", default: false },
  },
});
const rounds = Number(values.rounds);
const concurrent = Number(values.at);
const longestMs = Number(values.longest) * 1_000;
const names = values.parts ? Object.keys(parts) : [];
const folder = mkdtempSync(join(tmpdir(), "openapi-to-mcp-stopping-"));

/** Ids of the pets that the API was asked for. */
const seen = new Set();
let lastId = 0;
const upstream = createServer((request, response) => {
  const id = Number(request.url.split("/").at(-1));
  seen.add(id);
  const timer = setTimeout(
    () =>
      response
        .writeHead(200, { "Content-Type": "application/json" })
        .end(JSON.stringify({ id, name: "Rex", status: "available" })),
    50 + ((id * 7_919) % (longestMs - 50)),
  );
  response.once("close", () => clearTimeout(timer));
});
await new Promise((resolve) => upstream.listen(0, "127.0.0.1", resolve));

/** Ids of the pets of which the audit has a line. */
const written = new Set();
const collector = createServer(async (request, response) => {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  for (const line of text.split("\n").filter((one) => one !== "")) written.add(JSON.parse(line).values?.petId);
  response.writeHead(204).end();
});
await new Promise((resolve) => collector.listen(0, "127.0.0.1", resolve));
const issuer = await startIssuer();
const redis = values.parts ? await startRedis() : undefined;

try {
  const main = buildPetstore(folder, names, values.parts ? ["redis"] : []);
  const kinds = {
    "HTTP 2025-11-25": () => stopHttp(main, "2025-11-25"),
    "HTTP 2026-07-28": () => stopHttp(main, "2026-07-28"),
    "stdio, SIGTERM": () => stopStdio(main, (child) => child.kill("SIGTERM")),
    "stdio, end of input": () => stopStdio(main, (child) => child.stdin.end()),
    "stdio, end of input, idle": () => stopStdio(main, (child) => child.stdin.end(), 0),
  };
  await Promise.all(Object.entries(kinds).map(([name, stop]) => report(name, stop)));
} finally {
  redis?.child.kill("SIGTERM");
  issuer.close();
  for (const server of [upstream, collector]) {
    server.close();
    server.closeAllConnections();
  }
  rmSync(folder, { recursive: true });
}

async function report(name, stop) {
  const sum = { answered: 0, told: 0, refused: 0, lost: 0 };
  const exits = [];
  const codes = new Set();
  let unwritten = 0;
  for (let round = 0; round < rounds; round += 1) {
    const { calls, exitMs, code } = await stop();
    exits.push(exitMs);
    codes.add(code);
    unwritten += calls.filter(({ id }) => seen.has(id) && !written.has(id)).length;
    for (const { id, outcome } of calls) sum[outcome === "none" ? (seen.has(id) ? "lost" : "refused") : outcome] += 1;
  }
  const { answered, told, refused, lost } = sum;
  const audited = values.parts ? `, ${unwritten} without a line of the audit` : "";
  const most = (Math.max(...exits) / 1_000).toFixed(1);
  process.stdout.write(
    `${name.padEnd(26)} ${rounds} stops: ${answered} answered, ${told} told that it was stopped, ${refused} refused before the API saw them, ${lost} lost${audited}; exit after ${most} s at most, code ${[...codes].join(", ")}\n`,
  );
}

/** Outcome of a message: `answered`, `told` or, where it is none of these, `none`. */
function outcomeOf(text, id) {
  if (/server was stopped|is stopping|shutting down/i.test(text)) return "told";
  return text.includes(`\\"id\\":${id}`) || text.includes(`"id":${id},"name"`) ? "answered" : "none";
}

function environment(port) {
  const { MCP_AUDIT_FILE: _instead, ...settings } = settingsOf(names, { folder, issuer, port });
  return {
    PATH: process.env.PATH,
    PET_STORE_BASE_URL: `http://127.0.0.1:${upstream.address().port}/v1`,
    PET_STORE_API_KEY: "key-of-the-stop",
    ...settings,
    ...(values.parts && { MCP_AUDIT_URL: `http://127.0.0.1:${collector.address().port}/`, MCP_AUDIT_VALUES: "petId" }),
    ...(redis && { REDIS_URL: redis.url }),
  };
}

/** `undefined` where there is no such program. */
async function startRedis() {
  if (spawnSync("redis-server", ["--version"]).status !== 0) {
    process.stdout.write("redis-server is not on PATH: left out\n");
    return undefined;
  }
  const port = await freePort();
  const child = spawn("redis-server", ["--port", String(port), "--save", "", "--appendonly", "no"]);
  for await (const chunk of child.stdout) if (String(chunk).includes("Ready to accept connections")) break;
  return { child, url: `redis://127.0.0.1:${port}` };
}

async function stopHttp(main, revision) {
  const port = await freePort();
  const child = spawn(process.execPath, [main, "--http", "--port", String(port)], {
    env: environment(port),
    stdio: ["ignore", "ignore", "pipe"],
  });
  const exited = new Promise((resolve) => child.once("exit", resolve));
  await new Promise((resolve) =>
    createInterface({ input: child.stderr }).on("line", (line) => line.includes('"event":"listening"') && resolve()),
  );
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: concurrent, pipelining: 1 });
  const isModern = revision >= "2026";
  const headers = {
    "Content-Type": "application/json",
    Accept: "application/json, text/event-stream",
    "MCP-Protocol-Version": revision,
    ...(isModern ? { "Mcp-Method": "tools/call", "Mcp-Name": "get_pet" } : {}),
    ...(values.parts ? { Authorization: `Bearer ${await issuer.token(port)}` } : {}),
  };
  const calls = [];
  let isOver = false;
  const work = async () => {
    while (!isOver) {
      const id = (lastId += 1);
      const call = { id, outcome: "none" };
      calls.push(call);
      try {
        const body = JSON.stringify(callOf(id, isModern ? revision : undefined));
        const answer = await pool.request({ path: "/mcp", method: "POST", headers, body });
        const text = await answer.body.text();
        call.outcome = outcomeOf(text, id);
        if (answer.statusCode === 503) await sleep(100);
      } catch {
        await sleep(200);
      }
    }
  };
  const workers = Array.from({ length: concurrent }, work);
  await sleep(500 + Math.random() * 1_500);
  const began = performance.now();
  child.kill("SIGTERM");
  const code = await exited;
  const exitMs = performance.now() - began;
  isOver = true;
  await Promise.all(workers);
  await pool.destroy();
  return { calls, exitMs, code };
}

async function stopStdio(main, stop, most = concurrent) {
  const child = spawn(process.execPath, [main], {
    env: environment(await freePort()),
    stdio: ["pipe", "pipe", "ignore"],
  });
  const exited = new Promise((resolve) => child.once("close", resolve));
  child.stdin.on("error", () => undefined);
  const send = (message) => child.stdin.writable && child.stdin.write(`${JSON.stringify(message)}\n`);
  const calls = new Map();
  const next = () => {
    const id = (lastId += 1);
    calls.set(id, { id, outcome: "none" });
    send(callOf(id));
  };
  const open = new Promise((resolve) =>
    createInterface({ input: child.stdout }).on("line", (line) => {
      const { id } = JSON.parse(line);
      if (id === "open") return resolve();
      const call = calls.get(id);
      if (call === undefined) return;
      call.outcome = outcomeOf(line, id);
      next();
    }),
  );
  const clientInfo = { name: "stop", version: "1.0.0" };
  send({
    jsonrpc: "2.0",
    id: "open",
    method: "initialize",
    params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo },
  });
  await open;
  send({ jsonrpc: "2.0", method: "notifications/initialized" });
  for (let index = 0; index < most; index += 1) next();
  await sleep(500 + Math.random() * 1_500);
  const began = performance.now();
  stop(child);
  const code = await exited;
  return { calls: [...calls.values()], exitMs: performance.now() - began, code };
}

function callOf(id, revision) {
  const _meta = {
    "io.modelcontextprotocol/protocolVersion": revision,
    "io.modelcontextprotocol/clientInfo": { name: "stop", version: "1.0.0" },
    "io.modelcontextprotocol/clientCapabilities": {},
  };
  const params = { name: "get_pet", arguments: { petId: id }, ...(revision === undefined ? {} : { _meta }) };
  return { jsonrpc: "2.0", id, method: "tools/call", params };
}

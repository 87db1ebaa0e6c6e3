/**
 * Calls a tool over HTTP, a number of times at once, until the time is over, and prints what came back as JSON:
 * `node bench/load-client.mjs URL REVISION CONCURRENT SECONDS [TOKEN]`. Each call asks for another pet. One that is refused
 * waits as long as it is told.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { Pool } from "undici";

const [url, revision, concurrent, seconds, token = ""] = process.argv.slice(2);
const { origin, pathname } = new URL(url);
const pool = new Pool(origin, { connections: Number(concurrent), pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });
const meta = {
  "io.modelcontextprotocol/protocolVersion": revision,
  "io.modelcontextprotocol/clientInfo": { name: "load", version: "1.0.0" },
  "io.modelcontextprotocol/clientCapabilities": {},
};
const isModern = revision >= "2026";
// None that an earlier run had asked for.
let calls = Math.floor(Math.random() * 1e12);
const bodyOfNext = () => {
  const params = { name: "get_pet", arguments: { petId: (calls += 1) }, ...(isModern ? { _meta: meta } : {}) };
  return JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params });
};
const headers = {
  "Content-Type": "application/json",
  Accept: "application/json, text/event-stream",
  "MCP-Protocol-Version": revision,
  ...(isModern ? { "Mcp-Method": "tools/call", "Mcp-Name": "get_pet" } : {}),
  ...(token === "" ? {} : { Authorization: `Bearer ${token}` }),
};

const took = { good: [], shed: [], error: [] };
const examples = {};
const begin = performance.now();
const end = begin + Number(seconds) * 1_000;
// Many do not come in the same instant.
const rampMs = Number(concurrent) > 100 ? 1_000 : 0;
await Promise.all(
  Array.from({ length: Number(concurrent) }, async (_, index) => {
    await sleep((rampMs * index) / Number(concurrent));
    await work();
  }),
);
const elapsed = (performance.now() - begin) / 1_000;
process.stdout.write(
  `${JSON.stringify({
    perSecond: took.good.length / elapsed,
    good: took.good.length,
    shed: took.shed.length,
    errors: took.error.length,
    p50: quantile(took.good, 0.5),
    p99: quantile(took.good, 0.99),
    most: Math.max(0, ...Object.values(took).flat()),
    shed50: quantile(took.shed, 0.5),
    shed99: quantile(took.shed, 0.99),
    examples,
  })}\n`,
);
process.exit(0);

async function work() {
  while (performance.now() < end) {
    const start = performance.now();
    const { kind, waitMs, text } = await call();
    took[kind].push(performance.now() - start);
    if (kind !== "good") examples[kind] ??= text.slice(0, 300);
    if (waitMs > 0) await sleep(waitMs * (0.75 + Math.random() / 2));
  }
}

async function call() {
  try {
    const answer = await pool.request({ path: pathname, method: "POST", headers, body: bodyOfNext() });
    const text = await answer.body.text();
    const waitMs = Number(answer.headers["retry-after"] ?? 0) * 1_000;
    if (answer.statusCode === 503 || text.includes('"LimitError"'))
      return { kind: "shed", waitMs: waitMs || 1_000, text };
    return {
      kind: answer.statusCode === 200 && !text.includes('"isError":true') && text.includes("Rex") ? "good" : "error",
      text,
    };
  } catch (error) {
    return { kind: "error", text: String(error) };
  }
}

function quantile(values, part) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? null;
}

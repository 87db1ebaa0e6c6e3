/**
 * What an emitted server costs per call over HTTP, beside a bare proxy and beside the SDK's plain server, with one API
 * that answers at once: calls a second, latency, processor time of the server's process per call, and what is refused.
 *
 * `node bench/load.mjs [--seconds 4] [--runs 3] [--at 1,50,1000] [--revision 2026-07-28,2025-11-25] [--only ours]`, after
 * `npm run build`. The servers take turns, and the best run counts: ratios mean more than figures on a machine that does
 * other work; the least processor time of a call counts, whichever run it was. Clients that wait for a processor add to
 * their times: how long `/healthz` takes meanwhile (`lag`) tells how long a server itself keeps others waiting. Processor
 * time is read from /proc (Linux). Nothing here fails: the figures are for people to compare.
 */
import { spawn, spawnSync } from "node:child_process";
import { Agent, request } from "node:http";
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "4" },
    runs: { type: "string", default: "3" },
    at: { type: "string", default: "1,50,1000" },
    revision: { type: "string", default: "2026-07-28,2025-11-25" },
    only: { type: "string", default: "bare,sdk,ours" },
    profile: { type: "string" },
  },
});
const repository = fileURLToPath(new URL("../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "openapi-to-mcp-load-"));
const ticksPerSecond = 100;
const running = [];

try {
  const api = await start(["bench/load-server.mjs", "upstream"], /port (\d+)/);
  const upstream = `http://127.0.0.1:${api.port}`;
  const beginnings = {
    bare: () => start(["bench/load-server.mjs", "bare", upstream], /port (\d+)/),
    sdk: () => start(["bench/load-server.mjs", "sdk", upstream], /port (\d+)/),
    ours: () => startOurs(upstream),
  };
  const servers = {};
  for (const name of values.only.split(",")) servers[name] = await beginnings[name]();
  for (const revision of values.revision.split(",")) {
    for (const server of Object.values(servers)) await load(server, revision, 20, 2);
    for (const at of values.at.split(",").map(Number)) {
      const best = {};
      for (let run = 0; run < Number(values.runs); run += 1)
        for (const [name, server] of Object.entries(servers)) {
          const result = await load(server, revision, at, Number(values.seconds));
          const cpuMs = Math.min(result.cpuMs, best[name]?.cpuMs ?? Infinity);
          if (best[name] === undefined || result.perSecond > best[name].perSecond) best[name] = result;
          best[name].cpuMs = cpuMs;
        }
      print(revision, at, best);
    }
  }
} finally {
  for (const child of running) child.kill("SIGTERM");
  rmSync(folder, { recursive: true });
}

async function startOurs(upstream) {
  const project = join(folder, "petstore");
  run(["dist/main.js", join(repository, "samples/petstore/openapi.yaml"), "--output", project]);
  symlinkSync(join(repository, "node_modules"), join(project, "node_modules"));
  run([join(repository, "node_modules/typescript/bin/tsc"), "-p", project]);
  const profile = values.profile === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${values.profile}`];
  const ours = await start([...profile, join(project, "dist/main.js"), "--http", "--port", "0"], /"port":(\d+)/, {
    PET_STORE_BASE_URL: `${upstream}/v1`,
    PET_STORE_API_KEY: "key-of-the-load",
    MCP_LOG_LEVEL: "info",
    MCP_RATE_LIMIT: "0",
    MCP_TOOL_RATE_LIMIT: "0",
  });
  return { ...ours, hasHealth: true };
}

function run(args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: repository, encoding: "utf8" });
  if (status !== 0) throw new Error(`${args.join(" ")}\n${stdout}${stderr}`);
}

/** Starts a process of Node.js that says its port in a line of output. */
async function start(args, pattern, environment = {}) {
  const child = spawn(process.execPath, args, {
    cwd: repository,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.push(child);
  const port = await new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on("line", (line) => {
        const found = pattern.exec(line)?.[1];
        if (found !== undefined) resolve(Number(found));
      });
    child.once("exit", (code) => reject(new Error(`${args.join(" ")} ended with ${code}`)));
  });
  return { port, pid: child.pid };
}

async function load({ port, pid, hasHealth = false }, revision, concurrent, seconds) {
  const before = processorSeconds(pid);
  const client = spawn(
    process.execPath,
    ["bench/load-client.mjs", `http://127.0.0.1:${port}/mcp`, revision, String(concurrent), String(seconds)],
    { cwd: repository, stdio: ["ignore", "pipe", "inherit"] },
  );
  const ended = new AbortController();
  const lags = hasHealth ? lagsOf(port, ended.signal) : [];
  let text = "";
  for await (const chunk of client.stdout) text += chunk;
  ended.abort();
  const result = JSON.parse(text);
  const calls = Math.max(1, result.good + result.shed);
  return { ...result, lags: await lags, cpuMs: ((processorSeconds(pid) - before) * 1_000) / calls };
}

/** How long answers took that need no work, from the shortest to the longest. */
async function lagsOf(port, signal) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const lags = [];
  while (!signal.aborted) {
    const start = performance.now();
    await new Promise((resolve) =>
      request({ port, host: "127.0.0.1", path: "/healthz", agent }, (answer) => answer.resume().once("end", resolve))
        .once("error", resolve)
        .end(),
    );
    lags.push(performance.now() - start);
    await sleep(20);
  }
  agent.destroy();
  return lags.sort((a, b) => a - b);
}

/** User and system time of a process (proc(5)). */
function processorSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

function print(revision, at, best) {
  const { bare, sdk, ours } = best;
  console.log(`\n${revision}, ${at} at once`);
  if (bare !== undefined && sdk !== undefined && ours !== undefined)
    console.log(
      `  calls a second: ${ratio(ours.perSecond, sdk.perSecond)} x the SDK's, ${ratio(ours.perSecond, bare.perSecond)} x bare;` +
        ` CPU a call: ${ratio(ours.cpuMs, sdk.cpuMs)} x the SDK's, ${ratio(ours.cpuMs, bare.cpuMs)} x bare; ${(ours.p50 - bare.p50).toFixed(2)} ms more than bare`,
    );
  for (const [name, result] of Object.entries(best)) {
    const of = (value) => (value === null ? "-" : value.toFixed(2));
    console.log(
      `  ${name.padEnd(5)} ${result.perSecond.toFixed(0).padStart(6)}/s  p50 ${of(result.p50)}  p99 ${of(result.p99)}  most ${of(result.most)} ms` +
        `  CPU ${result.cpuMs.toFixed(3)} ms  errors ${result.errors}  shed ${result.shed} (p50 ${of(result.shed50)}, p99 ${of(result.shed99)} ms)`,
    );
    const lag = (part) => result.lags[Math.floor((result.lags.length - 1) * part)]?.toFixed(1) ?? "-";
    if (result.lags.length > 0) console.log(`        lag p50 ${lag(0.5)}  p90 ${lag(0.9)}  p99 ${lag(0.99)} ms`);
    for (const [kind, text] of Object.entries(result.examples)) console.log(`        ${kind}: ${text}`);
  }
}

function ratio(a, b) {
  return (a / b).toFixed(2);
}

/**
 * What an emitted server costs per call over HTTP, beside a bare proxy and beside the SDK's plain server, with one API
 * that answers at once: calls a second, latency, processor time of the server's process per call, and what is refused.
 * `ours` has no optional part, `every` has those of `load-parts.mjs` at once; with `--parts` each is also tried alone.
 *
 * `node bench/load.mjs [--seconds 4] [--runs 3] [--at 1,50,1000] [--revision 2026-07-28,2025-11-25]
 * [--only bare,sdk,ours,every] [--parts] [--profile FOLDER]`, after `npm run build`. The servers take turns, and the best
 * run counts: ratios mean more than figures on a machine that does other work; the least latency and processor time of a
 * call count, whichever run it was. `--only every --at 50 --seconds 300 --runs 1` is a soak: how much memory grows is
 * told of runs of half a minute and more (of the second half, by a line through it). Clients that wait for a processor add to
 * their times: how long `/healthz` takes meanwhile (`lag`) tells how long a server itself keeps others waiting. Processor
 * time is read from /proc (Linux). Nothing here fails: the figures are for people to compare.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { buildPetstore, freePort, parts, settingsOf, startIssuer } from "./load-parts.mjs";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "4" },
    runs: { type: "string", default: "3" },
    at: { type: "string", default: "1,50,1000" },
    revision: { type: "string", default: "2026-07-28,2025-11-25" },
    only: { type: "string", default: "bare,sdk,ours,every" },
    parts: { type: "boolean", default: false },
    profile: { type: "string" },
  },
});
const repository = fileURLToPath(new URL("../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "openapi-to-mcp-load-"));
const ticksPerSecond = 100;
const running = [];
const issuer = await startIssuer();
const alone = values.parts ? Object.keys(parts) : [];

try {
  const api = await start(["bench/load-server.mjs", "upstream"], /port (\d+)/);
  const upstream = `http://127.0.0.1:${api.port}`;
  const beginnings = {
    bare: () => start(["bench/load-server.mjs", "bare", upstream], /port (\d+)/),
    sdk: () => start(["bench/load-server.mjs", "sdk", upstream], /port (\d+)/),
    ours: () => startOurs(upstream, "ours", []),
    every: () => startOurs(upstream, "every", Object.keys(parts)),
  };
  for (const name of alone) beginnings[name] = () => startOurs(upstream, name, [name]);
  const servers = {};
  for (const name of [...values.only.split(","), ...alone]) servers[name] = await beginnings[name]();
  for (const revision of values.revision.split(",")) {
    for (const server of Object.values(servers)) await load(server, revision, 20, 2);
    for (const at of values.at.split(",").map(Number)) {
      const best = {};
      for (let run = 0; run < Number(values.runs); run += 1)
        for (const [name, server] of Object.entries(servers)) {
          // What a part costs is told by a call that waits for nobody.
          if (alone.includes(name) && at > 1) continue;
          const result = await load(server, revision, at, Number(values.seconds));
          const { cpuMs, p50 } = best[name] ?? result;
          if (best[name] === undefined || result.perSecond > best[name].perSecond) best[name] = result;
          best[name].cpuMs = Math.min(cpuMs, result.cpuMs);
          best[name].p50 = Math.min(p50, result.p50);
        }
      print(revision, at, best);
    }
  }
} finally {
  issuer.close();
  // What they still write would stand in the way of its folder's end.
  await Promise.all(running.map((child) => child.kill("SIGTERM") && once(child, "exit")));
  rmSync(folder, { recursive: true });
}

async function startOurs(upstream, name, names) {
  const own = join(folder, name);
  mkdirSync(own);
  const main = buildPetstore(own, names);
  const port = await freePort();
  const profile = values.profile === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${join(values.profile, name)}`];
  const ours = await start([...profile, main, "--http", "--port", String(port)], /"port":(\d+)/, {
    PET_STORE_BASE_URL: `${upstream}/v1`,
    PET_STORE_API_KEY: "key-of-the-load",
    MCP_LOG_LEVEL: "info",
    ...settingsOf(names, { folder: own, issuer, port }),
  });
  return { ...ours, hasHealth: true, token: names.includes("authorization") ? await issuer.token(port) : "" };
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

async function load({ port, pid, hasHealth = false, token = "" }, revision, concurrent, seconds) {
  const before = processorSeconds(pid);
  const client = spawn(
    process.execPath,
    ["bench/load-client.mjs", `http://127.0.0.1:${port}/mcp`, revision, String(concurrent), String(seconds), token],
    { cwd: repository, stdio: ["ignore", "pipe", "inherit"] },
  );
  const ended = new AbortController();
  const lags = hasHealth ? lagsOf(port, ended.signal) : [];
  const memory = seconds < 30 ? [] : memoryOf(pid, ended.signal);
  let text = "";
  for await (const chunk of client.stdout) text += chunk;
  ended.abort();
  const result = JSON.parse(text);
  const calls = Math.max(1, result.good + result.shed);
  return {
    ...result,
    lags: await lags,
    memory: await memory,
    cpuMs: ((processorSeconds(pid) - before) * 1_000) / calls,
  };
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

/** Resident memory of a process each second: minutes since the beginning, MiB. */
async function memoryOf(pid, signal) {
  const began = performance.now();
  const points = [];
  while (!signal.aborted) {
    const kib = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    points.push([(performance.now() - began) / 60_000, Number(kib) / 1_024]);
    await sleep(1_000);
  }
  return points;
}

/** Of the line through points that leaves the least squares. */
function slopeOf(points) {
  const mean = (at) => points.reduce((sum, point) => sum + point[at], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const over = (of) => points.reduce((sum, point) => sum + (point[0] - x) * of(point), 0);
  return over((point) => point[1] - y) / over((point) => point[0] - x);
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
        ` CPU a call: ${ratio(ours.cpuMs, sdk.cpuMs)} x the SDK's, ${ratio(ours.cpuMs, bare.cpuMs)} x bare`,
    );
  for (const [name, result] of Object.entries(best)) {
    const of = (value) => (value === null ? "-" : value.toFixed(2));
    const more = (other, what) =>
      at > 1 || other === undefined || other === result
        ? ""
        : `  +${(result.p50 - other.p50).toFixed(2)} ms, CPU +${(result.cpuMs - other.cpuMs).toFixed(2)} ms to ${what}`;
    console.log(
      `  ${name.padEnd(13)} ${result.perSecond.toFixed(0).padStart(6)}/s  p50 ${of(result.p50)}  p99 ${of(result.p99)}  most ${of(result.most)} ms` +
        `  CPU ${result.cpuMs.toFixed(3)} ms  errors ${result.errors}` +
        (result.shed > 0 ? `  shed ${result.shed} (p50 ${of(result.shed50)}, p99 ${of(result.shed99)} ms)` : "") +
        more(name in parts || name === "every" ? ours : undefined, "ours") +
        (name === "sdk" || name === "ours" || name === "every" ? more(bare, "bare") : ""),
    );
    const lag = (part) => result.lags[Math.floor((result.lags.length - 1) * part)]?.toFixed(1) ?? "-";
    if (result.lags.length > 0 && at > 1)
      console.log(`                lag p50 ${lag(0.5)}  p90 ${lag(0.9)}  p99 ${lag(0.99)} ms`);
    const { memory } = result;
    const mib = (place) => memory.at(place)[1].toFixed(0);
    if (memory.length > 0)
      console.log(
        `                memory ${mib(0)} MiB at first, ${mib(-1)} at last, ${slopeOf(memory.slice(memory.length / 2)).toFixed(2)} MiB a minute in the second half`,
      );
    for (const [kind, text] of Object.entries(result.examples)) console.log(`        ${kind}: ${text}`);
  }
}

function ratio(a, b) {
  return (a / b).toFixed(2);
}

/**
 * What answers of an API cost a server: emits one, puts an API before it that answers what it should not, and calls it
 * many times at once. `node bench/answers.mjs [body …] [--calls 1,64,200]`, after `npm run build`, on Linux.
 *
 * For each body and number of calls, a new server: seconds of wall clock and of its processor until all calls are
 * answered, the most memory above that of a server which has answered one call and rests, what the API had sent of each
 * answer at most, the longest time that `/healthz` gave no answer, how many calls gave a result, and whether one more
 * call does afterwards.
 */
import { execFileSync, fork, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { Agent, createServer, get, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { brotliCompressSync, constants, deflateRawSync, gzipSync } from "node:zlib";

const mebibyte = 1024 * 1024;
const repository = fileURLToPath(new URL("../", import.meta.url));
const own = fileURLToPath(import.meta.url);
const agent = new Agent({ keepAlive: true, maxSockets: Infinity });

/** What the API answers: its header, and its body as pieces. */
const bodies = {
  /** As many small values as 9 MB hold. */
  many: json(() => whole(`[${repeated(9_000_000, (id) => `{"id":${id},"name":"pet ${id}","tags":["a","b"]}`)}]`)),
  numbers: json(() => whole(`[${repeated(9_000_000, (id) => `${id}`)}]`)),
  /** One text. */
  text: json(() => whole(JSON.stringify({ text: "x".repeat(9_000_000) }))),
  umlauts: json(() => whole(JSON.stringify({ text: "ü\n".repeat(2_250_000) }))),
  indented: json(() =>
    whole(JSON.stringify(JSON.parse(`[${repeated(4_000_000, (id) => `{"id":${id},"name":"pet ${id}"}`)}]`), null, 2)),
  ),
  plain: of("text/plain", () => whole("word ".repeat(1_800_000))),
  bytes: of("application/zip", () => whole(Buffer.alloc(9_000_000, 7))),
  error: json(() => whole(JSON.stringify({ message: "x".repeat(9_000_000) })), 400),
  small: json(() => whole(`[${repeated(50_000, (id) => `{"id":${id},"name":"pet ${id}"}`)}]`)),
  endless: json(() => endless("[", repeated(mebibyte, (id) => `{"id":${id},"name":"pet ${id}"}`) + ",")),
  lines: of("application/x-ndjson", () => endless("", `{"id":1,"name":"Rex"}\n`.repeat(40_000))),
  events: of("text/event-stream", () => endless("", `data: {"id":1}\n\n`.repeat(50_000))),
  chunks: of("text/plain", () => endless("", "word ".repeat(200_000))),
  length: of("text/plain", () => endless("", "word ".repeat(200_000)), { "content-length": 1024 * mebibyte }),
  gzip: coded("gzip", () => endless(Buffer.from([31, 139, 8, 0, 0, 0, 0, 0, 0, 255]), deflated())),
  deflate: coded("deflate", () => endless(Buffer.from([0x78, 0x9c]), deflated())),
  brotli: coded("br", () =>
    whole(brotliCompressSync(Buffer.alloc(256 * mebibyte, " "), { params: { [constants.BROTLI_PARAM_QUALITY]: 2 } })),
  ),
  /** What is not as it says, or is no end of one thing. */
  twice: coded("gzip, gzip", () => whole(gzipSync(gzipSync(Buffer.alloc(256 * mebibyte, " "))))),
  within: coded("gzip", () => whole(gzipSync(gzipSync(Buffer.alloc(256 * mebibyte, " "))))),
  zstd: coded("zstd", () => endless(Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0x58]), Buffer.alloc(mebibyte, 7))),
  shorter: raw("Content-Length: 9000000", () => whole("x".repeat(5_000_000))),
  longer: raw("Content-Length: 10", () => endless("x".repeat(mebibyte), "x".repeat(mebibyte))),
  headers: raw(Array.from({ length: 100_000 }, (_item, id) => `X-Header-${id}: ${id}`).join("\r\n"), () => whole("")),
  parts: of("multipart/mixed; boundary=b", () =>
    endless("", "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n".repeat(20_000)),
  ),
  event: of("text/event-stream", () => endless("data: ", "x".repeat(mebibyte))),
  line: of("application/x-ndjson", () => endless('["', "x".repeat(mebibyte))),
  utf16: of("text/plain", () =>
    endless(Buffer.from([0xff, 0xfe]), Buffer.from("w\u00f6rd ".repeat(200_000), "utf16le")),
  ),
  utf16json: of("application/json; charset=utf-16le", () =>
    whole(Buffer.from(JSON.stringify({ text: "x".repeat(4_500_000) }), "utf16le")),
  ),
  latin1: of("text/plain; charset=iso-8859-1", () => endless("", Buffer.from("w\u00f6rd ".repeat(200_000), "latin1"))),
  lists: json(() => whole("[".repeat(9_000_000))),
  objects: json(() => whole('{"a":'.repeat(1_800_000))),
  names: json(() => whole(`{${repeated(9_000_000, (id) => `"name ${id}":${id}`)}}`)),
};

if (process.argv[2] === "--api") serveApi();
else if (process.argv[2] === "--probe") probe(process.argv[3]);
else await main();

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { calls: { type: "string", default: "1,64,200" } },
  });
  const folder = mkdtempSync(join(tmpdir(), "openapi-to-mcp-bench-"));
  try {
    const program = build(folder);
    const columns = ["calls", "wall s", "cpu s", "+MiB", "sent MiB", "silent ms", "results", "next"];
    console.log(`${"body".padEnd(10)}${columns.map(cell).join("")}`);
    for (const name of positionals.length === 0 ? Object.keys(bodies) : positionals)
      for (const count of values.calls.split(",").map(Number))
        console.log(`${name.padEnd(10)}${(await measure(program, name, count)).map(cell).join("")}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function cell(value) {
  return String(value).padStart(11);
}

/** Emits and compiles a server with one tool. */
function build(folder) {
  const document = join(folder, "api.json");
  writeFileSync(document, JSON.stringify(api()));
  const project = join(folder, "project");
  execFileSync(process.execPath, [join(repository, "dist/main.js"), document, "-o", project, "-q"]);
  symlinkSync(join(repository, "node_modules"), join(project, "node_modules"));
  mkdirSync(join(project, "dist"), { recursive: true });
  execFileSync(process.execPath, [join(repository, "node_modules/typescript/bin/tsc"), "-p", project]);
  return join(project, "dist/main.js");
}

function api() {
  return {
    openapi: "3.1.0",
    info: { title: "Answers", version: "1" },
    servers: [{ url: "https://api.example.com" }],
    components: { securitySchemes: { key: { type: "http", scheme: "bearer" } } },
    security: [{ key: [] }],
    paths: {
      "/answers/{name}": {
        get: {
          operationId: "getAnswer",
          parameters: [{ name: "name", in: "path", required: true, schema: { type: "string" } }],
          responses: { 200: { description: "Anything." } },
        },
      },
    },
  };
}

async function measure(program, name, count) {
  const upstream = fork(own, ["--api"]);
  const address = await new Promise((resolve) => upstream.once("message", resolve));
  const { server, port } = await start(program, address);
  try {
    await call(port, "tiny");
    await atRest(server.pid);
    const idle = memoryOf(server.pid, "VmRSS");
    writeFileSync(`/proc/${server.pid}/clear_refs`, "5");
    const prober = fork(own, ["--probe", String(port)]);
    const before = cpuOf(server.pid);
    const began = performance.now();
    const results = await Promise.all(Array.from({ length: count }, () => call(port, name)));
    const wall = (performance.now() - began) / 1000;
    const silent = await asked(prober);
    const cpu = cpuOf(server.pid) - before;
    const more = memoryOf(server.pid, "VmHWM") - idle;
    const next = await call(port, "tiny");
    const sent = await asked(upstream);
    const given = results.filter((result) => result !== undefined && result.isError !== true).length;
    return [
      count,
      wall.toFixed(2),
      cpu.toFixed(2),
      Math.round(more / 1024),
      (sent / mebibyte).toFixed(1),
      silent,
      given,
      next?.isError === undefined && next !== undefined ? "ok" : JSON.stringify(next?.content?.[0]?.text).slice(0, 60),
    ];
  } finally {
    server.kill("SIGKILL");
    upstream.kill("SIGKILL");
  }
}

function start(program, address) {
  const server = spawn(
    process.execPath,
    [...(process.env.BENCH_NODE ?? "").split(" ").filter(Boolean), program, "--http", "--port", "0"],
    {
      env: {
        PATH: process.env.PATH,
        ANSWERS_BASE_URL: address,
        ANSWERS_KEY_TOKEN: "secret-of-the-bench-4711",
        MCP_RATE_LIMIT: "0",
        MCP_TOOL_RATE_LIMIT: "0",
        ...(process.env.MCP_MAX_RESPONSE_BYTES === undefined
          ? {}
          : { MCP_MAX_RESPONSE_BYTES: process.env.MCP_MAX_RESPONSE_BYTES }),
      },
      stdio: ["ignore", "ignore", "pipe"],
    },
  );
  return new Promise((resolve, reject) => {
    createInterface({ input: server.stderr }).on("line", (line) => {
      const port = /"event":"listening".*"port":(\d+)/.exec(line)?.[1];
      if (port !== undefined) resolve({ server, port: Number(port) });
      else if (process.env.BENCH_LOG) console.error(line);
    });
    server.once("close", () => reject(new Error("the server ended")));
  });
}

/** Calls the tool; its result. */
function call(port, name) {
  const body = JSON.stringify({
    jsonrpc: "2.0",
    id: 1,
    method: "tools/call",
    params: { name: "get_answer", arguments: { name } },
  });
  const headers = {
    "content-type": "application/json",
    accept: "application/json, text/event-stream",
    "mcp-protocol-version": "2025-06-18",
  };
  return new Promise((resolve, reject) => {
    const sent = request({ port, agent, method: "POST", path: "/mcp", headers }, async (response) => {
      let text = "";
      for await (const chunk of response.setEncoding("utf8")) text += chunk;
      const message = text.startsWith("{") ? text : (/^data: (\{.*)$/m.exec(text)?.[1] ?? "{}");
      const { result, error } = JSON.parse(message);
      if (process.env.BENCH_LOG && (error || result?.isError))
        console.error(JSON.stringify(error ?? result).slice(0, 300));
      resolve(result);
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

function asked(child) {
  return new Promise((resolve) => {
    child.once("message", resolve);
    child.send("tell");
  });
}

/** Asks for `/healthz` each 50 ms; tells the longest that it waited. */
function probe(port) {
  let longest = 0;
  const waiting = new Set();
  setInterval(() => {
    const began = performance.now();
    waiting.add(began);
    get({ port, path: "/healthz", agent: false }, (response) => {
      response.resume();
      response.on("end", () => {
        waiting.delete(began);
        longest = Math.max(longest, performance.now() - began);
      });
    }).on("error", () => undefined);
  }, 50);
  process.once("message", () => {
    for (const began of waiting) longest = Math.max(longest, performance.now() - began);
    process.send(Math.round(longest), () => process.exit());
  });
}

/** The API, as a process of its own; tells how many bytes it sent of one answer at most. */
function serveApi() {
  let most = 0;
  const made = new Map();
  const server = createServer(async (incoming, response) => {
    const name = incoming.url.split("/").at(-1);
    if (name === "tiny") return response.setHeader("content-type", "application/json").end("[1]");
    const { status, headers, pieces, head } = bodies[name];
    if (!made.has(name)) made.set(name, pieces());
    const { first, again } = made.get(name);
    const { socket } = incoming;
    const before = socket.bytesWritten;
    const tell = () => {
      most = Math.max(most, socket.bytesWritten - before);
    };
    const to = head === undefined ? response : socket;
    if (head === undefined) response.writeHead(status, headers);
    else socket.write(head);
    to.setMaxListeners(0)
      .on("close", tell)
      .on("error", () => undefined);
    if (again === undefined) return to.end(first);
    to.write(first);
    while (!to.destroyed && !to.closed) {
      if (to.write(again)) await new Promise(setImmediate);
      else
        await new Promise((resolve) => {
          to.once("drain", resolve);
          to.once("close", resolve);
        });
      tell();
    }
  });
  server.listen(0, "127.0.0.1", () => process.send(`http://127.0.0.1:${server.address().port}`));
  process.on("message", () => process.send(most));
}

function of(type, pieces, headers = {}, status = 200) {
  return { status, headers: { "content-type": type, ...headers }, pieces };
}

/** Written to the connection as it is, which then ends. */
function raw(header, pieces) {
  return { head: `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n${header}\r\n\r\n`, pieces };
}

function json(pieces, status) {
  return of("application/json", pieces, {}, status);
}

function coded(coding, pieces) {
  return of("application/json", pieces, { "content-encoding": coding });
}

function whole(first) {
  return { first };
}

function endless(first, again) {
  return { first, again };
}

/** A mebibyte of spaces in the middle of a deflated stream. */
function deflated() {
  return deflateRawSync(Buffer.alloc(mebibyte, " "), { finishFlush: constants.Z_FULL_FLUSH });
}

function repeated(bytes, item) {
  const items = [];
  for (let length = 0, id = 1; length < bytes; id += 1) {
    items.push(item(id));
    length += items.at(-1).length + 1;
  }
  return items.join(",");
}

/** KiB, as Linux counts them. */
function memoryOf(pid, field) {
  return Number(new RegExp(`^${field}:\\s+(\\d+)`, "m").exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
}

/**
 * Waits until a process has not worked for a second. After the first call of a server the engine compiles the parser of
 * undici anew, beside it, which takes 25 to 30 MiB for half a second whatever the answer was.
 */
async function atRest(pid) {
  for (let before = -1, now = cpuOf(pid); now !== before; before = now, now = cpuOf(pid))
    await new Promise((resolve) => setTimeout(resolve, 1_000));
}

/** Seconds of the processor. */
function cpuOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

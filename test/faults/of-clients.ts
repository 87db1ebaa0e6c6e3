/** F19 to F32: what a client can do to a server. */
import { connect, type Socket } from "node:net";
import { connectHttp } from "../runtime/mcp-connections.js";
import { callMessage, check, forgetPeak, HttpServed, pause, peakMegabytes, post, until } from "./stand.js";
import { type Fault, own, ownStdio } from "./table.js";
import { get } from "./upstreams.js";

const list = (version?: string): string =>
  JSON.stringify({
    jsonrpc: "2.0",
    id: 1,
    method: "tools/list",
    params:
      version === undefined
        ? {}
        : {
            _meta: {
              "io.modelcontextprotocol/protocolVersion": version,
              "io.modelcontextprotocol/clientCapabilities": {},
              "io.modelcontextprotocol/clientInfo": { name: "t", version: "1" },
            },
          },
  });

export const faultsOfClients: readonly Fault[] = [
  {
    id: "F19",
    done: "the client cancels over HTTP and over stdio",
    run: async (stand) => {
      const { upstreams, server } = stand;
      const client = await connectHttp("modern", `http://127.0.0.1:${server.port}/mcp`);
      const stop = new AbortController();
      const closed = upstreams.api.closed;
      const call = (client as { callTool(...args: unknown[]): Promise<unknown> })
        .callTool({ name: get("/hang"), arguments: {} }, { signal: stop.signal })
        .catch(() => "cancelled");
      await pause(300);
      stop.abort();
      await Promise.all([call, closed]);
      await client.close();
      const hits = upstreams.api.hits("/hang");
      await ownStdio(stand, async (raw) => {
        const message = callMessage(get("/hang")) as { id: number };
        raw.send(message);
        await until(() => upstreams.api.hits("/hang") > hits);
        const params = { requestId: message.id, reason: "changed my mind" };
        raw.send({ jsonrpc: "2.0", method: "notifications/cancelled", params });
        await raw.call(get("/fine"));
        check(!raw.lines.some((line) => line.includes(`"id":${message.id},`)), "nothing is answered to it");
        return "";
      });
      return "connection to the API closed, no answer, no repetition";
    },
  },
  {
    id: "F20",
    done: "stdin ends, idle and with a call running",
    run: async (stand) => {
      await ownStdio(stand, async (raw) => String(check((await raw.end()) === 0, "exit code 0")), true);
      return ownStdio(
        stand,
        async (raw) => {
          const message = callMessage(get("/later")) as { id: number };
          raw.send(message);
          raw.child.stdin.end();
          const answer = JSON.stringify(await raw.answer(message.id));
          check(answer.includes("later"), "what runs is answered", answer);
          check((await raw.exited) === 0, "exit code 0");
          return "exit 0 both times; the running call was answered";
        },
        true,
      );
    },
  },
  {
    id: "F21",
    done: "nobody reads stdout any more (EPIPE)",
    run: (stand) =>
      ownStdio(
        stand,
        async (raw) => {
          raw.child.stdout.destroy();
          for (let count = 0; count < 3; count += 1) raw.send(callMessage(get("/fine")));
          const code = await raw.exited;
          check(code === 0 && !raw.errors.includes("EPIPE"), "a clean end", raw.errors);
          return "exit 0, no trace";
        },
        true,
      ),
  },
  {
    id: "F22",
    done: "SIGTERM five times under load of 100",
    run: async (stand) => {
      let [begun, lost, slowest] = [0, 0, 0];
      for (let round = 0; round < 5; round += 1) {
        // A call that a busy machine makes too late has reached the API, and is not lost.
        const server = await HttpServed.start({ ...stand.environment, MCP_TIMEOUT_MS: "60000" });
        const before = stand.upstreams.api.hits("/short-later");
        let [answered, stopping] = [0, false];
        const worker = async (): Promise<void> => {
          for (;;) {
            const { status, body } = await post(server.port, JSON.stringify(callMessage(get("/short-later"))));
            if (status === 200 && body.includes("later")) answered += 1;
            else if (stopping) return;
          }
        };
        const workers = Array.from({ length: 100 }, worker);
        await until(() => answered > 150);
        stopping = true;
        const began = performance.now();
        check((await server.stop()) === 0, "exit code 0");
        slowest = Math.max(slowest, performance.now() - began);
        await Promise.all(workers);
        const seen = stand.upstreams.api.hits("/short-later") - before;
        begun += seen;
        lost += Math.max(0, seen - answered);
      }
      check(lost === 0, "no call that reached the API is lost", lost);
      check(slowest <= 10_000, "an end within 10 s", slowest);
      return `${lost} of ${begun} calls lost; slowest end ${Math.round(slowest)} ms`;
    },
  },
  {
    id: "F23",
    done: "SIGKILL with a call running, then started again",
    run: async (stand) => {
      const server = await HttpServed.start(stand.environment);
      const call = server.call(get("/later"));
      await server.stop("SIGKILL");
      await call;
      const began = performance.now();
      return own(
        stand,
        {},
        async () => `started again in ${Math.round(performance.now() - began)} ms, nothing to repair`,
      );
    },
  },
  {
    id: "F24",
    done: "JSON malformed, null, empty, bad UTF-8, wrong types, double keys, over HTTP and stdio",
    run: async (stand) => {
      const bad = ["{", "null", "", "5", '"x"', '{"jsonrpc":"2.0"}', '{"jsonrpc":"2.0","id":{},"method":"tools/list"}'];
      const bodies = [...bad.map((text) => Buffer.from(text)), Buffer.from([0x22, 0xff, 0xfe, 0x22])];
      for (const body of bodies) {
        const { status, body: text } = await post(stand.server.port, body);
        check(status === 400, `400 for ${body.toString()}`, `${status} ${text}`);
      }
      const { status } = await post(stand.server.port, list().replace('"id":1', '"id":1,"id":2'));
      check(status === 400 || status === 200, "double keys", String(status));
      return ownStdio(stand, async (raw) => {
        for (const line of bad.slice(0, 5)) raw.send(line);
        raw.child.stdin.write(Buffer.from([0x22, 0xff, 0xfe, 0x22, 0x0a]));
        await raw.call(get("/fine"));
        const told = raw.lines.filter((line) => /-3260|-32700/.test(line)).length;
        return `HTTP 400 each; stdio ${told} errors, went on`;
      });
    },
  },
  {
    id: "F25",
    done: "a batch of 100 calls, alone and as a client of 2025-06-18",
    run: async ({ server, upstreams }) => {
      const before = upstreams.api.hits("/fine");
      const batch = JSON.stringify(Array.from({ length: 100 }, () => callMessage(get("/fine"))));
      const plain = await post(server.port, batch);
      const old = await post(server.port, batch, { "mcp-protocol-version": "2025-06-18" });
      check(plain.status === 400 && old.status === 400, "400", `${plain.status} ${old.status}`);
      check(upstreams.api.hits("/fine") === before, "no call runs");
      return plain.body.slice(0, 90);
    },
  },
  {
    id: "F26",
    done: "arguments of 100,000 levels, over HTTP and stdio",
    run: async (stand) => {
      const deep = JSON.stringify(callMessage(get("/fine"), { limit: "DEEP" })).replace(
        '"DEEP"',
        `${"[".repeat(100_000)}${"]".repeat(100_000)}`,
      );
      const { status, body } = await post(stand.server.port, deep);
      check(/-32602|-32600|isError/.test(body), "an error of JSON-RPC", `${status} ${body.slice(0, 200)}`);
      await ownStdio(stand, async (raw) => {
        raw.send(deep);
        return "";
      });
      return `${status} ${body.slice(0, 80)}`;
    },
  },
  {
    id: "F27",
    done: "an unknown tool; arguments missing; arguments too many",
    run: async ({ server }) => {
      const unknown = await server.call("no_such_tool");
      check(unknown.text.startsWith("-32602"), "-32602", unknown);
      for (const args of [{}, { name: 5 }, { name: "a", other: 1 }]) {
        const saw = await server.call("need_name", args);
        check(saw.isError && !saw.text.startsWith("-32"), "a result with isError", saw);
      }
      return unknown.text.slice(0, 90);
    },
  },
  {
    id: "F28",
    done: "a version that does not exist; a header unlike the body",
    run: async ({ server }) => {
      const wrong = await post(server.port, list("1999-01-01"), { "mcp-protocol-version": "1999-01-01" });
      check(wrong.status === 400, "400", `${wrong.status} ${wrong.body}`);
      const unlike = await post(server.port, list("2026-07-28"), {
        "mcp-protocol-version": "2026-07-28",
        "mcp-method": "tools/call",
      });
      check(unlike.status === 400, "400", `${unlike.status} ${unlike.body}`);
      return `${wrong.body.slice(0, 60)} / ${unlike.body.slice(0, 60)}`;
    },
  },
  {
    id: "F29",
    done: "one line of 60 MB over stdio",
    run: (stand) =>
      ownStdio(
        stand,
        async (raw) => {
          forgetPeak(raw.child.pid);
          const before = peakMegabytes(raw.child.pid);
          const part = "x".repeat(1_000_000);
          raw.child.stdin.write('{"jsonrpc":"2.0","id":1,"method":"');
          for (let count = 0; count < 60 && raw.alive; count += 1)
            await new Promise<void>((resolve) => raw.child.stdin.write(part, () => resolve()));
          raw.send('"}');
          await raw.call(get("/fine"));
          const grown = peakMegabytes(raw.child.pid) - before;
          check(grown < 120, "memory is bounded", grown);
          return `went on; resident +${grown} MB; ${raw.lines.find((line) => line.includes("error"))?.slice(0, 80)}`;
        },
        true,
      ),
  },
  {
    id: "F30",
    done: "200 calls with answers of 1 MB, and a client that does not read for 3 s",
    run: (stand) =>
      ownStdio(stand, async (raw) => {
        await raw.call(get("/fine"));
        forgetPeak(raw.child.pid);
        const before = peakMegabytes(raw.child.pid);
        raw.child.stdout.pause();
        const messages = Array.from({ length: 200 }, () => callMessage("make_megabyte") as { id: number });
        for (const message of messages) raw.send(message);
        await pause(3_000);
        const grown = peakMegabytes(raw.child.pid) - before;
        raw.child.stdout.resume();
        const count = raw.lines.length;
        await until(() => raw.lines.length >= count + 200 || !raw.alive);
        check(grown <= 64, "at most 64 MB", grown);
        return `resident +${grown} MB; all 200 answered afterwards`;
      }),
  },
  {
    id: "F32",
    done: "1,500 connections that send a head byte by byte or nothing",
    run: async ({ server }) => {
      const sockets: Socket[] = [];
      try {
        for (let count = 0; count < 1_500; count += 1) {
          const socket = connect(server.port, "127.0.0.1");
          socket.on("error", () => undefined);
          await new Promise<void>((resolve) => socket.once("connect", () => resolve()));
          if (count % 2 === 0) socket.write("POST /mcp HTTP/1.1\r\nhost: l");
          sockets.push(socket);
        }
        const saw = await server.call(get("/fine"));
        check(!saw.isError, "others are served", saw);
        return `others served in ${saw.ms} ms`;
      } finally {
        for (const socket of sockets) socket.destroy();
      }
    },
  },
];

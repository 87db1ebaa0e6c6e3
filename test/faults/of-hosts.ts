/** F33 to F39: what else a server stands on. */
import { openSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { closedPort } from "../runtime/send-fault-server.js";
import { startSmallRedis } from "../runtime/rate-limit-redis.js";
import { issuerIsDown, noTokens } from "./of-tokens.js";
import { check, StdioServed } from "./stand.js";
import { type Fault, own } from "./table.js";
import { get } from "./upstreams.js";

export const faultsOfHosts: readonly Fault[] = [
  {
    id: "F33",
    done: "Redis of the limiter: not there, and silent",
    run: async (stand) => {
      const limits = { MCP_RATE_LIMIT: "600", MCP_TOOL_RATE_LIMIT: "600" };
      const call = async (server: Parameters<Parameters<typeof own>[2]>[0]): Promise<string> => {
        const saws = await Promise.all(Array.from({ length: 20 }, () => server.call(get("/fine"))));
        check(
          saws.every(({ isError }) => !isError),
          "served all the same",
          saws,
        );
        return `${Math.max(...saws.map(({ ms }) => ms))} ms`;
      };
      const gone = await own(stand, { ...limits, REDIS_URL: `redis://127.0.0.1:${await closedPort()}` }, call);
      const redis = await startSmallRedis();
      redis.mode = "hang";
      try {
        const silent = await own(stand, { ...limits, REDIS_URL: redis.url }, call);
        return `20 of 20 served; slowest ${gone} without it, ${silent} with a silent one`;
      } finally {
        await redis.close();
      }
    },
  },
  { id: "F34", done: "the authorization server is down, silent, and back with another key", run: issuerIsDown },
  { id: "F35", done: "token endpoint slow, 401, 429, and an API that refuses every token", run: noTokens },
  {
    id: "F36",
    done: "the clock of the system jumps 5 minutes on and back",
    run: async (stand) => {
      const file = join(stand.upstreams.fixture.folder, "clock.mjs");
      writeFileSync(
        file,
        "const now = Date.now; let skew = 0; Date.now = () => now() + skew; process.on('SIGUSR2', () => (skew = skew > 0 ? -300_000 : 300_000));\n",
      );
      return own(
        stand,
        { MCP_RATE_LIMIT: "6000", MCP_TOOL_RATE_LIMIT: "6000", MCP_TIMEOUT_MS: "60000" },
        async (server) => {
          for (let jump = 0; jump < 4; jump += 1) {
            server.process.kill("SIGUSR2");
            await server.health();
            const saws = await Promise.all([get("/fine"), get("/later")].map((name) => server.call(name)));
            check(
              saws.every(({ isError }) => !isError),
              "served across the jump",
              saws,
            );
          }
          return "8 of 8 calls served across 4 jumps";
        },
        { node: ["--import", file] },
      );
    },
  },
  {
    id: "F37",
    done: "nobody reads the log: 2,000 calls with lines, over stdio",
    run: async (stand) => {
      const raw = await new StdioServed(stand.environment).open();
      try {
        raw.child.stderr.pause();
        for (let count = 0; count < 2_000; count += 50) {
          const calls = Promise.all(Array.from({ length: 50 }, () => raw.call(get("/fine"))));
          const limit = new Promise<never>((_resolve, reject) =>
            setTimeout(() => reject(new Error(`silent after ${count} calls`)), 20_000).unref(),
          );
          const saws = await Promise.race([calls, limit]);
          check(
            saws.every(({ isError }) => !isError),
            "served",
            saws[0],
          );
        }
        return "2,000 of 2,000 served";
      } finally {
        raw.child.kill("SIGKILL");
      }
    },
  },
  {
    id: "F38",
    done: "the disk is full: the log goes to /dev/full",
    run: async (stand) =>
      own(stand, { MCP_LOG_LEVEL: "debug" }, async () => "served, and no line written", {
        stderr: openSync("/dev/full", "w"),
        port: await closedPort(),
      }),
  },
  {
    id: "F39",
    done: "200 descriptors, 600 connections (EMFILE), then they go",
    run: (stand) =>
      own(
        stand,
        {},
        async (server) => {
          const sockets: Socket[] = [];
          for (let count = 0; count < 600; count += 1) {
            const socket = connect(server.port, "127.0.0.1");
            socket.on("error", () => undefined);
            sockets.push(socket);
          }
          await new Promise((resolve) => setTimeout(resolve, 1_000));
          check(server.alive, "alive without descriptors", server.log.slice(-3));
          for (const socket of sockets) socket.destroy();
          await new Promise((resolve) => setTimeout(resolve, 500));
          return "alive, and serves again once they are gone";
        },
        { shell: "ulimit -n 200;" },
      ),
  },
];

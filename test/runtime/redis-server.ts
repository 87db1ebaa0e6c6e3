/** A Redis server of this machine, where there is one. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { closedPort } from "./send-fault-server.ts";

/** Its program; `undefined` where it is not on PATH: tests that need it say so in their name. */
export const redisProgram = ((): string | undefined => {
  try {
    return execFileSync("sh", ["-c", "command -v redis-server"]).toString().trim();
  } catch {
    return undefined;
  }
})();

export interface RedisServer {
  readonly url: string;
  /** Stops answering: connections stay open. */
  pause(): void;
  resume(): void;
  /** Ends it; what it held is gone. */
  stop(): Promise<void>;
  /** Starts it again at the same port. */
  start(): Promise<void>;
}

/** @param flags further ones, such as `--maxmemory` */
export async function startRedis(...flags: readonly string[]): Promise<RedisServer> {
  const port = await closedPort();
  let child: ChildProcess;
  const start = async (): Promise<void> => {
    const started = spawn(redisProgram ?? "", ["--port", String(port), "--save", "", "--appendonly", "no", ...flags], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    child = started;
    for await (const chunk of started.stdout) if (String(chunk).includes("Ready to accept connections")) break;
  };
  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    start,
    pause: () => void child.kill("SIGSTOP"),
    resume: () => void child.kill("SIGCONT"),
    async stop() {
      const exited = once(child, "exit");
      child.kill("SIGKILL");
      await exited;
    },
  };
}

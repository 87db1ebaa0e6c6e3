/** What speaks Redis's protocol (RESP2), in this process: it keeps texts by key, and behaves as a test wants. */
import { createServer, type Socket } from "node:net";
import { listen } from "./send-fault-server.ts";

export interface SpokenRedis {
  readonly url: string;
  /** Names and arguments of what was asked, but for what clients say of themselves. */
  readonly asked: (readonly string[])[];
  /** Answers a command in place of what it means: RESP, or nothing at all for "". */
  answer: ((command: readonly string[]) => string | undefined) | undefined;
  /** Connections that are open. */
  readonly sockets: Set<Socket>;
  close(): Promise<void>;
}

const text = (value: string | undefined): string =>
  value === undefined ? "$-1\r\n" : `$${Buffer.byteLength(value)}\r\n${value}\r\n`;

/** Whole commands at the beginning of what came, and the rest. */
function commandsOf(given: Buffer): { commands: string[][]; rest: Buffer } {
  const commands: string[][] = [];
  let rest = given;
  const line = (at: number): [string, number] | undefined => {
    const end = rest.indexOf("\r\n", at);
    return end < 0 ? undefined : [rest.toString("utf8", at, end), end + 2];
  };
  for (;;) {
    const head = line(0);
    if (head === undefined) return { commands, rest };
    let at = head[1];
    const parts: string[] = [];
    for (let left = Number(head[0].slice(1)); left > 0; left -= 1) {
      const length = line(at);
      if (length === undefined) return { commands, rest };
      const end = length[1] + Number(length[0].slice(1));
      if (rest.length < end + 2) return { commands, rest };
      parts.push(rest.toString("utf8", length[1], end));
      at = end + 2;
    }
    commands.push(parts);
    rest = rest.subarray(at);
  }
}

/** Scripts are told by what they call: how Lua runs is not what is looked at here. */
function meant(kept: Map<string, { value: string; ms: string }>, command: readonly string[]): string {
  const [name = "", ...given] = command;
  switch (name.toUpperCase()) {
    case "SET": {
      const [key = "", value = "", unit, ms = ""] = given;
      if (unit !== "PX") return "-ERR no time\r\n";
      kept.set(key, { value, ms });
      return "+OK\r\n";
    }
    case "DEL":
      return `:${kept.delete(given[0] ?? "") ? 1 : 0}\r\n`;
    case "EVAL":
      return evaluated(kept, given);
    default:
      return "+OK\r\n";
  }
}

function evaluated(kept: Map<string, { value: string; ms: string }>, given: readonly string[]): string {
  const [script = "", count, key = "", ...values] = given;
  if (count !== "1") return "-ERR one key\r\n";
  const found = kept.get(key);
  if (script.includes('"INCRBY"')) {
    const [by = "", ms = ""] = values;
    const next = { value: String(Number(found?.value ?? 0) + Number(by)), ms: found?.ms ?? ms };
    kept.set(key, next);
    return `*2\r\n:${next.value}\r\n:${next.ms}\r\n`;
  }
  if (script.includes('"SET"')) {
    const [form, expected, value = "", ms = ""] = values;
    if (form === "absent" ? found !== undefined : found?.value !== expected) return ":0\r\n";
    kept.set(key, { value, ms });
    return ":1\r\n";
  }
  if (!script.includes('"PTTL"')) return "-ERR what\r\n";
  return found === undefined ? "$-1\r\n" : `*2\r\n${text(found.value)}:${found.ms}\r\n`;
}

export async function speakRedis(): Promise<SpokenRedis> {
  const kept = new Map<string, { value: string; ms: string }>();
  const sockets = new Set<Socket>();
  const asked: (readonly string[])[] = [];
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
    let rest: Buffer = Buffer.alloc(0);
    socket.on("data", (chunk) => {
      const read = commandsOf(Buffer.concat([rest, chunk]));
      rest = read.rest;
      for (const command of read.commands) {
        const isOwn = ["CLIENT", "HELLO"].includes(command[0]?.toUpperCase() ?? "");
        if (!isOwn) asked.push(command);
        const answer = (isOwn ? undefined : spoken.answer?.(command)) ?? meant(kept, command);
        if (answer !== "") socket.write(answer);
      }
    });
  });
  const { port, close } = await listen(server);
  const spoken: SpokenRedis = {
    url: `redis://127.0.0.1:${port}`,
    asked,
    answer: undefined,
    sockets,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await close();
    },
  };
  return spoken;
}

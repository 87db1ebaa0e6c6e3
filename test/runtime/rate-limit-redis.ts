/** As much of a Redis server as the limiter needs: RESP, a counter script, and the ways to fail. */

import type { Socket } from "node:net";

import { listen } from "./send-fault-server.ts";
import { createServer } from "node:net";

export interface SmallRedis {
  readonly url: string;
  /** `answer`: as Redis does; `late`: so, but counts after 200 ms; `hang`: connections stay open without an answer. */
  mode: "answer" | "late" | "hang";
  /** Counts by key. */
  readonly counts: Map<string, number>;
  readonly commands: string[];
  close(): Promise<void>;
}

export async function startSmallRedis(): Promise<SmallRedis> {
  const counts = new Map<string, number>();
  const commands: string[] = [];
  const state: { mode: SmallRedis["mode"] } = { mode: "answer" };
  const server = createServer((socket: Socket) => {
    let pending = "";
    socket.on("error", () => undefined);
    socket.on("data", (chunk: Buffer) => {
      pending += chunk.toString("latin1");
      for (let parsed = parse(pending); parsed !== undefined; parsed = parse(pending)) {
        pending = parsed.rest;
        commands.push((parsed.words[0] ?? "").toUpperCase());
        if (state.mode === "hang") continue;
        const answer = reply(parsed.words);
        if (state.mode === "late") setTimeout(() => socket.write(answer), 200);
        else socket.write(answer);
      }
    });
  });

  /** What the limiter's script does: `INCRBY` on a key that expires, answered with the count and its time to live. */
  function reply([command = "", ...words]: readonly string[]): string {
    switch (command.toUpperCase()) {
      case "EVAL":
      case "EVALSHA": {
        const [, , key = "", points = "0"] = words;
        const count = (counts.get(key) ?? 0) + Number(points);
        counts.set(key, count);
        return `*2\r\n:${count}\r\n:60000\r\n`;
      }
      case "HELLO":
        return "%1\r\n$5\r\nproto\r\n:3\r\n";
      default:
        return "+OK\r\n";
    }
  }

  const { port, close } = await listen(server);
  return {
    url: `redis://:redis-password@127.0.0.1:${port}`,
    get mode() {
      return state.mode;
    },
    set mode(mode) {
      state.mode = mode;
    },
    counts,
    commands,
    close,
  };
}

/** The first whole command (an array of bulk strings) of a text. */
function parse(text: string): { words: string[]; rest: string } | undefined {
  const header = /^\*(\d+)\r\n/.exec(text);
  if (header === null) return undefined;
  let at = header[0].length;
  const words: string[] = [];
  for (let i = 0; i < Number(header[1]); i += 1) {
    const length = /^\$(\d+)\r\n/.exec(text.slice(at));
    if (length === null) return undefined;
    at += length[0].length;
    if (text.length < at + Number(length[1]) + 2) return undefined;
    words.push(text.slice(at, at + Number(length[1])));
    at += Number(length[1]) + 2;
  }
  return { words, rest: text.slice(at) };
}

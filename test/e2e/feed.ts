/** An API whose answers are streams that end, break, stall, or go on for ever: by the name at the end of the path. */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";

export interface Feed {
  readonly url: string;
  /** Method, path and body of each request. */
  readonly requests: string[];
  /** Ends the answer of a path that waits for it: by then its client has been told of all that came. */
  release(path: string): void;
  close(): Promise<void>;
}

type Form = "events" | "lines" | "sequences" | "pods";

const types: Readonly<Record<Form, string>> = {
  events: "text/event-stream",
  lines: "application/x-ndjson",
  sequences: "application/json-seq",
  pods: "application/json",
};

function record(form: Form, step: number, more: object = {}): string {
  const json = JSON.stringify({ step, ...more });
  if (form === "events") return `event: step\nid: ${step}\ndata: ${json}\n\n`;
  return form === "sequences" ? `\u001e${json}\n` : `${json}\n`;
}

/** What each name does with the answer, once three records stand in it. */
const endings: Readonly<Record<string, (response: ServerResponse, form: Form) => void>> = {
  ends: () => undefined,
  stalls: (response, form) => response.write(record(form, 4).slice(0, -5)),
  resets: (response, form) => {
    response.write(record(form, 4).slice(0, -5), () => response.socket?.resetAndDestroy());
  },
  closes: (response, form) => {
    response.write(record(form, 4).slice(0, -5), () => response.socket?.end());
  },
  secret: (response, form) => response.write(record(form, 4, { key: "feed-key-0123456789", hidden: "a\u200bb" })),
  fails: (response) => response.end('event: error\ndata: {"message":"the model is gone"}\n\ndata: [DONE]\n\n'),
  done: (response) => response.write("data: [DONE]\n\n"),
};

export async function startFeed(): Promise<Feed> {
  const requests: string[] = [];
  const waiting = new Map<string, ServerResponse>();
  const released = new Set<string>();
  const holdUntilReleased = (path: string, response: ServerResponse): void => {
    if (released.delete(path)) response.end();
    else waiting.set(path, response);
  };
  const timers = new Set<ReturnType<typeof setInterval>>();
  const server = createServer((request, response) => {
    const body: Buffer[] = [];
    request.on("data", (chunk: Buffer) => body.push(chunk));
    request.on("end", () => {
      const text = Buffer.concat(body).toString();
      requests.push(`${request.method} ${request.url} ${text}`.trim());
      if (request.url === "/chat") return chat(response, text);
      const [, form, name = ""] = /^\/(\w+)\/(\w+)/.exec(request.url ?? "") ?? [];
      stream(form as Form, name, response);
    });
  });

  function stream(form: Form, name: string, response: ServerResponse): void {
    const head = { "Content-Type": types[form] };
    if (name === "quiet") return void response.writeHead(200, head).flushHeaders();
    if (name === "gzip") {
      const whole = gzipSync([1, 2, 3].map((step) => record(form, step)).join(""));
      response.writeHead(200, { ...head, "Content-Encoding": "gzip" });
      return void response.end(whole.subarray(0, -8));
    }
    response.writeHead(200, head);
    if (name === "heartbeat") {
      response.write(": hello\n\n" + record(form, 1));
      const timer = setInterval(() => response.write(": heartbeat\n\n"), 50);
      timers.add(timer);
      return void response.on("close", () => clearInterval(timer));
    }
    if (name === "many") {
      const all = Array.from({ length: 20_000 }, (_, index) => record(form, index + 1)).join("");
      response.write(all);
      return holdUntilReleased(`/${form}/${name}`, response);
    }
    // Each in a piece of its own, so that the client sees them come.
    const write = (step: number): void => {
      if (step > 3) {
        endings[name]?.(response, form);
        if (["ends", "secret"].includes(name)) holdUntilReleased(`/${form}/${name}`, response);
        return;
      }
      response.write(record(form, step), () => setTimeout(() => write(step + 1), 20));
    };
    write(1);
  }

  function chat(response: ServerResponse, text: string): void {
    const { stream: isStream } = JSON.parse(text) as { stream?: boolean };
    if (isStream !== true)
      return void response
        .writeHead(200, { "Content-Type": "application/json" })
        .end(JSON.stringify({ id: "c1", text: "Hello there" }));
    response.writeHead(200, { "Content-Type": "text/event-stream; charset=utf-8" });
    for (const delta of ["Hel", "lo ", "there"]) response.write(`data: ${JSON.stringify({ id: "c1", delta })}\n\n`);
    response.write("data: [DONE]\n\n");
    holdUntilReleased("/chat", response);
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    release: (path) => {
      const response = waiting.get(path);
      if (response === undefined) released.add(path);
      response?.end();
      waiting.delete(path);
    },
    close: () =>
      new Promise((resolve) => {
        for (const timer of timers) clearInterval(timer);
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A client of this server over stdin and stdout, as small as JSON-RPC allows: one message per line. */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";

export interface StdioClient {
  /** Sends a request and resolves with its result; rejects with the error's message. */
  request(method: string, params?: object): Promise<Record<string, unknown>>;
  notify(method: string, params?: object): void;
  /** Closes the server's input and resolves with its exit code. */
  close(): Promise<number | null>;
}

interface Waiting {
  readonly resolve: (result: Record<string, unknown>) => void;
  readonly reject: (error: Error) => void;
}

/** Starts a server. Its stderr goes to this process's. */
export function startStdioClient(
  command: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): StdioClient {
  const child: ChildProcess = spawn(command, args, {
    env: environment,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  const exited = new Promise<number | null>((resolve) =>
    child.once("exit", (code) => {
      for (const { reject } of waiting.values())
        reject(new Error(`The server ended with code ${code}`));
      resolve(code);
    }),
  );
  if (child.stdout !== null)
    createInterface({ input: child.stdout }).on("line", (line) => {
      // Anything that is no JSON on stdout breaks the protocol: this throws, and the test fails.
      const message = JSON.parse(line) as {
        id?: number;
        result?: Record<string, unknown>;
        error?: { message: string };
      };
      const call = waiting.get(message.id ?? -1);
      if (call === undefined) return;
      waiting.delete(message.id ?? -1);
      if (message.error === undefined) call.resolve(message.result ?? {});
      else call.reject(new Error(message.error.message));
    });
  const send = (message: object) =>
    child.stdin?.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  return {
    request: (method, params = {}) =>
      new Promise((resolve, reject) => {
        const id = ++lastId;
        waiting.set(id, { resolve, reject });
        send({ id, method, params });
      }),
    notify: (method, params = {}) => {
      send({ method, params });
    },
    close: () => {
      child.stdin?.end();
      return exited;
    },
  };
}

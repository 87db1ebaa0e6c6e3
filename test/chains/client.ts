/** A client that works as a model would: it searches in words, takes what is found first, and calls it by its signature. */
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import type { Task } from "./tasks.ts";

/** What crossed the wire, in bytes of JSON, and in how many messages. */
export interface Wire {
  bytes: number;
  messages: number;
}

export interface Outside {
  readonly client: Client;
  readonly wire: Wire;
}

export async function connect(main: string, environment: Record<string, string>): Promise<Outside> {
  const wire: Wire = { bytes: 0, messages: 0 };
  const count = (message: unknown): void => {
    wire.bytes += Buffer.byteLength(JSON.stringify(message)) + 1;
    wire.messages += 1;
  };
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [main],
    env: { PATH: process.env["PATH"] ?? "", MCP_LOG_LEVEL: "error", ...environment },
    stderr: "ignore",
  });
  const send = transport.send.bind(transport);
  transport.send = (message, ...rest) => {
    count(message);
    return send(message, ...rest);
  };
  const client = new Client({ name: "chains", version: "1" }, { versionNegotiation: { mode: "auto" } });
  await client.connect(transport);
  const receive = transport.onmessage?.bind(transport);
  transport.onmessage = (message: Parameters<NonNullable<typeof receive>>[0]) => {
    count(message);
    receive?.(message);
  };
  return { client, wire };
}

interface Found {
  readonly name: string;
  readonly hint: "read" | "write" | "delete";
  /** `owner, title, state?: "open"|"closed"` */
  readonly arguments: string;
  readonly needs?: readonly string[];
}

/** What was called, in order, so that a client that is shown all can do the same. */
export interface Called {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** Does a task by `find_operations` and the tools that call. @throws Error where a step cannot be done */
export async function doTask({ client }: Outside, task: Task): Promise<readonly Called[]> {
  const known: Record<string, unknown> = { ...task.facts };
  const called: Called[] = [];
  const call = async ({ name, hint }: Found, args: Record<string, unknown>): Promise<unknown> => {
    const tool = hint === "read" ? "call_read_operation" : "call_write_operation";
    const result = await client.callTool({ name: tool, arguments: { name, arguments: args } });
    if (result.isError === true) throw new Error(`${name}: ${JSON.stringify(result.content)}`);
    called.push({ name, args });
    return result.structuredContent;
  };
  for (const { query, facts = {}, item } of task.steps) {
    const operation = await find(client, query);
    const values = { ...known, ...facts };
    for (const missing of required(operation).filter((name) => !(name in values))) {
      const value = await lookUp(client, operation, missing, values, item ?? {}, call);
      known[missing] = value;
      values[missing] = value;
    }
    const names = argumentsOf(operation);
    const args = Object.fromEntries(names.filter((name) => name in values).map((name) => [name, values[name]]));
    const answer = await call(operation, args);
    if (typeof answer === "object" && answer !== null && !Array.isArray(answer))
      Object.assign(known, identifiers(answer));
  }
  return called;
}

/** Does with the tools that are listed what was done with those that were found. */
export async function repeat({ client }: Outside, called: readonly Called[]): Promise<void> {
  for (const { name, args } of called) {
    const result = await client.callTool({ name, arguments: { ...args } });
    if (result.isError === true) throw new Error(`${name}: ${JSON.stringify(result.content)}`);
  }
}

async function find(client: Client, query: string, limit?: number): Promise<Found> {
  const given = limit === undefined ? { query } : { query, limit };
  const result = await client.callTool({ name: "find_operations", arguments: given });
  const [first] = (result.structuredContent as { readonly operations: readonly Found[] }).operations;
  if (first === undefined) throw new Error(`Nothing is found for "${query}"`);
  return first;
}

/** The value of an argument that nobody has said: of the item that is meant, in what the operation needs. */
async function lookUp(
  client: Client,
  { name, needs = [] }: Found,
  missing: string,
  values: Readonly<Record<string, unknown>>,
  item: Readonly<Record<string, unknown>>,
  call: (operation: Found, args: Record<string, unknown>) => Promise<unknown>,
): Promise<unknown> {
  for (const needed of needs) {
    const operation = await find(client, needed.replaceAll("_", " "), 3);
    if (required(operation).some((argument) => !(argument in values))) continue;
    const args = Object.fromEntries(required(operation).map((argument) => [argument, values[argument]]));
    const answer = await call(operation, args);
    const items = Array.isArray(answer) ? answer : ((answer as { readonly result?: unknown }).result ?? []);
    const meant = (items as readonly Record<string, unknown>[]).find((one) =>
      Object.entries(item).every(([key, value]) => one[key] === value),
    );
    if (meant !== undefined && missing in meant) return meant[missing];
  }
  throw new Error(`${name} needs ${missing}, and nothing gives it`);
}

function argumentsOf({ arguments: signature }: Found): readonly string[] {
  return [...signature.matchAll(/(?:^|, )([\w-]+)\??(?=:|,|$)/g)].flatMap(([, name]) => name ?? []);
}

function required({ arguments: signature }: Found): readonly string[] {
  return [...signature.matchAll(/(?:^|, )([\w-]+)(?=:|,|$)/g)].flatMap(([, name]) => name ?? []);
}

function identifiers(answer: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(answer).filter(([key]) => /_(?:id|number)$/.test(key)));
}

/** A server over tables that stand in for tools, resources and prompts, spoken to by messages: over a pipe and over HTTP. */
import { InMemoryTransport, type JSONRPCMessage, type Server } from "@modelcontextprotocol/server";
import type { Caller } from "../../templates/always/src/runtime/access.js";
import type { CallOptions } from "../../templates/always/src/runtime/call/call.js";
import type { JsonObject } from "../../templates/always/src/runtime/data/model.js";
import { Presence } from "../../templates/always/src/runtime/http/cancellation.js";
import { createMcpExchange } from "../../templates/always/src/runtime/http/mcp-exchange.js";
import { createLog } from "../../templates/always/src/runtime/log.js";
import type { Asked, Capability, ToolAccess } from "../../templates/always/src/runtime/mcp/capability.js";
import { type ServerTables, TableServer } from "../../templates/always/src/runtime/mcp/mcp-server.js";

export interface AskedCall {
  readonly tool: string;
  readonly args: JsonObject;
  readonly options: CallOptions;
}

/** What a call of a tool is answered with, or throws. */
export type Answer = (call: AskedCall) => object | Promise<object>;

const listing = (name: string, more: object = {}) => ({
  name,
  title: name,
  description: "",
  inputSchema: { type: "object" },
  annotations: {},
  ...more,
});

/** Tools by name; those of `custom` are the owner's. */
export const rows: Record<string, object> = {
  plain: { kind: "operation", policy: {}, listing: listing("plain") },
  scoped: { kind: "operation", policy: { scopes: ["read", "write"] }, listing: listing("scoped") },
  list: {
    kind: "operation",
    policy: {},
    listing: listing("list", { outputSchema: { type: "array", items: {} } }),
  },
  own: { kind: "custom", listing: listing("own") },
};
rows["call"] = {
  kind: "custom",
  listing: listing("call"),
  meant: (args: JsonObject, caller: Caller) =>
    args["name"] === "nothing" ? undefined : { row: rows[String(args["name"])], args: { of: caller.id } },
};

/** A table of tools over `rows`: `old` is an alias of `plain`, `ended` was one. */
export function toolsOf(isRestricted = false) {
  return {
    isRestricted,
    get: (name: string) => rows[name],
    find: (name: string) =>
      name === "old"
        ? { row: rows["plain"] }
        : Object.hasOwn(rows, name)
          ? { row: rows[name] }
          : { successor: name === "ended" ? "plain" : undefined },
    isFor: (caller: Caller, name: string) => `${caller.id} ${name}` !== "ann plain",
    page: (cursor: string | undefined, caller: Caller) =>
      cursor === "none"
        ? undefined
        : { tools: [listing(`${caller.id} ${cursor ?? "first"}`)], ...(cursor === "2" ? {} : { nextCursor: "2" }) },
  } as unknown as ServerTables["tools"];
}

export function tablesOf(answer: Answer = () => ({ content: [] }), more: Partial<ServerTables> = {}) {
  const asked: AskedCall[] = [];
  const calls = {
    call: async (row: { listing: { name: string } }, args: JsonObject, options: CallOptions) => {
      const call = { tool: row.listing.name, args, options };
      asked.push(call);
      return answer(call);
    },
    explain: (fault: unknown) => `explained: ${String(fault)}`,
  };
  const tables = {
    data: { name: "pets", title: "Pets", version: "1.2.3", instructions: "Be kind.", apis: [] },
    tools: toolsOf(),
    calls,
    ...more,
  } as unknown as ServerTables;
  return { tables, asked };
}

/** Resources or prompts that answer their lists, and `…/read` or `…/get` by what is given. */
export function capability(
  name: "resources" | "prompts",
  run: (access: ToolAccess, options: CallOptions) => Promise<object> = async () => ({}),
  more: object = {},
) {
  const completed: Asked[] = [];
  const made = {
    name,
    isEmpty: false,
    serve(server: Server, access: ToolAccess) {
      if (name === "resources") {
        server.setRequestHandler("resources/list", async () => ({ resources: [] }));
        server.setRequestHandler("resources/templates/list", async () => ({ resourceTemplates: [] }));
        server.setRequestHandler("resources/read", async (_request, context) => {
          const about = { method: "resources/read" };
          await access.answer(about, server, context, (options) => run(access, options));
          return { contents: [] };
        });
      } else {
        server.setRequestHandler("prompts/list", async () => ({ prompts: [] }));
        server.setRequestHandler("prompts/get", async (_request, context) => {
          const about = { method: "prompts/get", prompt: "p" };
          const result = await access.answer(about, server, context, (options) => run(access, options));
          return (Object.hasOwn(result, "inputRequests") ? result : { messages: [] }) as never;
        });
      }
    },
    complete: async (one: Asked) => {
      completed.push(one);
      return { values: [`${one.of} ${one.argument}`], total: 1, hasMore: false };
    },
    ...more,
  };
  return { made: made as unknown as Capability, completed };
}

export interface Reply {
  readonly id?: number;
  readonly method?: string;
  readonly params?: JsonObject;
  readonly result?: JsonObject;
  readonly error?: JsonObject;
}

/** A client that is connected by a pipe: it has said what it is capable of. */
export async function overPipe(tables: ServerTables, capabilities: object = {}) {
  const [client, server] = InMemoryTransport.createLinkedPair();
  const came: Reply[] = [];
  const waiting: (() => void)[] = [];
  client.onmessage = (message) => {
    came.push(JSON.parse(JSON.stringify(message)) as Reply);
    for (const look of waiting.splice(0)) look();
  };
  await client.start();
  await new TableServer(tables).connect(server);
  let id = 0;
  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const send = (message: object) => client.send({ jsonrpc: "2.0", ...message } as JSONRPCMessage);
  const ask = async (method: string, params: object = {}): Promise<Reply> => {
    id += 1;
    const own = id;
    await send({ id: own, method, params });
    await until(() => came.some((one) => one.id === own && one.method === undefined));
    return came.find((one) => one.id === own && one.method === undefined) ?? {};
  };
  const hello = await ask("initialize", {
    protocolVersion: "2025-11-25",
    capabilities,
    clientInfo: { name: "t", version: "1" },
  });
  await send({ method: "notifications/initialized" });
  return { ask, send, until, came, hello: hello.result };
}

/** A client that sends one message over HTTP, in the way of its revision. */
export async function overHttp(
  tables: ServerTables,
  version: string | undefined,
  method: string,
  params: object = {},
  more: { readonly headers?: Record<string, string>; readonly caller?: Caller; readonly meta?: object } = {},
) {
  const isNew = version === "2026-07-28";
  const meta = {
    "io.modelcontextprotocol/protocolVersion": version,
    "io.modelcontextprotocol/clientInfo": { name: "t", version: "1" },
    "io.modelcontextprotocol/clientCapabilities": {},
    ...more.meta,
  };
  const { name, uri } = params as { name?: string; uri?: string };
  const named = name ?? uri;
  const message = {
    jsonrpc: "2.0",
    id: 1,
    method,
    params: isNew
      ? { ...params, _meta: meta }
      : { ...params, ...(more.meta === undefined ? {} : { _meta: more.meta }) },
  } as unknown as JSONRPCMessage;
  const headers = new Headers({
    "content-type": "application/json",
    accept: "application/json, text/event-stream",
    ...(version === undefined ? {} : { "mcp-protocol-version": version }),
    ...(isNew ? { "mcp-method": method, ...(named === undefined ? {} : { "mcp-name": named }) } : {}),
    ...more.headers,
  });
  const request = {
    method: "POST",
    url: "http://localhost/mcp",
    headers,
    body: null,
    signal: { aborted: false, addEventListener: () => undefined },
  };
  const factory = (revision?: string) => new TableServer(tables, revision);
  const exchange = createMcpExchange(factory, createLog("silent"), async () => ({ token: "of the caller" }) as never);
  const answer = await exchange.serve(request, message, more.caller ?? { id: "ann", scopes: ["read"] }, new Presence());
  const body = typeof answer.body === "string" ? answer.body : await new Response(answer.body).text();
  const events = [...body.matchAll(/^data: (.*)$/gm)].map(([, data = ""]) => JSON.parse(data) as Reply);
  const replies = events.length > 0 ? events : body === "" ? [] : [JSON.parse(body) as Reply];
  return { status: answer.status, headers: answer.headers, replies, last: replies.at(-1) ?? {} };
}

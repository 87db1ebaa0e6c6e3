/** Tools, rows and calls of work that goes on, without a server: what each further call is answered with is given. */
import { afterEach, beforeEach, vi } from "vitest";
import type { Call, CallManner, StepServices, WorkflowTool } from "../../templates/always/src/runtime/call/call.ts";
import type { Job } from "../../templates/always/src/runtime/jobs/job.ts";
import { handlesOf, jobTools } from "../../templates/always/src/runtime/jobs/job-tools.ts";
import type { HttpResponse } from "../../templates/always/src/runtime/upstream/http-message.ts";
// Loaded here, since a module that is loaded while a test runs takes time that no test sets.
import "../../templates/always/src/runtime/validation/validate.ts";

const nextTurn = setImmediate;

/** Handles are opened and sealed in real time: what of it is under way. */
let underWay = 0;
beforeEach(() => {
  const { subtle } = crypto;
  const counted = new Proxy(subtle, {
    get:
      (_, name: keyof typeof subtle) =>
      async (...given: unknown[]) => {
        underWay += 1;
        try {
          return await (Reflect.apply(subtle[name], subtle, given) as Promise<unknown>);
        } finally {
          underWay -= 1;
        }
      },
  });
  vi.spyOn(crypto, "subtle", "get").mockReturnValue(counted);
});
afterEach(() => void vi.restoreAllMocks());

export const text = (value: string) => ({ type: "text" as const, text: value });
export const listing = (name: string) =>
  ({
    name,
    title: "Export",
    description: name,
    inputSchema: { type: "object", properties: {} },
    annotations: {},
  }) as never;
export const names = { check: listing("check_job"), cancel: listing("cancel_job") };
export const variables = { environment: { MCP_JOB_KEY: "j-Q7".repeat(10) } } as never;
export const [check, cancel] = jobTools(names, variables, undefined) as readonly [WorkflowTool, WorkflowTool];
export const job: Job = { start: "export", read: { tool: "get_export", args: { id: 1 } } };
export const cancellable: Job = { ...job, cancel: { tool: "delete_export", args: { id: 1 } } };

export const rowOf = (policy: object = {}, plan?: object) => ({
  kind: "operation",
  file: "exports",
  policy,
  listing: listing("export"),
  api: { data: { serverGroups: [] }, calls: async () => ({ export: { job: plan } }) },
});
export const checkRow = { kind: "custom", tool: check, listing: check };

export function servicesOf(rows: Readonly<Record<string, object>>, more: object = {}): StepServices {
  const table = {
    names: () => Object.keys(rows),
    get: (name: string) => rows[name],
    find: (name: string) => ({ row: rows[name] }),
  };
  return {
    table,
    settings: { timeoutMs: 30_000 },
    host: { environment: {} },
    log: { error: vi.fn(), warn: vi.fn() },
    ...more,
  } as unknown as StepServices;
}
export const services = servicesOf({ export: rowOf(), check_job: checkRow });

export const answered = (status: number, word?: string, headers: Record<string, string> = {}): HttpResponse => ({
  status,
  headers: new Headers(headers),
  body: new TextEncoder().encode(word === undefined ? "" : JSON.stringify({ status: word })),
  truncated: false,
  url: "https://api.example.com/exports",
});

export interface Told {
  readonly call: Call;
  readonly called: [string, object, CallManner | undefined][];
}

/** A call whose further calls are answered one after another, the last again and again. */
export function callOf(replies: readonly (HttpResponse | Error)[], more: object = {}): Told {
  const called: Told["called"] = [];
  const call = {
    caller: { id: "ada" },
    signal: new AbortController().signal,
    wholeText: false,
    args: {},
    async callTool(tool: string, args: object, how?: CallManner) {
      const reply = replies[Math.min(called.length, replies.length - 1)];
      called.push([tool, args, how]);
      if (reply instanceof Error) throw reply;
      if (reply === undefined) return { content: [] };
      how?.observe?.("https://api.example.com/exports/1", reply);
      return { content: [text(`${reply.status}`)], ...(reply.status >= 400 ? { isError: true as const } : {}) };
    },
    ...more,
  };
  return { call: call as unknown as Call, called };
}
export const handleFor = async (call: Call, of: Job = job) => (await handlesOf(services, call, of)).handle;

/** Lets time pass until it has ended, and none while a handle is opened or sealed. */
export async function inTime<T>(work: Promise<T>): Promise<T> {
  let hasEnded = false;
  const end = (): void => void (hasEnded = true);
  work.then(end, end);
  for (let passedMs = 0; passedMs < 1_000_000; passedMs += 500) {
    do for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => nextTurn(resolve));
    while (underWay > 0);
    if (hasEnded) return work;
    await vi.advanceTimersByTimeAsync(500);
  }
  throw new Error("It never ends");
}

export const goesOn = (handle: string, word: string, more = "") =>
  text(
    `Note: the API still works on this${word}. To learn what comes of it, call check_job with this handle: ${handle} .${more}`,
  );
/** The handle of a result; each is sealed anew. */
export const handleIn = (result: { readonly _meta?: object }): string =>
  ((result._meta as Record<string, { handle: string }>)["openapi-to-mcp/job"] ?? { handle: "" }).handle;

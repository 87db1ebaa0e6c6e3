/** What ends all pages before their end: a fault, a limit, a bound, whoever called; and what is given then. */
import { describe, expect, it } from "vitest";
import type { Call, OperationCall, Outgoing, StepServices } from "../../templates/always/src/runtime/call/call.ts";
import { UpstreamError } from "../../templates/always/src/runtime/errors.ts";
import { createLog } from "../../templates/always/src/runtime/log.ts";
import { allPages } from "../../templates/always/src/runtime/pages/all-pages.ts";
import type { CallResult } from "../../templates/always/src/runtime/response/result.ts";
import { readSettings } from "../../templates/always/src/runtime/settings/settings.ts";
import type { HttpResponse } from "../../templates/always/src/runtime/upstream/http-message.ts";
import { json } from "./answer.ts";
import { plan as httpPlan } from "./wire.ts";

const pages = { by: "token", argument: "cursor", items: "/data", next: ["/next"] } as const;
const limits = { argument: "all", pages: 10, items: 1_000, seconds: 60 };
const page = (number: number): HttpResponse => json(JSON.stringify({ data: [number], next: `c${number + 1}` }));

interface Given {
  /** The answer to each page; a fault is thrown. */
  readonly answers: readonly (HttpResponse | Error)[];
  /** Calls that the limits let through besides the first. */
  readonly admitted?: number;
  readonly bounds?: Partial<typeof limits>;
  readonly onPage?: (count: number, abort: () => void) => void;
}

async function all({ answers, admitted = 100, bounds = {}, onPage }: Given) {
  const asked: unknown[] = [];
  let admissions = 0;
  const aborting = new AbortController();
  const services = {
    settings: readSettings({}),
    log: createLog("silent", () => {}),
    owner: {
      custom: {},
      rateLimiting: { limit: { admit: async () => ({ allowed: ++admissions <= admitted, retryAfterMs: 1_000 }) } },
    },
  } as unknown as StepServices;
  const plan = { pointer: "", request: httpPlan(), responses: [] };
  const row = {
    kind: "operation",
    listing: { name: "list", inputSchema: { type: "object", properties: { cursor: { type: "string" } } } },
    api: { data: { securitySchemes: {} } },
    policy: {},
  };
  const outgoing = { row, plan, request: { url: "https://api.example.com/v1/things" } } as unknown as Outgoing;
  const call = {
    row,
    caller: { id: "ann" },
    signal: aborting.signal,
    args: { all: true, kind: "x" },
    asked: { all: true, kind: "x" },
    wholeText: false,
  } as unknown as OperationCall;
  const ask = async (one: Call): Promise<CallResult> => {
    const answer = answers[asked.length];
    asked.push(one.args);
    if (answer === undefined) throw new Error("There is no such page");
    if (answer instanceof Error) throw answer;
    const result = (await one.take?.(answer, outgoing)) ?? { content: [] };
    onPage?.(asked.length, () => aborting.abort(new Error("gone")));
    return result;
  };
  const result = allPages(services, call, pages, { ...limits, ...bounds }, ask);
  return { result: await result.catch((fault: unknown) => fault as Error), asked, admissions };
}

const rest = (cursor: string) => ({ all: true, kind: "x", cursor });
const textOf = (result: unknown): string =>
  (result as CallResult).content.map((block) => (block.type === "text" ? block.text : "")).join("\n");

describe("all pages", () => {
  it.each<[string, Given, readonly number[], string, string]>([
    [
      "a page that fails",
      { answers: [page(1), page(2), json('{"error":"no"}', { status: 503 })] },
      [1, 2],
      "c3",
      "503",
    ],
    [
      "an API that cannot be reached any more",
      { answers: [page(1), new UpstreamError("The API cannot be reached")] },
      [1],
      "c2",
      "cannot be reached",
    ],
    ["this server's limits", { answers: [page(1), page(2), page(3)], admitted: 1 }, [1, 2], "c3", "Too many calls"],
    ["so many pages", { answers: [page(1), page(2), page(3)], bounds: { pages: 2 } }, [1, 2], "c3", "there are more"],
    ["so many items", { answers: [page(1), page(2), page(3)], bounds: { items: 1 } }, [1], "c2", "there are more"],
    ["so many seconds", { answers: [page(1), page(2)], bounds: { seconds: 0 } }, [1], "c2", "there are more"],
    ["a page that is no list", { answers: [page(1), json("7")] }, [1], "c2", "no list"],
  ])("are given as far as %s lets them, with how to go on", async (_, given, items, cursor, why) => {
    const { result } = await all(given);
    expect(result).toMatchObject({ _meta: { "openapi-to-mcp/next": rest(cursor) } });
    expect((JSON.parse(textOf(result).split("\n")[0] ?? "") as { data: unknown }).data).toEqual(items);
    expect(textOf(result)).toContain(why);
    expect(textOf(result)).toContain(`Arguments of the call that goes on: ${JSON.stringify(rest(cursor))}`);
  });

  it("count as a call each, but for the first, which counted already", async () => {
    const { admissions, asked } = await all({ answers: [page(1), page(2), json('{"data":[3]}')] });
    expect(asked).toEqual([
      { all: true, kind: "x" },
      { all: true, kind: "x", cursor: "c2" },
      { all: true, kind: "x", cursor: "c3" },
    ]);
    expect(admissions).toBe(2);
  });

  it("end where a cursor comes again", async () => {
    const again = json('{"data":[9],"next":"c2"}');
    const { result, asked } = await all({ answers: [page(1), page(2), again, page(4)] });
    expect(asked).toHaveLength(3);
    expect((result as CallResult)._meta).not.toHaveProperty("openapi-to-mcp/next");
  });

  it("are nobody's once whoever called is gone", async () => {
    const { result, asked } = await all({
      answers: [page(1), new Error("aborted")],
      onPage: (count, abort) => (count === 1 ? abort() : undefined),
    });
    expect(String(result)).toContain("gone");
    expect(asked.length).toBeLessThanOrEqual(2);
  });

  it("are a failure where the first one is", async () => {
    const { result } = await all({ answers: [json('{"error":"no"}', { status: 404 })] });
    expect(result).toMatchObject({ isError: true });
  });
});

/** What ends all pages before their end: a fault, a limit, a bound, whoever called; and what is given then. */
import { describe, expect, it } from "vitest";
import type { Call, OperationCall, Outgoing, StepServices } from "../../templates/always/src/runtime/call/call.ts";
import { UpstreamError } from "../../templates/always/src/runtime/errors.ts";
import { createLog } from "../../templates/always/src/runtime/log.ts";
import { allPages, joinedPages } from "../../templates/always/src/runtime/pages/all-pages.ts";
import { paged } from "../../templates/always/src/runtime/pages/pages.ts";
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
  readonly environment?: Record<string, string>;
  readonly onPage?: (count: number, abort: () => void) => void;
}

/** What a call is made with; `admit` says whether one more may be. */
function fixtureOf(signal: AbortSignal, environment: Record<string, string>, admit: () => boolean) {
  const services = {
    settings: readSettings(environment),
    log: createLog("silent", () => {}),
    owner: {
      custom: {},
      rateLimiting: { limit: { admit: async () => ({ allowed: admit(), retryAfterMs: 1_000 }) } },
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
    signal,
    args: { all: true, kind: "x" },
    asked: { all: true, kind: "x" },
    wholeText: false,
  } as unknown as OperationCall;
  return { services, outgoing, call };
}

async function all({ answers, admitted = 100, bounds = {}, environment = {}, onPage }: Given) {
  const asked: unknown[] = [];
  const told: string[] = [];
  let admissions = 0;
  const aborting = new AbortController();
  const { services, outgoing, call } = fixtureOf(aborting.signal, environment, () => ++admissions <= admitted);
  const ask = async (one: Call): Promise<CallResult> => {
    const answer = answers[asked.length];
    asked.push(one.args);
    if (answer === undefined) throw new Error("There is no such page");
    if (answer instanceof Error) throw answer;
    const result = (await one.take?.(answer, outgoing)) ?? { content: [] };
    onPage?.(asked.length, () => aborting.abort(new Error("gone")));
    return result;
  };
  const progress = (text: string): unknown => told.push(text);
  const result = allPages(services, { ...call, progress } as OperationCall, pages, { ...limits, ...bounds }, ask);
  return { result: await result.catch((fault: unknown) => fault as Error), asked, admissions, told };
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

describe("what is said of all pages", () => {
  const end = json('{"data":[3]}');
  const more = (cursor: string): string => `Arguments of the call that goes on: ${JSON.stringify(rest(cursor))}`;
  it.each<[string, Given, readonly string[]]>([
    ["all of several", { answers: [page(1), page(2), end] }, ["Note: these are all pages, 3 items of 3 pages."]],
    ["nothing of a single one", { answers: [end] }, []],
    [
      "one of several",
      { answers: [page(1)], bounds: { pages: 1 } },
      [`Note: these are 1 items of 1 page; there are more. ${more("c2")}`],
    ],
    [
      "two of several",
      { answers: [page(1), page(2)], bounds: { items: 2 } },
      [`Note: these are 2 items of 2 pages; there are more. ${more("c3")}`],
    ],
    [
      "those of as many bytes as an answer has",
      { answers: [page(1)], environment: { MCP_MAX_RESPONSE_BYTES: "24" } },
      [`Note: these are 1 items of 1 page; there are more. ${more("c2")}`],
    ],
    [
      "those of one byte more",
      { answers: [page(1), page(2)], environment: { MCP_MAX_RESPONSE_BYTES: "25" } },
      [`Note: these are 2 items of 2 pages; there are more. ${more("c3")}`],
    ],
    [
      "those before one that is no page",
      { answers: [page(1), json("[]", { status: 399 })] },
      [`Note: these are 1 items of 1 page; the next page is no list. ${more("c2")}`],
    ],
  ])("is %s", async (_, given, notes) => {
    const { result } = await all(given);
    expect(textOf(result).split("\n").slice(1)).toEqual(notes);
    expect((result as CallResult).isError).not.toBe(true);
  });

  it("is how a page failed", async () => {
    const { result } = await all({ answers: [page(1), json("{}", { status: 400 })] });
    expect(textOf(result)).toContain("400");
    expect(textOf(result)).not.toContain("no list");
  });

  it("is told while they are read", async () => {
    expect((await all({ answers: [page(1), page(2), end] })).told).toEqual([
      "1 items of 1 pages",
      "2 items of 2 pages",
      "3 items of 3 pages",
    ]);
  });

  it("is the fault of the first, where that is one", async () => {
    const { result } = await all({ answers: [new UpstreamError("The API cannot be reached")] });
    expect(result).toEqual(new UpstreamError("The API cannot be reached"));
  });
});

describe("one page", () => {
  const plan = { ...pages, all: limits };
  async function one(args: object, answers: readonly HttpResponse[]) {
    const { services, outgoing, call } = fixtureOf(new AbortController().signal, {}, () => true);
    let count = 0;
    const ask = async (asked: Call): Promise<CallResult> => {
      const answer = answers[count++];
      return answer === undefined ? { content: [] } : ((await asked.take?.(answer, outgoing)) ?? { content: [] });
    };
    const result = await paged(services, { ...call, ...args } as OperationCall, plan, ask);
    return { count, next: result._meta?.["openapi-to-mcp/next"], text: textOf(result) };
  }

  it.each([
    { args: {}, asked: { kind: "x" } },
    { args: { all: false }, asked: { kind: "x" } },
    { args: { all: 1 }, asked: { kind: "x" } },
  ])("says how its list goes on: %j", async (args) => {
    expect(await one(args, [page(1)])).toEqual({
      count: 1,
      next: { kind: "x", cursor: "c2" },
      text: '{"data":[1],"next":"c2"}\nNote: there are more items. Arguments of the call that goes on: {"kind":"x","cursor":"c2"}',
    });
  });

  it("says nothing where nothing follows, or where it failed", async () => {
    expect(await one({ args: {} }, [json('{"data":[1]}')])).toEqual({
      count: 1,
      next: undefined,
      text: '{"data":[1]}',
    });
    const { next, text } = await one({ args: {} }, [json('{"data":[1],"next":"c2"}', { status: 500 })]);
    expect([next, text.includes("more items")]).toEqual([undefined, false]);
  });

  it("is one of all where the call asks for all", async () => {
    expect((await one({ args: { all: true } }, [page(1), json('{"data":[2]}')])).text).toBe(
      '{"data":[1,2]}\nNote: these are all pages, 2 items of 2 pages.',
    );
  });
});

describe("pages that are joined", () => {
  function joined(texts: readonly string[], at: string | undefined, itemsOf: (body: never) => readonly number[]) {
    const made = texts.map((text) => {
      const body = JSON.parse(text) as never;
      return { bytes: new TextEncoder().encode(text), body, items: itemsOf(body), at };
    });
    const headers = new Headers({ "Content-Length": "5", "X-A": "1" });
    const response = json(texts.at(-1) ?? "", { headers });
    const found = joinedPages(response, made);
    return { isSame: found === response, headers: [...found.headers], text: new TextDecoder().decode(found.body) };
  }
  const data = (body: { readonly data: readonly number[] }) => body.data;
  const within = (body: { readonly x: { readonly d: readonly number[] } }) => body.x.d;
  const headers = [["x-a", "1"]];

  it.each([
    [['{"a":1,"data":[1]}', '{"a":2,"data":[2]}', '{"a":3,"data":[]}'], '{"a":3,"data":[1,2]}'],
    [['{"data":[]}', '{"data":[2, 3],"b":1}'], '{"data":[2,3],"b":1}'],
    [['{"data":[]}', '{"data":[]}'], '{"data":[]}'],
  ])("%j are %s", (texts, text) => {
    for (const at of ["/data", undefined]) expect(joined(texts, at, data)).toEqual({ isSame: false, headers, text });
  });

  it("have their list where it is, though another is longer", () => {
    const texts = ['{"x":{"d":[1],"e":1},"k":[1,2,3]}', '{"x":{"d":[2],"e":2},"k":[1,2,3]}'];
    expect(joined(texts, "/x/d", within)).toEqual({
      isSame: false,
      headers,
      text: '{"x":{"d":[1,2],"e":2},"k":[1,2,3]}',
    });
  });

  it("are one as it is, where there is no other", () => {
    expect(joined(['{"data":[1]}'], "/data", data)).toMatchObject({ isSame: true, text: '{"data":[1]}' });
    expect(joined([], "/data", data).isSame).toBe(true);
  });
});

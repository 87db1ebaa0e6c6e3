/** How work is found, looked at and followed, without a server: what each answer leads to. */
import { afterEach, describe, expect, it, vi } from "vitest";
import type { CallManner } from "../../templates/always/src/runtime/call/call.ts";
import type { JobPlan, JobReading, JsonValue } from "../../templates/always/src/runtime/data/model-parts.ts";
import { LimitError, UpstreamError } from "../../templates/always/src/runtime/errors.ts";
import { follow, type Following } from "../../templates/always/src/runtime/jobs/follow.ts";
import { Handles, handleMs } from "../../templates/always/src/runtime/jobs/handle.ts";
import { type Job, jobOf, placeOf } from "../../templates/always/src/runtime/jobs/job.ts";
import type { HttpResponse } from "../../templates/always/src/runtime/upstream/http-message.ts";

afterEach(() => void vi.useRealTimers());

const data = {
  name: "pets",
  serverGroups: [
    { id: "unset", environment: "OTHER_URL", servers: [] },
    { id: "default", environment: "BASE_URL", servers: [{ url: "https://api.example.com/v1", variables: [] }] },
  ],
};
const environment = { BASE_URL: "https://api.example.com/v1" };

describe("a handle", () => {
  const variables = { environment: { MCP_JOB_KEY: "k-Q7".repeat(10) }, files: {} } as never;
  const holder = { caller: { id: "user:ada" } };
  const job: Job = {
    start: "export",
    read: { tool: "get_export", args: { id: 1 } },
    cancel: { tool: "delete_export", args: { id: 1 } },
    result: { tool: "get_file", args: {} },
  };

  it.each<Job>([job, { start: "x", read: { url: "https://api.example.com/1" } }])("holds all of %j", async (held) => {
    const handle = await new Handles(variables, undefined).write(held, holder);
    expect(handle).toMatch(/^[\w-]+$/);
    expect(handle).not.toContain("export");
    expect(await new Handles(variables, undefined).read(` ${handle}\n`, holder)).toEqual(held);
  });

  it.each<[string, object]>([
    ["another caller", { caller: { id: "user:bob" } }],
    ["another tenant", { caller: { id: "user:ada", tenant: "acme" } }],
    ["another issuer", { caller: { id: "user:ada", issuer: "https://id.example.com" } }],
    ["another toolset", { ...holder, reach: { toolset: "admin" } }],
  ])("is none of %s", async (_whose, other) => {
    const handles = new Handles(variables, undefined);
    const handle = await handles.write(job, holder);
    await expect(handles.read(handle, other as never)).rejects.toThrow("This is no handle of yours");
    const theirs = await handles.write(job, other as never);
    expect(await handles.read(theirs, other as never)).toEqual(job);
    await expect(handles.read(theirs, holder)).rejects.toThrow("This is no handle of yours");
  });

  it.each(["", "x", "!!", "A".repeat(16_385)])("is none that is %j", async (given) => {
    await expect(new Handles(variables, undefined).read(given, holder)).rejects.toMatchObject({
      message: "This is no handle of yours",
      hint: "Give the one of a result as it is, whole.",
    });
  });

  it("ends after seven days", async () => {
    expect(handleMs).toBe(604_800_000);
    const handles = new Handles(variables, undefined);
    const handle = await handles.write(job, holder, 1_000);
    expect(await handles.read(handle, holder, 604_801_000)).toEqual(job);
    await expect(handles.read(handle, holder, 604_801_001)).rejects.toMatchObject({
      message: "This handle has ended",
      hint: "Read the state by another tool of the API.",
    });
  });

  it("holds for this process alone without a key, and says how to change that", async () => {
    const none = { environment: {}, files: {} } as never;
    const [one, other] = [new Handles(none, undefined), new Handles(none, undefined)];
    expect([
      one.isShared,
      new Handles(none, "s".repeat(40)).isShared,
      new Handles(variables, undefined).isShared,
    ]).toEqual([false, true, true]);
    const handle = await one.write(job, holder);
    expect(await one.read(handle, holder)).toEqual(job);
    await expect(other.read(handle, holder)).rejects.toMatchObject({
      hint: "Give the one of a result as it is, whole. Handles end when this server is started again: its owner can set MCP_JOB_KEY so that they do not.",
    });
  });

  it("is sealed by the key of its own, and else by that of the store", async () => {
    const none = { environment: {}, files: {} } as never;
    const handle = await new Handles(none, "s".repeat(40)).write(job, holder);
    expect(await new Handles(none, "s".repeat(40)).read(handle, holder)).toEqual(job);
    await expect(new Handles(variables, "s".repeat(40)).read(handle, holder)).rejects.toThrow("no handle of yours");
  });

  it("is sealed by no key that could be guessed", () => {
    const short = { environment: { MCP_JOB_KEY: "few-7x" }, files: {} } as never;
    expect(() => new Handles(short, undefined)).toThrow(/MCP_JOB_KEY.*key/);
  });
});

describe("a place that an answer names", () => {
  it.each<[string, string | undefined, string | undefined]>([
    ["https://api.example.com/jobs/1", undefined, "https://api.example.com/jobs/1"],
    ["/jobs/1?x=1#part", "https://api.example.com/v1/exports", "https://api.example.com/jobs/1?x=1"],
    ["1", "https://api.example.com/v1/jobs/", "https://api.example.com/v1/jobs/1"],
    ["/jobs/1", undefined, undefined],
    ["https://other.example.com/jobs/1", undefined, undefined],
    ["http://api.example.com/jobs/1", undefined, undefined],
    ["https://a@api.example.com/jobs/1", undefined, undefined],
    ["https://:b@api.example.com/jobs/1", undefined, undefined],
    ["file:///etc/passwd", "https://api.example.com/", undefined],
  ])("%j at %j is %j", (text, base, url) => {
    const found = placeOf(text, base, data as never, environment);
    expect(found?.url).toBe(url);
  });
});

const exportsUrl = "https://api.example.com/v1/exports";
const row = {
  kind: "operation",
  file: "exports",
  policy: {},
  listing: { name: "export", title: "Export" },
  api: { data, calls: () => Promise.resolve({ export: { job: undefined } }) },
};
const answered = (
  status: number,
  headers: Record<string, string> = {},
  body: JsonValue | string = "",
  url = exportsUrl,
): HttpResponse => ({
  status,
  headers: new Headers(headers),
  body: new TextEncoder().encode(typeof body === "string" ? body : JSON.stringify(body)),
  truncated: false,
  url,
});

describe("how the state of work is read", () => {
  const args = { name: "all", empty: "", nothing: null };
  const get = (values: object, tool = "get_export") => ({ by: "operation", tool, arguments: values }) as JobReading;

  it.each<[string, JobPlan | undefined, Record<string, string>, JsonValue | undefined, Job["read"] | undefined]>([
    [
      "by Operation-Location",
      undefined,
      { "operation-location": `${exportsUrl}/1`, location: "/2" },
      undefined,
      { url: `${exportsUrl}/1` },
    ],
    [
      "by Azure-AsyncOperation",
      undefined,
      { "azure-asyncoperation": "/1", location: "/2" },
      undefined,
      { url: "https://api.example.com/1" },
    ],
    [
      "by Location",
      undefined,
      { location: " exports/1 ", "content-location": "/2" },
      undefined,
      { url: `${exportsUrl}/1` },
    ],
    ["by Content-Location", undefined, { "content-location": "/2" }, undefined, { url: "https://api.example.com/2" }],
    [
      "by the next where one is elsewhere",
      undefined,
      { location: "https://evil.example.net/", "content-location": "/2" },
      undefined,
      { url: "https://api.example.com/2" },
    ],
    ["by none that is where it was asked for", undefined, { location: exportsUrl }, undefined, undefined],
    ["by none that is empty", undefined, { location: " " }, undefined, undefined],
    ["by nothing else", undefined, { link: "/1" }, { url: "/1" }, undefined],
    [
      "by a property",
      { readings: [{ by: "property", at: "/links/self" }] },
      { location: "/2" },
      { links: { self: "/1" } },
      { url: "https://api.example.com/1" },
    ],
    [
      "by what is usual where the property is not there",
      { readings: [{ by: "property", at: "/links/self" }] },
      { location: "/2" },
      { links: { self: 1 } },
      { url: "https://api.example.com/2" },
    ],
    [
      "by a header field of its own",
      { readings: [{ by: "header", name: "x-job" }] },
      { "x-job": "/1", location: "/2" },
      undefined,
      { url: "https://api.example.com/1" },
    ],
    ["by the same request", { readings: [{ by: "same" }] }, { location: "/2" }, undefined, { tool: "export", args }],
    [
      "by an operation",
      { readings: [get({ id: { at: "/id" }, name: { argument: "name" } })] },
      {},
      { id: 7 },
      { tool: "get_export", args: { id: 7, name: "all" } },
    ],
    [
      "by the next operation where a value is not there",
      { readings: [get({ id: { at: "/id" } }), get({}, "list")] },
      {},
      {},
      { tool: "list", args: {} },
    ],
    ["by no operation where a value is empty", { readings: [get({ id: { argument: "empty" } })] }, {}, {}, undefined],
    ["by no operation where a value is null", { readings: [get({ id: { argument: "nothing" } })] }, {}, {}, undefined],
    [
      "by no operation where an argument is not given",
      { readings: [get({ id: { argument: "toString" } })] },
      {},
      {},
      undefined,
    ],
    [
      "by an operation with a value that is false",
      { readings: [get({ id: { at: "/no" } })] },
      {},
      { no: false },
      { tool: "get_export", args: { id: false } },
    ],
  ])("%s", (_how, plan, headers, body, read) => {
    const outgoing = { row, request: { url: exportsUrl } } as never;
    const job = jobOf(outgoing, args, plan, answered(202, headers), body, environment);
    expect(job).toEqual(read && { start: "export", read });
  });

  it("takes what ends it and gives its result as well", () => {
    const plan: JobPlan = {
      readings: [{ by: "same" }],
      cancel: { tool: "stop", arguments: { id: { at: "/id" } } },
      result: { tool: "file", arguments: { id: { at: "/none" } } },
    };
    const outgoing = { row, request: { url: exportsUrl } } as never;
    const cancel = { tool: "stop", args: { id: 1 } };
    const read = { tool: "export", args: {} };
    expect(jobOf(outgoing, {}, plan, answered(202), { id: 1 }, environment)).toEqual({ start: "export", read, cancel });
    for (const reading of [{ by: "header", name: "location" }, get({ id: { at: "/id" } })] as JobReading[]) {
      const job = jobOf(
        outgoing,
        {},
        { ...plan, readings: [reading] },
        answered(202, { location: "/1" }),
        { id: 1 },
        environment,
      );
      expect(job).toMatchObject({ start: "export", cancel });
    }
  });

  it("is relative to where the answer came from, and to the request where that is not known", () => {
    const outgoing = { row, request: { url: exportsUrl } } as never;
    const read = (url: string) =>
      jobOf(outgoing, {}, undefined, answered(202, { location: "1" }, "", url), undefined, environment)?.read;
    expect(read("https://api.example.com/moved/x")).toEqual({ url: "https://api.example.com/moved/1" });
    expect(read("")).toEqual({ url: "https://api.example.com/v1/1" });
  });
});

describe("work that is followed", () => {
  type Reply = HttpResponse | Error | { readonly result: object };
  /** Answers one after another, each with the time at which it was asked for; the last one again and again. */
  const followed = async (replies: readonly Reply[], given: Partial<Following> = {}, plan?: object) => {
    vi.useFakeTimers();
    const began = Date.now();
    const asked: number[] = [];
    const told: string[] = [];
    const call = {
      progress: (message: string) => told.push(message),
      async callTool(tool: string, args: object, how: CallManner) {
        expect([tool, args]).toEqual(["get_export", { id: 1 }]);
        const reply = replies[Math.min(asked.length, replies.length - 1)];
        asked.push(Date.now() - began);
        if (reply instanceof Error) throw reply;
        if (reply !== undefined && "result" in reply) return Promise.resolve(reply.result);
        how.observe?.("https://api.example.com/v1/exports/1", reply as HttpResponse);
        return Promise.resolve({ content: [] });
      },
    };
    const job = { start: "export", read: { tool: "get_export", args: { id: 1 } } };
    const planned = { ...row, api: { data, calls: () => Promise.resolve({ export: { job: plan } }) } };
    const running = follow({} as never, call as never, {
      row: planned as never,
      job,
      state: { stage: "pending" },
      isNew: false,
      milliseconds: 60_000,
      signal: new AbortController().signal,
      ...given,
    }).catch((fault: unknown) => ({ fault: (fault as Error).message }));
    await vi.advanceTimersByTimeAsync(120_000);
    return { asked, told, last: await running };
  };
  const running = answered(200, {}, { status: "running" });
  const done = answered(200, {}, { status: "done" });

  it.each<[string, readonly Reply[], Partial<Following>, readonly number[], string]>([
    [
      "after a second, then less and less often",
      [running],
      {},
      [1_000, 2_500, 4_750, 8_125, 13_188, 20_782, 30_782, 40_782, 50_782],
      "pending",
    ],
    ["until it is done", [running, done], {}, [1_000, 2_500], "succeeded"],
    ["at once where no wait is asked for", [done], { waitMs: 0 }, [0], "succeeded"],
    ["when the first answer says", [running, done], { waitMs: 3_000 }, [3_000, 4_500], "succeeded"],
    [
      "not more often than five times a second",
      [answered(200, { "retry-after": "0" }, { status: "running" }), done],
      { waitMs: 1 },
      [200, 400],
      "succeeded",
    ],
    [
      "when each answer says",
      [answered(200, { "retry-after": "7" }, { status: "running" }), done],
      {},
      [1_000, 8_000],
      "succeeded",
    ],
    [
      "no more where the wait is longer than the time",
      [running, done],
      { waitMs: 3_000, milliseconds: 2_999 },
      [],
      "pending",
    ],
    ["still where the wait is all of the time", [done], { milliseconds: 1_001 }, [1_000], "succeeded"],
    ["once", [running, done], { isOnce: true, waitMs: 0 }, [0], "pending"],
    [
      "again while it is busy",
      [answered(503), answered(429), answered(408), done],
      {},
      [1_000, 2_500, 4_750, 8_125],
      "succeeded",
    ],
    [
      "four times in a row where it stays busy",
      [answered(425), answered(500)],
      {},
      [1_000, 2_500, 4_750, 8_125],
      "pending",
    ],
    [
      "again after it was busy",
      [answered(503), answered(503), answered(503), running, answered(503), done],
      {},
      [1_000, 2_500, 4_750, 8_125, 13_188, 20_782],
      "succeeded",
    ],
    [
      "again where it cannot be reached",
      [new UpstreamError("x"), new LimitError("y"), done],
      {},
      [1_000, 2_500, 4_750],
      "succeeded",
    ],
    ["four times where it cannot be reached", [new UpstreamError("x")], {}, [1_000, 2_500, 4_750, 8_125], "pending"],
    [
      "again where it is not there yet",
      [answered(404), answered(410), done],
      { isNew: true },
      [1_000, 2_500, 4_750],
      "succeeded",
    ],
    ["not where it is there no longer", [answered(404)], {}, [1_000], "other"],
    ["not where it is gone after it was there", [running, answered(410)], { isNew: true }, [1_000, 2_500], "other"],
    ["not where it is refused", [answered(403)], { isNew: true }, [1_000], "other"],
    ["until it is elsewhere", [answered(303)], {}, [1_000], "succeeded"],
    ["on while nothing has changed", [answered(304), done], {}, [1_000], "succeeded"],
    ["on while it is accepted", [answered(202), answered(202), answered(200)], {}, [1_000, 2_500, 4_750], "succeeded"],
    ["until it fails", [answered(200, {}, { status: "failed" })], {}, [1_000], "failed"],
    [
      "until the owner's code says so",
      [{ result: { content: [], structuredContent: { status: "running" } } }, { result: { content: [] } }],
      {},
      [1_000, 2_500],
      "succeeded",
    ],
    ["until the owner's code fails", [{ result: { content: [], isError: true } }], {}, [1_000], "failed"],
  ])("is looked at %s", async (_when, replies, given, times, stage) => {
    const { asked, last } = await followed(replies, given);
    expect(asked).toEqual(times);
    expect(last).toMatchObject({ state: { stage } });
  });

  it("is told of while it goes on, not when it ends", async () => {
    const { told } = await followed([running, answered(202), done]);
    expect(told).toEqual(['Export: "running"', "Export: at work"]);
  });

  it("gives the last answer, how long to wait, and what kept its state from being told", async () => {
    const busy = answered(503, { "retry-after": "30" });
    expect((await followed([busy], { isOnce: true, waitMs: 0 })).last).toEqual({
      state: { stage: "pending" },
      waitMs: 30_000,
      looked: { result: { content: [] }, state: { stage: "pending" }, lack: "for now", waitMs: 30_000 },
    });
    vi.useRealTimers();
    expect((await followed([running, busy], { milliseconds: 20_000 })).last).toMatchObject({
      state: { stage: "pending", word: "running" },
      waitMs: 30_000,
      looked: { state: { word: "running" } },
    });
    vi.useRealTimers();
    expect((await followed([answered(404)])).last).toMatchObject({ looked: { lack: "gone" } });
    vi.useRealTimers();
    expect((await followed([answered(400)])).last).toMatchObject({ looked: { lack: "refused" } });
  });

  it("ends with what is no fault of the API's", async () => {
    expect((await followed([new Error("broken")])).last).toEqual({ fault: "broken" });
  });

  it("is read as the document says of what is read, and else of what started it", async () => {
    const words = { at: "/job", pending: [], succeeded: ["yes"], failed: [], cancelled: [] };
    const yes = answered(200, {}, { job: "yes" });
    for (const plan of [{ read: words, started: { ...words, at: "/x" } }, { started: words }])
      expect((await followed([yes], {}, { readings: [], ...plan })).last).toMatchObject({
        state: { stage: "succeeded", word: "yes" },
      });
  });

  it("ends with the call", async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error("gone")), 0);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await followed([running], { signal: controller.signal })).last).toEqual({ fault: "gone" });
  });
});

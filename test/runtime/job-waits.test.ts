/** Calls that start work which goes on: what is waited for, and what is handed out instead. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Call } from "../../templates/always/src/runtime/call/call.ts";
import { ArgumentError, UpstreamError } from "../../templates/always/src/runtime/errors.ts";
import { step } from "../../templates/always/src/runtime/jobs/jobs.ts";
import { Deadline } from "../../templates/always/src/runtime/upstream/deadline.ts";
import type { HttpResponse } from "../../templates/always/src/runtime/upstream/http-message.ts";
import { answered, callOf, checkRow, goesOn, handleIn, inTime, rowOf, services, text } from "./job-fixture.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("a call that starts work", () => {
  const first = { content: [text("Accepted")] };
  const plan = { readings: [{ by: "operation", tool: "get_export", arguments: {} }], cancel: undefined as unknown };
  interface Given {
    readonly response: HttpResponse;
    readonly replies?: readonly (HttpResponse | Error)[];
    readonly method?: string;
    readonly job?: object | undefined;
    readonly ms?: number;
    readonly more?: object;
  }
  function started({ response, replies = [], method = "POST", job: own, ms = 60_000, more = {} }: Given) {
    const told = callOf(replies);
    const { signal } = (more as { signal?: AbortSignal }).signal ? (more as { signal: AbortSignal }) : told.call;
    const outgoing = {
      row: rowOf({}, own),
      plan: { job: own },
      request: { method, url: "https://api.example.com/exports" },
      deadline: new Deadline(ms, signal),
    };
    const call = { ...told.call, row: outgoing.row, outgoing, ...more } as unknown as Call;
    const handedOn: Call[] = [];
    const running = step(services)(call, async (given) => {
      handedOn.push(given);
      await given.receive?.(response);
      return first;
    });
    return { ...told, running, call, handedOn };
  }

  it.each<[string, Given, boolean]>([
    ["that is accepted, by an operation", { response: answered(202), job: plan }, true],
    ["that says so with 200", { response: answered(200, "running"), job: plan }, true],
    ["that says so with 201", { response: answered(201, "queued"), job: plan }, true],
    ["that reads, where the document says so", { response: answered(202), job: plan, method: "GET" }, true],
    ["that is done already", { response: answered(202, "done"), job: plan }, false],
    ["that says nothing of it", { response: answered(200), job: plan }, false],
    ["of another status", { response: answered(203, "running"), job: plan }, false],
    ["that failed", { response: answered(503, "running"), job: plan }, false],
    ["before all others", { response: answered(199, "running"), job: plan }, false],
    ["that no document describes, and that is no 202", { response: answered(200, "running") }, false],
    ["that no document describes, and that names no place", { response: answered(202) }, false],
    ["that only reads", { response: answered(202, undefined, { location: "/1" }), method: "GET" }, false],
  ])("follows an answer %s: is that right?", async (_what, given, is) => {
    const { running, called } = started({ ...given, replies: [answered(200, "done")] });
    const result = await inTime(running);
    expect(called.length > 0).toBe(is);
    if (!is) expect(result).toBe(first);
  });

  it("is answered with the last and the first answer once the work is done", async () => {
    const { running } = started({ response: answered(202), job: plan, replies: [answered(200, "done")] });
    expect((await inTime(running)).content).toEqual([
      text("200"),
      text('Note: the work is done ("done").'),
      text("Note: the call was answered at first with:"),
      text("Accepted"),
    ]);
  });

  it.each<[string, object, number, number]>([
    ["half a second of its time", {}, 3_001, 2],
    ["a twentieth of a long time", {}, 13_842, 4],
    ["what the owner waits at most", { waitMs: 2_501 }, 60_000, 2],
    ["nothing where there is no time", {}, 400, 0],
  ])("looks at it within all but %s", async (_what, more, ms, looks) => {
    const { running, called } = started({
      response: answered(202),
      job: { ...plan, ...more },
      ms,
      replies: [answered(200, "running")],
    });
    const result = await inTime(running);
    expect(called).toHaveLength(looks);
    const handle = handleIn(result);
    expect(result.content).toEqual([text("Accepted"), goesOn(handle, looks === 0 ? "" : ' ("running")')]);
  });

  it("looks when the answer says, with what is received by then handed on as before", async () => {
    const receive = vi.fn((given: HttpResponse) => ({ ...given, status: 200 }));
    const { running, called } = started({
      response: answered(202, "running", { "retry-after": "7" }),
      job: plan,
      ms: 8_000,
      more: { receive },
      replies: [answered(200, "done")],
    });
    await inTime(running);
    expect(receive).toHaveBeenCalledTimes(1);
    expect(called).toHaveLength(1);
  });

  it("looks again where the work is not there yet", async () => {
    const { running } = started({
      response: answered(202),
      job: plan,
      replies: [answered(404), answered(200, "done")],
    });
    expect((await inTime(running)).content[1]).toEqual(text('Note: the work is done ("done").'));
  });

  it("keeps its first answer where the state cannot be read", async () => {
    const { running } = started({
      response: answered(202),
      job: plan,
      replies: [new ArgumentError("No id", { hint: "Give one." })],
    });
    expect(await inTime(running)).toEqual({
      content: [text("Accepted"), text("Note: the API works on this, and its state could not be read: No id")],
    });
  });

  it.each<[string, object, boolean]>([
    ["is ended with its call where the owner says so", { endsWithCall: true }, true],
    ["goes on otherwise", {}, false],
    ["goes on where the owner says so", { endsWithCall: false }, false],
  ])("whose client has gone %s", async (_how, more, isEnded) => {
    const controller = new AbortController();
    const own = { ...plan, cancel: { tool: "delete_export", arguments: {} }, ...more };
    const { running, called } = started({
      response: answered(202),
      job: own,
      more: { signal: controller.signal },
      replies: [new UpstreamError("gone")],
    });
    setTimeout(() => controller.abort(new Error("left")), 500);
    await expect(inTime(running)).rejects.toThrow("left");
    expect(called.map(([tool, args, how]) => [tool, args, how?.recorded])).toEqual(
      isEnded ? [["delete_export", {}, true]] : [],
    );
    if (isEnded)
      expect(vi.mocked(services.log.warn).mock.lastCall).toEqual([
        "A job could not be ended",
        { tool: "delete_export", error: new UpstreamError("gone") },
      ]);
  });

  it.each<[string, object]>([
    ["has nothing to send", { outgoing: undefined }],
    ["is one of a tool of the owner's", { row: checkRow }],
    ["is made for another one", { outer: {} }],
    ["is one of several whose answers are taken apart", { take: () => first }],
    ["reads a file", { wholeText: true }],
  ])("is handed on as it is where it %s", async (_what, more) => {
    const { running, call, handedOn } = started({ response: answered(202), job: plan, more });
    expect(await inTime(running)).toBe(first);
    expect(handedOn[0]).toBe(call);
  });
});

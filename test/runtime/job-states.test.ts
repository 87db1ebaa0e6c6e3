/** What answers say of work that goes on, and what a model is told of it. */
import { describe, expect, it } from "vitest";
import type { JobStatus, JsonValue } from "../../templates/always/src/runtime/data/model-parts.ts";
import { bodyOf, stateText, toldState } from "../../templates/always/src/runtime/jobs/state.ts";
import { ended, goingOn, unknown, withFirst } from "../../templates/always/src/runtime/jobs/told.ts";
import { isSameWord, type Stage, stageOf } from "../../templates/always/src/runtime/jobs/words.ts";

describe("a word of an API", () => {
  it.each<[Stage | undefined, readonly string[]]>([
    [
      "pending",
      [
        "IN_PROGRESS",
        "inProgress",
        "in-progress",
        "JOB_STATE_RUNNING",
        "Running",
        "not_started",
        "NotStarted",
        "queued",
      ],
    ],
    ["waiting", ["pending", "Accepted", "STATUS_NEW", "open"]],
    ["succeeded", ["Succeeded", "COMPLETED", "done", "completed_with_errors", "ok", "state2ready"]],
    ["failed", ["FAILED", "Timed_Out", "timedOut", "error", "systemError"]],
    ["cancelled", ["canceled", "CANCELLED", "jobAborted"]],
    [undefined, ["", "not_ready", "unready2x", "nonSuccess", "NO_ERROR", "requires_action", "available", "123"]],
  ])("says that work is %s", (stage, words) => {
    for (const word of words) expect([word, stageOf(word)]).toEqual([word, stage]);
  });

  it("is no status where it is longer than sixty characters", () => {
    expect(stageOf(`${"x ".repeat(28)}done`)).toBe("succeeded");
    expect(stageOf(`${"x ".repeat(28)} done`)).toBeUndefined();
  });

  it.each([
    ["IN_PROGRESS", "inProgress", true],
    ["done", "done!", true],
    ["état", "ÉTAT", true],
    ["état", "tat", false],
    ["step1", "step2", false],
    ["wait", "waits", false],
  ])("%j and %j are one: %s", (one, other, is) => {
    expect(isSameWord(one, other)).toBe(is);
  });
});

describe("the body of an answer", () => {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  it("is its JSON", () => {
    expect(bodyOf({ body: bytes('{"a":1}'), truncated: false })).toEqual({ a: 1 });
    expect(bodyOf({ body: bytes("null"), truncated: false })).toBeNull();
  });
  it.each([
    ["", false],
    ["{", false],
    ["{}", true],
  ])("is nothing where it is %j, cut: %s", (text, truncated) => {
    expect(bodyOf({ body: bytes(text), truncated })).toBeUndefined();
  });
  it("is no state where it is longer than a megabyte", () => {
    expect(bodyOf({ body: bytes(`"${"x".repeat(1_048_574)}"`), truncated: false })).toHaveLength(1_048_574);
    expect(bodyOf({ body: bytes(`"${"x".repeat(1_048_575)}"`), truncated: false })).toBeUndefined();
  });
});

const none = { pending: [], succeeded: [], failed: [], cancelled: [] };

describe("a state that no document describes", () => {
  it.each<[JsonValue, object | undefined]>([
    [{ status: "running" }, { stage: "pending", word: "running" }],
    [{ state: "Pending" }, { stage: "pending", word: "Pending" }],
    [{ properties: { provisioningState: "Succeeded" } }, { stage: "succeeded", word: "Succeeded" }],
    [
      { status: "failed", state: "running" },
      { stage: "failed", word: "failed" },
    ],
    [
      { status: { code: 1 }, state: "canceled" },
      { stage: "cancelled", word: "canceled" },
    ],
    [{ status: "sold" }, undefined],
    [{ status: 200 }, undefined],
    [{ status: null }, undefined],
    [{ kind: "running" }, undefined],
    ["running", undefined],
  ])("is read of %j", (body, state) => {
    expect(toldState(body, undefined)).toEqual(state);
  });

  it("is not there without a body", () => {
    expect(toldState(undefined, undefined)).toBeUndefined();
    expect(toldState(undefined, { at: "", ...none })).toBeUndefined();
  });
});

describe("a state that the document describes", () => {
  it.each<[string, JsonValue, Partial<JobStatus>, object | undefined]>([
    ["by the usual words where it lists none", { job: "done" }, {}, { stage: "succeeded", word: "done" }],
    ["as another where nobody knows the word", { job: "on_hold" }, {}, { stage: "other", word: "on_hold" }],
    ["by no other place", { status: "done" }, {}, undefined],
    ["by its own words", { job: "DONE" }, { pending: ["done"], failed: ["x"] }, { stage: "pending", word: "DONE" }],
    ["by its own words alone", { job: "done" }, { failed: ["x"] }, { stage: "other", word: "done" }],
    ["by a switch", { job: true }, { succeeded: ["true"], pending: ["false"] }, { stage: "succeeded", word: "true" }],
    ["by a number", { job: 3 }, { failed: ["3"] }, { stage: "failed", word: "3" }],
    ["cancelled", { job: "off" }, { cancelled: ["off"] }, { stage: "cancelled", word: "off" }],
    [
      "with what it says",
      { job: "done", m: "All well" },
      { message: "/m" },
      { stage: "succeeded", word: "done", message: "All well" },
    ],
    [
      "with what went wrong",
      { job: "failed", m: "M", e: "E" },
      { message: "/m", error: "/e" },
      { stage: "failed", word: "failed", message: "E" },
    ],
    [
      "with what it says where nothing says what went wrong",
      { job: "failed", m: "M", e: null },
      { message: "/m", error: "/e" },
      { stage: "failed", word: "failed", message: "M" },
    ],
    ["without an error where none is", { job: "done", e: "E" }, { error: "/e" }, { stage: "succeeded", word: "done" }],
    [
      "with the message within an error",
      { job: "failed", e: { code: 7, message: "Full" } },
      { error: "/e" },
      { stage: "failed", word: "failed", message: "Full" },
    ],
    [
      "with an error as it is",
      { job: "failed", e: { code: 7 } },
      { error: "/e" },
      { stage: "failed", word: "failed", message: '{"code":7}' },
    ],
    [
      "with a number that it says",
      { job: "failed", e: 7 },
      { error: "/e" },
      { stage: "failed", word: "failed", message: "7" },
    ],
    ["without what is empty", { job: "failed", e: "" }, { error: "/e" }, { stage: "failed", word: "failed" }],
    ["in one line", { job: "failed", e: "a\nb" }, { error: "/e" }, { stage: "failed", word: "failed", message: "a b" }],
  ])("is read %s", (_how, body, where, state) => {
    expect(toldState(body, { at: "/job", ...none, ...where })).toEqual(state);
  });

  it.each<[JsonValue, string | undefined]>([
    [{ p: 40 }, "40 %"],
    [{ p: "40" }, "40 %"],
    [{ p: 0.4 }, "40 %"],
    [{ p: 0.405 }, "41 %"],
    [{ p: 0 }, "0 %"],
    [{ p: 1 }, "1 %"],
    [{ p: 99.6 }, "100 %"],
    [{ p: "" }, undefined],
    [{ p: "half" }, undefined],
    [{ p: null }, undefined],
    [{ p: true }, undefined],
    [{ d: 4, t: 10 }, "4 of 10"],
    [{ d: 0, t: "10" }, "0 of 10"],
    [{ d: 4 }, undefined],
    [{ t: 4 }, undefined],
    [{ d: 0, t: 0 }, undefined],
    [{ p: 40, d: 4, t: 10 }, "40 %, 4 of 10"],
  ])("tells of %j how far it is: %j", (counts, progress) => {
    const where = { at: "/job", ...none, percent: "/p", done: "/d", total: "/t" };
    const state = toldState({ job: "running", ...(counts as object) }, where);
    expect(state).toEqual({ stage: "pending", word: "running", ...(progress === undefined ? {} : { progress }) });
  });

  it("is cut where it is long", () => {
    const state = toldState({ job: "failed", e: "x".repeat(400) }, { at: "/job", ...none, error: "/e" });
    expect(state?.message?.length).toBeLessThanOrEqual(310);
    expect(state?.message).toContain("x".repeat(290));
  });
});

describe("a state in a few words", () => {
  it.each([
    [{ stage: "pending" }, ""],
    [{ stage: "pending", word: "running" }, '"running"'],
    [{ stage: "pending", word: "running", progress: "40 %", message: "Slow" }, '"running", 40 %, Slow'],
    [{ stage: "failed", message: "Full" }, "Full"],
  ] as const)("%j is %j", (state, text) => {
    expect(stateText(state)).toBe(text);
  });
});

const text = (value: string) => ({ type: "text" as const, text: value });
const listing = (name: string) => ({ name, title: name, description: "", inputSchema: { type: "object" } }) as never;
const jobKey = "openapi-to-mcp/job";

describe("of work that goes on a model is told", () => {
  const names = { check: listing("check_job"), cancel: listing("cancel_job") };
  const job = { start: "export", read: { tool: "get_export", args: {} } };
  const cancellable = { ...job, cancel: { tool: "delete_export", args: {} } };
  const first = { content: [text("Accepted")], _meta: { own: 1 } };
  const pending = { stage: "pending", word: "running" } as const;

  it("how to ask again", () => {
    expect(goingOn(first, { state: pending }, { handle: "H", names, job, isShared: true })).toEqual({
      content: [
        text("Accepted"),
        text(
          'Note: the API still works on this ("running"). To learn what comes of it, call check_job with this handle: H .',
        ),
      ],
      _meta: { own: 1, [jobKey]: { handle: "H", state: "pending", status: "running" } },
    });
  });

  it.each<[string, object, object, string]>([
    ["nothing of a state without a word", { state: { stage: "pending" } }, {}, "the API still works on this. To learn"],
    ["how long to wait", { state: pending, waitMs: 1_001 }, {}, "handle: H . The API asks to wait 2 s before that."],
    ["of a second", { state: pending, waitMs: 1_000 }, {}, "handle: H . The API asks to wait 1 s before that."],
    ["how to end it", { state: pending }, { job: cancellable }, "handle: H . cancel_job ends the work."],
    [
      "how long the handle holds",
      { state: pending },
      { isShared: false },
      "handle: H . The handle holds as long as this server runs.",
    ],
    [
      "why its state is not known",
      {
        state: pending,
        looked: { state: pending, lack: "for now", result: { content: [text("It is busy.\nTry again")] } },
      },
      {},
      'on this ("running"). Its state could not be read: It is busy. To learn',
    ],
  ])("%s", (_what, followed, further, said) => {
    const own = { handle: "H", names, job, isShared: true, ...further };
    const { content } = goingOn(first, followed as never, own);
    expect(content[1]).toMatchObject({ text: expect.stringContaining(said) as string });
  });

  it.each<[object, object]>([
    [{ state: pending, waitMs: 999 }, {}],
    [{ state: pending }, { job: cancellable, names: { check: names.check } }],
    [{ state: pending, looked: { state: pending, result: { content: [text("Well")] } } }, {}],
  ])("no more than that of %j with %j", (followed, further) => {
    const own = { handle: "H", names, job, isShared: true, ...further };
    expect(goingOn(first, followed as never, own).content[1]).toEqual(
      text(
        'Note: the API still works on this ("running"). To learn what comes of it, call check_job with this handle: H .',
      ),
    );
  });
});

describe("of work that has ended a model is told", () => {
  const answer = { content: [text("{}")], structuredContent: { a: 1 }, _meta: { own: 1 } };

  it.each([
    ["failed", "failed"],
    ["cancelled", "was cancelled"],
  ] as const)("that it %s", (stage, how) => {
    const state = { stage, word: "x", message: "Disk full" };
    expect(ended({ state, result: answer }, 'Export "all"')).toEqual({
      content: [text(`Note: the work ${how} ("x", Disk full) (Export 'all').`), text("{}")],
      isError: true,
      _meta: { own: 1, [jobKey]: { state: stage, status: "x" } },
    });
  });

  it("that it is done", () => {
    expect(ended({ state: { stage: "succeeded" }, result: answer }, "Export")).toEqual({
      content: [text("{}"), text("Note: the work is done.")],
      structuredContent: { a: 1 },
      _meta: { own: 1, [jobKey]: { state: "succeeded" } },
    });
  });

  it("that somebody else has to act", () => {
    const { content } = ended({ state: { stage: "other", word: "requires_action" }, result: answer }, "Export");
    expect(content[1]).toEqual(
      text('Note: the API works no longer on this ("requires_action"); what that asks for, its document says.'),
    );
  });

  it("where that is which came of it", () => {
    const headers = { "openapi-to-mcp/headers": { location: "https://api.example.com/files/1" } };
    const done = { content: [text("303")], _meta: headers };
    const moved = { ...done, isError: true } as const;
    expect(ended({ state: { stage: "succeeded" }, result: moved }, "Export")).toEqual({
      content: [text("Note: the work is done. What came of it is at https://api.example.com/files/1")],
      _meta: { ...headers, [jobKey]: { state: "succeeded" } },
    });
    const { content } = ended({ state: { stage: "succeeded" }, result: done }, "Export");
    expect(content).toEqual([text("303"), text("Note: the work is done.")]);
    const nowhere = ended({ state: { stage: "succeeded" }, result: { ...moved, _meta: {} } }, "Export");
    expect(nowhere).toMatchObject({ isError: true, content: [text("303"), text("Note: the work is done.")] });
  });

  it.each([
    ["gone", "Note: the API no longer knows this work, or never did: it may have ended long ago."],
    ["refused", "Note: the API does not tell the state of this work."],
  ] as const)("that its state is %s", (lack, note) => {
    expect(unknown({ state: { stage: "other" }, lack, result: answer })).toEqual({
      content: [text(note), text("{}")],
      isError: true,
      _meta: { own: 1 },
    });
  });
});

describe("with what the call was answered at first", () => {
  const last = { content: [text("last")], structuredContent: { id: 1, name: "x" } };
  const headed = text("Note: the call was answered at first with:");

  it.each<[string, object, readonly object[]]>([
    ["is told", { content: [text("first")], structuredContent: { token: 1 } }, [text("last"), headed, text("first")]],
    ["is told where it has no structure", { content: [text("first")] }, [text("last"), headed, text("first")]],
    ["is not where the last one holds it", { content: [text("first")], structuredContent: { id: 2 } }, [text("last")]],
    [
      "is where it holds half",
      { content: [text("first")], structuredContent: { id: 2, x: 1 } },
      [text("last"), headed, text("first")],
    ],
    [
      "is not where it is no object",
      { content: [text("first")], structuredContent: [1] as never },
      [text("last"), headed, text("first")],
    ],
    [
      "is not where it only says that it was taken",
      { content: [text("The API accepted this."), text("Done: 202 Accepted")] },
      [text("last")],
    ],
    [
      "is where it says more",
      { content: [text("Done: 202 "), text("So: Done: 202 ")] },
      [text("last"), headed, text("So: Done: 202 ")],
    ],
    [
      "is an image as well",
      { content: [{ type: "image", data: "", mimeType: "image/png" }] },
      [text("last"), headed, { type: "image", data: "", mimeType: "image/png" }],
    ],
  ])("%s", (_how, first, content) => {
    expect(withFirst(last, first as never)).toEqual({ ...last, content });
  });

  it("is not told where it is one value", () => {
    expect(withFirst(last, { content: [text("7")], structuredContent: 7 as never })).toBe(last);
  });
});

/** The tools by which clients go on with work that takes longer than a call. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { StepServices } from "../../templates/always/src/runtime/call/call.ts";
import { ArgumentError, ScopeError } from "../../templates/always/src/runtime/errors.ts";
import { finished, handlesOf, jobTools } from "../../templates/always/src/runtime/jobs/job-tools.ts";
import type { Job } from "../../templates/always/src/runtime/jobs/job.ts";
import type { HttpResponse } from "../../templates/always/src/runtime/upstream/http-message.ts";
import {
  answered,
  callOf,
  cancel,
  cancellable,
  check,
  checkRow,
  goesOn,
  handleFor,
  handleIn,
  inTime,
  job,
  names,
  rowOf,
  services,
  servicesOf,
  text,
  variables,
  type Told,
} from "./job-fixture.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("the tools for jobs", () => {
  it("are listed as the data has them, and one alone where nothing can be ended", () => {
    expect(check).toMatchObject({ name: "check_job", description: "check_job", inputSchema: { type: "object" } });
    expect(cancel).toMatchObject({ name: "cancel_job" });
    expect(jobTools({ check: names.check }, variables, undefined).map(({ name }) => name)).toEqual(["check_job"]);
    expect(() => check.run({}, {} as never)).toThrow("A tool for jobs runs with the call that asks for it");
  });

  it("are where handles come from", async () => {
    const { call } = callOf([]);
    const own = await handlesOf(services, call, cancellable);
    expect(own).toEqual({ handle: own.handle, names, job: cancellable, isShared: true });
    await expect(handlesOf(servicesOf({ export: rowOf() }), call, job)).rejects.toThrow(
      "src/generated/jobs.json is not there: generate the project again",
    );
  });
});

describe("a question for the state", () => {
  const asked = async (told: Told, args: object, given: StepServices = services, of: Job = job) => {
    const handle = await handleFor(told.call, of);
    return inTime(check.runWith({ handle, ...args }, told.call, given));
  };

  it.each<[string, object, object, number]>([
    ["ten seconds", {}, {}, 4],
    ["as long as it says", { wait_seconds: 3 }, {}, 2],
    ["not at all", { wait_seconds: 0 }, {}, 1],
    ["half a second less than the time of the tool", { wait_seconds: 100 }, { timeoutMs: 2_001 }, 2],
    ["and no more", { wait_seconds: 100 }, { timeoutMs: 2_000 }, 1],
  ])("waits %s", async (_how, args, policy, looks) => {
    const told = callOf([answered(200, "running")]);
    const result = await asked(told, args, servicesOf({ export: rowOf(policy), check_job: checkRow }));
    expect(told.called).toHaveLength(looks);
    expect(told.called[0]?.slice(0, 2)).toEqual(["get_export", { id: 1 }]);
    const handle = handleIn(result);
    expect(result).toEqual({
      content: [text("200"), goesOn(handle, ' ("running")')],
      _meta: { "openapi-to-mcp/job": { handle, state: "pending", status: "running" } },
    });
  });

  it("waits the time of all calls where the tool has none of its own", async () => {
    const told = callOf([answered(200, "running")]);
    await asked(told, { wait_seconds: 100 }, { ...services, settings: { timeoutMs: 5_000 } as never });
    expect(told.called).toHaveLength(3);
  });

  it("is answered with what came of it", async () => {
    const notes = {};
    const told = callOf([answered(200, "done")], { notes });
    expect(await asked(told, {})).toEqual({
      content: [text("200"), text('Note: the work is done ("done").')],
      _meta: { "openapi-to-mcp/job": { state: "succeeded", status: "done" } },
    });
    expect(notes).toEqual({ job: "export" });
  });

  it("has nothing of an answer that told no state", async () => {
    const result = await asked(callOf([answered(503)]), { wait_seconds: 0 });
    expect(result.content).toEqual([
      text(
        `Note: the API still works on this. Its state could not be read: 503. To learn what comes of it, call check_job with this handle: ${handleIn(result)} .`,
      ),
    ]);
  });

  it("is refused where the tool that started it is there no longer", async () => {
    for (const rows of [{ check_job: checkRow }, { export: checkRow }] as Record<string, object>[]) {
      const refused = asked(callOf([]), {}, servicesOf(rows));
      await expect(refused).rejects.toBeInstanceOf(ArgumentError);
      await expect(refused).rejects.toThrow("This server has no tool export any more, which this work was started by");
    }
  });

  it("is refused to who may not call that tool, and says nothing of its policy in the line of the call", async () => {
    const scoped = servicesOf({ export: rowOf({ scopes: ["write"] }), check_job: checkRow });
    const told = callOf([], { caller: { id: "ada", scopes: ["read"] } });
    await expect(asked(told, {}, scoped)).rejects.toBeInstanceOf(ScopeError);
    const notes = {};
    const gate = { within: () => gate, mayCall: () => ({ allowed: false, rule: "r" }) };
    const closed = { ...services, policy: { gate } } as unknown as StepServices;
    await expect(asked(callOf([], { notes }), {}, closed)).rejects.toThrow("does not let you call export");
    expect(notes).toEqual({ job: "export" });
  });

  it("is no question without a handle", async () => {
    await expect(check.runWith({}, callOf([]).call, services)).rejects.toThrow("This is no handle of yours");
  });
});

describe("what ends work", () => {
  const ended = async (told: Told, of: Job) =>
    cancel.runWith({ handle: await handleFor(told.call, of) }, told.call, services);

  it("is the tool of the API, whose answer does not say that it has ended", async () => {
    const notes = {};
    const told = callOf([answered(202)], { notes });
    expect(await ended(told, cancellable)).toEqual({
      content: [
        text("202"),
        text("Note: the API was asked to end the work. check_job with the same handle tells when it has."),
      ],
    });
    expect(told.called).toEqual([["delete_export", { id: 1 }, { recorded: true }]]);
    expect(notes).toEqual({ job: "export" });
    expect(await ended(callOf([answered(409)]), cancellable)).toEqual({ content: [text("409")], isError: true });
  });

  it("is nothing where the document names none", async () => {
    const refused = ended(callOf([]), job);
    await expect(refused).rejects.toBeInstanceOf(ArgumentError);
    await expect(refused).rejects.toThrow("The API has no way to end what export started, as far as its document says");
  });
});

describe("work has ended", () => {
  const result = { content: [text("state")] };
  const state = { stage: "succeeded" } as const;
  const withResult: Job = { ...job, result: { tool: "get_file", args: { id: 2 } } };
  const of = (followed: object, what: Job = job, replies: HttpResponse[] = []) => {
    const told = callOf(replies);
    return { ended: finished(told.call, rowOf() as never, what, followed as never), told };
  };

  it.each<[string, object]>([
    ["nobody has looked", { state }],
    ["it could not be read for now", { state, looked: { state, result, lack: "for now" } }],
    ["it goes on", { state: { stage: "pending" }, looked: { state: { stage: "pending" }, result } }],
  ])("not where %s", async (_why, followed) => {
    expect(await of(followed).ended).toBeUndefined();
  });

  it("where nobody knows its state", async () => {
    expect(await of({ state, looked: { state, result, lack: "gone" } }).ended).toMatchObject({ isError: true });
  });

  it("with the result of a tool of its own, if that has one and the work went well", async () => {
    const done = of({ state, looked: { state, result } }, withResult, [answered(200)]);
    expect(await done.ended).toMatchObject({ content: [text("200"), text("Note: the work is done.")] });
    expect(done.told.called).toEqual([["get_file", { id: 2 }, undefined]]);
    const without = of({ state, looked: { state, result } }, withResult, [answered(404)]);
    expect(await without.ended).toMatchObject({ content: [text("state"), text("Note: the work is done.")] });
    const failed = of({ state: { stage: "failed" }, looked: { state: { stage: "failed" }, result } }, withResult);
    expect(await failed.ended).toMatchObject({
      content: [text("Note: the work failed (Export)."), text("state")],
      isError: true,
    });
    expect(failed.told.called).toEqual([]);
    expect(await of({ state, looked: { state, result } }).ended).toMatchObject({
      content: [text("state"), text("Note: the work is done.")],
    });
  });
});

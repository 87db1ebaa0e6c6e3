/** A call on its way through the steps: which of them it passes, what further calls are a part of, and how it ends. */
import { describe, expect, it, vi } from "vitest";
import type { Call, NamedStep, Watcher } from "../../templates/always/src/runtime/call/call.ts";
import { createToolCalls } from "../../templates/always/src/runtime/call/run.ts";
import { ArgumentError, QuestionForUser } from "../../templates/always/src/runtime/errors.ts";
import { Secret } from "../../templates/always/src/runtime/secret.ts";
import { readSettings } from "../../templates/always/src/runtime/settings/settings.ts";

const text = (value: string) => ({ type: "text" as const, text: value });
const done = { content: [text("done")] };
const row = { kind: "operation", policy: {}, listing: { name: "get_pet", title: "Pet", annotations: {} } };

describe("a run", () => {
  const options = { caller: { id: "ada" }, signal: new AbortController().signal };
  const callsOf = (steps: readonly Partial<NamedStep>[], more: object = {}) =>
    createToolCalls({
      owner: { custom: {}, steps },
      table: { find: (name: string) => ({ row: name === "get_pet" ? row : undefined }) },
      log: { error: vi.fn() },
      settings: readSettings({}),
      host: {},
      ...more,
    } as never);
  const run = (steps: readonly Partial<NamedStep>[], more: object = {}, given: object = {}) =>
    callsOf(steps, more).call(row as never, { id: 1 }, { ...options, ...given });

  it("passes the steps of the parts that there are", async () => {
    const passed: string[] = [];
    const step = (name: string, part?: "cache" | "jobs") => ({
      name,
      ...(part && { part }),
      make: () => async (call: Call, next: (call: Call) => Promise<typeof done>) => {
        passed.push(name);
        return name === "end" ? done : next(call);
      },
    });
    const steps = [step("a"), step("b", "cache"), step("c", "jobs"), step("end")] as never;
    expect(await run(steps, { parts: { jobs: async () => ({}) } })).toEqual(done);
    expect(passed).toEqual(["a", "c", "end"]);
  });

  it("leads further calls with what they are a part of, by way of the tool only where they count", async () => {
    const seen: Call[] = [];
    const own = new AbortController().signal;
    const step: Partial<NamedStep> = {
      name: "a",
      make: () => async (call) => {
        seen.push(call);
        if (seen.length > 1) return done;
        await call.callTool("get_pet", { id: 2 });
        return call.callTool("get_pet", { id: 3 }, { recorded: true, wholeText: true, signal: own, anew: true });
      },
    };
    const asking = { canAsk: true };
    await run([step], {}, { asking, progress: undefined });
    const [first, second, third] = seen;
    const shared = { row, caller: options.caller, asking: undefined, outer: first?.notes };
    expect(first).toMatchObject({ args: { id: 1 }, asking, wholeText: false, notes: {} });
    expect(first?.outer).toBeUndefined();
    expect(second).toMatchObject({ ...shared, args: { id: 2 }, wholeText: false, signal: options.signal });
    expect([second?.via, second?.anew]).toEqual([undefined, undefined]);
    expect(third).toMatchObject({
      ...shared,
      args: { id: 3 },
      wholeText: true,
      signal: own,
      via: "get_pet",
      anew: true,
    });
    expect(second?.outer).toBe(first?.notes);
  });

  it("ends with a result whatever is thrown, but for a question to its user, and without secrets", async () => {
    const throwing = (fault: unknown) => [{ name: "a", make: () => () => Promise.reject(fault) }] as never;
    expect(await run(throwing(new ArgumentError("Wrong")))).toMatchObject({ isError: true, content: [text("Wrong")] });
    await expect(run(throwing(new QuestionForUser("Sure?", "s")))).rejects.toBeInstanceOf(QuestionForUser);
    const other = [{ name: "a", make: () => (call: Call) => call.callTool("none", {}) }] as never;
    const error = vi.fn();
    expect(await run(other, { log: { error } })).toMatchObject({ isError: true });
    expect(error.mock.calls[0]?.[1]).toMatchObject({ error: new Error('There is no tool "none"') });
    new Secret("s3cr3t-0f-a-run");
    const telling = [{ name: "a", make: () => async () => ({ content: [text("x s3cr3t-0f-a-run y")] }) }] as never;
    expect(await run(telling)).toEqual({ content: [text("x [secret] y")] });
    expect(callsOf([]).explain(new ArgumentError("Wrong", { hint: "Do." }))).toBe("Wrong\nDo.");
  });

  it("has one client of the APIs, which watchers are given", async () => {
    const uses = vi.fn();
    const senders: unknown[] = [];
    const step: Partial<NamedStep> = {
      name: "a",
      make: (services) => async () => {
        senders.push(await services.sender(), await services.sender());
        return done;
      },
    };
    await run([step], { watchers: [{ uses } as unknown as Watcher, {} as Watcher] });
    expect(uses.mock.calls).toEqual([[senders[0]]]);
    expect(senders[1]).toBe(senders[0]);
  });

  it("passes steps for once only with what the client asked for, each made once, and made again where that failed", async () => {
    const passed: string[] = [];
    const make = vi.fn(() => async (call: Call, next: (call: Call) => Promise<typeof done>) => {
      passed.push(`once ${String(call.args["id"])}`);
      return next(call);
    });
    make.mockImplementationOnce(() => {
      throw new Error("not yet");
    });
    const end = vi.fn(() => async (call: Call) => {
      passed.push(`end ${String(call.args["id"])}`);
      return call.args["id"] === 1 ? call.callTool("get_pet", { id: 2 }) : done;
    });
    const steps = [
      { name: "a", once: true, make },
      { name: "end", make: end },
    ] as never;
    const calls = callsOf(steps);
    const call = () => calls.call(row as never, { id: 1 }, options);
    expect(await call()).toMatchObject({ isError: true });
    expect([await call(), await call()]).toEqual([done, done]);
    expect(passed).toEqual(["once 1", "end 1", "end 2", "once 1", "end 1", "end 2"]);
    expect([make.mock.calls.length, end.mock.calls.length]).toEqual([2, 1]);
  });

  it("is given up when the server is stopped, and is a fault where no step gives a result", async () => {
    const waiting: Partial<NamedStep> = {
      name: "a",
      make:
        ({ stopping }) =>
        () =>
          stopping.unlessStopped(true, () => new Promise(() => undefined)),
    };
    const calls = callsOf([waiting]);
    const running = calls.call(row as never, {}, options);
    await new Promise((resolve) => setImmediate(resolve));
    calls.stop();
    expect(await running).toMatchObject({
      content: [text("This server was stopped before the call ended\nCall again once it runs.")],
    });
    const error = vi.fn();
    await run([], { log: { error } });
    expect(error.mock.calls[0]?.[1]).toMatchObject({ error: new Error("No step of src/main.ts gave a result") });
  });
});

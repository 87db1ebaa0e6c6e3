/** What a client that asked for progress is told of a stream, and of which only the number. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Call, Outgoing, StepServices } from "../../templates/always/src/runtime/call/call.ts";
import { tellRecords } from "../../templates/always/src/runtime/call/records.ts";
import { Secret } from "../../templates/always/src/runtime/secret.ts";

const row = { listing: { name: "watch", title: "Watch" } };
const services = (hooks: object = {}): StepServices => ({ owner: { custom: { hooks } } }) as unknown as StepServices;
const outgoing = (shape?: object): Outgoing => ({ row, plan: { shape } }) as unknown as Outgoing;
const events = new Headers({ "Content-Type": "text/event-stream" });

/** A function that tells of a text, and the messages. */
function opened(more: object = {}, shape?: object, hooks?: object) {
  const messages: string[] = [];
  const progress = (message: string): void => void messages.push(message);
  const call = { row, progress, notes: {}, ...more } as unknown as Call;
  const told = tellRecords(services(hooks), call, outgoing(shape));
  if (told === undefined) throw new Error("nobody asked");
  const read = told.readAlong(200, events);
  if (read === undefined) throw new Error("no stream");
  return { messages, read: (text: string) => read(new TextEncoder().encode(text)), end: () => told.end(), told };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("is nothing where the client did not ask, and for answers that are no streams", () => {
  expect(tellRecords(services(), { row } as unknown as Call, outgoing())).toBeUndefined();
  const { told } = opened();
  for (const status of [199, 300, 400, 500]) expect(told.readAlong(status, events)).toBeUndefined();
  expect(told.readAlong(299, events)).toBeTypeOf("function");
  expect(told.readAlong(200, new Headers({ "Content-Type": "text/plain" }))).toBeUndefined();
  expect(told.readAlong(200, new Headers())).toBeUndefined();
});

describe("an event", () => {
  it.each<[string, string]>([
    ["data: a\n\n", "Watch: event 1: a"],
    ["event: x\ndata: a\ndata: b\n\n", "Watch: event 1 (x): a b"],
    ["event: ping\n\n", "Watch: event 1 (ping): "],
    ["data: a\u200bb\u0007\n\n", "Watch: event 1: ab"],
    ["event: x\u200by\ndata: a\n\n", "Watch: event 1 (xy): a"],
    [`event: ${"x".repeat(60)}\ndata: a\n\n`, `Watch: event 1 (${"x".repeat(50)}…): a`],
    [`data: ${"y".repeat(5_000)}\n\n`, `Watch: event 1: ${"y".repeat(300)}…`],
    [`data: ${"ü".repeat(400)}\n\n`, `Watch: event 1: ${"ü".repeat(300)}…`],
  ])("%j is told as %j", (text, message) => {
    const { messages, read } = opened();
    read(text);
    expect(messages).toEqual([message]);
  });

  it("has no secret, however it is hidden", () => {
    new Secret("a-secret-of-the-api");
    const { messages, read } = opened();
    read("event: a-secret-of-the-api\ndata: x a-secret-of-the-api y\n\n");
    read("data: x a-sec\u200bret-of-the-api y\n\n");
    expect(messages).toEqual(["Watch: event 1 ([secret]): x [secret] y", "Watch: event 2: x [secret] y"]);
  });
});

it.each<[string, object, object | undefined, object | undefined, boolean]>([
  ["nothing else", {}, undefined, undefined, true],
  ["fields that a call chooses", {}, { fields: ["a"], argument: "fields" }, undefined, true],
  ["what is dropped", {}, { drop: ["a"] }, undefined, false],
  ["what is kept", {}, { keep: ["a"] }, undefined, false],
  ["an expression", {}, { jmespath: "a" }, undefined, false],
  ["a hook before", {}, undefined, { watch: { before: () => undefined } }, true],
  ["a hook after", {}, undefined, { watch: { after: () => undefined } }, false],
  ["a hook in its place", {}, undefined, { watch: { replace: () => undefined } }, false],
  ["another tool that calls it", { outer: {} }, undefined, undefined, false],
  ["a list that has pages", { take: () => undefined }, undefined, undefined, true],
])("with %s, the text is told or not", (_name, more, shape, hooks, isShown) => {
  const { messages, read } = opened(more, shape, hooks);
  read("data: a\n\n");
  read("data: b\n\n");
  expect(messages).toEqual(
    isShown ? ["Watch: event 1: a", "Watch: event 2: b"] : ["Watch: 1 event so far", "Watch: 2 events so far"],
  );
});

describe("many events", () => {
  const numbered = (from: number, to: number): string =>
    Array.from({ length: to - from + 1 }, (_, index) => `data: ${from + index}\n\n`).join("");
  const last = (messages: readonly string[]): string | undefined => messages.at(-1);

  it("are told ten at once, then the last one each quarter of a second", () => {
    const { messages, read } = opened();
    read(numbered(1, 500));
    expect(messages).toHaveLength(10);
    vi.advanceTimersByTime(250);
    expect(messages).toHaveLength(11);
    expect(last(messages)).toBe("Watch: event 500: 500");
    vi.advanceTimersByTime(10_000);
    expect(messages).toHaveLength(11);
    read(numbered(501, 520));
    expect(messages).toHaveLength(21);
  });

  it("are a thousand at most", () => {
    const { messages, read } = opened();
    for (let at = 1; at <= 1_200; at += 1) {
      read(numbered(at, at));
      vi.advanceTimersByTime(250);
    }
    expect(messages).toHaveLength(1_000);
  });

  it("are not told behind the end", () => {
    const { messages, read, end } = opened();
    read(numbered(1, 20));
    end();
    vi.advanceTimersByTime(1_000);
    read(numbered(21, 22));
    expect(messages).toHaveLength(10);
  });
});

/** Questions that wait for an answer, and what is said to them: each once, for one call, for a time. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Approvals, digestOf } from "../../templates/always/src/runtime/policy/approvals.ts";
import { requestText } from "../../templates/always/src/runtime/policy/preview.ts";
import { MemoryStore } from "../../templates/always/src/runtime/store/memory.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"] }));
afterEach(() => void vi.useRealTimers());

const open = (expiresInMs = 60_000) => {
  const sets: [string, string][] = [];
  class Watched extends MemoryStore {
    override async set(key: string, value: string, ms: number): Promise<void> {
      sets.push([key, value]);
      return super.set(key, value, ms);
    }
  }
  const store = new Watched({}, () => Date.now());
  return { approvals: new Approvals(() => store, expiresInMs), store, sets };
};
const question = { digest: "d1", message: "Delete Rex?" };

describe("a question", () => {
  it("is found by its name, which nobody guesses, and the store tells neither", async () => {
    const { approvals, sets } = open();
    const [name, other] = [await approvals.open(question), await approvals.open(question)];
    expect(name).toMatch(/^[0-9a-f]{48}$/);
    expect(other).not.toBe(name);
    expect(await approvals.find(name)).toEqual(question);
    expect(JSON.stringify(sets)).not.toContain(name);
    expect(JSON.stringify(sets)).not.toContain("Rex");
  });

  it.each(["", "x", "0".repeat(47), "0".repeat(48), "0".repeat(49), "G".repeat(48)])(
    "is not there under %j",
    async (name) => {
      const { approvals } = open();
      await approvals.open(question);
      expect(await approvals.find(name)).toBeUndefined();
    },
  );

  it("is gone after its time", async () => {
    const { approvals } = open(1_000);
    const name = await approvals.open(question);
    vi.setSystemTime(Date.now() + 999);
    expect(await approvals.find(name)).toBeDefined();
    vi.setSystemTime(Date.now() + 2);
    expect(await approvals.find(name)).toBeUndefined();
    expect(await approvals.settle(name, "d1")).toBe(false);
  });

  it("is answered once, for its own call", async () => {
    const { approvals } = open();
    const name = await approvals.open(question);
    expect(await approvals.settle(name, "d2")).toBe(false);
    expect(await approvals.find(name)).toEqual(question);
    expect(await Promise.all([approvals.settle(name, "d1"), approvals.settle(name, "d1")])).toEqual([true, false]);
    expect(await approvals.find(name)).toBeUndefined();
    expect(await approvals.settle(name, "d1")).toBe(false);
  });
});

describe("wrong keys", () => {
  it("are ten in a minute at most", async () => {
    const { approvals } = open();
    const may: boolean[] = [];
    for (let count = 0; count < 10; count += 1) {
      expect(await approvals.isBarred()).toBe(false);
      may.push(await approvals.mistaken());
    }
    expect(may).toEqual([...Array.from({ length: 9 }, () => true), false]);
    expect(await approvals.isBarred()).toBe(true);
    vi.setSystemTime(Date.now() + 60_001);
    expect(await approvals.isBarred()).toBe(false);
  });
});

describe("a call", () => {
  it("is the same whatever the order of its members, and another where a value differs", async () => {
    const one = await digestOf([{ b: [1, { d: 1, c: 2 }], a: null }]);
    expect(await digestOf([{ a: null, b: [1, { c: 2, d: 1 }] }])).toBe(one);
    for (const other of [
      [{ a: null, b: [{ c: 2, d: 1 }, 1] }],
      [{ a: null, b: [1, { c: 2, d: 2 }] }],
      [{ a: null }],
      [{ a: 0, b: [1, { c: 2, d: 1 }] }],
    ])
      expect(await digestOf(other)).not.toBe(one);
  });
});

describe("a request that is shown", () => {
  const request = (more: object = {}) => ({ method: "PUT", url: "https://a.example/x?y=1", headers: [], ...more });
  it.each<[string, object, string]>([
    ["without a body", {}, "PUT https://a.example/x?y=1"],
    [
      "with headers",
      {
        headers: [
          ["accept", "a/b"],
          ["x-one", "1\n2"],
        ],
      },
      "PUT https://a.example/x?y=1\naccept: a/b\nx-one: 1 2",
    ],
    ["with a text", { body: '{"a":1}' }, 'PUT https://a.example/x?y=1\n\n{"a":1}'],
    ["with bytes of a text", { body: Buffer.from("é\t\r\n") }, "PUT https://a.example/x?y=1\n\né\t\r\n"],
    ["with other bytes", { body: Buffer.from([0, 1, 255]) }, "PUT https://a.example/x?y=1\n\n(3 bytes)"],
    ["with bytes that are no UTF-8", { body: Buffer.from([65, 255]) }, "PUT https://a.example/x?y=1\n\n(2 bytes)"],
    ["with 2,000 characters", { body: "😀".repeat(2_000) }, `PUT https://a.example/x?y=1\n\n${"😀".repeat(2_000)}`],
    [
      "with more",
      { body: "x".repeat(2_007) },
      `PUT https://a.example/x?y=1\n\n${"x".repeat(2_000)}… (7 characters more)`,
    ],
  ])("%s", (_what, more, want) => {
    const shown = requestText(request(more) as never);
    expect(shown.replaceAll("\r\n", "\n")).toBe(want.replaceAll("\r\n", "\n"));
  });
});

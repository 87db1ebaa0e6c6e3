/** Kept answers in the store: pieces, what goes when there are too many, and what cannot be read. */
import { describe, expect, it } from "vitest";
import type { WholeAnswer } from "../../templates/always/src/runtime/response/call-result.ts";
import { SharedAnswers, type SharedLimits } from "../../templates/always/src/runtime/response/shared-answers.ts";
import { MemoryStore } from "../../templates/always/src/runtime/store/memory.ts";
import type { Store } from "../../templates/always/src/runtime/store/store.ts";

const limits: SharedLimits = { keptMs: 60_000, perCaller: 3, bytesPerCaller: 10 * 1024 * 1024 };

/** A store that tells which keys were set and deleted, and with which time. */
class Watched extends MemoryStore {
  readonly sets: [key: string, value: string, expiresInMs: number][] = [];
  readonly deleted: string[] = [];
  /** Runs once, in between the look at the list and its change. */
  meanwhile: (() => Promise<void>) | undefined;
  lists = 0;

  override async set(key: string, value: string, expiresInMs: number): Promise<void> {
    this.sets.push([key, value, expiresInMs]);
    return super.set(key, value, expiresInMs);
  }
  override async delete(key: string): Promise<void> {
    this.deleted.push(key);
    return super.delete(key);
  }
  override async compareAndSet(...given: Parameters<Store["compareAndSet"]>): Promise<boolean> {
    this.lists += 1;
    const run = this.meanwhile;
    this.meanwhile = undefined;
    await run?.();
    return super.compareAndSet(...given);
  }
}

const opened = (more: Partial<SharedLimits> = {}) => {
  const store = new Watched();
  return { store, answers: new SharedAnswers(store, { ...limits, ...more }) };
};
const text = (length: number, more: object = {}): WholeAnswer => ({
  kind: "text",
  bytes: Buffer.from("x".repeat(length)),
  mimeType: "text/plain",
  ...more,
});
const list = (ends: readonly number[], more: object = {}) => ({
  start: 1,
  separator: 2,
  ends: Uint32Array.from(ends),
  ...more,
});

describe("an answer", () => {
  const next = { page: 2, q: "a" };
  it.each<[string, WholeAnswer]>([
    ["a text", text(5)],
    ["a text with a call behind it", text(5, { next })],
    ["a text of nothing", text(0)],
    ["a text with its list", text(9, { list: list([3, 6, 9], { property: "data" }), next })],
    ["bytes", { kind: "bytes", bytes: Buffer.from([0, 255, 7]), mimeType: "image/png" }],
    ["bytes with a call behind them", { kind: "bytes", bytes: Buffer.from([0, 255]), mimeType: "image/png", next }],
  ])("comes back as it was: %s", async (_what, answer) => {
    const { answers } = opened();
    await answers.write("id", "ann", answer);
    const found = await answers.read("id", "ann");
    const plain = (value: WholeAnswer | undefined) =>
      value && {
        ...value,
        bytes: Buffer.from(value.bytes).toString("base64"),
        ...("list" in value && value.list ? { list: { ...value.list, ends: [...value.list.ends] } } : {}),
      };
    expect(plain(found?.answer)).toEqual(plain(answer));
    expect(found?.expiresInMs).toBeGreaterThan(59_000);
    expect(found?.expiresInMs).toBeLessThanOrEqual(60_000);
  });

  it.each([
    [0, 1],
    [1, 2],
  ])("of %i bytes is %i entries, its head the last of them", async (length, entries) => {
    const { store, answers } = opened();
    await answers.write("id", "ann", text(length));
    const keys = store.sets.map(([key]) => key);
    const head = keys.at(-1) ?? "";
    expect(keys).toEqual([...Array.from({ length: entries - 1 }, (_, index) => `${head}:${index}`), head]);
    expect(store.sets.every(([, , expiresInMs]) => expiresInMs === 60_000)).toBe(true);
    expect(keys.join()).not.toContain("id");
  });

  it("is read by its id and its caller only", async () => {
    const { answers } = opened();
    await answers.write("id", "ann", text(5));
    expect(await answers.read("id", "bob")).toBeUndefined();
    expect(await answers.read("other", "ann")).toBeUndefined();
  });

  it("is not read where a piece is lost, changed, or in another's place", async () => {
    for (const spoil of [
      (store: Watched, piece: string) => store.delete(piece),
      (store: Watched, piece: string) => store.set(piece, "AAAA", 1_000),
      (store: Watched, _piece: string, head: string) => store.set(head, "AAAA", 1_000),
      async (store: Watched, piece: string, head: string) =>
        store.set(piece, (await store.get(head))?.value ?? "", 1_000),
    ]) {
      const { store, answers } = opened();
      await answers.write("id", "ann", text(5));
      const [piece = "", head = ""] = store.sets.map(([key]) => key);
      await spoil(store, piece, head);
      expect(await answers.read("id", "ann")).toBeUndefined();
    }
  });
});

describe("of a caller", () => {
  const kept = async (answers: SharedAnswers, ids: readonly string[], caller = "ann") => {
    const found = await Promise.all(ids.map(async (id) => ((await answers.read(id, caller)) ? id : "")));
    return found.filter((id) => id !== "");
  };

  it("the oldest answers go, those of others stay", async () => {
    const { answers, store } = opened();
    await answers.write("b1", "bob", text(5));
    for (const id of ["a1", "a2", "a3"]) await answers.write(id, "ann", text(5));
    expect(store.deleted).toEqual([]);
    expect(await kept(answers, ["a1", "a2", "a3"])).toEqual(["a1", "a2", "a3"]);
    await answers.write("a4", "ann", text(5));
    expect(store.deleted).toHaveLength(2);
    expect(await kept(answers, ["a1", "a2", "a3", "a4"])).toEqual(["a2", "a3", "a4"]);
    expect(await kept(answers, ["b1"], "bob")).toEqual(["b1"]);
  });

  it("as many go as are too many bytes, with their pieces", async () => {
    const { answers, store } = opened({ bytesPerCaller: 160 });
    await answers.write("a1", "ann", text(60));
    await answers.write("a2", "ann", text(100));
    expect(await kept(answers, ["a1", "a2"])).toEqual(["a1", "a2"]);
    await answers.write("a3", "ann", text(1));
    expect(await kept(answers, ["a1", "a2", "a3"])).toEqual(["a2", "a3"]);
    expect(store.deleted.map((key) => key.replace(/^[^:]*:?[^:]*?(?=:\d$|$)/, ""))).toEqual(["", ":0"]);
    expect(new Set(store.deleted.map((key) => key.replace(/:\d$/, ""))).size).toBe(1);
  });

  it("the ends of a list count, too", async () => {
    const { answers } = opened({ bytesPerCaller: 30 });
    await answers.write("a1", "ann", text(10, { list: list([1, 2, 3]) }));
    await answers.write("a2", "ann", text(8));
    expect(await kept(answers, ["a1", "a2"])).toEqual(["a1", "a2"]);
    await answers.write("a3", "ann", text(1));
    expect(await kept(answers, ["a1", "a2", "a3"])).toEqual(["a2", "a3"]);
  });

  it("the list is made anew where another instance was faster", async () => {
    const { answers, store } = opened();
    store.meanwhile = () => answers.write("first", "ann", text(5));
    await answers.write("second", "ann", text(5));
    expect(store.lists).toBe(3);
    for (const id of ["third", "fourth"]) await answers.write(id, "ann", text(5));
    expect(await kept(answers, ["first", "second", "third", "fourth"])).toEqual(["second", "third", "fourth"]);
  });

  it("an answer is kept where the list is never to be had, after 100 tries", async () => {
    const { answers, store } = opened();
    store.compareAndSet = async () => {
      store.lists += 1;
      return false;
    };
    await answers.write("a1", "ann", text(5));
    expect(store.lists).toBe(100);
    expect(await kept(answers, ["a1"])).toEqual(["a1"]);
  });
});

/** Kept answers as they are read on: bytes and texts in parts, from this server or from another that shares its store. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { WholeAnswer } from "../../templates/always/src/runtime/response/call-result.ts";
import { uriTemplate } from "../../templates/always/src/runtime/request/uri-template.ts";
import {
  type KeepLimits,
  KeptAnswers,
  partTemplate,
} from "../../templates/always/src/runtime/response/kept-answers.ts";
import { MemoryStore } from "../../templates/always/src/runtime/store/memory.ts";
import { type Store, StoreError } from "../../templates/always/src/runtime/store/store.ts";

const answerTemplate = uriTemplate(partTemplate);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const text = (value: string, more: object = {}): WholeAnswer => ({
  kind: "text",
  bytes: Buffer.from(value),
  mimeType: "text/csv",
  ...more,
});
const bytes = (length: number): WholeAnswer => ({ kind: "bytes", bytes: new Uint8Array(length), mimeType: "a/b" });
const mib = 1024 * 1024;

function open(limits: Partial<KeepLimits> = {}, store?: Store) {
  const answers = new KeptAnswers(limits, store);
  const keep = (answer: WholeAnswer, caller = "ann") => answers.keep(caller, answer)?.uriAt(0) ?? "none";
  const read = (uri: string, caller = "ann") => answers.read(answerTemplate.match(uri) ?? new Map(), caller);
  const has = async (uri: string, caller = "ann") => (await answers.find(uri, caller)) !== undefined;
  return { answers, keep, read, has };
}

describe("bytes", () => {
  it("are read in parts of 3 MiB", async () => {
    const { keep, read } = open();
    const uri = keep(bytes(3 * mib + 2));
    const next = `${uri}?from=3145728`;
    const [first, word, ...more] = (await read(uri)) ?? [];
    expect([first?.uri, first?.mimeType, first && "blob" in first && first.blob.length]).toEqual([uri, "a/b", 4 * mib]);
    expect([word, more]).toEqual([
      {
        uri: next,
        mimeType: "text/plain",
        text: `[Part: bytes 1 to 3145728 of 3145730. The next one is at ${next}]`,
      },
      [],
    ]);
    expect(await read(next)).toEqual([{ uri: next, mimeType: "a/b", blob: "AAA=" }]);
    expect(await read(`${uri}?from=3145729`)).toMatchObject([{ blob: "AA==" }]);
    expect(await read(`${uri}?from=3145730`)).toBeUndefined();
  });

  it("that fit are one part", async () => {
    const { keep, read } = open();
    const uri = keep({ kind: "bytes", bytes: Uint8Array.of(0, 255), mimeType: "a/b" });
    expect(await read(uri)).toEqual([{ uri, mimeType: "a/b", blob: "AP8=" }]);
  });
});

describe("a text", () => {
  it("is read in parts of 100 KiB", async () => {
    const { keep, read } = open();
    const uri = keep(text("x".repeat(102_401)));
    const next = `${uri}?from=102400`;
    expect(await read(uri)).toEqual([
      { uri, mimeType: "text/csv", text: "x".repeat(102_400) },
      {
        uri: next,
        mimeType: "text/plain",
        text: `[Part: bytes 1 to 102400 of 102401. The next one is at ${next}]`,
      },
    ]);
    expect(await read(next)).toEqual([{ uri: next, mimeType: "text/csv", text: "x" }]);
  });

  it("that was cut says at its end why it has none", async () => {
    const { keep, read } = open({ partBytes: 8 });
    const uri = keep(text("abcdefgh[Part: x", { cut: "the connection broke" }));
    const [, word] = (await read(uri)) ?? [];
    expect(word).toMatchObject({ text: `[Part: bytes 1 to 8 of 16. The next one is at ${uri}?from=8]` });
    expect(await read(`${uri}?from=8`)).toEqual([
      { uri: `${uri}?from=8`, mimeType: "text/csv", text: "> [Part: x" },
      {
        uri,
        mimeType: "text/plain",
        text: "[Part: bytes 9 to 16 of 16. This is the end of what came: the connection broke]",
      },
    ]);
    const short = keep(text("Note: a", { cut: "the connection broke" }));
    expect(await read(short)).toMatchObject([{ text: "> Note: a" }, {}]);
    expect(await read(keep(text("Note: a")))).toMatchObject([{ text: "Note: a" }]);
  });

  it("is of an address that says whose part it is", () => {
    expect(answerTemplate.match("answer://a-1?from=7")).toEqual(
      new Map([
        ["id", ["a-1"]],
        ["from", ["7"]],
      ]),
    );
    expect(answerTemplate.match("other://a-1")).toBeUndefined();
  });
});

describe("all answers of all callers", () => {
  it("take 96 MiB at most", async () => {
    const { keep, has, answers } = open();
    const large = bytes(24 * mib);
    const callers = ["a", "b", "c", "d"];
    const uris = callers.map((caller) => keep(large, caller));
    const here = () => Promise.all(uris.map((uri, index) => has(uri, callers[index])));
    expect(await here()).toEqual([true, true, true, true]);
    keep(bytes(1), "e");
    expect(await here()).toEqual([false, true, true, true]);
    expect(vi.getTimerCount()).toBe(4);
    answers.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("another server that shares the store", () => {
  const sharing = () => {
    const clock = { now: 0 };
    const memory: Store = new MemoryStore({}, () => clock.now);
    const store = Object.assign(memory, { isShared: true });
    const gets = vi.spyOn(store, "get");
    return { clock, store, gets };
  };
  const keptIn = async (store: Store, answer: WholeAnswer, caller = "ann") => {
    const kept = open({}, store).answers.keep(caller, answer);
    await kept?.written;
    return kept?.uriAt(0) ?? "none";
  };

  it("gives the same, to the same caller", async () => {
    const { store } = sharing();
    const uri = await keptIn(store, text("abc", { cut: "time was up" }));
    const { read, answers, has } = open({}, store);
    expect(await has(uri, "bob")).toBe(false);
    const found = await answers.find(`${uri}?from=2`, "ann");
    expect([found?.at, found?.uriAt(1), Buffer.from(found?.answer.bytes ?? []).toString()]).toEqual([
      2,
      `${uri}?from=1`,
      "abc",
    ]);
    expect(await open({}, store).read(uri)).toEqual(await read(uri));
    expect(await read(uri)).toMatchObject([
      { uri, mimeType: "text/csv", text: "abc" },
      { text: "[Part: bytes 1 to 3 of 3. This is the end of what came: time was up]" },
    ]);
    expect(await read(uri, "bob")).toBeUndefined();
  });

  it("fetches it once, for all who ask meanwhile and for the parts that follow", async () => {
    const { store, gets } = sharing();
    const uri = await keptIn(store, text("abc"));
    const { has, read } = open({}, store);
    gets.mockClear();
    expect(await Promise.all([has(uri), has(uri), read(uri)])).toMatchObject([true, true, [{ text: "abc" }]]);
    // Its head, and its one piece.
    expect(gets).toHaveBeenCalledTimes(2);
    expect([await has(uri), await has(`${uri}?from=1`), gets.mock.calls.length]).toEqual([true, true, 2]);
  });

  it("gives it to its caller alone, also where others ask at the same time", async () => {
    const { store } = sharing();
    const uri = await keptIn(store, text("abc"));
    const { has } = open({}, store);
    expect(await Promise.all([has(uri, "bob"), has(uri), has(uri, "bob")])).toEqual([false, true, false]);
  });

  it("has it as long as the first one said", async () => {
    const { store, clock } = sharing();
    const uri = await keptIn(store, text("abc"));
    const { has } = open({}, store);
    clock.now = 299_000;
    expect(await has(uri)).toBe(true);
    clock.now = 300_000;
    vi.advanceTimersByTime(999);
    expect(await has(uri)).toBe(true);
    vi.advanceTimersByTime(1);
    expect(await has(uri)).toBe(false);
  });

  it("asks again for what was not there, or could not be had", async () => {
    const { store, gets } = sharing();
    const uri = "answer://00000000-0000-4000-8000-000000000000";
    const { has, read } = open({}, store);
    gets.mockClear();
    expect([await has(uri), await has(uri), gets.mock.calls.length]).toEqual([false, false, 2]);
    const real = await keptIn(store, text("abc"));
    gets.mockRejectedValueOnce(new StoreError("away"));
    expect([await has(real), await has(real)]).toEqual([false, true]);
    gets.mockRejectedValueOnce(new StoreError("away"));
    expect(await open({}, store).read(real)).toBeUndefined();
    expect(await read(real)).toMatchObject([{ text: "abc" }]);
  });

  it("is not asked for what is no address of an answer", async () => {
    const { store, gets } = sharing();
    const { has, answers } = open({}, store);
    gets.mockClear();
    const id = "00000000-0000-4000-8000-000000000000";
    for (const other of ["x", id.slice(1), `${id}0`, id.replace("4", "g"), id.replace("4", "A")]) {
      expect(await has(`answer://${other}`)).toBe(false);
      expect(await answers.read(new Map([["id", [other]]]), "ann")).toBeUndefined();
    }
    expect(gets).toHaveBeenCalledTimes(0);
    const plain = new MemoryStore();
    const asked = vi.spyOn(plain, "get");
    expect([await open({}, plain).has(`answer://${id}`), asked.mock.calls]).toEqual([false, []]);
  });

  it("does without an answer that could not be written: the first one has it", async () => {
    const { store } = sharing();
    store.set = () => Promise.reject(new StoreError("away"));
    const first = open({}, store);
    const kept = first.answers.keep("ann", text("abc"));
    await expect(kept?.written).resolves.toBeUndefined();
    const uri = kept?.uriAt(0) ?? "none";
    expect([await first.has(uri), await open({}, store).has(uri)]).toEqual([true, false]);
  });
});

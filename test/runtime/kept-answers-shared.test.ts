/** Kept answers that another instance reads on, through the store, and what whoever sees the store can make of them. */
import { describe, expect, it } from "vitest";
import { createLog } from "../../templates/always/src/runtime/log.ts";
import { redisStore } from "../../templates/always/src/runtime/node/redis.ts";
import { uriTemplate } from "../../templates/always/src/runtime/request/uri-template.ts";
import {
  type KeepLimits,
  KeptAnswers,
  partTemplate,
} from "../../templates/always/src/runtime/response/kept-answers.ts";
import type { WholeAnswer } from "../../templates/always/src/runtime/response/call-result.ts";
import { recordList } from "../../templates/always/src/runtime/response/text.ts";
import { Secret } from "../../templates/always/src/runtime/secret.ts";
import { Seal } from "../../templates/always/src/runtime/store/shared-secrets.ts";
import { type Store, StoreError } from "../../templates/always/src/runtime/store/store.ts";
import { redisProgram, startRedis } from "./redis-server.ts";
import { SharedMemory } from "./shared-memory.ts";

const answerTemplate = uriTemplate(partTemplate);

const key = "sk_live_51H8xQ2eZvKYlo2C";

function instances(limits: Partial<KeepLimits> = {}, store: Store = new SharedMemory()) {
  const all = [new KeptAnswers(limits, store), new KeptAnswers(limits, store)] as const;
  const read = async (at: 0 | 1, uri: string, caller = "ann") =>
    all[at].read(answerTemplate.match(uri) ?? new Map<string, string[]>(), caller);
  /** All parts of an answer, from the first on. */
  const whole = async (at: 0 | 1, uri: string, caller = "ann"): Promise<Buffer | undefined> => {
    const parts: Buffer[] = [];
    for (let next: string | undefined = uri; next !== undefined;) {
      const [content, word]: Awaited<ReturnType<typeof read>> & object = (await read(at, next, caller)) ?? [];
      if (content === undefined) return undefined;
      parts.push("blob" in content ? Buffer.from(content.blob, "base64") : Buffer.from(content.text));
      next = word?.uri;
    }
    return Buffer.concat(parts);
  };
  const keep = async (answer: WholeAnswer, caller = "ann"): Promise<string> => {
    const kept = all[0].keep(caller, answer);
    await kept?.written;
    return kept?.uriAt(0) ?? "";
  };
  return { keep, read, whole, store, close: () => all.forEach((answers) => answers.close()) };
}

const text = (value: string): WholeAnswer => ({ kind: "text", bytes: Buffer.from(value), mimeType: "text/plain" });

describe("an answer that was begun at one instance", () => {
  const long = Array.from({ length: 60_000 }, (_line, at) => `line ${at}`).join("\n");

  it("is read on at another, whatever it is", async () => {
    const { keep, whole, close } = instances();
    for (const answer of [
      text("short"),
      text(long),
      { ...text(`${long}\n`), list: recordList(Buffer.from(`${long}\n`), false) } as WholeAnswer,
      { kind: "bytes", bytes: new Uint8Array(700_000).map((_byte, at) => at % 251), mimeType: "a/b" } as WholeAnswer,
    ]) {
      const uri = await keep(answer);
      const here = await whole(0, uri);
      expect(here?.equals(answer.bytes)).toBe(true);
      expect((await whole(1, uri))?.equals(answer.bytes)).toBe(true);
    }
    close();
  });

  it("is read on part by part alike", async () => {
    const { keep, read, close } = instances({ partBytes: 50 });
    const lines = Buffer.from("one line\nanother line\na third line\nand a fourth line\n".repeat(3));
    const uri = await keep({ ...text(lines.toString()), list: recordList(lines, false) } as WholeAnswer);
    for (const from of [0, 1, 3, 5, 9, 11, 12, 99])
      expect(await read(1, `${uri}?from=${from}`)).toEqual(await read(0, `${uri}?from=${from}`));
    close();
  });

  it("is nobody else's there, and nobody's who makes the URI up", async () => {
    const { keep, read, whole, close } = instances();
    const uri = await keep(text("for ann"));
    expect(await read(1, uri, "bob")).toBeUndefined();
    expect(String(await whole(1, uri))).toBe("for ann");
    expect(await read(1, uri, "bob")).toBeUndefined();
    for (const made of ["answer://x", `answer://${crypto.randomUUID()}`, "answer://../../x"])
      expect(await read(1, made)).toBeUndefined();
    close();
  });

  it("ends with its time, also where it was fetched", async () => {
    const store = new SharedMemory();
    const { keep, read, whole, close } = instances({ keptMs: 60_000 }, store);
    const uri = await keep(text("for a minute"));
    store.clock.now = 59_000;
    expect(String(await whole(1, uri))).toBe("for a minute");
    store.clock.now = 60_000;
    const third = instances({}, store);
    expect(await third.read(0, uri)).toBeUndefined();
    expect(await read(0, uri)).toBeDefined();
    third.close();
    close();
  });

  it("makes room for the caller's newer ones, wherever they were kept", async () => {
    const store = new SharedMemory();
    const limits = { perCaller: 2, bytesPerCaller: 40 };
    const made = [instances(limits, store), instances(limits, store), instances(limits, store)] as const;
    const uris: string[] = [];
    for (const one of made) uris.push(await one.keep(text("x".repeat(10))));
    const other = await made[0].keep(text("bob's"), "bob");
    const reader = instances({}, store);
    const there = async () => Promise.all(uris.map(async (uri) => (await reader.read(1, uri)) !== undefined));
    // The first is gone from the store with all its pieces; who kept it still has it.
    expect(await there()).toEqual([false, true, true]);
    expect(await made[0].read(0, uris[0] ?? "")).toBeDefined();
    uris.push(await made[0].keep(text("y".repeat(35))));
    const fresh = instances({}, store);
    expect(await Promise.all(uris.map(async (uri) => (await fresh.read(1, uri)) !== undefined))).toEqual([
      false,
      false,
      false,
      true,
    ]);
    expect(String(await fresh.whole(1, other, "bob"))).toBe("bob's");
    // Of each: what is said of it, its piece, and of each caller the list.
    expect(store.size).toBe(2 * 2 + 2);
    for (const one of [...made, reader, fresh]) one.close();
  });

  it("is all or nothing: one that lacks a piece, or that somebody changed, is gone", async () => {
    const store = new SharedMemory();
    const { keep, read, close } = instances({}, store);
    const changes: ((key: string, value: string) => Promise<unknown>)[] = [
      (key) => store.delete(key),
      (key, value) => store.set(key, `${value.slice(0, -8)}AAAAAAAA`, 60_000),
      (key) => store.set(key, "no base64", 60_000),
    ];
    for (const change of changes) {
      const before = new Set(store.keys());
      const uri = await keep(text("whole or not at all"));
      const piece = [...store.keys()].find((name) => !before.has(name) && name.endsWith(":0")) ?? "";
      await change(piece, (await store.get(piece))?.value ?? "");
      expect(await read(1, uri)).toBeUndefined();
    }
    close();
  });

  it("is written once more when two instances keep at the same time", async () => {
    const store = new SharedMemory();
    const made = Array.from({ length: 20 }, () => instances({ perCaller: 100 }, store));
    const uris = await Promise.all(made.map((one, at) => one.keep(text(`answer ${at}`))));
    const reader = instances({ perCaller: 100 }, store);
    for (const [at, uri] of uris.entries()) expect(String(await reader.whole(1, uri))).toBe(`answer ${at}`);
    for (const one of [...made, reader]) one.close();
  });

  it("stays where it is while the store is down", async () => {
    const down = new SharedMemory();
    down.fail = () => new StoreError("Redis does not answer");
    const { keep, read, whole, close } = instances({}, down);
    const uri = await keep(text("still here"));
    expect(String(await whole(0, uri))).toBe("still here");
    expect(await read(1, uri)).toBeUndefined();
    down.fail = undefined;
    expect(await read(1, uri)).toBeUndefined();
    close();
  });
});

describe("whoever sees the store", () => {
  it("reads neither the answer, nor its URI, nor whose it is, and another instance no secret that it does not know", async () => {
    new Secret(key);
    const store = new SharedMemory();
    const { keep, whole, close } = instances({}, store);
    const uri = await keep(text(`{"owner":"Ada Lovelace","key":"${key}"}`), "user:ann");
    const seen = JSON.stringify(await store.dump());
    for (const word of ["Ada", key, Buffer.from(key).toString("base64"), "user:ann", uri.slice("answer://".length)])
      expect(seen).not.toContain(word);
    const id = /[\da-f-]{36}/.exec(uri)?.[0] ?? "";
    const [piece = ""] = [...store.keys()].filter((name) => name.endsWith(":0"));
    const opened = await (
      await Seal.of(id, "answer")
    ).open((await store.get(piece))?.value ?? "", JSON.stringify(["user:ann", 0]));
    expect(Buffer.from(opened ?? []).toString()).toBe(
      `{"owner":"Ada Lovelace","key":"${"[secret]".padEnd(key.length)}"}`,
    );
    expect(String(await whole(1, uri, "user:ann"))).not.toContain(key);
    close();
  });
});

describe("a seal", () => {
  it("is opened by its secret, for its use and in its place only", async () => {
    const seal = await Seal.of("secret of some length", "a");
    const bytes = new TextEncoder().encode("something");
    const closed = await seal.close(bytes, "here");
    expect(await seal.open(closed, "here")).toEqual(bytes);
    expect(await (await Seal.of("secret of some length", "a")).open(closed, "here")).toEqual(bytes);
    expect(await seal.open(closed, "there")).toBeUndefined();
    expect(await (await Seal.of("secret of some length", "b")).open(closed, "here")).toBeUndefined();
    expect(await (await Seal.of("another secret of that length", "a")).open(closed, "here")).toBeUndefined();
    expect(await seal.close(bytes, "here")).not.toBe(closed);
    for (const wrong of ["", "AAAA", "no base64", closed.slice(4)])
      expect(await seal.open(wrong, "here")).toBeUndefined();
  });
});

describe.skipIf(redisProgram === undefined)("in Redis (skipped where redis-server is not on PATH)", () => {
  it("an answer of some megabytes is there for others", async () => {
    const redis = await startRedis();
    const connect = () =>
      redisStore({ url: new Secret(redis.url), prefix: "mcp:pets:", withinMs: 60_000, log: createLog("silent") });
    const [store, other] = [await connect(), await connect()];
    const bytes = new Uint8Array(2_000_000).map((_byte, at) => (at * 7) % 253);
    const one = instances({}, store);
    const uri = await one.keep({ kind: "bytes", bytes, mimeType: "a/b" });
    const two = instances({}, other);
    expect((await two.whole(1, uri))?.equals(bytes)).toBe(true);
    one.close();
    two.close();
    await Promise.all([store.close(), other.close()]);
    await redis.stop();
  });
});

/** What a store takes and refuses, how one in memory counts and clears, and secrets that only who has the key can read. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { Secret } from "../../templates/always/src/runtime/secret.ts";
import { MemoryStore } from "../../templates/always/src/runtime/store/memory.ts";
import { Seal, SharedSecrets } from "../../templates/always/src/runtime/store/shared-secrets.ts";
import {
  checkAddend,
  checkKey,
  checkText,
  checkTime,
  hashedKey,
  StoreError,
  TextKeys,
} from "../../templates/always/src/runtime/store/store.ts";

afterEach(() => void vi.restoreAllMocks());

const badKey = "A key of the store has to be 1 to 512 visible ASCII characters";
const badTime = "A time of the store has to be a whole number of milliseconds, 1 at least";
const badAddend = "What is added to a count has to be a whole number";
const faultOf = (run: () => unknown): unknown => {
  try {
    run();
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(StoreError);
    expect(error).toHaveProperty("name", "StoreError");
    return (error as Error).message;
  }
};

describe("a store takes", () => {
  it.each(["a", "!", "~", "limit:a/b+c=", "k".repeat(512)])("the key %s", (key) =>
    expect(faultOf(() => checkKey(key))).toBeUndefined(),
  );
  it.each(["", " ", "a b", "\x7f", "ü", "a\n", "\na", "k".repeat(513)])("no key %j", (key) =>
    expect(faultOf(() => checkKey(key))).toBe(badKey),
  );
  it.each([1, 2, 86_400_000])("the time %i", (ms) => expect(faultOf(() => checkTime(ms))).toBeUndefined());
  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])("no time %s", (ms) =>
    expect(faultOf(() => checkTime(ms))).toBe(badTime),
  );
  it.each([0, -3, 7])("the addend %i", (by) => expect(faultOf(() => checkAddend(by))).toBeUndefined());
  it.each([0.5, Number.NaN, 2 ** 53])("no addend %s", (by) => expect(faultOf(() => checkAddend(by))).toBe(badAddend));

  it.each([
    ["", 0],
    ["abc", 3],
    ["\0\x7f", 2],
    ["ü", 2],
    ["a\x80", 3],
    ["\u{1f600}", 4],
    ["€\n€", 7],
  ])("the text %j as %i bytes", (text, bytes) => expect(checkText(text)).toBe(bytes));

  it("texts of up to 4 MiB, and no half of a character", () => {
    const most = 4_194_304;
    expect([checkText("a".repeat(most)), checkText("ü".repeat(most / 2))]).toEqual([most, most]);
    const long = (bytes: number) => `A text of the store has to be at most 4194304 bytes, not ${bytes}`;
    expect(faultOf(() => checkText("a".repeat(most + 1)))).toBe(long(most + 1));
    expect(faultOf(() => checkText(`ü${"a".repeat(most)}`))).toBe(long(most + 2));
    for (const text of ["\ud800", "a\udc00b"])
      expect(faultOf(() => checkText(text))).toBe("A text of the store must not have half of a surrogate pair");
  });

  it("says why it cannot be asked", () =>
    expect(new StoreError("gone", "why")).toMatchObject({ name: "StoreError", message: "gone", cause: "why" }));
});

describe("a store in memory", () => {
  const made = (bounds: ConstructorParameters<typeof MemoryStore>[0] = {}) => {
    const clock = { now: 0 };
    return { clock, store: new MemoryStore(bounds, () => clock.now) };
  };

  it("refuses what no store takes, whatever is asked", async () => {
    const { store } = made();
    for (const asked of [
      () => store.get(""),
      () => store.set("", "x", 1),
      () => store.increment("", 1, 1),
      () => store.compareAndSet("", undefined, "x", 1),
      () => store.delete(""),
    ])
      await expect(asked()).rejects.toThrow(badKey);
    for (const asked of [
      () => store.set("a", "x", 0),
      () => store.increment("a", 1, 0),
      () => store.compareAndSet("a", undefined, "x", 0),
    ])
      await expect(asked()).rejects.toThrow(badTime);
    await expect(store.increment("a", 0.5, 1)).rejects.toThrow(badAddend);
    for (const asked of [() => store.set("a", "\ud800", 1), () => store.compareAndSet("a", undefined, "\ud800", 1)])
      await expect(asked()).rejects.toThrow("half of a surrogate pair");
    expect([store.size, store.bytes, store.isShared]).toEqual([0, 0, false]);
  });

  it("counts from the first addition on, and never a text", async () => {
    const { clock, store } = made();
    expect(await store.increment("n", 5, 1_000)).toEqual({ value: 5, expiresInMs: 1_000 });
    clock.now = 400.5;
    expect(await store.increment("n", -7, 9_000)).toEqual({ value: -2, expiresInMs: 600 });
    expect([await store.get("n"), store.bytes]).toEqual([{ value: "-2", expiresInMs: 600 }, 18]);
    clock.now = 1_000;
    expect(await store.increment("n", 1, 50)).toEqual({ value: 1, expiresInMs: 50 });
    await store.set("t", "7", 1_000);
    await expect(store.increment("t", 1, 1)).rejects.toThrow(new StoreError("A text of the store is no count"));
    expect((await store.get("t"))?.value).toBe("7");
  });

  it("sets a text only where the expected one is, or none", async () => {
    const { clock, store } = made();
    const set = (expected: string | undefined, value: string) => store.compareAndSet("a", expected, value, 100);
    expect([await set("x", "y"), await set(undefined, "y"), await set(undefined, "z")]).toEqual([false, true, false]);
    expect([await set("x", "z"), (await store.get("a"))?.value, await set("y", "z")]).toEqual([false, "y", true]);
    clock.now = 50;
    expect(await set("z", "long")).toBe(true);
    expect([await store.get("a"), store.bytes]).toEqual([{ value: "long", expiresInMs: 100 }, 5]);
    clock.now = 150;
    expect([await set("long", "x"), await set(undefined, "x")]).toEqual([false, true]);
    await store.increment("n", 3, 100);
    expect(await store.compareAndSet("n", "3", "x", 100)).toBe(true);
  });

  it("knows its bytes, and gives all of them back", async () => {
    const { clock, store } = made();
    await store.set("ab", "üx", 100);
    await store.increment("n", 1, 100);
    expect([store.size, store.bytes]).toEqual([2, 5 + 18]);
    await store.set("ab", "", 100);
    await store.delete("n");
    await store.delete("none");
    expect([store.size, store.bytes]).toEqual([1, 2]);
    clock.now = 100;
    expect([await store.get("ab"), store.size, store.bytes]).toEqual([undefined, 0, 0]);
    await store.set("c", "x", 100);
    await store.close();
    expect([store.size, store.bytes, await store.get("c")]).toEqual([0, 0, undefined]);
  });

  it("is as large as its bounds, and lets go of what was not asked for longest", async () => {
    const { store } = made({ bytes: 10, entries: 3 });
    await store.set("a", "x".repeat(9), 100);
    expect([store.size, store.bytes]).toEqual([1, 10]);
    await expect(store.set("b", "x".repeat(10), 100)).rejects.toThrow(
      new StoreError("This text is larger than the whole store"),
    );
    expect((await store.get("a"))?.value).toHaveLength(9);
    for (const key of ["b", "c", "d"]) await store.set(key, "x", 100);
    expect([store.size, store.bytes, await store.get("a")]).toEqual([3, 6, undefined]);
    await store.compareAndSet("b", "none", "x", 100);
    await store.set("e", "x", 100);
    expect([await store.get("c"), (await store.get("b"))?.value, store.size]).toEqual([undefined, "x", 3]);
  });

  it("clears what is over once more was set than is there, and than 1,024", async () => {
    const { clock, store } = made();
    for (let at = 0; at < 500; at += 1) await store.set(`over${at}`, "x", 10);
    await store.set("stays", "x", 11);
    clock.now = 10;
    for (let at = 0; at < 523; at += 1) await store.set("same", "x", 100);
    expect(store.size).toBe(502);
    await store.set("same", "x", 100);
    expect(store.size).toBe(2);
    for (let at = 0; at < 1_500; at += 1) await store.set(`more${at}`, "x", 1);
    clock.now = 11;
    expect(store.size).toBe(1_502);
    await store.set("same", "x", 100);
    expect(store.size).toBe(1_502);
    await store.set("same", "x", 100);
    await store.set("same", "x", 100);
    expect(store.size).toBe(1);
  });
});

describe("a key", () => {
  it("of a text is its SHA-256 under a name", async () =>
    expect(await hashedKey("n", "abc")).toBe("n:ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="));

  it("of a text that comes again is hashed once, of up to a thousand that are not long", async () => {
    const digest = vi.spyOn(crypto.subtle, "digest");
    const keys = new TextKeys("k", true);
    const hashes = async (...texts: readonly string[]): Promise<number> => {
      const before = digest.mock.calls.length;
      for (const text of texts) await keys.of(text);
      return digest.mock.calls.length - before;
    };
    expect(await hashes("a", "a", "b")).toBe(2);
    const [known, long] = ["x".repeat(1_000), "x".repeat(1_001)];
    expect([await hashes(known, known), await hashes(long, long)]).toEqual([1, 2]);
    for (let at = 0; at < 997; at += 1) await keys.of(`t${at}`);
    expect(await hashes("a")).toBe(0);
    await keys.of("one more");
    expect([await hashes("a"), await hashes("b")]).toEqual([0, 1]);
  });

  it("of a short text is that text where nobody else sees it", async () => {
    const keys = new TextKeys("k", false);
    expect([await keys.of("~!"), await keys.of("x".repeat(400))]).toEqual(["k:=~!", `k:=${"x".repeat(400)}`]);
    for (const text of ["", "a b", "x".repeat(401), "ü"]) expect(await keys.of(text)).toBe(await hashedKey("k", text));
  });
});

describe("secrets in a store", () => {
  const key = new Secret("k3y-of-all-instances-0123456789");
  const made = (clock = { now: 0 }) => {
    const store = new MemoryStore({}, () => clock.now);
    return { clock, store, secrets: new SharedSecrets(store, key) };
  };
  const text = async (secrets: SharedSecrets, name: string) => {
    const found = await secrets.get(name);
    return found && [found.secret.reveal(), found.expiresInMs];
  };

  it("are had by name until they end or are deleted", async () => {
    const { clock, secrets } = made();
    expect(await text(secrets, "a")).toBeUndefined();
    await secrets.set("a", new Secret("s3cr3t-ü"), 1_000);
    clock.now = 400;
    expect(await text(secrets, "a")).toEqual(["s3cr3t-ü", 600]);
    expect(await text(secrets, "b")).toBeUndefined();
    await secrets.delete("a");
    expect(await text(secrets, "a")).toBeUndefined();
  });

  it("are read with their key, under their name alone, and nothing shows what they are", async () => {
    const { store, secrets } = made();
    const set = vi.spyOn(store, "set");
    await secrets.set("a", new Secret("s3cr3t-value"), 1_000);
    await secrets.set("b", new Secret("s3cr3t-value"), 1_000);
    const [[first, sealed] = ["", ""], [second, other] = ["", ""]] = set.mock.calls;
    expect([first.slice(0, 7), first === second, sealed === other]).toEqual(["secret:", false, false]);
    expect(Buffer.from(sealed, "base64")).toHaveLength(12 + 12 + 16);
    expect(Buffer.from(sealed, "base64").toString("latin1")).not.toContain("s3cr3t");
    expect(await text(new SharedSecrets(store, new Secret("an0ther-key-0123456789")), "a")).toBeUndefined();
    await store.set(first, other, 1_000);
    expect(await text(secrets, "a")).toBeUndefined();
    expect(await text(secrets, "b")).toEqual(["s3cr3t-value", 1_000]);
  });

  it("are got by one at a time", async () => {
    const { clock, store, secrets } = made();
    const others = new SharedSecrets(store, key);
    expect([await secrets.claim("a", 100), await others.claim("a", 100), await others.claim("b", 100)]).toEqual([
      true,
      false,
      true,
    ]);
    await secrets.release("a");
    expect(await others.claim("a", 100)).toBe(true);
    clock.now = 100;
    expect(await secrets.claim("a", 100)).toBe(true);
    await secrets.set("a", new Secret("s3cr3t-value"), 1_000);
    expect(await text(secrets, "a")).toEqual(["s3cr3t-value", 1_000]);
  });

  it("are opened only as they were closed", async () => {
    const [seal, use, own] = await Promise.all([
      Seal.of("s3cr3t-0123456789", "a"),
      Seal.of("s3cr3t-0123456789", "b"),
      Seal.of("0ther-s3cr3t-0123", "a"),
    ]);
    const bytes = new TextEncoder().encode("text");
    const closed = await seal.close(bytes, "place");
    expect(await seal.open(closed, "place")).toEqual(bytes);
    expect(await (await Seal.of("s3cr3t-0123456789", "a")).open(closed, "place")).toEqual(bytes);
    const changed = Buffer.from(closed, "base64");
    changed[20] = (changed[20] ?? 0) ^ 1;
    for (const [by, given, place] of [
      [use, closed, "place"],
      [own, closed, "place"],
      [seal, closed, "elsewhere"],
      [seal, changed.toString("base64"), "place"],
      [seal, "no base64!", "place"],
      [seal, "", "place"],
    ] as const)
      expect(await by.open(given, place)).toBeUndefined();
  });
});

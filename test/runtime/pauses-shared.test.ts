/** Pauses of an origin, as instances tell each other: how long they last, who asks when, and what a store that is down changes. */
import { describe, expect, it } from "vitest";
import { StoreError } from "../../templates/always/src/runtime/store/store.ts";
import { SharedPauses } from "../../templates/always/src/runtime/upstream/pacing.ts";
import { SharedMemory } from "./shared-memory.ts";

function made() {
  const store = new SharedMemory();
  const now = () => store.clock.now;
  const instance = (use = "breaker", origin = "https://a.example", ahead = 0) =>
    new SharedPauses(store, use, origin, () => now() + ahead);
  const pass = (ms: number): void => void (store.clock.now += ms);
  return { store, instance, pass };
}

describe("a pause", () => {
  it("is known at once to who tells it, and to others when they ask", async () => {
    const { instance } = made();
    const [one, other] = [instance(), instance()];
    one.pause("get", 5_000);
    expect([one.leftOf("get"), other.leftOf("get")]).toEqual([5_000, undefined]);
    await one.refresh();
    await other.refresh();
    expect(other.leftOf("get")).toBe(5_000);
    expect(other.leftOf("put")).toBeUndefined();
  });

  it("runs on, and is not over by itself", async () => {
    const { instance, pass } = made();
    const one = instance();
    one.pause("get", 5_000);
    pass(5_000);
    expect(one.leftOf("get")).toBe(0);
    pass(1_000);
    expect(one.leftOf("get")).toBe(-1_000);
  });

  it("counts on each instance's own clock", async () => {
    const { instance, pass } = made();
    const [one, other] = [instance(), instance("breaker", "https://a.example", 1_000_000)];
    one.pause("get", 5_000);
    await one.refresh();
    pass(2_000);
    await other.refresh();
    expect(other.leftOf("get")).toBe(3_000);
  });

  it("that is over is over for others", async () => {
    const { instance, pass } = made();
    const [one, other] = [instance(), instance()];
    one.pause("get", 5_000);
    await one.refresh();
    await other.refresh();
    other.end("get");
    expect(other.leftOf("get")).toBeUndefined();
    await other.refresh();
    pass(1_000);
    await one.refresh();
    expect(one.leftOf("get")).toBeUndefined();
  });

  it("is of one use and one origin", async () => {
    const { instance } = made();
    const one = instance();
    one.pause("get", 5_000);
    await one.refresh();
    for (const other of [instance("limit"), instance("breaker", "https://b.example")]) {
      await other.refresh();
      expect(other.leftOf("get")).toBeUndefined();
    }
  });

  it("that ends long ago is not told on", async () => {
    const { store, instance, pass } = made();
    const one = instance();
    one.pause("old", 1_000);
    await one.refresh();
    pass(500_000);
    one.pause("other", 1_000);
    await one.refresh();
    pass(500_000);
    one.pause("new", 1_000);
    await one.refresh();
    const values = (await store.dump()).map(([, { value }]) => JSON.parse(value) as object);
    expect(values).toEqual([{ new: 1_000, other: -499_000 }]);
  });

  it("is one of five hundred at most: those that end first go", async () => {
    const { store, instance } = made();
    const one = instance();
    for (let index = 0; index < 500; index += 1) one.pause(`p${index}`, 10_000 + index);
    await one.refresh();
    one.pause("first", 1);
    one.pause("last", 99_999);
    await one.refresh();
    const [told = {}] = (await store.dump()).map(([, { value }]) => JSON.parse(value) as Record<string, number>);
    expect(Object.keys(told)).toHaveLength(500);
    expect([told["last"], told["first"], told["p0"], told["p1"]]).toEqual([99_999, undefined, undefined, 10_001]);
  });
});

describe("a store", () => {
  it("is asked once a second at most", async () => {
    const { store, instance, pass } = made();
    const one = instance();
    for (let times = 0; times < 3; times += 1) await one.refresh();
    expect(store.asked.filter((what) => what.startsWith("get"))).toHaveLength(1);
    pass(999);
    await one.refresh();
    expect(store.asked).toHaveLength(1);
    pass(1);
    await one.refresh();
    expect(store.asked).toHaveLength(2);
  });

  it("is told of several at once", async () => {
    const { store, instance } = made();
    const one = instance();
    for (const name of ["a", "b", "c"]) one.pause(name, 1_000);
    await one.refresh();
    expect(store.asked.filter((what) => what.startsWith("compareAndSet"))).toHaveLength(1);
  });

  it("that is down changes nothing, and is told later", async () => {
    const { store, instance, pass } = made();
    const [one, other] = [instance(), instance()];
    store.fail = () => new StoreError("down");
    one.pause("get", 5_000);
    await one.refresh();
    expect(one.leftOf("get")).toBe(5_000);
    store.fail = undefined;
    pass(1_000);
    await one.refresh();
    await one.refresh();
    await other.refresh();
    expect(other.leftOf("get")).toBe(4_000);
  });

  it("holds what others told as well, where two tell at once", async () => {
    const { instance } = made();
    const all = [instance(), instance(), instance()];
    all.forEach((one, index) => one.pause(`p${index}`, 5_000));
    await Promise.all(all.map((one) => one.refresh()));
    const other = instance();
    await other.refresh();
    expect([0, 1, 2].map((index) => other.leftOf(`p${index}`))).toEqual([5_000, 5_000, 5_000]);
  });

  it.each(["[]", "1", '{"get":"x"}', "null"])("that holds %s tells of no pause", async (value) => {
    const { store, instance, pass } = made();
    const one = instance();
    one.pause("get", 1);
    await one.refresh();
    const [[key] = [""]] = await store.dump();
    await store.set(key, value, 600_000);
    pass(1_000);
    const other = instance();
    await other.refresh();
    expect(other.leftOf("get")).toBeUndefined();
  });
});

describe("whoever finds out whether a pause is over", () => {
  it("is one, until it gives that up or half a minute is over", async () => {
    const { instance, pass } = made();
    const [one, other] = [instance(), instance()];
    expect([await one.claim("get"), await other.claim("get"), await other.claim("put")]).toEqual([true, false, true]);
    one.release("get");
    await one.refresh();
    expect(await other.claim("get")).toBe(true);
    pass(29_999);
    expect(await one.claim("get")).toBe(false);
    pass(1);
    expect(await one.claim("get")).toBe(true);
  });

  it("is each by itself where the store is down", async () => {
    const { store, instance } = made();
    store.fail = () => new StoreError("down");
    expect(await instance().claim("get")).toBe(true);
    expect(await instance().claim("get")).toBe(true);
  });
});

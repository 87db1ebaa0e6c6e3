/** Who waits for a place, how long, and who is refused at once. */
import { describe, expect, it } from "vitest";
import { Gate } from "../../templates/always/src/runtime/upstream/gate.ts";

const never = new AbortController().signal;
const refused = { name: "LimitError", message: "This server is overloaded" };

/** A gate whose clock stands still until told otherwise. */
function gateOf(places: number, queue: number, mostWaitMs: number) {
  let time = 0;
  const gate = new Gate(places, queue, mostWaitMs, () => time);
  return { gate, pass: (milliseconds: number) => void (time += milliseconds) };
}

describe("a gate", () => {
  it("refuses at once what would wait longer than the last calls let expect", async () => {
    const { gate, pass } = gateOf(1, 100, 60_000);
    // Calls of 10 s each, until the mean is near that.
    for (let call = 0; call < 100; call += 1) {
      const leave = await gate.enter(never);
      pass(10_000);
      leave();
    }
    const leave = await gate.enter(never);
    const results = Array.from({ length: 10 }, () => gate.enter(never).then((next) => next()));
    const last = results.slice(6);
    for (const result of last) await expect(result).rejects.toMatchObject(refused);
    await expect(last[0]).rejects.toHaveProperty(
      "retryAfterMs",
      expect.toSatisfy((wait: number) => wait > 60_000),
    );
    leave();
    await Promise.all(results.slice(0, 6));
  });

  it("refuses at once while nobody has left for longer than a call may wait", async () => {
    const { gate, pass } = gateOf(2, 100, 60_000);
    const inside = [await gate.enter(never), await gate.enter(never)];
    const waiting = gate.enter(never);
    pass(60_001);
    await expect(gate.enter(never)).rejects.toMatchObject(refused);
    for (const leave of inside) leave();
    (await waiting)();
    (await gate.enter(never))();
  });

  it("ends a wait that lasts too long, and keeps no place for it", async () => {
    const gate = new Gate(1, 1, 1);
    const leave = await gate.enter(never);
    await expect(gate.enter(never)).rejects.toMatchObject({ ...refused, retryAfterMs: 1_000 });
    leave();
    (await gate.enter(never))();
  });

  it("lets callers in by turns, each in its own order", async () => {
    const { gate } = gateOf(1, 100, 60_000);
    const order: string[] = [];
    const leave = await gate.enter(never, "a");
    const calls = ["a1", "a2", "a3", "b1", "c1", "b2"].map(async (name) => {
      const next = await gate.enter(never, name.charAt(0));
      order.push(name);
      next();
    });
    leave();
    await Promise.all(calls);
    expect(order).toEqual(["a1", "b1", "c1", "a2", "b2", "a3"]);
  });
});

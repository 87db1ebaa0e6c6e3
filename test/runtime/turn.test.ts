import { expect, it } from "vitest";
import { ownTurn } from "../../templates/always/src/runtime/node/host.js";

it("heavy work of many calls lets others come in between", async () => {
  const seen: string[] = [];
  let done = false;
  const others = (): void => {
    seen.push("other");
    if (!done) setImmediate(others);
  };
  setImmediate(others);
  await Promise.all(
    [1, 2, 3, 4].map(async () => {
      await ownTurn();
      seen.push("heavy");
    }),
  );
  done = true;
  expect(seen.filter((entry) => entry === "heavy")).toHaveLength(4);
  // A request takes three turns: it is accepted, read and answered.
  const between = seen.join(" ").split("heavy").slice(1, -1);
  for (const others of between) expect(others.trim()).toBe("other other other");
});

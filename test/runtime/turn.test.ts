import { expect, it } from "vitest";
import { ownTurn } from "../../templates/always/src/runtime/node/turn.js";

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
  expect(seen.join(" ")).not.toContain("heavy heavy");
});

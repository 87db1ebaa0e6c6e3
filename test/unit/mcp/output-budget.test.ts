/** What output schemas may cost: past it a list shows none of them. */
import { expect, it } from "vitest";
import { toolsOf } from "../document.ts";

const listing = (operations: number) => {
  // Each of them is listed with some hundred characters.
  const properties = Object.fromEntries(
    Array.from({ length: 8 }, (_, index) => [
      `property_number_${index}`,
      { type: "string", description: `What ${index} is.` },
    ]),
  );
  const responses = {
    200: { description: "", content: { "application/json": { schema: { type: "object", properties } } } },
  };
  const paths = Object.fromEntries(
    Array.from({ length: operations }, (_, index) => [
      `/a${index}`,
      { get: { operationId: `get${index}`, responses } },
    ]),
  );
  const tools = [...toolsOf({ paths }).values()];
  const sizes = tools.map(({ listing: { outputSchema } }) => JSON.stringify(outputSchema ?? {}).length);
  return { listed: sizes.filter((size) => size > 2).length, characters: sizes.reduce((sum, size) => sum + size, 0) };
};

it("output schemas are listed while all of them have no more than 100,000 characters", () => {
  const one = listing(1).characters;
  expect(one).toBeGreaterThan(200);
  const most = Math.floor(100_000 / one);
  expect(listing(most).listed).toBe(most);
  expect(listing(most + 1).listed).toBe(0);
});

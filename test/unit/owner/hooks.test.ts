import { expect, it } from "vitest";
import { checkHooks, findHooks } from "../../../src/owner/hooks.ts";

const custom = `
import { defineCustom } from "./runtime/custom.js";
// hooks: { commented_out: {} }
export const custom = defineCustom<Tools>({
  hooks: {
    list_pets: { before: (args) => args },
    "get_pet": { after: (result) => result },
    [computed]: {},
  },
});
`;

it("finds hooks by name and line, in code only", async () => {
  expect(await findHooks(custom)).toEqual([
    { tool: "list_pets", line: 6 },
    { tool: "get_pet", line: 7 },
  ]);
});

it.each([
  "export const custom = defineCustom<Tools>({ hooks: {}, tools: [] });",
  "",
  "/* hooks: { a: {} } */ export const custom = 1;",
  "not TypeScript {{{ hooks: {",
])("finds none in %j", async (text) => expect(await findHooks(text)).toEqual([]));

it("tells which hook lost its tool, where it is, and what the tool may be called now", async () => {
  const found = await checkHooks(custom, ["list_pets", "get_pet_by_id", "remove"]);
  expect(found).toMatchObject([
    {
      code: "lost-hook",
      file: "src/custom.ts",
      line: 7,
      message: 'The hook "get_pet" has no tool any more; it may be "get_pet_by_id" now',
    },
  ]);
});

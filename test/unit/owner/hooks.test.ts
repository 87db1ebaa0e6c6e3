import { describe, expect, it } from "vitest";
import { readCustomCode } from "../../../src/owner/custom-code.ts";
import { checkHooks } from "../../../src/owner/hooks.ts";

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

describe("hooks", () => {
  it("are found by name and line, in code only", async () => {
    expect((await readCustomCode(custom)).hooks).toEqual([
      { name: "list_pets", line: 6 },
      { name: "get_pet", line: 7 },
    ]);
  });

  it("of a removed tool are pointed to a new one, not to one that was there beside it", async () => {
    const text = "export const custom = defineCustom<Tools>({ hooks: { delete_pet: {} } });";
    const messages = async (tools: readonly string[], former: readonly string[]) =>
      (await checkHooks(text, { tools, former })).map(({ message }) => message);
    const former = ["create_pet", "delete_pet"];
    expect(await messages(["create_pet"], former)).toEqual([
      'The hook "delete_pet" has no tool: delete_pet was removed',
    ]);
    expect(await messages(["create_pet", "delete_pets"], former)).toEqual([
      'The hook "delete_pet" has no tool: delete_pet was removed; it may be "delete_pets" now',
    ]);
  });

  it.each([
    ["satisfies", "export const custom = defineCustom<Tools>({ hooks: { a: {} } satisfies object, tools: [] });"],
    ["as const", "export const custom = defineCustom<Tools>(({ hooks: { a: {} } as const }) as never);"],
    ["a constant", "const hooks = { a: {} };\nexport const custom = defineCustom<Tools>({ hooks });"],
    [
      "a typed constant",
      "const mine: Hooks<Tools> = { a: {} };\nexport const custom = defineCustom<Tools>({ hooks: mine });",
    ],
    ["a constant of all", "const all = { hooks: { a: {} } };\nexport const custom = defineCustom<Tools>(all);"],
    ["spread hooks", "const base = { a: {} };\nexport const custom = defineCustom<Tools>({ hooks: { ...base } });"],
    ["a spread whole", "const base = { hooks: { a: {} } };\nexport const custom = defineCustom<Tools>({ ...base });"],
    ["quotes", "export const custom = defineCustom<Tools>({ 'hooks': { 'a': {} } });"],
    ["brackets", 'const name = "a";\nexport const custom = defineCustom<Tools>({ hooks: { [name]: {} } });'],
    ["a template", "export const custom = defineCustom<Tools>({ hooks: { [`a`]: {} } });"],
    ["a method", "export const custom = defineCustom<Tools>({ hooks: { a() {} } });"],
    ["a getter", "export const custom = defineCustom<Tools>({ hooks: { get a() { return {}; } } });"],
    ["no defineCustom", "export const custom: Custom = { hooks: { a: {} } };"],
    ["a choice", "export const custom = defineCustom<Tools>({ hooks: on ? { a: {} } : {} });"],
    ["Object.freeze", "export const custom = defineCustom<Tools>({ hooks: Object.freeze({ a: {} }) });"],
    ["a name of its own", "const c = defineCustom<Tools>({ hooks: { a: {} } });\nexport { c as custom };"],
    [
      "a default that is empty elsewhere",
      "const x = { hooks: {} };\nexport const custom = defineCustom<Tools>({ hooks: { a: {} } });",
    ],
  ])("are found in the way that they are written: %s", async (_name, text) =>
    expect((await readCustomCode(text)).hooks.map(({ name }) => name)).toEqual(["a"]),
  );

  it.each([
    "export const custom = defineCustom<Tools>({ hooks: {}, tools: [] });",
    "",
    "/* hooks: { a: {} } */ export const custom = 1;",
    "not TypeScript {{{ hooks: {",
    "const a = b; const b = a; export const custom = defineCustom({ hooks: a });",
    "const a = { ...a }; export const custom = defineCustom({ hooks: a, ...a });",
    "export const other = { hooks: { a: {} } };",
    'import { hooks } from "./hooks.js"; export const custom = defineCustom<Tools>({ hooks });',
  ])("are none in %j", async (text) => expect(await readCustomCode(text)).toEqual({ hooks: [], tools: [] }));
});

describe("a hook that lost its tool", () => {
  const tools = ["list_pets", "get_pet_by_id", "remove"];

  it.each<[string, Omit<Parameters<typeof checkHooks>[1], "tools">, string]>([
    ["may be one that is called much the same", {}, 'has no tool any more; it may be "get_pet_by_id" now'],
    [
      "was of a tool that is called otherwise now",
      { aliases: [{ name: "get_pet", tool: "remove" }], former: ["get_pet"] },
      'has lost its tool: get_pet is called "remove" now',
    ],
    [
      "was of a tool that was removed",
      { former: ["get_pet"] },
      'has no tool: get_pet was removed; it may be "get_pet_by_id" now',
    ],
  ])("%s", async (_name, history, want) => {
    expect(await checkHooks(custom, { tools, ...history })).toMatchObject([
      { code: "lost-hook", severity: "warning", file: "src/custom.ts", line: 7, message: `The hook "get_pet" ${want}` },
    ]);
  });

  it("is shown as what it is, whatever it holds", async () => {
    const text = 'export const custom = defineCustom<Tools>({ hooks: { "\\u001b[31m": {} } });';
    expect((await checkHooks(text, { tools })).map(({ message }) => message)).toEqual([
      'The hook "\\x1b[31m" has no tool any more',
    ]);
  });
});

describe("the owner's own tools", () => {
  const text = `
const second = { name: "remove", description: "" };
export const custom = defineCustom<Tools>({
  tools: [
    { name: "count_pets", description: "" },
    second,
    ...[{ name: \`list_pets\` }],
  ],
});`;

  it("are told where a generated tool has their name", async () => {
    expect(await checkHooks(text, { tools: ["list_pets", "remove"] })).toMatchObject([
      {
        code: "taken-name",
        line: 2,
        message: 'Your tool "remove" is called like a generated one, which is called in its place',
      },
      { code: "taken-name", line: 7 },
    ]);
    expect(await checkHooks(text, { tools: [] })).toEqual([]);
  });
});

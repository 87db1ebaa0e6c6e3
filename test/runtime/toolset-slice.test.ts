/** What a toolset leaves of a server's data: tools, resources, prompts with their tags, old names, and the owner's additions. */
import { expect, it } from "vitest";
import type { ToolsetData } from "../../templates/always/src/runtime/data/model.ts";
import type { Project } from "../../templates/always/src/runtime/data/project.ts";
import { sliceOf } from "../../templates/always/src/runtime/toolsets/slice.ts";

const argument = (name: string, values?: readonly string[]) => ({
  name,
  description: "",
  required: false,
  ...(values === undefined ? {} : { values }),
});
const prompt = (name: string, ...args: object[]) => ({ name, title: "", description: "", text: "", arguments: args });
const group = (tag: string | undefined, ...tools: string[]) => ({
  data: { file: "f", ...(tag === undefined ? {} : { tag }) },
  tools: tools.map((name) => ({ name })),
  bytes: 5,
});
const project = {
  folder: "x",
  data: {
    name: "shop",
    title: "Shop",
    version: "1",
    instructions: "Old.",
    aliases: [
      { name: "old_a", tool: "a" },
      { name: "old_c", tool: "c" },
    ],
  },
  apis: [
    {
      data: { name: "one" },
      groups: [group("Pets", "a", "b"), group("Cows", "c"), group(undefined, "d"), group("Pets", "e")],
      resources: [
        { uri: "x://a", tool: "a" },
        { uri: "x://c", tool: "c" },
      ],
      prompts: [prompt("p", argument("tag", ["Pets", "Cows", "Other"]), argument("free")), prompt("q")],
    },
    { data: { name: "two" }, groups: [group("Cows", "x")], resources: [], prompts: [] },
    { data: { name: "three" }, groups: [group("Cows", "y")], resources: [], prompts: [prompt("r")] },
  ],
} as unknown as Project;
const toolset: ToolsetData = {
  name: "pets",
  title: "Pets",
  instructions: "New.",
  list: "planned",
  listed: [{ name: "a", why: "w" }],
  tools: ["a", "d"],
  prompts: ["p", "r"],
  custom: ["mine"],
};
const named = (...names: string[]) => names.map((name) => ({ name })) as never;

it("a toolset has what it names, and nothing of the rest", () => {
  const own = { hooks: {}, tools: named("mine", "other"), resources: named("mine"), prompts: named("other") };
  const slice = sliceOf(project, own, toolset);
  expect(slice).toEqual({
    project: {
      folder: "x",
      data: {
        name: "shop-pets",
        title: "Pets",
        version: "1",
        instructions: "New.",
        aliases: [{ name: "old_a", tool: "a" }],
      },
      apis: [
        {
          data: { name: "one" },
          groups: [group("Pets", "a"), group(undefined, "d")],
          resources: [{ uri: "x://a", tool: "a" }],
          prompts: [prompt("p", argument("tag", ["Pets", "Other"]), argument("free"))],
        },
        { data: { name: "three" }, groups: [], resources: [], prompts: [prompt("r")] },
      ],
      plan: { list: "planned", listed: [{ name: "a", why: "w" }] },
    },
    custom: { hooks: {}, tools: [{ name: "mine" }], resources: [{ name: "mine" }], prompts: [] },
  });
  expect(slice.custom.hooks).toBe(own.hooks);
});

it("a toolset is folded and strict as it says, and has no old names where the server has none", () => {
  const { aliases: _, ...data } = project.data;
  const { project: part, custom } = sliceOf(
    { ...project, data, apis: [] },
    {},
    { ...toolset, folded: true, strict: true },
  );
  expect(part.plan).toEqual({ list: "planned", listed: [{ name: "a", why: "w" }], folded: true, strict: true });
  expect("aliases" in part.data).toBe(false);
  expect(custom).toEqual({ tools: [], resources: [], prompts: [] });
});

it("a toolset without prompts and of one tool has the API of that tool", () => {
  const { project: part } = sliceOf(project, {}, { ...toolset, tools: ["x"], prompts: [] });
  expect(part.apis.map(({ data, prompts }) => [data.name, prompts])).toEqual([["two", []]]);
});

/** The methods of prompts as clients ask them, and what is said of a tag that no tool has. */
import { ProtocolError } from "@modelcontextprotocol/server";
import { describe, expect, it } from "vitest";
import type { CustomPrompt } from "../../templates/always/src/runtime/custom.ts";
import type { JsonObject, PromptData } from "../../templates/always/src/runtime/data/model.ts";
import type { Project, ProjectApi } from "../../templates/always/src/runtime/data/project.ts";
import type { Asked, ToolAccess } from "../../templates/always/src/runtime/mcp/capability.ts";
import { createPrompts, PromptError, promptText } from "../../templates/always/src/runtime/prompts/prompt-methods.ts";

const tool = (name: string) => ({ name, title: `The ${name}` });
const apiOf = (
  groups: readonly (readonly [tag: string | undefined, ...tools: string[]])[],
  prompts: PromptData[] = [],
) =>
  ({
    groups: groups.map(([tag, ...tools]) => ({
      data: { ...(tag === undefined ? {} : { tag }) },
      tools: tools.map(tool),
    })),
    prompts,
  }) as unknown as ProjectApi;
const adopt: PromptData = {
  name: "adopt",
  title: "Adopt",
  description: "Adopts a pet.",
  arguments: [
    { name: "kind", description: "Which kind", required: true, values: ["Cat", "cow", "dog"] },
    { name: "place", description: "Where", required: false },
  ],
  text: "A {{kind}} of {{place}} by {{tools}}",
};

function serverOf(own: readonly CustomPrompt[] = []) {
  const project = { apis: [apiOf([["Pets", "get_pet", "list_pets"]], [adopt])] } as unknown as Project;
  const part = createPrompts(project, { prompts: own });
  type Handler = (request: { params?: JsonObject }, context: object) => unknown;
  const handlers = new Map<string, Handler>();
  const told: unknown[] = [];
  const access = {
    tools: { isFor: ({ id }: { id: string }, name: string) => id === "ada" && name !== "list_pets" },
    answer: (about: object, _server: object, _context: object, run: (options: object) => Promise<unknown>) => {
      told.push(about);
      return run({ caller: { id: "ada" } });
    },
    ofOwner: (run: () => Promise<unknown>) => run(),
  } as unknown as ToolAccess;
  const server = { setRequestHandler: (method: string, handler: Handler) => handlers.set(method, handler) };
  part.serve(server as unknown as Parameters<typeof part.serve>[0], access);
  const ask = async (method: string, params?: JsonObject): Promise<unknown> =>
    handlers.get(method)?.(params === undefined ? {} : { params }, {});
  const complete = (of: string, argument: string, typed: string) =>
    part.complete({ of, argument, typed } as Asked, access);
  return { part, ask, told, complete };
}

/** Code and message of an error of the protocol. */
async function refusal(run: Promise<unknown>): Promise<unknown> {
  try {
    return ["no refusal", await run];
  } catch (fault) {
    if (fault instanceof ProtocolError) return [fault.code, fault.message];
    throw fault;
  }
}

describe("prompts", () => {
  it("are listed with their arguments, on one page", async () => {
    const { ask, part } = serverOf([
      {
        name: "mine",
        title: "Mine",
        description: "My own.",
        arguments: [{ name: "a", description: "A" }],
        text: () => "",
      },
      { name: "bare", text: () => "" },
    ]);
    expect(await ask("prompts/list")).toEqual({
      prompts: [
        {
          name: "adopt",
          title: "Adopt",
          description: "Adopts a pet.",
          arguments: [
            { name: "kind", description: "Which kind", required: true },
            { name: "place", description: "Where", required: false },
          ],
        },
        {
          name: "mine",
          title: "Mine",
          description: "My own.",
          arguments: [{ name: "a", description: "A", required: false }],
        },
        { name: "bare", title: "bare", description: "", arguments: [] },
      ],
    });
    expect([part.name, part.isEmpty]).toEqual(["prompts", false]);
    expect(await refusal(ask("prompts/list", { cursor: "" }))).toEqual([-32602, "This cursor is none of ours"]);
    expect(createPrompts({ apis: [] } as unknown as Project, {}).isEmpty).toBe(true);
  });

  it("are filled with what is given, and with tools that the caller may call", async () => {
    const { ask, told } = serverOf();
    expect(await ask("prompts/get", { name: "adopt", arguments: { kind: "cat", place: "home" } })).toEqual({
      description: "Adopts a pet.",
      messages: [{ role: "user", content: { type: "text", text: "A cat of home by - get_pet: The get_pet" } }],
    });
    expect(told).toEqual([{ method: "prompts/get", prompt: "adopt" }]);
  });

  it("of the owner's may fail with what only the owner knows", async () => {
    const fault = new TypeError("own fault");
    const { ask } = serverOf([
      { name: "late", description: "L", text: ({ a = "none" }) => Promise.resolve(`It is ${a}`) },
      { name: "broken", text: () => Promise.reject(fault) },
    ]);
    expect(await ask("prompts/get", { name: "late" })).toEqual({
      description: "L",
      messages: [{ role: "user", content: { type: "text", text: "It is none" } }],
    });
    await expect(ask("prompts/get", { name: "broken" })).rejects.toBe(fault);
  });

  it("are refused where they lack something, or are not there", async () => {
    const { ask } = serverOf([
      { name: "mine", arguments: ["a", "b", "c"].map((name) => ({ name, required: name !== "c" })), text: () => "" },
    ]);
    expect(await refusal(ask("prompts/get", { name: "adopt" }))).toEqual([-32602, 'Prompt "adopt" needs kind']);
    expect(await refusal(ask("prompts/get", { name: "mine", arguments: { a: "" } }))).toEqual([
      -32602,
      'Prompt "mine" needs a, b',
    ]);
    expect(await refusal(ask("prompts/get", { name: "none" }))).toEqual([-32602, "Unknown prompt: none"]);
  });

  it("are completed from the values that an argument has", async () => {
    const { complete } = serverOf();
    expect(await complete("adopt", "kind", "c")).toEqual({ values: ["Cat", "cow"], total: 2, hasMore: false });
    const none = { values: [], total: 0, hasMore: false };
    expect(await complete("adopt", "place", "")).toEqual(none);
    expect(await complete("adopt", "other", "")).toEqual(none);
    expect(await refusal(complete("none", "kind", ""))).toEqual([-32602, "Unknown prompt: none"]);
  });
});

describe("a prompt with tools", () => {
  const prompt: PromptData = {
    name: "p",
    title: "",
    description: "",
    arguments: [
      { name: "a", description: "", required: true },
      { name: "b", description: "", required: true },
    ],
    text: "{{tools}}",
  };
  const textOf = (api: ProjectApi, args: Record<string, string>): string =>
    promptText({ ...prompt, arguments: [] }, api, new Map(Object.entries(args)));
  const tags = (count: number): ProjectApi =>
    apiOf(Array.from({ length: count }, (_, at) => [`group-number-${at}`, `t${at}`] as const));

  it("names the tools of a tag, in any case, with spaces around it", () => {
    const api = apiOf([
      ["Pets", "a", "b"],
      [undefined, "c"],
      ["Shops", "d"],
    ]);
    expect(textOf(api, {})).toBe("- a: The a\n- b: The b\n- c: The c\n- d: The d");
    expect(textOf(api, { tag: " SHOPS " })).toBe("- d: The d");
    expect(textOf(api, { tag: "  " })).toBe("- a: The a\n- b: The b\n- c: The c\n- d: The d");
    expect(textOf(apiOf([]), {})).toBe("(There are none that this client may use.)");
  });

  it.each<[ProjectApi, string, string]>([
    [apiOf([["Pets", "a"], ["Shops"]]), "zzzzzzzz", 'No tool has the tag "zzzzzzzz"; there are "Pets", "Shops"'],
    [apiOf([["Pets", "a"], ["Shops"]]), "Petz", 'No tool has the tag "Petz"; did you mean "Pets"?'],
    [apiOf([["Pets"], ["Petx"]]), "Petz", 'No tool has the tag "Petz"; did you mean "Pets", "Petx"?'],
    [apiOf([[undefined, "a"]]), "x", 'No tool has the tag "x": the tools have none, so leave it out'],
    [apiOf([]), "", 'No tool has the tag "": the tools have none, so leave it out'],
    [
      apiOf([["Pets"]]),
      `a\u202E\nb${"x".repeat(120)}`,
      `No tool has the tag "a b${"x".repeat(97)}…"; there are "Pets"`,
    ],
  ])("%# says what is wrong with the tag %j", (api, tag, message) => {
    const run = () => textOf(api, { tag });
    expect(run).toThrow(PromptError);
    expect(run).toThrow(new PromptError(message));
  });

  it("says thirty of the tags, and how many there are besides", () => {
    const names = (count: number) => Array.from({ length: count }, (_, at) => `"group-number-${at}"`).join(", ");
    expect(() => textOf(tags(30), { tag: "zzzzz" })).toThrow(
      new PromptError(`No tool has the tag "zzzzz"; there are ${names(30)}`),
    );
    expect(() => textOf(tags(32), { tag: "zzzzz" })).toThrow(
      new PromptError(`No tool has the tag "zzzzz"; there are ${names(30)} and 2 more`),
    );
  });

  it("fills places whose names are of letters, digits, dots, dashes and underscores", () => {
    const fill = (text: string, args: Record<string, string>): string =>
      promptText({ ...prompt, arguments: [], text }, tags(1), new Map(Object.entries(args)));
    expect(fill("{{a.B-c_9}}{{a b}}{{}}{a}{{x}}", { "a.B-c_9": "v", "a b": "w", a: "y" })).toBe("v{{a b}}{{}}{a}");
    expect(() => promptText(prompt, tags(1), new Map([["a", "1"]]))).toThrow(new PromptError('Prompt "p" needs b'));
    expect(() => promptText(prompt, tags(1), new Map())).toThrow(new PromptError('Prompt "p" needs a, b'));
  });
});

/** What `find_operations` answers with: which operations, how many, and what a model reads of each. */
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../src/base/json.ts";
import { loadWorkflows } from "../../../../src/config/workflows.ts";
import { findingIndexOf } from "../../../../src/mcp/finding/index-of.ts";
import { findOperations } from "../../../../templates/always/src/runtime/finding/find-operations.ts";
import type { Discoverable } from "../../../../templates/always/src/runtime/tools/tool-parts.ts";
import { serverOf } from "../../document.ts";

const responses = { 200: { description: "done" } };
const id = { name: "pet_id", in: "path", required: true, schema: { type: "string" } };
const things = ["lamp", "table", "chair", "window", "door", "wall", "floor", "roof", "stove", "clock", "mirror"];
const document: JsonObject = {
  paths: {
    "/pets": {
      get: { operationId: "listPets", summary: "List pets", tags: ["Pets"], responses },
      post: { operationId: "createPet", summary: "Create a pet", tags: ["Pets"], responses },
    },
    "/pets/{pet_id}": {
      parameters: [id],
      get: {
        operationId: "getPet",
        summary: "Get a pet",
        description: `Reads one pet ${"and what is known of it ".repeat(8)}at once.`,
        tags: ["Pets"],
        responses,
        parameters: ["a", "b", "c"].map((name) => ({
          name: `long_argument_${name.repeat(12)}`,
          in: "query",
          schema: { type: "string" },
        })),
      },
      delete: { operationId: "deletePet", summary: "Delete a pet", tags: ["Pets"], responses },
    },
    ...Object.fromEntries(
      things.map((thing) => [
        `/${thing}s`,
        { get: { operationId: `list_${thing}s`, summary: `List red ${thing}s`, responses } },
      ]),
    ),
  },
};
const { model } = serverOf(document);
const tools = new Map(
  model.apis
    .flatMap(({ groups }) => groups.flatMap((group) => group.tools))
    .map((tool) => [tool.listing.name, tool.listing]),
);

function server(hidden: readonly string[] = [], load = () => Promise.resolve(findingIndexOf(model))): Discoverable {
  return {
    index: load,
    tools: () => ({
      get: (name: string) => (tools.has(name) ? { kind: "operation", listing: tools.get(name) } : undefined),
      isFor: (_caller: unknown, name: string) => !hidden.includes(name),
    }),
  } as unknown as Discoverable;
}
async function found(args: JsonObject, hidden: readonly string[] = []) {
  const run = findOperations(server(hidden));
  const { content, structuredContent } = await run(args, { caller: { id: "ada" } } as Parameters<typeof run>[1]);
  const [block] = content;
  const { operations } = structuredContent as { operations: readonly JsonObject[] };
  return { text: block?.type === "text" ? block.text : "", operations, names: operations.map(({ name }) => name) };
}

it("reads the index once for a server and its toolsets, and again after a failure", async () => {
  let reads = 0;
  const load = () => (++reads === 1 ? Promise.reject(new Error("gone")) : Promise.resolve(findingIndexOf(model)));
  const [whole, part] = [findOperations(server([], load)), findOperations(server(["list_pets"], load))];
  const asked = { caller: { id: "ada" } } as Parameters<typeof whole>[1];
  await expect(whole({ query: "list pets" }, asked)).rejects.toThrow("gone");
  const names = async (run: typeof whole): Promise<readonly unknown[]> =>
    (
      (await run({ query: "list pets" }, asked)).structuredContent as { operations: readonly JsonObject[] }
    ).operations.map(({ name }) => name);
  expect(await names(whole)).toContain("list_pets");
  expect(await names(part)).not.toContain("list_pets");
  expect(reads).toBe(2);
});

it("finds a workflow among the operations, and says that it is listed", async () => {
  const inline = {
    file: "x.yaml",
    value: {
      workflowId: "adoptPet",
      summary: "Adopt a pet",
      inputs: { type: "object", required: ["name"], properties: { name: { type: "string" } } },
      steps: [{ stepId: "a", operationId: "createPet" }],
    },
    locate: () => ({ pointer: "", line: 1 }),
    pointer: "",
  };
  const workflowWishes = await loadWorkflows([inline], {});
  const { model: whole } = serverOf(document, undefined, { workflowWishes });
  const rows = new Map([
    ...[...tools].map(([name, listing]): [string, object] => [name, { kind: "operation", listing }]),
    ...whole.workflows.map(({ listing }): [string, object] => [
      listing.name,
      { kind: "custom", listing, tool: { runWith: () => undefined } },
    ]),
    ["own", { kind: "custom", listing: { name: "own" }, tool: {} }],
  ]);
  const run = findOperations({
    index: () => Promise.resolve(findingIndexOf(whole)),
    tools: () => ({ get: (name: string) => rows.get(name), isFor: () => true }),
  } as unknown as Discoverable);
  const ask = async (args: JsonObject): Promise<readonly JsonObject[]> => {
    const { structuredContent } = await run(args, { caller: { id: "ada" } } as Parameters<typeof run>[1]);
    return (structuredContent as { operations: readonly JsonObject[] }).operations;
  };
  expect((await ask({ query: "adopt a pet" }))[0]).toEqual({
    name: "adopt_pet",
    request: "WORKFLOW adoptPet",
    title: "Adopt a pet",
    summary: expect.stringContaining("Adopt a pet") as string,
    hint: "write",
    call: "as a tool of its own",
    arguments: "name",
  });
  expect((await ask({ query: "adopt a pet", only: "read" })).map(({ name }) => name)).not.toContain("adopt_pet");
});

describe("what is found", () => {
  it("is told shortly, with what it needs", async () => {
    const { text, operations } = await found({ query: "get a pet", limit: 1 });
    const signature = "pet_id, long_argument_aaaaaaaaaaaa?, long_argument_bbbbbbbbbbbb?, long_argument_cccccccccccc?";
    expect(operations).toEqual([
      {
        name: "get_pet",
        request: "GET /pets/{pet_id}",
        title: "Get a pet",
        summary: expect.stringMatching(/^Get a pet\. Reads one pet and what .*…$/) as string,
        hint: "read",
        arguments: signature,
        needs: ["list_pets"],
      },
    ]);
    expect(String(operations[0]?.["summary"])).toHaveLength(100);
    expect(text).toBe(`get_pet(${signature.slice(0, 70)}…) GET /pets/{pet_id} needs list_pets`);
  });

  it("is ten at most, or as many as are asked for", async () => {
    expect((await found({ query: "list red things" })).operations).toHaveLength(10);
    expect((await found({ query: "list red things", limit: 11 })).operations).toHaveLength(11);
    expect((await found({ query: "list red things", limit: 2 })).text.split("\n")).toHaveLength(2);
  });

  it("is of one tag, of one kind, and only what the caller may call", async () => {
    expect((await found({ query: "red pet", tag: "pets", limit: 50 })).names.length).toBe(4);
    expect((await found({ query: "red pet", tag: "PETS", only: "read" })).names.sort()).toEqual([
      "get_pet",
      "list_pets",
    ]);
    expect((await found({ query: "pet", only: "write" })).names.sort()).toEqual(["create_pet", "delete_pet"]);
    expect((await found({ query: "pet", only: "write" }, ["delete_pet"])).names).toEqual(["create_pet"]);
    const { operations } = await found({ query: "get a pet", limit: 1 }, ["list_pets"]);
    expect(operations[0]).not.toHaveProperty("needs");
    expect((await found({ query: "pet", tag: "none" })).names).toEqual([]);
  });

  it("is nothing, and said so", async () => {
    const { text, operations } = await found({ query: `zeppelin "${"x".repeat(300)}` });
    expect(operations).toEqual([]);
    expect(text).toBe(
      `Nothing was found for ${JSON.stringify(`zeppelin "${"x".repeat(190)}`)}. Say it in other words, or name the thing that it is about.`,
    );
  });

  it("is looked for in an index that is read once, and again where that failed", async () => {
    let reads = 0;
    const run = findOperations(
      server([], () => {
        reads += 1;
        return reads === 1 ? Promise.reject(new Error("not there")) : Promise.resolve(findingIndexOf(model));
      }),
    );
    const context = { caller: { id: "ada" } } as Parameters<typeof run>[1];
    await expect(run({ query: "pet" }, context)).rejects.toThrow("not there");
    await run({ query: "pet" }, context);
    await run({ query: "pet" }, context);
    expect(reads).toBe(2);
  });
});

describe("the text of ten operations", () => {
  const common = ["access_token", "alternative_representation", "pretty_print", "quota_user"].map((name) => ({
    name,
    in: "query",
    schema: { type: "string", enum: ["first_of_its_values", "second_of_its_values"] },
  }));
  const own = (name: string) => ({ name, in: "query", schema: { type: "string" } });
  const path = (index: number) => `/workspaces/{workspace_id}/projects/documents/thing_number_${index}`;
  const workspace = { name: "workspace_id", in: "path", required: true, schema: { type: "string" } };
  const { model: large } = serverOf({
    paths: Object.fromEntries(
      Array.from({ length: 12 }, (_, index) => [
        path(index),
        {
          get: {
            operationId: `list_things_of_number_${index}`,
            summary: "List things",
            responses,
            parameters: [workspace, ...common, ...(index === 3 ? [own("page_token")] : [])],
          },
        },
      ]),
    ),
  });
  const listings = new Map(
    large.apis.flatMap(({ groups }) => groups.flatMap((group) => group.tools)).map((tool) => [tool.listing.name, tool]),
  );
  const run = findOperations({
    index: () => Promise.resolve(findingIndexOf(large)),
    tools: () => ({
      get: (name: string) => ({ kind: "operation", listing: listings.get(name)?.listing }),
      isFor: () => true,
    }),
  } as unknown as Discoverable);
  const textOf = async (args: JsonObject): Promise<readonly string[]> => {
    const { content } = await run(args, { caller: { id: "ada" } } as Parameters<typeof run>[1]);
    return (content[0]?.type === "text" ? content[0].text : "").split("\n");
  };

  it("says nothing of optional arguments that most of them have, but that there are more", async () => {
    const lines = await textOf({ query: "list things", limit: 12 });
    expect(lines).toHaveLength(12);
    expect(lines).toContain(`list_things_of_number_0(workspace_id, …) GET ${path(0)}`);
    expect(lines).toContain(`list_things_of_number_3(workspace_id, page_token?, …) GET ${path(3)}`);
    expect((await textOf({ query: "list things" })).join("\n").length).toBeLessThanOrEqual(1_500);
  });

  it("says all of a few, cut", async () => {
    const [line] = await textOf({ query: "list things", limit: 1 });
    expect(line).toMatch(/^list_things_of_number_\d+\(workspace_id, access_token\?: .{30,45}…\) GET /);
  });
});

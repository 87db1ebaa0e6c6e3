/** The tools of discovery as clients see them, and what the log says of who calls. */
import { describe, expect, it } from "vitest";
import { callerFields } from "../../templates/always/src/runtime/access/authority.ts";
import type { CustomTool } from "../../templates/always/src/runtime/custom.ts";
import type { JsonObject } from "../../templates/always/src/runtime/data/model.ts";
import { discoveryRows } from "../../templates/always/src/runtime/finding/discovery.ts";
import { discoveryTools } from "../../templates/always/src/runtime/finding/discovery-tools.ts";
import type { Discoverable } from "../../templates/always/src/runtime/tools/tool-parts.ts";
import type { Caller } from "../../templates/always/src/runtime/upstream/http-message.ts";

describe("the tools of discovery", () => {
  it("say by their hints what a client may let through, and ask for what they need only", () => {
    const told = discoveryTools.map(({ name, annotations, inputSchema }) => {
      const { readOnlyHint, destructiveHint, idempotentHint, openWorldHint } = annotations;
      expect(inputSchema.additionalProperties).toBe(false);
      return [
        name,
        [readOnlyHint, destructiveHint, idempotentHint, openWorldHint].map(Number).join(""),
        Object.keys(inputSchema.properties).join(" "),
        inputSchema.required?.join(" "),
      ];
    });
    expect(told).toEqual([
      ["find_operations", "1010", "query limit tag only", "query"],
      ["describe_operation", "1010", "name", "name"],
      ["call_read_operation", "1011", "name arguments", "name"],
      ["call_write_operation", "0101", "name arguments", "name"],
    ]);
  });

  const name = { type: "string", description: "Name of the operation, as find_operations gives it" };
  const args = {
    type: "object",
    description: "Its arguments, as find_operations or describe_operation gives them",
    additionalProperties: true,
  };

  it("take as many results as a list may have, and arguments of any kind", () =>
    expect(discoveryTools.map(({ inputSchema: { type, properties } }) => [type, properties])).toEqual([
      [
        "object",
        {
          query: { type: "string", description: 'What shall be done, for example "close an issue"' },
          limit: { type: "integer", description: "How many at most; default 10", minimum: 1, maximum: 50 },
          tag: { type: "string", description: "Only operations of this tag" },
          only: {
            type: "string",
            enum: ["read", "write"],
            description: "Only operations that read, or that write",
          },
        },
      ],
      ["object", { name }],
      ["object", { name, arguments: args }],
      ["object", { name, arguments: args }],
    ]));

  it("say what they are for, and which comes before which", () =>
    expect(discoveryTools.map(({ title, description }) => [title, description])).toEqual([
      [
        "Find operations",
        "Finds the operations of this API that do what you describe in plain words, best first, with their arguments. " +
          "Use it before call_read_operation and call_write_operation. For a task of several steps, ask for each step.",
      ],
      [
        "Describe an operation",
        "Tells all of one operation: the schema of its arguments, what it answers, its errors, and an example of a call.",
      ],
      [
        "Call an operation that reads",
        "Calls an operation that changes nothing. Others are refused: call_write_operation calls them.",
      ],
      [
        "Call an operation that writes",
        "Calls an operation that creates, changes or deletes something. Have the user's consent before you remove anything.",
      ],
    ]));
});

describe("the rows of discovery", () => {
  const caller = { id: "ada" } as Caller;
  const row = (name: string, readOnlyHint: boolean) => ({
    kind: "operation",
    listing: {
      name,
      title: "T",
      description: `Does ${name}.`,
      inputSchema: { type: "object", properties: {} },
      ...(readOnlyHint ? { outputSchema: { type: "array" } } : {}),
      annotations: { readOnlyHint, destructiveHint: false },
    },
  });
  const operations = new Map([row("get_lane", true), row("add_lane", false)].map((one) => [one.listing.name, one]));
  const index = {
    operations: [...operations.keys()].map((name) => ({ name, request: "GET /lanes", core: [0], last: [] })),
    stems: ["lan"],
    postings: ["0 k 1 k"],
    initials: {},
    apiStems: [],
  };
  const rows = discoveryRows({
    index: () => Promise.resolve(index),
    tools: () => ({
      get: (name: string) => operations.get(name),
      find: (name: string) => ({ row: operations.get(name) }),
      isFor: () => true,
      names: () => [...operations.keys()],
    }),
    plan: () => Promise.resolve({ request: { method: "GET", path: "/lanes" }, responses: [] }),
  } as unknown as Discoverable);
  const run = (at: number, args: JsonObject) => {
    const calls: unknown[] = [];
    const context = {
      caller,
      call: (tool: string, given: object) => {
        calls.push([tool, given]);
        return Promise.resolve({ content: [] });
      },
    } as unknown as Parameters<CustomTool["run"]>[1];
    return Promise.resolve(rows[at]?.tool.run(args, context)).then((result) => [result?.structuredContent, calls]);
  };

  it("are tools that only find, each with what it runs", async () => {
    expect(rows.map(({ kind, isFinding, listing }) => [kind, isFinding, listing])).toEqual(
      discoveryTools.map((listing) => ["custom", true, listing]),
    );
    expect(rows.map(({ tool: { run: _, ...tool } }) => tool)).toEqual(discoveryTools);
    expect(await run(0, { query: "lanes", only: "write" })).toMatchObject([{ operations: [{ name: "add_lane" }] }, []]);
    expect(await run(1, { name: "get_lane" })).toEqual([
      {
        name: "get_lane",
        request: "GET /lanes",
        title: "T",
        description: "Does get_lane.",
        hint: "read",
        inputSchema: { type: "object", properties: {} },
        outputSchema: { type: "array" },
        answers: [],
        results: ['A long result is cut, and its end says what gives the rest: {"answer_part":"answer://…"} alone'],
        example: { tool: "get_lane", arguments: {} },
      },
      [],
    ]);
    expect(await run(2, { name: "get_lane", arguments: { a: 1 } })).toEqual([undefined, [["get_lane", { a: 1 }]]]);
    expect(await run(3, { name: "add_lane" })).toEqual([undefined, [["add_lane", {}]]]);
    await expect(run(2, { name: "add_lane" })).rejects.toThrow("add_lane writes");
    await expect(run(3, { name: "get_lane" })).rejects.toThrow("get_lane reads");
  });

  it("that call operations are taken for those", () => {
    const meant = (name: string) =>
      rows.map((one) => one.meant?.({ name, arguments: { b: 2 } }, caller)?.row.listing.name);
    expect(meant("get_lane")).toEqual([undefined, undefined, "get_lane", undefined]);
    expect(meant("add_lane")).toEqual([undefined, undefined, undefined, "add_lane"]);
    expect(rows.map((one) => "meant" in one)).toEqual([false, false, true, true]);
    expect(rows[2]?.meant?.({ name: "get_lane", arguments: { b: 2 } }, caller)?.args).toEqual({ b: 2 });
  });
});

it.each<[object, object]>([
  [{ id: "a" }, { caller: "a" }],
  [
    { id: "a", subject: "s", client: "c", tenant: "t", scopes: ["x"], claims: { email: "e" } },
    { caller: "a", subject: "s", client: "c", tenant: "t" },
  ],
])("of %j the log says %j", (caller, want) => expect(callerFields(caller as { id: string })).toEqual(want));

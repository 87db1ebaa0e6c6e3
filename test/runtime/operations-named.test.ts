/** Which operation a name means for a caller, what is told of one, and which calls go through to it. */
import { describe, expect, it } from "vitest";
import type { CallPlan, JsonObject, JsonSchema } from "../../templates/always/src/runtime/data/model.ts";
import { ArgumentError } from "../../templates/always/src/runtime/errors.ts";
import {
  describeOperation,
  hintOf,
  meantCall,
  meantIfAny,
  operationNamed,
} from "../../templates/always/src/runtime/finding/operations.ts";
import type { Discoverable } from "../../templates/always/src/runtime/tools/tool-parts.ts";
import type { ToolTable } from "../../templates/always/src/runtime/tools/tool-table.ts";

const caller = { id: "ada" };
const row = (name: string, kind = "operation", more: object = {}) => ({
  kind,
  listing: {
    name,
    title: "T",
    description: "D",
    inputSchema: { type: "object", properties: {} },
    annotations: { readOnlyHint: true },
    ...more,
  },
});
const rows = new Map([
  ["list_pets", row("list_pets")],
  ["list_vets", row("list_vets")],
  ["list_sets", row("list_sets")],
  ["own_tool", row("own_tool", "custom")],
]);
const tools = {
  get: (name: string) => rows.get(name),
  find: (name: string) => {
    if (name === "old_pets") return { row: rows.get("list_pets") };
    return name === "gone_pets" ? { successor: "list_pets" } : { row: rows.get(name), successor: undefined };
  },
  isFor: (_: unknown, name: string) => name !== "list_sets",
  names: () => [...rows.keys()],
} as unknown as ToolTable;

/** Message and hint of what is wrong with arguments. */
function refusal(run: () => unknown): unknown {
  try {
    return ["no refusal", run()];
  } catch (fault) {
    if (fault instanceof ArgumentError) return [fault.message, fault.hint];
    throw fault;
  }
}

it.each<[object, string]>([
  [{ readOnlyHint: true, destructiveHint: true }, "read"],
  [{ readOnlyHint: false, destructiveHint: true }, "delete"],
  [{ readOnlyHint: false, destructiveHint: false }, "write"],
])("%j is to %s", (annotations, want) => expect(hintOf({ listing: { annotations } } as never)).toBe(want));

describe("a name", () => {
  it("means the operation that has it, or had it", () => {
    expect(operationNamed("list_pets", tools, caller)).toBe(rows.get("list_pets"));
    expect(operationNamed("old_pets", tools, caller)).toBe(rows.get("list_pets"));
  });

  it.each<[string, string, string | undefined]>([
    ["own_tool", "own_tool is listed: call it as a tool of its own", undefined],
    [
      "list_gets",
      'There is no operation "list_gets"',
      "Did you mean list_pets or list_vets? find_operations finds others.",
    ],
    ["gone_pets", 'There is no operation "gone_pets"', "Did you mean list_pets? find_operations finds others."],
    [
      "list_sets",
      'There is no operation "list_sets"',
      "Did you mean list_pets or list_vets? find_operations finds others.",
    ],
    ["own_toll", 'There is no operation "own_toll"', "Find its name with find_operations."],
  ])("%s means nothing that can be called: %s", (name, message, hint) =>
    expect(refusal(() => operationNamed(name, tools, caller))).toEqual([message, hint]),
  );
});

describe("a call", () => {
  const server = { tools: () => tools } as unknown as Discoverable;
  it("by what is no name means nothing", () => {
    expect(refusal(() => meantCall(server, true, {}, caller))).toEqual([
      'There is no operation "undefined"',
      "Find its name with find_operations.",
    ]);
    expect(refusal(() => meantCall(server, true, { name: "list_pets", arguments: null }, caller))).toEqual([
      '"arguments" has to be an object',
      "Give the arguments of the operation by name; describe_operation tells which.",
    ]);
  });

  it("that does not go through is none, but a fault is a fault", () => {
    expect(meantIfAny(server, true, { name: "list_pets" }, caller)).toEqual({ row: rows.get("list_pets"), args: {} });
    expect(meantIfAny(server, false, { name: "list_pets" }, caller)).toBeUndefined();
    const fault = new TypeError("no");
    const broken = {
      tools: () => {
        throw fault;
      },
    } as unknown as Discoverable;
    expect(() => meantIfAny(broken, true, { name: "list_pets" }, caller)).toThrow(fault);
  });
});

/** What is told of an operation with this schema and plan. */
async function told(properties: Record<string, JsonSchema>, plan: Partial<CallPlan> = {}): Promise<JsonObject> {
  const named = row("it", "operation", {
    inputSchema: { type: "object", properties, required: [...Object.keys(properties), "unlisted"] },
  });
  const run = describeOperation({
    tools: () => ({ find: () => ({ row: named }), isFor: () => true, get: () => undefined }),
    plan: () => Promise.resolve({ request: { method: "PUT", path: "/a/{b}" }, responses: [], ...plan }),
  } as unknown as Discoverable);
  const { content, structuredContent } = await run({ name: "it" }, { caller } as Parameters<typeof run>[1]);
  const [block] = content;
  expect(block?.type === "text" && JSON.parse(block.text)).toEqual(structuredContent);
  return structuredContent as JsonObject;
}

describe("an operation", () => {
  it("is told with what a call may ask of its result, in sentences", async () => {
    const rest = 'A long result is cut, and its end says what gives the rest: {"answer_part":"answer://…"} alone';
    const results = async (plan: object, properties = {}) =>
      (await told(properties, plan as Partial<CallPlan>))["results"];
    expect(await results({ shape: { argument: "pick" } })).toEqual([
      'Fields of each item can be chosen, as in {"pick":["id","owner.name"]}',
      rest,
    ]);
    expect(await results({ pages: { all: { argument: "all_of_it", pages: 7, items: 70, seconds: 9 } } })).toEqual([
      "The list comes page by page: a result says the arguments of the call that goes on",
      '{"all_of_it":true} gives up to 7 pages, or about 70 items, at once',
      rest,
    ]);
    expect(await results({}, { answer_part: {} })).toEqual([]);
  });

  it("is told with the request that it makes", async () => {
    expect(await told({})).toMatchObject({ request: "PUT /a/{b}", hint: "read", example: { tool: "it" } });
    expect(Object.keys(await told({}))).not.toContain("outputSchema");
  });

  it.each<[JsonSchema, unknown]>([
    [true, "<a>"],
    [{}, "<a>"],
    [{ type: "string" }, "<a>"],
    [{ const: 1, default: 2, examples: [3], enum: [4] }, 1],
    [{ default: 2, examples: [3], enum: [4] }, 2],
    [{ examples: [3], enum: [4] }, 3],
    [{ enum: [4], anyOf: [{ const: 5 }] }, 4],
    [{ anyOf: [{ const: 5 }, { const: 6 }], type: "integer" }, 5],
    [{ anyOf: [], type: "integer" }, 1],
    [{ type: "integer", minimum: 0 }, 0],
    [{ type: "number", minimum: "3" }, 1],
    [{ type: ["number", "null"] }, 1],
    [{ type: "boolean" }, true],
    [{ type: "array", items: {} }, []],
    [{ type: "object", properties: { b: { type: "boolean" }, c: {} }, required: ["b"] }, { b: true }],
    [{ type: "object", properties: {} }, {}],
    [{ type: "null" }, "<a>"],
  ])("with an argument %j has the example %j", async (schema, want) =>
    expect((await told({ a: schema }))["example"]).toEqual({
      tool: "it",
      arguments: { a: want, unlisted: "<unlisted>" },
    }),
  );
});

/** What is checked of the arguments of a call before anything is asked, and what the owner adds to them. */
import { describe, expect, it, vi } from "vitest";
import type { Call, StepServices } from "../../templates/always/src/runtime/call/call.ts";
import {
  argumentValidators,
  planOf,
  validatorOf,
  withDefaults,
  withSupplied,
} from "../../templates/always/src/runtime/call/plan.ts";
import { askedPart, partOf, validate } from "../../templates/always/src/runtime/call/validate.ts";
import type { JsonObject } from "../../templates/always/src/runtime/data/model.ts";
import { ArgumentError, ConfigurationError } from "../../templates/always/src/runtime/errors.ts";
import type { OperationRow, ToolRow } from "../../templates/always/src/runtime/tools/tool-table.ts";

const properties: JsonObject = {
  petId: { type: "integer" },
  status: { type: "string" },
  fields: { type: "array" },
};

/** A tool that an operation stands behind, with what its plan has. */
function rowOf(plan: object = {}, own: JsonObject = properties, name = "get_pet"): OperationRow {
  const inputSchema = { type: "object", properties: own, required: ["petId"], additionalProperties: false };
  return {
    kind: "operation",
    listing: { name, title: "Pet", description: "", inputSchema, annotations: { readOnlyHint: true } },
    policy: {},
    file: "pets",
    api: { calls: vi.fn(async () => ({ get_pet: plan })), schemas: vi.fn(async () => ({ Id: { type: "integer" } })) },
  } as unknown as OperationRow;
}
const customRow = { ...rowOf(), kind: "custom", api: undefined, tool: {} } as unknown as ToolRow;

const callOf = (row: ToolRow, args: JsonObject): Call =>
  ({ row, args, caller: { id: "ada" }, wholeText: false }) as unknown as Call;
const servicesOf = (more: object = {}): StepServices =>
  ({
    table: { given: (_row: ToolRow, args: JsonObject) => args },
    settings: { maxTextBytes: 4, maxResultTokens: 0 },
    owner: { custom: {} },
    ...more,
  }) as unknown as StepServices;

/** Enters the step, and tells what it handed on. */
async function entered(services: StepServices, call: Call, rest: object = { content: [] }) {
  const handedOn: Call[] = [];
  const result = await validate(services)(call, async (changed) => {
    handedOn.push(changed);
    return rest as never;
  });
  return { result, handedOn };
}

const uri = "answer://1?from=4";
const keptText = (text: string, at = 0) => ({
  answer: { kind: "text", bytes: new TextEncoder().encode(text), mimeType: "text/plain" },
  at,
  uriAt: (next: number) => `answer://1?from=${next}`,
});

describe("a call asks for a part of an answer", () => {
  it.each<[string, ToolRow, JsonObject, string | undefined]>([
    ["by the place of it", rowOf(), { answer_part: uri }, uri],
    ["by that alone, whatever else it gives", rowOf(), { petId: 1, answer_part: uri }, uri],
    ["not without one", rowOf(), { petId: 1 }, undefined],
    ["not by what is no text", rowOf(), { answer_part: 4 }, undefined],
    ["not of a tool of the owner's", customRow, { answer_part: uri }, undefined],
    [
      "not where the tool has an argument of that name",
      rowOf({}, { answer_part: {} }),
      { answer_part: uri },
      undefined,
    ],
  ])("%s", (_how, row, args, want) => {
    expect(askedPart(callOf(row, args))).toBe(want);
  });

  it("and is given it, with the arguments of the one behind it", async () => {
    const find = vi.fn(async () => keptText("abcdefgh"));
    const { result, handedOn } = await entered(servicesOf({ kept: { find } }), callOf(rowOf(), { answer_part: uri }));
    expect(find.mock.calls).toEqual([[uri, "ada"]]);
    expect(handedOn).toEqual([]);
    expect(result).toEqual({
      content: [
        { type: "text", text: "abcd" },
        { type: "text", text: `[Part: bytes 1 to 4 of 8. To go on, call this tool with {"answer_part":"${uri}"}]` },
      ],
      _meta: { "openapi-to-mcp/next": { answer_part: uri } },
    });
  });

  it("and is told where that is the last one", async () => {
    const services = servicesOf({ kept: { find: async () => keptText("abcdefgh", 4) } });
    expect(await partOf(services, callOf(rowOf(), {}), uri)).toEqual({
      content: [
        { type: "text", text: "efgh" },
        { type: "text", text: "[Part: bytes 5 to 8 of 8. This is the end of the answer.]" },
      ],
    });
  });

  it.each<[string, object, ToolRow]>([
    ["nothing is kept", {}, rowOf()],
    ["it is not kept for this caller", { kept: { find: async () => undefined } }, rowOf()],
    ["it begins behind the end", { kept: { find: async () => keptText("abcd", 9) } }, rowOf()],
    ["the tool is the owner's", { kept: { find: async () => keptText("abcd") } }, customRow],
  ])("and is refused where %s", async (_why, services, row) => {
    const refused = partOf(servicesOf(services), callOf(row, {}), uri);
    await expect(refused).rejects.toBeInstanceOf(ArgumentError);
    await expect(refused).rejects.toMatchObject({
      message: "There is no part of an answer at that place",
      hint: 'Answers are kept for some minutes: make the call again that gave "answer_part".',
    });
  });
});

describe("arguments are handed on", () => {
  it("as the tool's own schema means them, and asked for as they are then", async () => {
    const given = vi.fn((_row: ToolRow, { note: _note, ...args }: JsonObject) => args);
    const row = rowOf();
    const { handedOn, result } = await entered(
      servicesOf({ table: { given } }),
      callOf(row, { petId: "3", note: null }),
      { content: [], _meta: { own: 1 } },
    );
    expect(given).toHaveBeenCalledWith(row, { petId: "3", note: null });
    expect(handedOn).toEqual([{ ...callOf(row, {}), args: { petId: 3 }, asked: { petId: 3 } }]);
    expect(result).toEqual({ content: [], _meta: { own: 1, "openapi-to-mcp/mended": ["petId"] } });
  });

  it("with the result as it is where nothing was mended", async () => {
    const rest = { content: [] };
    expect((await entered(servicesOf(), callOf(rowOf(), { petId: 3 }), rest)).result).toBe(rest);
  });

  it("with the owner's defaults, which are checked as well", async () => {
    const supplied = [{ kind: "default", argument: "status", value: "sold" }];
    const { handedOn } = await entered(servicesOf(), callOf(rowOf({ supplied }), { petId: 3 }));
    expect(handedOn[0]).toMatchObject({ args: { petId: 3, status: "sold" }, asked: { petId: 3, status: "sold" } });
    const wrong = [{ kind: "default", argument: "status", value: [] }];
    await expect(entered(servicesOf(), callOf(rowOf({ supplied: wrong }), { petId: 3 }))).rejects.toThrow(
      "Invalid arguments\nstatus has to be a string, not an array",
    );
  });

  it("without the fields that are chosen, which further calls are told again", async () => {
    const row = rowOf({ shape: { argument: "fields" } });
    const chosenFields = vi.fn(async ({ args: { fields, ...args } }: Call) => ({ args, fields }));
    const parts = { shape: async () => ({ chosenFields }) };
    const args = { petId: "3", fields: ["name"] };
    const { handedOn } = await entered(servicesOf({ parts }), callOf(row, args));
    expect(chosenFields.mock.calls).toEqual([[callOf(row, args), { shape: { argument: "fields" } }]]);
    expect(handedOn[0]).toMatchObject({
      args: { petId: 3 },
      asked: { petId: "3", fields: ["name"] },
      fields: ["name"],
    });
    expect(handedOn[0]?.args).not.toHaveProperty("fields");
  });

  it.each<[string, ToolRow, object]>([
    ["no argument for that", rowOf({ shape: { fields: ["a"] } }), { shape: () => Promise.reject(new Error("asked")) }],
    ["no shape", rowOf(), { shape: () => Promise.reject(new Error("asked")) }],
    ["an argument, and the server no such part", rowOf({ shape: { argument: "fields" } }), {}],
    ["the owner's code behind it", customRow, { shape: () => Promise.reject(new Error("asked")) }],
  ])("as they are where the tool has %s", async (_what, row, parts) => {
    const args = { petId: 3, fields: ["name"] };
    const { handedOn } = await entered(servicesOf({ parts }), callOf(row, args));
    expect(handedOn).toEqual([{ ...callOf(row, args), asked: args }]);
  });

  it.each<[string, ToolRow]>([
    ["an operation", rowOf()],
    ["the owner", customRow],
  ])("only where they meet the schema of a tool of %s", async (_whose, row) => {
    const refused = entered(servicesOf(), callOf(row, {}));
    await expect(refused).rejects.toBeInstanceOf(ArgumentError);
    await expect(refused).rejects.toThrow(/^Invalid arguments\nMissing argument "petId"$/);
  });
});

describe("the plan of a tool", () => {
  it("is that of its name, and none that every object has", async () => {
    expect(await planOf(rowOf({ a: 1 }))).toEqual({ a: 1 });
    await expect(planOf(rowOf({}, {}, "toString"))).rejects.toThrow(
      'calls/pets.json has no plan of "toString": generate the project again',
    );
  });

  it("has the schema that its arguments meet, where that is not the listed one", async () => {
    const input = { type: "object", properties: { petId: { $ref: "#/$defs/Id" } } };
    const row = rowOf({ input });
    const check = await validatorOf(row);
    expect(check({ petId: "x" })).toEqual({ valid: false, message: "petId has to be an integer, not a string" });
    expect(await validatorOf(row)).toBe(check);
    expect(row.api.schemas).toHaveBeenCalledTimes(1);
  });

  it("has schemas of single arguments, of which each is made ready once", async () => {
    const { api } = rowOf();
    const schema = { $ref: "#/$defs/Id" };
    const validatorFor = await argumentValidators(api);
    const check = validatorFor("id", schema);
    expect(check({ id: 3 })).toEqual({ valid: true, args: { id: 3 } });
    expect(check({ id: "x" })).toEqual({ valid: false, message: "id has to be an integer, not a string" });
    expect(check({ other: 1 })).toMatchObject({ valid: false });
    expect((await argumentValidators(api))("id", schema)).toBe(check);
  });
});

describe("the owner's values", () => {
  const supplied = [
    { kind: "default", argument: "status", value: "sold" },
    { kind: "default", argument: "page", value: 1 },
    { kind: "fixed", argument: "tenant", value: "acme" },
    { kind: "environment", argument: "limit", variable: "PETS_LIMIT", type: "integer", schema: { type: "integer" } },
  ] as never;

  it("stand where the model gives none", () => {
    const args = { status: "open", page: null };
    expect(withDefaults(args, supplied)).toBe(args);
    expect(withDefaults({ page: 2 }, supplied)).toEqual({ page: 2, status: "sold" });
    expect(withDefaults({}, supplied)).toEqual({ status: "sold", page: 1 });
    expect(withDefaults(args)).toBe(args);
  });

  it("win where they are fixed, or those of a variable", async () => {
    const validators = await argumentValidators(rowOf().api);
    const args = { tenant: "other", limit: 1, id: 7 };
    const variables = { environment: { PETS_LIMIT: "25" } } as never;
    expect(withSupplied(args, supplied, variables, validators)).toEqual({ tenant: "acme", limit: 25, id: 7 });
    expect(args).toEqual({ tenant: "other", limit: 1, id: 7 });
    expect(withSupplied(args, undefined, variables, validators)).toEqual(args);
  });

  it("of a variable that is not set are the owner's default, else a fault that names it", async () => {
    const validators = await argumentValidators(rowOf().api);
    const [, , , item] = supplied as readonly object[];
    const unset = { environment: {} } as never;
    expect(withSupplied({}, [{ ...item, default: 9 }] as never, unset, validators)).toEqual({ limit: 9 });
    const set = { environment: { PETS_LIMIT: "8" } } as never;
    expect(withSupplied({}, [{ ...item, default: 9 }] as never, set, validators)).toEqual({ limit: 8 });
    const faultOf = (environment: Record<string, string>): unknown => {
      try {
        return withSupplied({}, supplied, { environment } as never, validators);
      } catch (fault) {
        return fault;
      }
    };
    const fault = faultOf({});
    expect(fault).toBeInstanceOf(ConfigurationError);
    expect(fault).toMatchObject({
      message: "PETS_LIMIT is not set",
      hint: 'This tool takes "limit" from it: set it for this server.',
    });
    const misfit = faultOf({ PETS_LIMIT: "s3cr3t-lim1t" });
    expect(misfit).toBeInstanceOf(ConfigurationError);
    expect(misfit).toMatchObject({
      message: "The value of PETS_LIMIT does not fit: limit has to be an integer, not a string",
    });
  });
});

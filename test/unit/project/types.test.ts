import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import prettier from "prettier";
import { describe, expect, test } from "vitest";
import type { Json } from "../../../src/base/json.ts";
import { Schemas } from "../../../src/base/schema/node.ts";
import type { Schema } from "../../../src/base/schema/types.ts";
import type { JsonSchema, ServerApi, Tool } from "../../../src/mcp/model.ts";
import { declarationText } from "../../../src/project/type-node.ts";
import { typeOfSchema } from "../../../src/project/type-of-schema.ts";
import { renderAllTypes, renderTypes } from "../../../src/project/types.ts";

const schemas = new Schemas(
  new Map<string, Schema>([
    ["Pet", { type: "object", properties: { name: { type: "string" }, tag: { type: "string" } }, required: ["name"] }],
    ["Cat", { allOf: [{ $ref: "#/$defs/Pet" }, { properties: { lives: { type: "integer" } } }] }],
  ]),
);
const pet = { $ref: "#/$defs/Pet" };

/** The right-hand side of `type T = …`, on one line. */
function typeText(schema: Json): string {
  return declarationText("T", typeOfSchema(schemas.of(schema)), [])
    .replace(/^export (?:type T =|interface T)\s*/, "")
    .replace(/;$/, "")
    .replace(/\s*\n\s*/g, " ");
}

const cases: readonly (readonly [name: string, schema: Json, want: string])[] = [
  ["true admits anything", true, "unknown"],
  ["false admits nothing", false, "never"],
  ["no keyword", {}, "unknown"],
  ["integer", { type: "integer" }, "number"],
  ["several types", { type: ["string", "null"] }, "string | null"],
  ["enum with null", { type: ["string", "null"], enum: ["a", 'b"', null] }, '"a" | "b\\u0022" | null'],
  ["numbers and booleans", { enum: [1, -0.5, 1e21, true] }, "1 | -0.5 | 1e21 | true"],
  ["const", { const: "é" }, '"\\u00e9"'],
  ["an enum of objects", { enum: [{ a: 1 }, [1]] }, "| { [key: string]: unknown; } | unknown[]"],
  ["array", { type: "array", items: { type: ["string", "number"] } }, "(string | number)[]"],
  ["array without items", { type: "array" }, "unknown[]"],
  ["items without a type", { items: pet }, "Pet[]"],
  [
    "tuples are arrays of any of their items",
    { type: "array", prefixItems: [{ type: "string" }], items: { type: "number" } },
    "(string | number)[]",
  ],
  ["properties without a type", { properties: { a: { type: "string" } } }, "{ a?: string; }"],
  [
    "required",
    { type: "object", properties: { a: {}, "b-c": {} }, required: ["b-c"] },
    '{ a?: unknown; "b-c": unknown; }',
  ],
  ["object", { type: "object" }, "{ [key: string]: unknown; }"],
  [
    "an object without any key",
    { type: "object", properties: {}, additionalProperties: false },
    "{ [key: string]: never; }",
  ],
  ["a map", { type: "object", additionalProperties: pet }, "{ [key: string]: Pet; }"],
  [
    "further keys of one type beside others: no index",
    { type: "object", properties: { a: { type: "number" } }, additionalProperties: { type: "string" } },
    "{ a?: number; }",
  ],
  [
    "open beside properties",
    { type: "object", properties: { a: { type: "number" } }, additionalProperties: true },
    "{ a?: number; [key: string]: unknown; }",
  ],
  ["an object or null", { type: ["object", "null"], properties: { a: { type: "string" } } }, "{ a?: string; } | null"],
  ["reference", pet, "Pet"],
  ["reference to nothing", { $ref: "#/$defs/Gone" }, "unknown"],
  ["reference with a description", { ...pet, description: "The pet" }, "Pet"],
  [
    "allOf",
    { allOf: [pet, { type: "object", properties: { a: { type: "string" } }, required: ["a"] }] },
    "Pet & { a: string; }",
  ],
  ["allOf with required of its parent's", { allOf: [pet, { required: ["tag"] }] }, "Pet & { tag: string; }"],
  ["required beside a reference", { ...pet, required: ["tag"] }, "Pet & { tag: string; }"],
  [
    "required of a grandparent's",
    { allOf: [{ $ref: "#/$defs/Cat" }], required: ["tag", "unheard"] },
    "Cat & { tag: string; }",
  ],
  [
    "outer required over allOf",
    { type: "object", required: ["a"], allOf: [{ properties: { a: { type: "string" } } }] },
    "{ a: string; }",
  ],
  [
    "the same property twice",
    { properties: { a: { enum: ["x"] } }, allOf: [{ properties: { a: { type: "string" } } }] },
    '{ a?: "x" & string; }',
  ],
  [
    "properties and oneOf",
    { type: "object", properties: { a: { type: "string" } }, oneOf: [pet, { $ref: "#/$defs/Cat" }] },
    "{ a?: string; } & (Pet | Cat)",
  ],
  [
    "anyOf of required only says nothing",
    { type: "object", properties: { a: { type: "string" } }, anyOf: [{ required: ["a"] }, { required: ["b"] }] },
    "{ a?: string; }",
  ],
  [
    "a discriminated variant",
    { oneOf: [{ ...pet, properties: { tag: { const: "x" } }, required: ["tag"] }] },
    'Pet & { tag: "x"; }',
  ],
  ["oneOf with null", { oneOf: [pet, { type: "null" }] }, "Pet | null"],
  ["literals that a type covers", { anyOf: [{ type: "string" }, { enum: ["a"] }] }, "string"],
  [
    "not and conditions say nothing",
    { type: "string", not: { const: "a" }, if: { minLength: 1 }, then: false },
    "string",
  ],
  [
    "reserved words as keys",
    { properties: { constructor: {}, ["__proto__"]: {}, readonly: {}, "1": {} } },
    '{ "1"?: unknown; constructor?: unknown; __proto__?: unknown; readonly?: unknown; }',
  ],
  ["keywords of the wrong type", { type: 7, properties: [], required: "id", allOf: {}, enum: "a" } as Json, "unknown"],
];

describe("typeOfSchema", () => {
  test.each(cases)("%s", (_name, schema, want) => expect(typeText(schema)).toBe(want));
});

const hints = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true };

function apiOf(schemas: Readonly<Record<string, JsonSchema>>, tools: readonly Tool[]): ServerApi {
  return {
    data: {
      name: "api",
      title: "Api",
      version: "1",
      environmentPrefix: "API",
      serverGroups: [],
      securitySchemes: {},
      groups: [{ file: "all" }],
    },
    groups: [{ file: "all", tools }],
    schemas: new Map(Object.entries(schemas)),
    resources: [],
    prompts: [],
    examples: {},
    skipped: [],
  };
}

const tool: Tool = {
  listing: {
    name: "get_pet",
    title: "Get",
    description: "Gets a pet. */ evil(); /* @ts-ignore",
    inputSchema: {
      type: "object",
      properties: { id: { type: "string", description: "The id" } },
      required: ["id"],
      additionalProperties: false,
    },
    annotations: hints,
  },
  call: {
    pointer: "",
    request: { method: "GET", path: "/", server: "default", parameters: [], accept: [], security: [] },
    responses: [],
  },
  operationId: undefined,
  typeName: "GetPet",
  result: { $ref: "#/$defs/Node" },
  reasons: [],
  losses: [],
};

const hard = apiOf(
  {
    Node: {
      type: "object",
      description: "A node",
      properties: { next: { $ref: "#/$defs/Node" }, old: { type: "string", deprecated: true } },
    },
    Tree: { type: "array", items: { $ref: "#/$defs/Tree" } },
    Self: { oneOf: [{ $ref: "#/$defs/Self" }, { type: "string" }] },
    Itself: { $ref: "#/$defs/Itself" },
    Left: { anyOf: [{ $ref: "#/$defs/Right" }, { type: "string" }] },
    Right: { allOf: [{ $ref: "#/$defs/Left" }, { properties: { a: { type: "number" } } }] },
    Outside: { oneOf: [{ $ref: "#/$defs/Left" }, { type: "null" }] },
    Extended: { allOf: [{ $ref: "#/$defs/Node" }, { properties: { next: { type: "string" } } }] },
    Both: {
      allOf: [
        { oneOf: [{ type: "string" }, { type: "number" }] },
        { anyOf: [{ $ref: "#/$defs/Node" }, { type: "string" }] },
      ],
    },
    Old: { type: "string", deprecated: true },
  },
  [tool],
);

describe("renderTypes", () => {
  const texts = renderTypes(hard).map(({ text }) => text);
  const text = texts.join("\n");

  test.each([
    ["an alias that names itself loses that part", "export type Self = string;"],
    ["nothing but itself", "export type Itself = unknown;"],
    ["a circle of aliases is cut", "export type Left = unknown;"],
    ["whoever refers to a circle is not of it", "export type Outside = Left | null;"],
    ["arrays may contain themselves", "export type Tree = Tree[];"],
    [
      "descriptions",
      "/** A node */\nexport interface Node {\n  next?: Node;\n  /** @deprecated */\n  old?: string;\n}",
    ],
    ["a deprecated schema", "/** @deprecated */\nexport type Old = string;"],
    ["arguments", "export interface GetPetArguments {\n  /** The id */\n  id: string;\n}"],
    ["result", "export type GetPetResult = Node;"],
    [
      "tools",
      "  /** Gets a pet. *\\/ evil(); / * \\@ts-ignore */\n  get_pet: {\n    arguments: GetPetArguments;\n    result: GetPetResult;\n  };",
    ],
  ])("%s", (_name, want) => expect(text).toContain(want));

  test("only what a formatter might change is flagged, and it changes nothing else", async () => {
    const flagged = renderTypes(hard).filter(({ exact }) => !exact);
    expect(flagged.map((item) => /type (\w+)/.exec(item.text)?.[1])).toEqual(["Both"]);
    const exact = renderTypes(hard)
      .filter((item) => item.exact)
      .map((item) => item.text)
      .join("\n");
    expect(await prettier.format(exact, { parser: "typescript" })).toBe(exact);
  });

  test("the declarations compile, strictly", () => {
    const folder = mkdtempSync(join(tmpdir(), "types-"));
    writeFileSync(join(folder, "types.d.ts"), text);
    const compiler = new URL("../../../node_modules/typescript/bin/tsc", import.meta.url).pathname;
    const run = spawnSync(
      process.execPath,
      [
        compiler,
        "--ignoreConfig",
        "--noEmit",
        "--strict",
        "--skipLibCheck",
        "false",
        "--types",
        "",
        join(folder, "types.d.ts"),
      ],
      { encoding: "utf8" },
    );
    rmSync(folder, { recursive: true });
    expect(run.stdout).toBe("");
    expect(run.status).toBe(0);
  });

  test("the tools of several APIs are one type", async () => {
    const project = { name: "x", title: "x", version: "1", instructions: "", apis: ["a", "b"] };
    const apis = ["a", "b"].map((name) => ({ ...hard, data: { ...hard.data, name } }));
    const all = renderAllTypes({
      project,
      packageName: "x",
      apis,
      toolsets: [],
      workflows: [],
      plan: {
        mode: "all",
        folded: false,
        strict: false,
        listed: [],
        cost: { tools: 0, tokens: 0, bytes: 0 },
        whole: { tools: 0, tokens: 0, bytes: 0 },
      },
    });
    expect(all).toContain('import type { Tools as Api2 } from "./b/types.js";');
    expect(all).toContain("export type Tools = Api1 & Api2;");
    expect(await prettier.format(all, { parser: "typescript" })).toBe(all);
  });
});

/** Paths of answers that an owner shows, drops or keeps: which are there, and what is said of those that are not. */
import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../../../src/base/diagnostics.ts";
import type { JsonObject } from "../../../src/base/json.ts";
import { completeCuration, curationOf } from "../../../src/config/curation.ts";
import { buildServer } from "../../../src/mcp/build.ts";
import { noCheck } from "../../../src/mcp/curation/value-check.ts";
import { apiOf } from "../document.ts";

const text = { type: "string" };
const object = (properties: JsonObject): JsonObject => ({ type: "object", properties });
const list = (items: JsonObject): JsonObject => ({ type: "array", items });

/** The tool of an operation whose answer is of a schema, and what is said of what its owner wants. */
function shown(schema: JsonObject, answer: JsonObject, operation: JsonObject = {}, method = "get") {
  const told: Diagnostic[] = [];
  const key = operation["operationId"] === undefined ? `${method.toUpperCase()} /pets` : "doIt";
  const tools = { [key]: { answer } };
  const curation = completeCuration(curationOf({ tools }, (pointer) => ({ file: "mine.yaml", pointer, line: 3 })));
  const responses = { 200: { description: "", content: { "application/json": { schema } } } };
  const { apis } = buildServer(
    [{ ...apiOf({ paths: { "/pets": { [method]: { responses, ...operation } } } }), report: () => undefined }],
    { curation },
    { tell: (diagnostic) => void told.push(diagnostic), valueCheck: noCheck, expressionFault: () => undefined },
  );
  return { tool: apis[0]?.groups[0]?.tools[0], told: told.map(({ message }) => message) };
}

describe("a path of the answer", () => {
  const owner = object({ login: text, tags: list(object({ word: text })) });
  const pet = object({ id: text, owner });

  it.each<[string, JsonObject, readonly string[]]>([
    ["of an object", pet, ["id", "owner.login", "owner.tags.word"]],
    ["of each item of a list", list(pet), ["id", "owner.login"]],
    ["of a list within an object", object({ data: list(pet) }), ["data.id", "data.owner.tags.word"]],
    ["of any alternative", { anyOf: [pet, object({ other: text })] }, ["owner.login", "other"]],
    ["of alternatives within a list", list({ oneOf: [pet, object({ other: text })] }), ["other", "id"]],
    ["below an object that names none", object({ free: { type: "object" } }), ["free.a.b"]],
    ["by any name", pet, ["*", "owner.*", "owner.*.anything"]],
    ["of an answer that names none", {}, ["a.b"]],
  ])("is there: %s", (_what, schema, paths) => {
    for (const key of ["drop", "keep"])
      for (const path of paths) expect(shown(schema, { [key]: [path] }).told).toEqual([]);
  });

  it.each<[string, JsonObject, string, string]>([
    ["a name that is not there", pet, "idd", ' has no "idd"; did you mean "id"?'],
    ["nothing like it", pet, "completely", ' has no "completely"'],
    ["within an object", pet, "owner.logn", ' has no "owner.logn"; did you mean "login"?'],
    ["within the items of a list in it", pet, "owner.tags.wrd", ' has no "owner.tags.wrd"; did you mean "word"?'],
    [
      "within no alternative",
      { anyOf: [pet, object({ other: text })] },
      "othr",
      ' has no "othr"; did you mean "other"?',
    ],
  ])("is not: %s", (_what, schema, path, end) => {
    for (const key of ["drop", "keep"]) {
      expect(shown(schema, { [key]: [path] }).told).toEqual([`The answer of GET /pets${end}`]);
      expect(shown(schema, { [key]: [path] }, { operationId: "doIt" }).told).toEqual([`The answer of doIt${end}`]);
    }
  });

  it("of each that is not there, whichever of the two says it", () => {
    expect(shown(pet, { keep: ["idd", "id"], drop: ["ownr"] }).told).toEqual([
      'The answer of GET /pets has no "idd"; did you mean "id"?',
      'The answer of GET /pets has no "ownr"; did you mean "owner"?',
    ]);
  });

  it("goes nine lists deep, and is not looked for beyond", () => {
    const deep = (levels: number): JsonObject => (levels === 0 ? pet : list(deep(levels - 1)));
    expect(shown(object({ a: deep(8) }), { drop: ["a.nothing"] }).told).toHaveLength(1);
    expect(shown(object({ a: deep(9) }), { drop: ["a.nothing"] }).told).toEqual([]);
  });
});

describe("fields of the owner's choice", () => {
  const pet = object({ id: text, name: text });

  it("are those of one thing where the answer is no list, and a call may choose others", () => {
    const { tool, told } = shown(pet, { fields: ["id"] });
    expect(told).toEqual([]);
    expect(tool?.call.shape).toEqual({ argument: "fields", fields: ["id"] });
    expect(shown(pet, { fields: ["idd"] }).told).toEqual(['The answer of GET /pets has no "idd"; did you mean "id"?']);
  });

  it("may be chosen of what a write answers, too", () => {
    expect(shown(list(pet), { fields: ["id"] }, {}, "post").tool?.call.shape).toEqual({
      items: "",
      argument: "fields",
      fields: ["id"],
    });
  });

  it.each<[string, JsonObject]>([
    [
      "a field of the body",
      { requestBody: { content: { "application/json": { schema: object({ fields: list(text) }) } } } },
    ],
    [
      "a header",
      {
        parameters: [
          { name: "X-Fields", in: "header", schema: text },
          { name: "$select", in: "query", schema: text },
        ],
      },
    ],
  ])("may not where the API lets choose itself: by %s", (_what, operation) => {
    expect(shown(pet, { fields: ["id"] }, operation, "post").tool?.call.shape).toEqual({ fields: ["id"] });
  });

  it("are listed as an argument, and the reasons of before stay", () => {
    const { tool } = shown(
      list(pet),
      { fields: ["id"] },
      { parameters: [{ name: "q", in: "query", schema: { default: "x", type: "string" } }] },
    );
    const fields = {
      type: "array",
      items: { type: "string" },
      description: "Fields of each item to answer with, such as owner.name; default id.",
    };
    expect(tool?.listing.inputSchema.properties["fields"]).toEqual(fields);
    expect(tool?.reasons.map(({ about }) => about)).toContain("result");
    expect(tool?.reasons.length).toBe(
      (shown(
        list(pet),
        { tokens: 500 },
        { parameters: [{ name: "q", in: "query", schema: { default: "x", type: "string" } }] },
      ).tool?.reasons.length ?? 0) + 1,
    );
  });

  it("are not told beside an expression that makes the answer", () => {
    expect(shown(pet, { fields: ["id"], jmespath: "a" }, { operationId: "doIt" }).told).toEqual([
      '"fields" cannot be chosen of what a JMESPath expression makes: give one of the two for doIt',
    ]);
  });
});

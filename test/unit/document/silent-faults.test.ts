/** Faults that a document can be read with all the same: each is told, with its place. */
import { describe, expect, test } from "vitest";
import { documentFromValue } from "../../../src/document/build.ts";
import { loadDocument } from "../../../src/document/load.ts";
import type { JsonObject } from "../../../src/base/json.ts";
import { shown } from "./place.ts";

const info = { title: "t", version: "1" };
const said = (given: JsonObject): readonly string[] =>
  documentFromValue({ openapi: "3.1.0", info, paths: {}, ...given }).diagnostics.map(shown);
const operation = (given: JsonObject): JsonObject => ({ paths: { "/a": { get: { responses: {}, ...given } } } });

describe("a field of a wrong type", () => {
  test.each<[given: JsonObject, pointer: string, words: string]>([
    [{ info: [] }, "/info", '"info" has to be an object, not a list'],
    [{ info: { title: { en: "x" }, version: "1" } }, "/info/title", '"title" has to be text, not an object'],
    [{ tags: { pets: {} } }, "/tags", '"tags" has to be a list, not an object'],
    [{ tags: ["pets"] }, "/tags/0", 'An item of "tags" has to be an object, not text'],
    [{ security: "key" }, "/security", '"security" has to be a list, not text'],
    [{ security: ["key"] }, "/security/0", 'An item of "security" has to be an object, not text'],
    [{ components: [] }, "/components", '"components" has to be an object, not a list'],
    [{ components: { schemas: [] } }, "/components/schemas", '"schemas" has to be an object, not a list'],
    [{ components: { parameters: [] } }, "/components/parameters", '"parameters" has to be an object, not a list'],
    [{ components: { securitySchemes: "x" } }, "/components/securitySchemes", "has to be an object, not text"],
    [operation({ operationId: 5 }), "/paths/~1a/get/operationId", '"operationId" has to be text, not a number'],
    [operation({ tags: "x" }), "/paths/~1a/get/tags", '"tags" has to be a list, not text'],
    [operation({ deprecated: "yes" }), "/paths/~1a/get/deprecated", '"deprecated" has to be a boolean, not text'],
    [operation({ responses: "x" }), "/paths/~1a/get/responses", '"responses" has to be an object, not text'],
    [operation({ responses: { "200": "ok" } }), "/paths/~1a/get/responses/200", '"200" has to be an object, not text'],
    [
      operation({ requestBody: { content: ["application/json"] } }),
      "/paths/~1a/get/requestBody/content",
      '"content" has to be an object, not a list',
    ],
    [
      operation({ requestBody: { content: { "application/json": "x" } } }),
      "/paths/~1a/get/requestBody/content/application~1json",
      '"application/json" has to be an object, not text',
    ],
    [
      operation({ parameters: [{ name: "x", in: "query", required: "true" }] }),
      "/paths/~1a/get/parameters/0/required",
      '"required" has to be a boolean, not text',
    ],
    [
      operation({ requestBody: { schema: { type: "object" } } }),
      "/paths/~1a/get/requestBody/schema",
      '"schema" of a request body belongs into its "content", under a media type',
    ],
    [
      operation({ responses: { "200": { description: "", schema: { type: "object" } } } }),
      "/paths/~1a/get/responses/200/schema",
      '"schema" of a response belongs into its "content", under a media type',
    ],
    [
      operation({ requestBody: { content: { "application/json": { type: "object" } } } }),
      "/paths/~1a/get/requestBody/content/application~1json/type",
      '"type" of a media type belongs into its "schema"',
    ],
    [
      { paths: { "/a/{": { get: { responses: {} } } } },
      "/paths/~1a~1{",
      "The path /a/{ has a brace without a name or without its pair",
    ],
  ])("%j", (given, pointer, words) => {
    expect(said(given)).toEqual([expect.stringContaining(`invalid-document ${pointer} -: `)]);
    expect(said(given)[0]).toContain(words);
  });

  test("a method in capitals, or nearly one, is no operation", () => {
    expect(said({ paths: { "/a": { GET: {}, posst: {}, other: {}, "x-y": {}, get: {} } } })).toEqual([
      'invalid-operation /paths/~1a/GET -: "GET" of /a is no method; did you mean "get"?',
      'invalid-operation /paths/~1a/posst -: "posst" of /a is no method; did you mean "post"?',
      'invalid-document /paths/~1a/other -: "other" of /a is no method',
    ]);
  });

  test("null, references and extensions are none", () => {
    expect(
      said({ tags: null, "x-a": 5, components: { responses: { A: { $ref: "#/components/responses/B" }, B: {} } } }),
    ).toEqual([]);
  });
});

test("of more media types than anybody writes Swagger 2.0 has thirty read, JSON among them, and that is told once", () => {
  const produces = [...Array.from({ length: 40 }, (_, index) => `text/a${index}`), "application/json"];
  const get = { responses: { 200: { description: "", schema: { type: "string" } } } };
  const { diagnostics, root } = documentFromValue({ swagger: "2.0", info, produces, paths: { "/a": { get } } });
  expect(diagnostics.map(shown)).toEqual(["invalid-document /produces -: Of 41 media types 30 are read"]);
  const text = JSON.stringify(root["paths"]);
  expect(text.match(/"text\/a\d+"/g)).toHaveLength(29);
  expect(text).toContain('"application/json"');
});

async function readText(schemas: string, use = "A"): Promise<readonly string[]> {
  const text = `openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {/a: {get: {responses: {'200': {content: {a/b: {schema: {$ref: '#/components/schemas/${use}'}}}}}}}}\ncomponents:\n  schemas:\n${schemas}`;
  const document = await loadDocument("-", { stdin: () => Promise.resolve(Buffer.from(text)) });
  return document.diagnostics.map(shown);
}

describe("a reference", () => {
  test.each<[schema: string, want: string]>([
    ["{$ref: 5}", 'unsupported-reference /components/schemas/A/$ref 6: The reference "5" is no text'],
    ["{$ref: }", 'unsupported-reference /components/schemas/A/$ref 6: The reference "null" is no text'],
    ["{$ref: {a: 1}}", 'unsupported-reference /components/schemas/A/$ref 6: The reference "{"a":1}" is no text'],
    [
      "{$ref: 'data:application/json,{}'}",
      'unsupported-reference /components/schemas/A/$ref 6: The reference "data:application/json,{}" is not read: data: URLs are not followed',
    ],
    [
      "{$ref: 'https://user:secret@x.example/a?token=secret'}",
      'unsupported-reference /components/schemas/A/$ref 6: The reference "https://x.example/a?token=…" is not fetched: it holds credentials',
    ],
    ["{$ref: '#B'}", 'leads to no anchor; did you mean "#/components/schemas/B"?'],
    ["{$ref: 'B'}", 'did you mean "#/components/schemas/B"?'],
    ["{$ref: '/components/schemas/B'}", 'did you mean "#/components/schemas/B"?'],
    ["{$ref: 'components/schemas/B'}", 'did you mean "#/components/schemas/B"?'],
    ["{$ref: '#/definitions/B'}", 'leads nowhere; did you mean "#/components/schemas/B"?'],
    [
      "{allOf: [{$ref: '#/components/schemas/A'}]}",
      'circular-reference /components/schemas/A/allOf/0/$ref 6: The reference "#/components/schemas/A" makes a schema all of itself',
    ],
    [
      "{anyOf: [{$ref: '#/components/schemas/A'}, {type: string}]}",
      'circular-reference /components/schemas/A/anyOf/0/$ref 6: The reference "#/components/schemas/A" makes a schema an alternative of itself',
    ],
    ["{oneOf: [{type: string}, {anyOf: [{$ref: '#/components/schemas/A'}]}]}", "an alternative of itself"],
    [
      "{allOf: [{title: x, allOf: [{$ref: '#/components/schemas/A'}]}, {type: object}]}",
      "makes a schema all of itself",
    ],
    ["{oneOf: [{$ref: '#/components/schemas/A'}]}", "makes a schema an alternative of itself"],
    ["{anyOf: [{oneOf: [{title: x, $ref: '#/components/schemas/A'}]}]}", "an alternative of itself"],
    ["{allOf: [{type: string}, {anyOf: [{$ref: '#/components/schemas/A'}, {}]}]}", "an alternative of itself"],
    [
      "{oneOf: [{allOf: [{$ref: '#/components/schemas/A'}, {}]}, {}]}",
      "makes an alternative of a schema all of that schema",
    ],
  ])("%s", async (schema, want) => {
    const found = await readText(`    A: ${schema}\n    B: {type: string}\n`);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(want);
  });

  test("of two schemas that are all of each other is told once; what is only recursive is not told", async () => {
    const two =
      "    A: {allOf: [{$ref: '#/components/schemas/B'}]}\n    B: {allOf: [{type: object}, {$ref: '#/components/schemas/A'}]}\n";
    expect(await readText(two)).toEqual([expect.stringContaining("makes a schema all of itself")]);
    const diamond = ["B", "C", "D"].map((name) => `{$ref: '#/components/schemas/${name}'}`);
    const fine = `    A: {allOf: [${diamond[0]}, ${diamond[1]}]}\n    B: {allOf: [${diamond[2]}]}\n    C: {allOf: [${diamond[2]}]}\n    D: {properties: {a: {$ref: '#/components/schemas/A'}}, oneOf: [{properties: {e: {$ref: '#/components/schemas/E'}}}]}\n    E: {allOf: [${diamond[2]}]}\n`;
    expect(await readText(fine)).toEqual([]);
  });

  test("of an alternative to itself leaves the others", async () => {
    const text = (schemas: string): Promise<{ diagnostics: readonly string[]; schemas: unknown }> =>
      loadDocument("-", {
        stdin: () =>
          Promise.resolve(
            Buffer.from(
              `openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {/a: {get: {responses: {'200': {content: {a/b: {schema: {$ref: '#/components/schemas/A'}}}}}}}}\ncomponents:\n  schemas:\n${schemas}`,
            ),
          ),
      }).then(({ diagnostics, root }) => ({
        diagnostics: diagnostics.map(shown),
        schemas: (root["components"] as JsonObject)["schemas"],
      }));
    const ring =
      "    A: {anyOf: [{$ref: '#/components/schemas/B'}, {type: string}]}\n    B: {oneOf: [{$ref: '#/components/schemas/A'}, {type: number}]}\n";
    const { diagnostics, schemas } = await text(ring);
    expect(diagnostics).toEqual([expect.stringContaining("an alternative of itself")]);
    expect(schemas).toEqual({
      A: { anyOf: [{ $ref: "#/components/schemas/B" }, { type: "string" }] },
      B: { oneOf: [{ type: "number" }, { type: "string" }] },
    });
  });

  test.each(["A", "Cat"])(
    "of an alternative to the schema with the alternatives means what that has besides, from %s",
    async (use) => {
      const schemas =
        "    A: {type: object, required: [kind], properties: {kind: {type: string}}, oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}], discriminator: {propertyName: kind}}\n" +
        "    Cat: {allOf: [{$ref: '#/components/schemas/A'}, {properties: {lives: {type: integer}}}]}\n" +
        "    Dog: {allOf: [{$ref: '#/components/schemas/A'}, {properties: {barks: {type: boolean}}}]}\n";
      const text = `openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {/a: {get: {responses: {'200': {content: {a/b: {schema: {$ref: '#/components/schemas/${use}'}}}}}}}}\ncomponents:\n  schemas:\n${schemas}`;
      const { root, diagnostics } = await loadDocument("-", { stdin: () => Promise.resolve(Buffer.from(text)) });
      expect(diagnostics.map(shown)).toEqual(
        ["Cat", "Dog"].map((name) =>
          expect.stringContaining(`circular-reference /components/schemas/${name}/allOf/0/$ref`),
        ),
      );
      const own = { type: "object", required: ["kind"], properties: { kind: { type: "string" } } };
      expect(root["components"]).toMatchObject({
        schemas: {
          A: { ...own, oneOf: [{ $ref: "#/components/schemas/Cat" }, { $ref: "#/components/schemas/Dog" }] },
          Cat: { allOf: [own, { properties: { lives: { type: "integer" } } }] },
          Dog: { allOf: [own, { properties: { barks: { type: "boolean" } } }] },
        },
      });
    },
  );

  test("in a row of more than a hundred is cut, and said to be; a row of a hundred is followed", async () => {
    const row = (length: number): string =>
      Array.from({ length }, (_, index) => `    A${index}: {$ref: '#/components/schemas/A${index + 1}'}\n`).join("") +
      `    A${length}: {type: object, properties: {x: {type: string}}}\n`;
    expect(await readText(row(100), "A0")).toEqual([]);
    expect(await readText(row(150), "A0")).toEqual([expect.stringContaining("is the 101st of a row")]);
    expect(await readText(row(150), "A0/properties/x")).toContainEqual(
      expect.stringContaining("leads through more than 100 references, one to the next"),
    );
  });
});

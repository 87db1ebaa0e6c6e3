import { describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../../../src/base/json.ts";
import { documentFromValue } from "../../../src/document/build.ts";
import { faultsOf, shown } from "./place.ts";

const nullable = {
  components: { schemas: { A: { type: "string", nullable: true, $ref: "#/components/schemas/B" }, B: {} } },
};

describe("versions that are read", () => {
  test.each<[given: JsonObject, want: readonly string[]]>([
    [{ openapi: "3.0.0" }, []],
    [{ openapi: "3.0.4" }, []],
    [{ openapi: "3.0" }, []],
    [{ openapi: "3.1" }, []],
    [{ openapi: "3.1.2" }, []],
    [{ openapi: "3.2.0" }, []],
    [{ openapi: "3.2.7" }, []],
    [{ openapi: "3.0.0-rc1" }, []],
    [{ swagger: "2.0" }, []],
    [{ openapi: 3.1 }, ["invalid-document /openapi -: The version 3.1 is a number and should be a string in quotes"]],
    [{ openapi: 3 }, ["invalid-document /openapi -: The version 3 is a number and should be a string in quotes"]],
    [{ swagger: 2 }, ["invalid-document /swagger -: The version 2 is a number and should be a string in quotes"]],
    [{ swagger: "3.0" }, ['invalid-document /swagger -: Version 3.0 is stated by "swagger", not by "openapi"']],
    [{ openapi: "2.0" }, ['invalid-document /openapi -: Version 2.0 is stated by "openapi", not by "swagger"']],
    [{ openapi: "3.3.0" }, ["newer-version /openapi -: Version 3.3.0 is newer than this generator"]],
    [{ openapi: "4.0.0" }, ["newer-version /openapi -: Version 4.0.0 is newer than this generator"]],
  ])("%j", (given, want) => {
    const { root, diagnostics } = documentFromValue({ ...given, paths: {} });
    expect(root["openapi"]).toBe("3.2.0");
    expect(root).not.toHaveProperty("swagger");
    expect(diagnostics.map(shown)).toEqual(want);
  });

  test.each([
    ["3.0.0", [{ $ref: "#/components/schemas/B" }, { type: "null" }]],
    ["3.1.0", [{ $ref: "#/components/schemas/B", type: "string" }, { type: "null" }]],
    ["3.2.0", [{ $ref: "#/components/schemas/B", type: "string" }, { type: "null" }]],
  ])("%s is upgraded by its own rules", (openapi, anyOf) => {
    expect(documentFromValue({ openapi, paths: {}, ...nullable }).root["components"]).toEqual({
      schemas: { A: { anyOf }, B: {} },
    });
  });
});

describe("what is not read says what it seems to be", () => {
  test.each<[given: JsonObject, want: string]>([
    [{ swagger: "1.2" }, "unsupported-version /swagger -: Version 1.2 of Swagger is too old to be read"],
    [
      { swaggerVersion: "1.2" },
      'not-openapi / -: This seems to be a Swagger 1.x document: it has the key "swaggerVersion" and no "openapi"; convert it to OpenAPI first',
    ],
    [{ openapi: true }, 'unsupported-version /openapi -: "openapi: true" is not a version'],
    [{ openapi: "" }, 'unsupported-version /openapi -: "openapi: " is not a version'],
    [{ openapi: "\u001b[2J" }, 'unsupported-version /openapi -: "openapi: \\x1b[2J" is not a version'],
    [
      { asyncapi: "2.0.0" },
      'not-openapi / -: This seems to be an AsyncAPI document: it has the key "asyncapi" and no "openapi"; it describes messages, not HTTP operations',
    ],
    [
      { paths: {} },
      'not-openapi / -: This seems to be a part of an OpenAPI document: it has the key "paths" and no "openapi"; give the document that refers to it',
    ],
    [
      { components: {} },
      'not-openapi / -: This seems to be a part of an OpenAPI document: it has the key "components" and no "openapi"; give the document that refers to it',
    ],
    [
      { $schema: "x", type: "object" },
      'not-openapi / -: This seems to be a JSON Schema: it has the key "$schema" and no "openapi"',
    ],
    [{ properties: {} }, 'not-openapi / -: This seems to be a JSON Schema: it has no "openapi"'],
    [
      { info: { _postman_id: "x" }, item: [] },
      'not-openapi / -: This seems to be an export of Postman: it has the key "_postman_id" and no "openapi"; convert it to OpenAPI first',
    ],
    [
      { name: "x", version: "1" },
      'not-openapi / -: This is an object with the keys "name", "version" and no "openapi"',
    ],
    [{}, "not-openapi / -: The document is an empty object"],
    [[] as unknown as JsonObject, "not-openapi / -: The document is a list, not an object"],
    ["x" as unknown as JsonObject, 'not-openapi / -: The document is a single text, not an object: "x"'],
  ])("%j", async (given, want) => {
    expect((await faultsOf(() => documentFromValue(given))).map(shown)).toEqual([want]);
  });
});

test.each<[name: string, given: JsonObject, want: JsonObject, found: readonly string[]]>([
  ["no paths", {}, { paths: {} }, []],
  ["paths that are null", { paths: null }, { paths: {} }, []],
  [
    "paths of a wrong type",
    { paths: [] },
    { paths: {} },
    ['invalid-document /paths -: The field "paths" is not an object and is read as empty'],
  ],
  [
    "a version that is a number",
    { info: { title: "t", version: 1 } },
    { info: { title: "t", version: "1" }, paths: {} },
    ['invalid-document /info/version -: The field "info.version" is 1, which should be a string in quotes'],
  ],
  [
    "a title that is a number",
    { info: { title: 42, version: "1" } },
    { info: { title: "42", version: "1" }, paths: {} },
    ['invalid-document /info/title -: The field "info.title" is 42, which should be a string in quotes'],
  ],
  [
    "info of a wrong type",
    { info: "t" },
    { info: "t", paths: {} },
    ['invalid-document /info -: "info" has to be an object, not text'],
  ],
])("a document with %s is read", (_name, given, want, found) => {
  const { root, diagnostics } = documentFromValue({ openapi: "3.1.0", ...given });
  expect(root).toEqual({ openapi: "3.2.0", ...want });
  expect(diagnostics.map(shown)).toEqual(found);
});

test("a value stays as it is", () => {
  const given = {
    openapi: "3.0.0",
    paths: {},
    components: { schemas: { A: { type: "string", nullable: true, example: { $ref: "#/x" } } } },
  };
  const before = structuredClone(given);
  documentFromValue(given);
  expect(given).toEqual(before);
});

test("fields of wrong types do no harm", () => {
  const wrong: readonly Json[] = [null, 1, "x", true, [], [null], {}, { a: null }, { a: [[]] }];
  const fields = [
    "paths",
    "components",
    "info",
    "servers",
    "definitions",
    "parameters",
    "responses",
    "securityDefinitions",
    "consumes",
    "produces",
    "schemes",
    "host",
    "basePath",
    "webhooks",
    "x-external",
  ];
  const versions: readonly JsonObject[] = [{ swagger: "2.0" }, { openapi: "3.0.0" }, { openapi: "3.1.0" }];
  for (const version of versions) {
    for (const field of fields) {
      for (const value of wrong) expect(() => documentFromValue({ ...version, [field]: value })).not.toThrow();
    }
    for (const field of [
      "parameters",
      "responses",
      "requestBody",
      "callbacks",
      "consumes",
      "produces",
      "post",
      "$ref",
      "schemes",
    ]) {
      for (const value of wrong) {
        expect(() =>
          documentFromValue({
            ...version,
            paths: {
              "/a": {
                [field]: value,
                post: {
                  [field]: value,
                  parameters: [{ in: "body", [field]: value }, { in: "formData", name: "x", [field]: value }, value],
                },
              },
            },
          }),
        ).not.toThrow();
      }
    }
  }
});

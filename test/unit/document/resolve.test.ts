import { symlinkSync, writeFileSync } from "node:fs";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../../../src/base/json.ts";
import { documentFromValue } from "../../../src/document/build.ts";
import type { SpecDocument } from "../../../src/document/document.ts";
import { loadDocument, type ReadOptions } from "../../../src/document/load.ts";
import { folderOf, serverOf, shown } from "./place.ts";

const folders: { remove: () => void }[] = [];
afterEach(() => folders.splice(0).forEach((folder) => folder.remove()));

/** Loads `api.yaml` of a folder with these files. */
async function load(
  files: Record<string, string>,
  options: ReadOptions = {},
  entry = "api.yaml",
): Promise<SpecDocument & { readonly found: string[] }> {
  const folder = folderOf(files);
  folders.push(folder);
  const document = await loadDocument(folder.at(entry), options);
  const found = document.diagnostics.map(
    (diagnostic) => `${diagnostic.file.replace(`${folder.path}/`, "")} ${shown(diagnostic)}`,
  );
  return { ...document, found };
}

const head = "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {}\n";
const schemas = (text: string): string => `${head}components:\n  schemas:\n${text.replace(/^/gm, "    ")}\n`;

function schemasOf(document: SpecDocument): Json | undefined {
  return (document.root["components"] as JsonObject | undefined)?.["schemas"];
}

describe("further files", () => {
  test("a document in several files becomes one", async () => {
    const { root, found } = await load({
      "api.yaml": `openapi: 3.1.0
info: {$ref: info.yaml}
paths:
  /pets: {$ref: 'paths/pets.yaml'}
components:
  schemas: {$ref: schemas/_index.yaml}
`,
      "info.yaml": "title: Pets\nversion: '1'\n",
      "paths/pets.yaml": `get:
  parameters: [{$ref: '../common.yaml#/parameters/limit'}]
  responses:
    '200': {content: {application/json: {schema: {$ref: '../api.yaml#/components/schemas/Pet'}}}}
    default: {$ref: '../common.yaml#/responses/Error'}
`,
      "schemas/_index.yaml": "Pet: {$ref: ./Pet.yaml}\nTag: {type: string}\n",
      "schemas/Pet.yaml":
        "type: object\nproperties:\n  tag: {$ref: '_index.yaml#/Tag'}\n  friend: {$ref: '#'}\n  name: {$ref: '#/definitions/Name'}\ndefinitions:\n  Name: {type: string}\n",
      "common.yaml":
        "parameters:\n  limit: {name: limit, in: query, schema: {type: integer}}\nresponses:\n  Error: {description: d}\n",
    });
    expect(found).toEqual([]);
    expect(root).toEqual({
      openapi: "3.2.0",
      info: { title: "Pets", version: "1" },
      paths: { "/pets": { $ref: "#/x-external/pets" } },
      components: { schemas: { Pet: { $ref: "#/x-external/Pet" }, Tag: { $ref: "#/x-external/Tag" } } },
      "x-external": {
        pets: {
          get: {
            parameters: [{ $ref: "#/x-external/limit" }],
            responses: {
              "200": { content: { "application/json": { schema: { $ref: "#/components/schemas/Pet" } } } },
              default: { $ref: "#/x-external/Error" },
            },
          },
        },
        Tag: { type: "string" },
        Pet: {
          type: "object",
          properties: {
            tag: { $ref: "#/x-external/Tag" },
            friend: { $ref: "#/x-external/Pet" },
            name: { $ref: "#/x-external/Pet/definitions/Name" },
          },
          definitions: { Name: { type: "string" } },
        },
        limit: { name: "limit", in: "query", schema: { type: "integer" } },
        Error: { description: "d" },
      },
    });
  });

  test("names that clash get numbers, in the order of the document", async () => {
    const { root } = await load({
      "api.yaml": schemas(
        "A: {$ref: 'one.yaml#/Pet'}\nB: {$ref: 'two.yaml#/Pet'}\nC: {$ref: 'sub/three.json'}\nD: {$ref: 'four.yaml#/~1a'}",
      ),
      "one.yaml": "Pet: {title: one}",
      "two.yaml": "Pet: {title: two}",
      "sub/three.json": '{"title": "three"}',
      "four.yaml": "/a: {title: four}",
    });
    expect(root["x-external"]).toEqual({
      Pet: { title: "one" },
      Pet_2: { title: "two" },
      three: { title: "three" },
      four: { title: "four" },
    });
  });

  test("the author's own x-external stays", async () => {
    const { root } = await load({
      "api.yaml": `${schemas("A: {$ref: 'one.yaml#/Pet'}\nB: {$ref: '#/x-external/Pet'}")}x-external: {Pet: {title: mine}}`,
      "one.yaml": "Pet: {title: one}",
    });
    expect(root["x-external"]).toEqual({ Pet: { title: "mine" }, Pet_2: { title: "one" } });
    expect((root["components"] as JsonObject)["schemas"]).toEqual({
      A: { $ref: "#/x-external/Pet_2" },
      B: { $ref: "#/x-external/Pet" },
    });
  });

  test.each([
    ["a space", "my%20types.yaml", "my types.yaml"],
    ["a raw space", "my types.yaml", "my types.yaml"],
    ["an umlaut", "t%C3%BCr.yaml", "tür.yaml"],
    ["a question mark", "a%3Fb.yaml", "a?b.yaml"],
    ["a number sign", "a%23b.yaml", "a#b.yaml"],
    ["no extension", "types", "types"],
    ["dots", "./sub/../types.yaml", "types.yaml"],
  ])("a file name with %s", async (_name, reference, file) => {
    const document = await load({
      "api.yaml": schemas(`A: {$ref: '${reference}#/Pet'}`),
      [file]: "Pet: {title: one}",
      "sub/x": "",
    });
    expect(document.found).toEqual([]);
    expect(document.root["x-external"]).toEqual({ Pet: { title: "one" } });
  });

  test("other documents' folders are read when they are allowed", async () => {
    const files = {
      "spec/api.yaml": schemas("A: {$ref: '../common/types.yaml#/Pet'}"),
      "common/types.yaml": "Pet: {title: one}",
    };
    const folder = folderOf(files);
    folders.push(folder);
    const document = await loadDocument(folder.at("spec/api.yaml"), { allowRefFolders: [folder.at("common")] });
    expect(document.root["x-external"]).toEqual({ Pet: { title: "one" } });
    expect(document.locate({ code: "invalid-schema", pointer: "/x-external/Pet/title", message: "m" })).toMatchObject({
      file: folder.at("common/types.yaml"),
      pointer: "/Pet/title",
      line: 1,
    });
  });

  test("findings in a part of another file name that file, pointer and line", async () => {
    const { root, locate } = await load({
      "api.yaml": schemas("A: {$ref: 'one.yaml#/defs/Pet'}"),
      "one.yaml": "# words\ndefs:\n  Pet:\n    type: object\n    properties:\n      a: {type: string}\n",
    });
    expect(Object.keys(root["x-external"] as JsonObject)).toEqual(["one"]);
    const place = locate({ code: "invalid-schema", pointer: "/x-external/one/properties/a/type", message: "m" });
    expect(place.file).toMatch(/\/one\.yaml$/);
    expect(place).toMatchObject({
      pointer: "/defs/Pet/properties/a/type",
      line: 6,
      severity: "warning",
      code: "invalid-schema",
      message: "m",
    });
  });
});

describe("what is no reference stays as it is", () => {
  const data = { $ref: "../outside.yaml#/secret" };
  test.each<[name: string, document: JsonObject]>([
    ["an example", { paths: { "/a": { get: { parameters: [{ name: "a", in: "query", example: data }] } } } }],
    [
      "the value of an example object",
      { paths: { "/a": { get: { parameters: [{ name: "a", in: "query", examples: { e: { value: data } } }] } } } },
    ],
    ["examples of a schema", { components: { schemas: { A: { examples: [data] } } } }],
    ["a default", { components: { schemas: { A: { default: data } } } }],
    ["an enum", { components: { schemas: { A: { enum: [data] } } } }],
    ["a constant", { components: { schemas: { A: { const: data } } } }],
    ["an extension", { "x-a": data, components: { schemas: { A: { "x-b": { c: data } } } } }],
    ["an extension among paths", { paths: { "x-a": data } }],
    [
      "a property that is called $ref",
      { components: { schemas: { A: { properties: { $ref: { type: "string" } } } } } },
    ],
  ])("%s", (_name, document) => {
    const given = { openapi: "3.1.0", paths: {}, ...document };
    const { root, diagnostics } = documentFromValue(given);
    expect(diagnostics).toEqual([]);
    expect(root).toEqual({ ...given, openapi: "3.2.0" });
  });

  test.each(["example", "examples", "default", "enum", "const", "x-a", "properties", "paths"])(
    "a property that is called %s is a schema like any other",
    (name) => {
      const { root, diagnostics } = documentFromValue({
        openapi: "3.1.0",
        paths: {},
        components: { schemas: { A: { properties: { [name]: { $ref: "#/none" } } } } },
      });
      expect(diagnostics.map(shown)).toEqual([
        `missing-reference /components/schemas/A/properties/${name}/$ref -: The reference "#/none" leads nowhere`,
      ]);
      expect(root["components"]).toEqual({ schemas: { A: { properties: { [name]: {} } } } });
    },
  );
});

describe("references within a document", () => {
  const names = {
    Pet: { type: "object", properties: { "a/b~c": { title: "deep" }, "50%": { title: "percent" } } },
    Owner: { type: "string" },
  };
  test.each<[text: string, want: JsonObject]>([
    ["#/components/schemas/Pet", { $ref: "#/components/schemas/Pet" }],
    ["#/components/schemas/Pet/properties/a~1b~0c", { $ref: "#/components/schemas/Pet/properties/a~1b~0c" }],
    ["#/components/schemas/Pet/properties/a%7E1b~0c", { $ref: "#/components/schemas/Pet/properties/a~1b~0c" }],
    ["#/components/schemas/Pet/properties/50%25", { $ref: "#/components/schemas/Pet/properties/50%" }],
    ["#/components/schemas/Pet/properties/50%", { $ref: "#/components/schemas/Pet/properties/50%" }],
    ["#/components/schemas/Alias/properties/50%25", { $ref: "#/components/schemas/Pet/properties/50%" }],
    ["#anchored", { $ref: "#/components/schemas/Anchored" }],
  ])("%s", (text, want) => {
    const document = documentFromValue({
      openapi: "3.1.0",
      paths: {},
      components: {
        schemas: {
          ...names,
          Alias: { $ref: "#/components/schemas/Pet" },
          Anchored: { $anchor: "anchored" },
          Subject: { $ref: text },
        },
      },
    });
    expect(document.diagnostics).toEqual([]);
    expect((schemasOf(document) as JsonObject)["Subject"]).toEqual(want);
  });

  test.each<[text: string, message: string]>([
    ["#/components/schemas/Pett", 'leads nowhere; did you mean "Pet"?'],
    ["#/components/schemas/owner", 'leads nowhere; did you mean "Owner"?'],
    ["#/components/schema/Pet", 'leads nowhere; did you mean "/components/schemas"?'],
    ["#/components/schemas/Elephant", "leads nowhere"],
    ["#/components/schemas/__proto__", "leads nowhere"],
    ["#/components/schemas/constructor", "leads nowhere"],
    ["#/components/schemas/Pet/toString", "leads nowhere"],
    ["#/components/schemas/hasOwnProperty/call", "leads nowhere"],
    ["#none", "leads to no anchor"],
    ["#", "leads to the whole document"],
    ["", "names nothing"],
  ])('"%s" is replaced and reported', (text, message) => {
    const document = documentFromValue({
      openapi: "3.1.0",
      paths: {},
      components: { schemas: { ...names, Subject: { $ref: text } } },
    });
    expect(document.diagnostics.map(shown)).toEqual([
      `missing-reference /components/schemas/Subject/$ref -: The reference "${text}" ${message}`,
    ]);
    expect((schemasOf(document) as JsonObject)["Subject"]).toEqual({});
  });

  test("a place that is used often is reported once", () => {
    const document = documentFromValue({
      openapi: "3.1.0",
      paths: {},
      components: { schemas: { A: { allOf: [{ $ref: "#/x" }, { $ref: "#/x" }, { $ref: "#/y" }] } } },
    });
    expect(document.diagnostics.map(({ message }) => message)).toEqual([
      'The reference "#/x" leads nowhere (used 2 times)',
      'The reference "#/y" leads nowhere',
    ]);
  });

  test.each<[name: string, given: JsonObject, want: JsonObject, message: string]>([
    [
      "itself",
      { A: { $ref: "#/components/schemas/A" } },
      { A: {} },
      'The reference "#/components/schemas/A" leads to itself',
    ],
    [
      "a circle",
      {
        A: { $ref: "#/components/schemas/B" },
        B: { $ref: "#/components/schemas/A" },
        C: { $ref: "#/components/schemas/A" },
      },
      { A: {}, B: {}, C: { $ref: "#/components/schemas/A" } },
      'The references "#/components/schemas/A", "#/components/schemas/B" lead only to each other',
    ],
  ])("references that lead to %s", (_name, given, want, message) => {
    const document = documentFromValue({ openapi: "3.1.0", paths: {}, components: { schemas: given } });
    expect(schemasOf(document)).toEqual(want);
    const [found, ...others] = document.diagnostics;
    expect(others).toEqual([]);
    expect(found?.code).toBe("circular-reference");
    expect([
      message,
      'The references "#/components/schemas/B", "#/components/schemas/A" lead only to each other',
    ]).toContain(found?.message);
  });

  test("recursion that means something stays", () => {
    const given = { A: { properties: { next: { $ref: "#/components/schemas/A" } } } };
    const document = documentFromValue({ openapi: "3.1.0", paths: {}, components: { schemas: given } });
    expect(document.diagnostics).toEqual([]);
    expect(schemasOf(document)).toEqual(given);
  });

  test("a dynamic reference becomes one to its nearest anchor", () => {
    const tree = (title: string): JsonObject => ({
      title,
      $dynamicAnchor: "node",
      properties: { next: { $dynamicRef: "#node" } },
    });
    const document = documentFromValue({
      openapi: "3.1.0",
      paths: {},
      components: { schemas: { A: tree("a"), B: tree("b") } },
    });
    const next = (name: string): Json | undefined =>
      (((schemasOf(document) as JsonObject)[name] as JsonObject)["properties"] as JsonObject)["next"];
    expect([next("A"), next("B")]).toEqual([{ $ref: "#/components/schemas/A" }, { $ref: "#/components/schemas/B" }]);
  });

  test("$id and $self name places and move no base", () => {
    const document = documentFromValue({
      openapi: "3.1.0",
      $self: "https://example.com/api.yaml",
      paths: {},
      components: {
        schemas: {
          Pet: {
            $id: "https://example.com/pet",
            type: "object",
            properties: { a: { $ref: "#/components/schemas/Owner" } },
          },
          Owner: { $ref: "https://example.com/pet" },
          Other: { $ref: "https://example.com/api.yaml#/components/schemas/Owner" },
        },
      },
    });
    expect(document.diagnostics).toEqual([]);
    expect(schemasOf(document)).toMatchObject({
      Pet: { properties: { a: { $ref: "#/components/schemas/Owner" } } },
      Owner: { $ref: "#/components/schemas/Pet" },
      Other: { $ref: "#/components/schemas/Owner" },
    });
  });

  test("the mapping of a discriminator", () => {
    const mapping = { a: "Pet", b: "#/components/schemas/Pet", c: "#/components/schemas/None" };
    const document = documentFromValue({
      openapi: "3.1.0",
      paths: {},
      components: { schemas: { Pet: {}, A: { discriminator: { propertyName: "k", mapping } } } },
    });
    expect(schemasOf(document)).toEqual({
      Pet: {},
      A: { discriminator: { propertyName: "k", mapping: { a: "Pet", b: "#/components/schemas/Pet" } } },
    });
    expect(document.diagnostics.map(shown)).toEqual([
      'missing-reference /components/schemas/A/discriminator/mapping/c -: The reference "#/components/schemas/None" leads nowhere',
    ]);
  });

  test("a part under an extension is resolved when it is referred to", () => {
    const document = documentFromValue({
      openapi: "3.0.0",
      paths: {},
      "x-shared": { Pet: { type: "array", nullable: true, items: { $ref: "#/none" } } },
      components: { schemas: { A: { $ref: "#/x-shared/Pet" } } },
    });
    expect(document.root["x-shared"]).toEqual({ Pet: { type: ["array", "null"], items: {} } });
  });
});

describe("what stands beside the reference of a path item or an operation", () => {
  const x = `parameters: [{name: id, in: path, required: true, schema: {type: string}}]
get: {operationId: theirs, tags: [x], parameters: [{name: q, in: query, schema: {type: string}}], responses: {}}
post: {operationId: posted, responses: {}}
`;

  test("counts before what is behind it; parameters are joined", async () => {
    const { root, found } = await load({
      "api.yaml": `openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /plain/{id}: {$ref: x.yaml}
  /x/{id}:
    $ref: x.yaml
    summary: Ours
    post: {operationId: mine, responses: {}}
  /y/{id}:
    get: {$ref: 'x.yaml#/get', operationId: ours, parameters: [{name: r, in: query, schema: {type: string}}]}
    put: {$ref: '#/paths/~1y~1{id}/get', operationId: again}
`,
      "x.yaml": x,
    });
    expect(found).toEqual([]);
    const paths = root["paths"] as Record<string, Record<string, unknown>>;
    const id = { name: "id", in: "path", required: true, schema: { type: "string" } };
    const [q, r] = ["q", "r"].map((name) => ({ name, in: "query", schema: { type: "string" } }));
    expect(paths["/plain/{id}"]).toEqual({ $ref: "#/x-external/x" });
    expect(paths["/x/{id}"]).toEqual({
      parameters: [id],
      summary: "Ours",
      get: { operationId: "theirs", tags: ["x"], parameters: [q], responses: {} },
      post: { operationId: "mine", responses: {} },
    });
    expect(paths["/y/{id}"]).toEqual({
      get: { operationId: "ours", tags: ["x"], parameters: [q, r], responses: {} },
      put: { operationId: "again", tags: ["x"], parameters: [q, r], responses: {} },
    });
  });

  test("findings name the file that each field is in", async () => {
    const document = await load({
      "api.yaml": `openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /x/{id}:
    get: {$ref: 'x.yaml#/get', operationId: ours, parameters: [{name: r, in: query}]}
`,
      "x.yaml": x,
    });
    const place = (field: string): unknown => document.placeOf(`/paths/~1x~1{id}/get/${field}`);
    expect(place("operationId")).toMatchObject({ pointer: "/paths/~1x~1{id}/get/operationId", line: 5 });
    expect(place("tags")).toMatchObject({ pointer: "/get/tags", line: 2 });
    expect(place("parameters/0")).toMatchObject({ pointer: "/get/parameters/0", line: 2 });
    expect(place("parameters/1")).toMatchObject({ pointer: "/paths/~1x~1{id}/get/parameters/0", line: 5 });
  });
});

test("a Swagger document finds the parameters of path items that are in files of their own", async () => {
  const { root, found } = await load({
    "api.yaml": `swagger: '2.0'
info: {title: t, version: '1'}
parameters:
  Common: {name: common, in: query, type: integer}
paths:
  /x/{id}: {$ref: paths/x.yaml}
  /y/{id}:
    put: {$ref: 'paths/x.yaml#/put', operationId: ours}
`,
    "paths/x.yaml": `parameters: [{$ref: '../parameters.yaml#/Id'}]
get:
  parameters: [{$ref: '../api.yaml#/parameters/Common'}, {$ref: '#/definitions/own'}]
  responses: {'200': {$ref: '../parameters.yaml#/Answer'}}
put:
  consumes: [text/xml]
  parameters: [{$ref: '../parameters.yaml#/Body'}, {$ref: '../parameters.yaml#/List'}]
  responses: {}
post:
  parameters: [{$ref: '../parameters.yaml#/Form'}]
  responses: {}
definitions:
  own: {name: own, in: header, type: string}
`,
    "parameters.yaml": `Id: {name: id, in: path, required: true, type: string}
List: {name: list, in: query, type: array, items: {type: string}, collectionFormat: multi}
Body: {name: body, in: body, required: true, schema: {type: object}}
Form: {name: form, in: formData, type: string}
Answer: {description: d, schema: {type: string}}
`,
  });
  expect(found).toEqual([]);
  const external = root["x-external"] as Record<string, Record<string, Record<string, unknown>>>;
  const behind = (value: unknown): unknown => {
    const reference = (value as { $ref?: string }).$ref;
    return reference === undefined
      ? value
      : behind(
          reference
            .slice(2)
            .split("/")
            .reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], root),
        );
  };
  const parameters = (owner: unknown): unknown => ((owner as { parameters: unknown[] }).parameters ?? []).map(behind);
  const pathItem = external["x"];
  const id = { name: "id", in: "path", required: true, schema: { type: "string" } };
  const list = {
    name: "list",
    in: "query",
    schema: { type: "array", items: { type: "string" } },
    style: "form",
    explode: true,
  };
  expect(parameters(pathItem)).toEqual([id]);
  expect(parameters(pathItem?.["get"])).toEqual([
    { name: "common", in: "query", schema: { type: "integer" } },
    { name: "own", in: "header", schema: { type: "string" } },
  ]);
  expect(behind((pathItem?.["get"] as { responses: Record<string, unknown> }).responses["200"])).toEqual({
    description: "d",
    content: { "application/json": { schema: { type: "string" } } },
  });
  const ours = (root["paths"] as Record<string, Record<string, unknown>>)["/y/{id}"]?.["put"];
  for (const put of [pathItem?.["put"], ours]) {
    expect(parameters(put)).toEqual([list]);
    expect(behind((put as { requestBody: unknown }).requestBody)).toEqual({
      required: true,
      content: { "text/xml": { schema: { type: "object" } } },
    });
  }
  expect(pathItem?.["post"]?.["requestBody"]).toEqual({
    content: {
      "application/x-www-form-urlencoded": { schema: { type: "object", properties: { form: { type: "string" } } } },
    },
  });
});

describe("files that are refused or missing do not lose the document", () => {
  const secret = "Secret: {title: leaked}\n";
  const outside = folderOf({ "secret.yaml": secret, "secret/api.yaml": secret });
  afterAll(outside.remove);

  test.each([
    "../secret.yaml",
    "./../secret.yaml",
    "sub/../../secret.yaml",
    "sub/../../spec/../secret.yaml",
    "%2e%2e/secret.yaml",
    "%2E%2E/secret.yaml",
    ".%2e/secret.yaml",
    "..%2fsecret.yaml",
    "..%2Fsecret.yaml",
    "%2e%2e%2fsecret.yaml",
    "..%5csecret.yaml",
    "..\\secret.yaml",
    "sub\\..\\..\\secret.yaml",
    "..;/secret.yaml",
    "..%00/secret.yaml",
    "../secret.yaml%00.yaml",
    "....//secret.yaml",
    "%252e%252e/secret.yaml",
    "link.yaml",
    "linked/secret.yaml",
    "sub/link-to-parent/secret.yaml",
    "ABSOLUTE",
    "//ABSOLUTE",
    "///ABSOLUTE",
    "file://ABSOLUTE",
    "file:ABSOLUTE",
    "FILE://ABSOLUTE",
    "file:///ABSOLUTE",
    "file://localhost/ABSOLUTE",
    "file:../secret.yaml",
    "file:api.yaml",
    "/etc/passwd",
    "file:///etc/passwd",
    "/proc/self/environ",
    "/dev/zero",
    "/dev/stdin",
    "//evil.example/secret.yaml",
    "\\\\evil.example\\secret.yaml",
    "http://127.0.0.1:9/secret.yaml",
    "https://evil.example/secret.yaml",
    "HTTP://127.0.0.1:9/secret.yaml",
    "http://user:password@127.0.0.1:9/secret.yaml",
    "http://[::1]:9/secret.yaml",
    "http://2130706433/secret.yaml",
    "http://0/secret.yaml",
    "ftp://127.0.0.1/secret.yaml",
    'data:application/json,{"Secret":{"title":"leaked"}}',
    "javascript:alert(1)",
    "gopher://127.0.0.1/",
    "c:/secret.yaml",
    "C:\\secret.yaml",
    " ../secret.yaml",
    "\t../secret.yaml",
    ".\n./secret.yaml",
    "http://[bad/secret.yaml",
    "sub",
    ".",
    "none.yaml",
  ])("%j", async (reference) => {
    const folder = folderOf({ "secret.yaml": secret, "spec/sub/x.yaml": "a: 1", "spec/api.yaml": "" });
    folders.push(folder);
    symlinkSync(outside.at("secret.yaml"), folder.at("spec/link.yaml"));
    symlinkSync(outside.path, folder.at("spec/linked"));
    symlinkSync("../..", folder.at("spec/sub/link-to-parent"));
    const text = `${reference.replace("ABSOLUTE", outside.at("secret.yaml"))}#/Secret`;
    writeFileSync(folder.at("spec/api.yaml"), schemas(`A: {$ref: ${JSON.stringify(text)}}\nB: {type: string}`));
    const document = await loadDocument(folder.at("spec/api.yaml"), { timeoutMs: 2000 });
    expect(JSON.stringify(document.root)).not.toContain("leaked");
    expect(schemasOf(document)).toEqual({ A: {}, B: { type: "string" } });
    expect(document.diagnostics).toHaveLength(1);
    expect(document.diagnostics[0]).toMatchObject({
      file: folder.at("spec/api.yaml"),
      pointer: "/components/schemas/A/$ref",
      line: 6,
      severity: "warning",
    });
    expect(document.diagnostics[0]?.code).toMatch(/^(?:refused|missing|unsupported)-reference$/);
  });

  test("references outside the folder are one warning, which names the folders to allow", async () => {
    const folder = folderOf({
      "spec/v1/api.yaml": `${head}components:
  schemas:
    A: {$ref: '../../common/a.yaml'}
    B: {$ref: '../../common/deep/b.yaml#/B'}
    C: {$ref: '../../common/deep/b.yaml#/B'}
    D: {$ref: '../shared/d.yaml'}
    E: {$ref: 'http://one.example/e.yaml'}
    F: {$ref: 'http://one.example/f.yaml'}
`,
      "common/a.yaml": "title: a",
      "common/deep/b.yaml": "B: {title: b}",
      "spec/shared/d.yaml": "title: d",
    });
    folders.push(folder);
    const path = folder.at("spec/v1/api.yaml");
    const allowed = [folder.at("common"), folder.at("spec/shared")];
    const { diagnostics } = await loadDocument(path);
    expect(diagnostics.map(({ message }) => message)).toEqual([
      'The reference "http://one.example/e.yaml" is not fetched: the host one.example is not allowed (nor is another one; used 2 times in all)',
      `The reference "../../common/a.yaml" is not read: it is outside the document's folder (nor are 2 others; used 4 times in all). To read them: ${allowed.map((name) => `--allow-ref-folder ${name}`).join(" ")}`,
    ]);
    const read = await loadDocument(path, { allowRefFolders: allowed });
    expect(read.diagnostics.map(({ code }) => code)).toEqual(["refused-reference"]);
  });

  test.each([
    ["../none.yaml", "is not read: it is outside the document's folder. To read it: --allow-ref-folder .."],
    ["/none/none.yaml", "is not read: it is outside the document's folder. To read it: --allow-ref-folder /none"],
    ["//evil.example/secret.yaml", "is not read: it is on another machine"],
    ["http://user:password@127.0.0.1:9/a.yaml", "is not fetched: it holds credentials"],
    ["http://127.0.0.1:9/a.yaml", "refuses connections"],
    ["http://127.0.0.1:10/a.yaml", "is not fetched: the host 127.0.0.1:10 is not allowed"],
    ["http://localhost:9/a.yaml", "is not fetched: the host localhost:9 is not allowed"],
  ])("%s says why, and nothing about what is outside", async (reference, reason) => {
    const document = await load(
      { "api.yaml": schemas(`A: {$ref: '${reference}'}`) },
      { allowRefHosts: ["127.0.0.1:9"] },
    );
    const message = document.diagnostics[0]?.message.replace("cannot be read: bad port", "refuses connections");
    expect(message?.replace(/--allow-ref-folder \/tmp$/, "--allow-ref-folder ..")).toBe(
      `The reference "${reference.replace("user:password@", "")}" ${reason}`,
    );
  });

  test("a part that is called __proto__ is a part", async () => {
    const document = await load({
      "api.yaml": schemas("A: {$ref: 'one.yaml#/__proto__'}\nB: {$ref: 'one.yaml#/definitions'}"),
      "one.yaml": "__proto__: {title: trap}\ndefinitions: {$ref: 'two.yaml'}",
      "two.yaml": "__proto__: {title: second}",
    });
    expect(document.found).toEqual([]);
    expect(JSON.stringify(document.root["x-external"])).toContain('"title":"trap"');
    expect(({} as { title?: unknown }).title).toBeUndefined();
  });

  test.each<[name: string, files: Record<string, string>, want: string]>([
    [
      "a missing file",
      {},
      'api.yaml missing-reference /components/schemas/A/$ref 6: The reference "one.yaml#/Pet" does not exist',
    ],
    [
      "a file with a fault",
      { "one.yaml": "a: [" },
      'api.yaml missing-reference /components/schemas/A/$ref 6: The reference "one.yaml#/Pet" cannot be used: Invalid YAML: unexpected end of the stream within a flow collection, found "a: [" (line 1)',
    ],
    [
      "an empty file",
      { "one.yaml": "" },
      'api.yaml missing-reference /components/schemas/A/$ref 6: The reference "one.yaml#/Pet" is empty',
    ],
    [
      "a file without the part",
      { "one.yaml": "Pets: {}" },
      'api.yaml missing-reference /components/schemas/A/$ref 6: The reference "one.yaml#/Pet" leads nowhere; did you mean "Pets"?',
    ],
    [
      "a fault in a further file",
      { "one.yaml": "# words\nPet:\n  $ref: two.yaml\n" },
      'one.yaml missing-reference /Pet/$ref 3: The reference "two.yaml" does not exist',
    ],
    [
      "a further file that leaves the folder",
      { "one.yaml": "Pet: {$ref: '../../etc/passwd'}" },
      'one.yaml refused-reference /Pet/$ref 1: The reference "../../etc/passwd" is not read: it is outside the document\'s folder. To read it: --allow-ref-folder /etc',
    ],
    [
      "a bomb",
      { "one.yaml": "a: &a\n  b: *a\n" },
      'api.yaml missing-reference /components/schemas/A/$ref 6: The reference "one.yaml#/Pet" cannot be used: The document nests more than 200 levels, or contains itself',
    ],
    [
      "a component's bare name",
      { "api.yaml": schemas("A: {$ref: B}\nB: {}") },
      'api.yaml missing-reference /components/schemas/A/$ref 6: The reference "B" does not exist; did you mean "#/components/schemas/B"?',
    ],
  ])("%s", async (_name, files, want) => {
    const document = await load({ "api.yaml": schemas("A: {$ref: 'one.yaml#/Pet'}"), ...files });
    expect(document.found).toEqual([want]);
  });

  test("the limit of size holds for further files", async () => {
    const document = await load(
      { "api.yaml": schemas("A: {$ref: 'one.yaml#/Pet'}"), "one.yaml": `Pet: {title: "${"x".repeat(1000)}"}` },
      { maxDocumentBytes: 500 },
    );
    expect(document.found).toEqual([
      'api.yaml missing-reference /components/schemas/A/$ref 6: The reference "one.yaml#/Pet" is larger than the limit of 500 bytes',
    ]);
  });

  test("a value and standard input have no further files", async () => {
    const text = schemas("A: {$ref: 'one.yaml#/Pet'}");
    const document = await loadDocument("-", { stdin: () => Promise.resolve(new TextEncoder().encode(text)) });
    expect(document.diagnostics.map(shown)).toEqual([
      'unsupported-reference /components/schemas/A/$ref 6: The reference "one.yaml#/Pet" is not read: the document was given without a place of its own; give it as a file or a URL',
    ]);
  });
});

describe("further files over HTTP", () => {
  test("an allowed host is asked without credentials; its redirects and its own local references are refused", async () => {
    const requests: { path: string; headers: Record<string, unknown> }[] = [];
    const server = await serverOf((request, response) => {
      requests.push({ path: request.url ?? "", headers: request.headers });
      if (request.url === "/moved.yaml") response.writeHead(302, { location: "/types.yaml" }).end();
      else if (request.url === "/gone.yaml") response.writeHead(410).end();
      else
        response.end(
          "Pet: {properties: {tag: {$ref: 'sub/tag.yaml#/Tag'}, leak: {$ref: 'file:///etc/passwd'}}}\nTag: {type: string}\n",
        );
    });
    try {
      const document = await load(
        {
          "api.yaml": schemas(
            `A: {$ref: '${server.url}/types.yaml#/Pet'}\nB: {$ref: '${server.url}/moved.yaml#/Pet'}\nC: {$ref: '${server.url}/gone.yaml#/Pet'}`,
          ),
        },
        { allowRefHosts: [server.host] },
      );
      expect(document.root["x-external"]).toEqual({
        Pet: { properties: { tag: { $ref: "#/x-external/Tag" }, leak: {} } },
        Tag: { type: "string" },
      });
      expect(requests.map(({ path }) => path).sort()).toEqual([
        "/gone.yaml",
        "/moved.yaml",
        "/sub/tag.yaml",
        "/types.yaml",
      ]);
      for (const { headers } of requests)
        expect(Object.keys(headers)).not.toEqual(
          expect.arrayContaining([expect.stringMatching(/^(?:authorization|cookie|referer)$/)]),
        );
      expect(document.found.map((text) => text.replaceAll(server.url, "SERVER"))).toEqual([
        'api.yaml missing-reference /components/schemas/B/$ref 7: The reference "SERVER/moved.yaml#/Pet" redirects to "SERVER/types.yaml", which is not followed',
        'api.yaml missing-reference /components/schemas/C/$ref 8: The reference "SERVER/gone.yaml#/Pet" answered 410',
        'SERVER/types.yaml unsupported-reference /Pet/properties/leak/$ref 1: The reference "file:///etc/passwd" is not read: file URLs are not followed; write the path, relative to this file',
      ]);
    } finally {
      await server.close();
    }
  });

  test("a fetched document has the files of its origin, and no others", async () => {
    const other = await serverOf((_request, response) => response.end("Pet: {title: other}"));
    const server = await serverOf((request, response) => {
      if (request.url === "/v1/api.yaml")
        response.end(
          schemas(
            `A: {$ref: 'types.yaml#/Pet'}\nB: {$ref: '${other.url}/types.yaml#/Pet'}\nC: {$ref: '/etc/passwd#/Pet'}`,
          ),
        );
      else if (request.url === "/v1/types.yaml") response.end("Pet: {title: own}");
      else response.writeHead(404).end();
    });
    try {
      const document = await loadDocument(`${server.url}/v1/api.yaml`);
      expect(document).toMatchObject({
        source: `${server.url}/v1/api.yaml`,
        baseUrl: `${server.url}/v1/api.yaml`,
        stem: "api",
      });
      expect(document.root["x-external"]).toEqual({ Pet: { title: "own" } });
      expect(document.diagnostics.map(({ code, line }) => `${code} ${line}`).sort()).toEqual([
        "missing-reference 8",
        "refused-reference 7",
      ]);
    } finally {
      await server.close();
      await other.close();
    }
  });
});

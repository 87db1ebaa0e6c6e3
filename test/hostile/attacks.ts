/**
 * Whole documents made to break a reader: bombs, circles, wrong types, odd encodings, sheer size. Each is the bytes of
 * a file; what has to come of it is a project or a diagnostic, soon.
 */
import type { Json, JsonObject } from "../../src/base/json.ts";

export interface Attack {
  readonly name: string;
  readonly bytes: () => Uint8Array;
}

const attack = (name: string, text: () => string): Attack => ({ name, bytes: () => Buffer.from(text()) });
const binary = (name: string, bytes: () => Uint8Array): Attack => ({ name, bytes });
const document = (name: string, more: () => JsonObject): Attack =>
  attack(name, () =>
    JSON.stringify({ openapi: "3.1.0", info: { title: "t", version: "1" }, paths: minimal, ...more() }),
  );

const minimal: JsonObject = { "/a": { get: { operationId: "a", responses: { "200": { description: "ok" } } } } };
const minimalYaml = `openapi: 3.1.0\ninfo: {title: t, version: "1"}\npaths: {/a: {get: {responses: {}}}}\n`;

function operation(more: JsonObject): JsonObject {
  return { paths: { "/a": { post: { responses: { "200": { description: "ok" } }, ...more } } } };
}

function body(schema: Json, components: JsonObject = {}): JsonObject {
  return {
    ...operation({ requestBody: { content: { "application/json": { schema } } } }),
    components: { schemas: components },
  };
}

function nested(depth: number, inner: Json, wrap: (inner: Json) => Json): Json {
  let value = inner;
  for (let level = 0; level < depth; level++) value = wrap(value);
  return value;
}

/** Names `a0` to `a<levels>`, each a list of the one before, several times. */
function aliasBomb(levels: number, width: number): string {
  const lines = [`x-a0: &a0 [lol]`];
  for (let level = 1; level <= levels; level++)
    lines.push(
      `x-a${level}: &a${level} [${Array(width)
        .fill(`*a${level - 1}`)
        .join(", ")}]`,
    );
  return `${minimalYaml}${lines.join("\n")}\n`;
}

/** Every field of the standard with a value of a wrong type. */
const wrong: readonly (readonly [string, Json])[] = [
  ["a number", 7],
  ["a negative number", -1.5],
  ["null", null],
  ["a text", "text"],
  ["an empty text", ""],
  ["true", true],
  ["a list", [1, [2], { a: 3 }]],
  ["an empty list", []],
  ["an object", { a: { b: 1 } }],
  ["an empty object", {}],
];

function everywhere(value: Json): JsonObject {
  const keys = "openapi info servers security tags webhooks components externalDocs jsonSchemaDialect"
    .split(" ")
    .slice(1);
  const inPath = "summary description servers parameters get post $ref".split(" ");
  const inOperation =
    "tags summary description externalDocs operationId parameters requestBody responses callbacks deprecated security servers".split(
      " ",
    );
  const inParameter =
    "name in description required deprecated style explode allowReserved schema content example".split(" ");
  const inSchema =
    "type properties required items enum const default format pattern minimum maximum minLength maxLength minItems allOf anyOf oneOf not additionalProperties patternProperties prefixItems discriminator readOnly nullable $ref $defs if then else description title example examples".split(
      " ",
    );
  const responses: JsonObject = { "200": { description: "ok" } };
  const each = (prefix: string, names: readonly string[], make: (name: string) => JsonObject): [string, JsonObject][] =>
    names.map((name) => [`/${prefix}-${name.replace("$", "")}`, make(name)]);
  const sound: JsonObject = { name: "p", in: "query", schema: { type: "string" } };
  const content = (schema: Json): JsonObject => ({ content: { "application/json": { schema } } });
  return {
    ...Object.fromEntries(keys.filter((key) => key !== "info").map((key) => [key, value])),
    info: { title: value, version: value, description: value },
    paths: {
      ...minimal,
      "/whole": value,
      ...Object.fromEntries([
        ...each("path", inPath, (name) => ({ put: { responses }, [name]: value })),
        ...each("operation", inOperation, (name) => ({ get: { responses, [name]: value } })),
        ...each("parameter", inParameter, (name) => ({
          get: { parameters: [{ ...sound, [name]: value }], responses },
        })),
        ...each("schema", inSchema, (name) => ({
          post: { requestBody: content({ type: "object", [name]: value }), responses },
          get: { responses: { "200": content({ type: "array", items: { [name]: value } }) } },
        })),
        ...each("media", ["content", "schema", "encoding", "example", "examples"], (name) => ({
          post: {
            requestBody:
              name === "content" ? { content: value } : { content: { "multipart/form-data": { [name]: value } } },
            responses: { "200": name === "content" ? { content: value } : { content: { "a/b": { [name]: value } } } },
          },
        })),
      ]),
    },
  };
}

const pollution: JsonObject = Object.fromEntries<Json>([
  ["__proto__", { polluted: "yes", type: "string" }],
  ["constructor", { prototype: { polluted: "yes" } }],
  ["prototype", { polluted: "yes" }],
]);

const references = [
  "#/__proto__",
  "#/constructor/prototype",
  "#/components/schemas/__proto__",
  "#/paths/toString",
  "#",
  "#/",
  "#//",
  "",
  " ",
  "#/components/schemas/A/../B",
  "#/%",
  "#/%zz",
  "#/~2",
  "#/paths/~1a/get/responses/length",
  "http://127.0.0.1:1/x",
  "https://[::1",
  "file:///etc/passwd",
  "/etc/passwd",
  "../../../../../../etc/passwd",
  "//evil.test/x",
  "javascript:alert(1)",
  "data:application/json,{}",
  "\\\\host\\share",
  "\u0000",
  "x".repeat(10_000),
];

export const attacks: readonly Attack[] = [
  attack("an alias bomb, wide", () => aliasBomb(9, 9)),
  attack("an alias bomb, deep", () => aliasBomb(40, 2)),
  attack("an alias to itself", () => `${minimalYaml}x-a: &a [*a]\n`),
  attack("an alias circle as a schema", () => `${minimalYaml}components: {schemas: {A: &a {properties: {a: *a}}}}\n`),
  attack("ten thousand aliases", () => `${minimalYaml}x-a: &a {b: 1}\nx-l: [${Array(10_000).fill("*a").join(",")}]\n`),
  attack("a merge key that pollutes", () => `${minimalYaml}x-a: {<<: {__proto__: {polluted: yes}}}\n`),
  attack("merge keys upon merge keys", () => `${minimalYaml}x-a: &a {b: 1}\nx-c: &c {<<: [*a, *a]}\nx-d: {<<: *c}\n`),
  attack("a JavaScript tag", () => `${minimalYaml}x-a: !!js/function 'function(){}'\n`),
  attack("a Python tag", () => `${minimalYaml}x-a: !!python/object/apply:os.system ["true"]\n`),
  attack(
    "a binary, a set, a date and a timestamp",
    () => `${minimalYaml}x-a: !!binary aGk=\nx-b: !!set {a}\nx-c: 2001-12-14\n`,
  ),
  attack("several YAML documents", () => `${minimalYaml}---\n${minimalYaml}`),
  attack("keys that are no texts", () => `${minimalYaml}x-a: {1: a, true: b, null: c, [1, 2]: d, {a: b}: e}\n`),
  attack("YAML with tabs", () => minimalYaml.replaceAll(" ", "\t")),
  attack("an anchor without end", () => `openapi: &`),
  attack("only a comment", () => "# nothing\n"),
  attack("null", () => "null"),
  attack("a text", () => '"openapi"'),
  attack("a list", () => "[]"),
  attack("a number", () => "1e999"),
  attack("lists 100,000 deep, open", () => "[".repeat(100_000)),
  attack("lists 100,000 deep, closed", () => "[".repeat(100_000) + "]".repeat(100_000)),
  attack("objects 50,000 deep", () => '{"a":'.repeat(50_000) + "1" + "}".repeat(50_000)),
  attack("YAML lists 20,000 deep", () => "- ".repeat(20_000) + "a"),
  attack("YAML flow 20,000 deep", () => `${minimalYaml}x-a: ${"[".repeat(20_000)}${"]".repeat(20_000)}\n`),
  document("a schema 150 deep", () => body(nested(150, { type: "string" }, (a) => ({ properties: { a } })))),
  document("a schema 2,000 deep", () => body(nested(2_000, { type: "string" }, (items) => ({ type: "array", items })))),
  document("allOf 60 deep", () => body(nested(60, {}, (a) => ({ allOf: [a] })))),
  document("anyOf that doubles, 12 deep", () =>
    body(nested(12, { type: "string" }, (a) => ({ anyOf: [a, { items: a }] }))),
  ),
  document("references that double, 40 deep", () =>
    body(
      { $ref: "#/components/schemas/A40" },
      Object.fromEntries<Json>(
        Array.from({ length: 41 }, (_, level): [string, Json] => [
          `A${level}`,
          level === 0
            ? { type: "string" }
            : {
                type: "object",
                properties: {
                  l: { $ref: `#/components/schemas/A${level - 1}` },
                  r: { $ref: `#/components/schemas/A${level - 1}` },
                },
              },
        ]),
      ),
    ),
  ),
  document("allOf references that double, 40 deep", () =>
    body(
      { $ref: "#/components/schemas/A40" },
      Object.fromEntries<Json>(
        Array.from({ length: 41 }, (_, level): [string, Json] => {
          const below: Json = { $ref: `#/components/schemas/A${level - 1}` };
          return [`A${level}`, level === 0 ? { properties: { a: {} } } : { allOf: [below, below] }];
        }),
      ),
    ),
  ),
  document("a reference to itself", () =>
    body({ $ref: "#/components/schemas/A" }, { A: { $ref: "#/components/schemas/A" } }),
  ),
  document("references in a circle of three", () =>
    body(
      { $ref: "#/components/schemas/A" },
      {
        A: { $ref: "#/components/schemas/B" },
        B: { allOf: [{ $ref: "#/components/schemas/C" }] },
        C: { anyOf: [{ $ref: "#/components/schemas/A" }] },
      },
    ),
  ),
  document("a reference to the whole document", () => body({ $ref: "#" })),
  document("a reference to what holds it", () => body({ properties: { a: { $ref: "#/paths/~1a/post" } } })),
  document("a path that refers to itself", () => ({ paths: { ...minimal, "/b": { $ref: "#/paths/~1b" } } })),
  document("a parameter that refers to itself", () => ({
    ...operation({ parameters: [{ $ref: "#/components/parameters/A" }] }),
    components: { parameters: { A: { $ref: "#/components/parameters/A" } } },
  })),
  ...references.map((reference) =>
    document(`a reference ${JSON.stringify(reference).slice(0, 50)}`, () => ({
      ...body({ $ref: reference }),
      tags: [{ $ref: reference }],
      security: [{ $ref: reference }],
      info: { title: "t", version: "1", description: { $ref: reference } as Json },
    })),
  ),
  document("references in odd places", () =>
    operation({
      $ref: "#/paths",
      tags: [{ $ref: "#/tags" }],
      operationId: { $ref: "#/info/title" },
      parameters: { $ref: "#/components" },
      responses: { $ref: "#/components/responses" },
      requestBody: { content: { $ref: "#/paths/~1a/post/requestBody" } },
    }),
  ),
  document("a property called $ref", () => body({ properties: { $ref: { type: "string" } } })),
  document("a reference that is no text", () => body({ $ref: 7, properties: { a: { $ref: ["x"] } } })),
  document("prototypes as components", () => ({ ...body({ $ref: "#/components/schemas/__proto__" }, pollution) })),
  document("prototypes everywhere", () => ({
    ...body({ type: "object", properties: pollution, required: ["__proto__"], default: pollution, example: pollution }),
    paths: { ...minimal, "/__proto__": pollution, __proto__: null, "/p": { get: pollution, parameters: [pollution] } },
    ...pollution,
  })),
  attack("prototypes as keys of JSON", () =>
    JSON.stringify({ openapi: "3.1.0", info: { title: "t", version: "1" }, paths: minimal }).replace(
      "{",
      '{"__proto__":{"paths":{"/evil":{}}},"constructor":{"prototype":{"polluted":"yes"}},',
    ),
  ),
  attack("a key a thousand times", () => `{${'"openapi":"3.1.0",'.repeat(1_000)}"paths":${JSON.stringify(minimal)}}`),
  attack("huge numbers", () =>
    JSON.stringify(body({ type: "object", properties: { a: { maximum: 7, minItems: 7 } } })).replaceAll(":7", ":1e400"),
  ),
  document("numbers at the edges", () =>
    body({
      type: "object",
      properties: {
        a: { type: "integer", maximum: 2 ** 63, multipleOf: 0, minimum: -0, minLength: -1, maxItems: 1e308 },
      },
    }),
  ),
  document("a pattern that backtracks", () => body({ type: "string", pattern: `^(a+)+$${"(x?)".repeat(500)}` })),
  document("a pattern that is none", () => body({ type: "string", pattern: "(?<a>[" })),
  document("a description of 5 MB", () => ({
    info: { title: "t".repeat(100_000), version: "1", description: "<".repeat(5_000_000) },
  })),
  document("an operation described in 2 MB of markup", () =>
    operation({ description: "![".repeat(500_000), summary: "[a](".repeat(250_000) }),
  ),
  document("100,000 values to choose from", () =>
    body({ enum: Array.from({ length: 100_000 }, (_, index) => `v${index}`) }),
  ),
  document("20,000 properties", () =>
    body({
      type: "object",
      properties: Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`p${index}`, {}])),
    }),
  ),
  document("5,000 parameters", () =>
    operation({
      parameters: Array.from({ length: 5_000 }, (_, index) => ({ name: `p${index}`, in: "query", schema: {} })),
    }),
  ),
  document("10,000 tags on an operation", () =>
    operation({ tags: Array.from({ length: 10_000 }, (_, index) => `t${index}`) }),
  ),
  document("a path of 100,000 characters", () => ({
    paths: { [`/${"{a}/".repeat(25_000)}`]: { get: { responses: {} } } },
  })),
  document("2,000 equal operationIds", () => ({
    paths: Object.fromEntries(
      Array.from({ length: 2_000 }, (_, index) => [`/p${index}`, { get: { operationId: "same", responses: {} } }]),
    ),
  })),
  document("a security requirement a thousand times", () => ({ security: Array(1_000).fill({ ghost: [] }) as Json[] })),
  ...wrong.map(([name, value]) => document(`${name} in every field`, () => everywhere(value))),
  binary("UTF-8 with a BOM", () => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(minimalYaml)])),
  binary("UTF-16, little end first", () =>
    Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(minimalYaml, "utf16le")]),
  ),
  binary("UTF-16, big end first", () =>
    Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(minimalYaml, "utf16le").swap16()]),
  ),
  binary("UTF-16 without a BOM", () => Buffer.from(minimalYaml, "utf16le")),
  binary("UTF-32", () => Buffer.from([0xff, 0xfe, 0, 0, 0x6f, 0, 0, 0])),
  binary("bytes that are no UTF-8", () => Buffer.from([0x6f, 0x70, 0xc3, 0x28, 0xff, 0xfe, 0x80])),
  binary("overlong UTF-8", () => Buffer.from([0x22, 0xc0, 0xaf, 0x22])),
  binary("Latin-1", () => Buffer.from(minimalYaml.replace("title: t", "title: \u00e4"), "latin1")),
  binary("only NUL", () => Buffer.alloc(100_000)),
  binary("nothing", () => Buffer.alloc(0)),
  binary("gzip of nothing much", () => Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3])),
  attack("NUL within", () => minimalYaml.replace("title: t", "title: a\u0000b")),
  attack("NUL escaped", () => JSON.stringify({ openapi: "3.1.0", info: { title: "a\u0000b" }, paths: minimal })),
  attack("lone surrogates", () =>
    JSON.stringify({ openapi: "3.1.0", info: { title: "\ud800" }, paths: { "/\udfff": minimal["/a"] ?? {} } }),
  ),
  attack("carriage returns", () => minimalYaml.replaceAll("\n", "\r")),
  attack("U+2028 for line feeds", () => minimalYaml.replaceAll("\n", "\u2028")),
  attack("JSON with comments", () => `// c\n{"openapi": "3.1.0", /* x */ "paths": {}}`),
  attack("HTML", () => "<!doctype html><html><body>Sign in</body></html>"),
  attack("60,000 paths", () =>
    JSON.stringify({
      openapi: "3.0.0",
      info: { title: "many", version: "1" },
      paths: Object.fromEntries(
        Array.from({ length: 60_000 }, (_, index) => [
          `/p${index}`,
          { get: { responses: { "200": { description: "" } } } },
        ]),
      ),
    }),
  ),
  attack(
    "60,000 keys in YAML",
    () => `${minimalYaml}x-keys:\n${Array.from({ length: 60_000 }, (_, index) => `  k${index}: ${index}\n`).join("")}`,
  ),
];

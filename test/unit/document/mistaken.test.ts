/** What people give in place of an OpenAPI document, and damaged ones: code, line and words of what is said. */
import { deflateRawSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { catalogue, type Diagnostic } from "../../../src/base/diagnostics.ts";
import { loadDocument } from "../../../src/document/load.ts";
import { faultsOf, folderOf } from "./place.ts";

const api = '{\n  "openapi": "3.1.0",\n  "info": {"title": "Größe", "version": "1"},\n  "paths": {}\n}\n';
const yaml = "openapi: 3.1.0\ninfo:\n  title: t\n  version: '1'\npaths: {}\n";
const bytes = (...codes: readonly number[]): Uint8Array => Uint8Array.from(codes);
const padded = (at: number, text: string): Uint8Array => Buffer.from(text.padStart(at + text.length, "\0"));

type Row = readonly [name: string, given: string | Uint8Array, code: string, line: number | "-", words: string];

const packed: readonly Row[] = [
  ["gzip", gzipSync(api), "packed-input", "-", "This is a gzip file"],
  [
    "zip",
    Buffer.concat([Buffer.from("PK\x03\x04"), deflateRawSync(api)]),
    "packed-input",
    "-",
    "This is a zip archive",
  ],
  ["tar", padded(257, "ustar"), "packed-input", "-", "This is a tar archive"],
  ["bzip2", Buffer.from("BZh91AY&SY"), "packed-input", "-", "This is a bzip2 file"],
  ["xz", bytes(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0), "packed-input", "-", "This is an xz file"],
  ["zstd", bytes(0x28, 0xb5, 0x2f, 0xfd, 1), "packed-input", "-", "This is a zstd file"],
  ["PDF", "%PDF-1.7\n%âãÏÓ", "binary-input", "-", "This is a PDF"],
  ["PNG", bytes(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a), "binary-input", "-", "This is a PNG image"],
  ["JPEG", bytes(0xff, 0xd8, 0xff, 0xe0), "binary-input", "-", "This is a JPEG image"],
  ["a program", Buffer.from("\x7fELF\x02\x01\x01\0"), "binary-input", "-", "This is a program (ELF)"],
  ["SQLite", Buffer.from("SQLite format 3\0\x10\0"), "binary-input", "-", "This is an SQLite database"],
  ["other bytes", bytes(1, 2, 3, 4, 5, 6, 7, 8, 0x80, 0xff), "binary-input", "-", "This is a binary file"],
];

const damaged: readonly Row[] = [
  ["a NUL", `${yaml}x-a: "\0"\n`, "invalid-encoding", 6, "This line holds a NUL character"],
  ["a comment before JSON", `// by hand\n${api}`, "invalid-syntax", 1, 'JSON has no comments: "// by hand"'],
  ["a block comment before JSON", `\n/* by\n hand */ ${api}`, "invalid-syntax", 2, 'JSON has no comments: "/* by"'],
  ["a comment in JSON", '{\n// x\n"a": 1}', "invalid-syntax", 2, 'found "/": JSON has no comments'],
  [
    "JSON cut within a text",
    api.slice(0, api.indexOf("Grö") + 2),
    "invalid-syntax",
    3,
    'The text that begins with "Gr" is cut off',
  ],
  [
    "JSON cut within a key",
    api.slice(0, api.indexOf("paths") + 2),
    "invalid-syntax",
    4,
    'The text that begins with "pa" is cut off',
  ],
  [
    "JSON cut between values",
    api.slice(0, -3),
    "invalid-syntax",
    4,
    "found the end of the document: it seems to be cut off",
  ],
  ["JSON cut after a colon", '{"a":', "invalid-syntax", 1, "Expected a value, found the end of the document"],
  [
    "a line break in a text of JSON",
    '{"a": "b\nc"}',
    "invalid-syntax",
    1,
    'The text that begins with "b" does not end on its line',
  ],
  ["an escape that JSON lacks", '{"a": "\\d+"}', "invalid-syntax", 1, 'holds "\\d", which is no escape of JSON'],
  ["a comma too many", '{"a": 1,\n}', "invalid-syntax", 2, 'Expected a key after the comma, found "}"'],
  ["NaN", '{"a": NaN}', "invalid-syntax", 1, 'found "NaN", which JSON does not have'],
  ["typographic quotes", "{“openapi”: “3.0.0”}", "invalid-syntax", 1, "these are typographic quotes"],
  ["a template of JSON", '{"a": {{x}} }', "invalid-syntax", 1, "this is a template, which has to be filled in first"],
  [
    "a template of YAML",
    "a:\n{{- if .x }}\n  b: 1\n",
    "invalid-syntax",
    2,
    "this is a template, which has to be filled in first",
  ],
  [
    "conflict markers in YAML",
    `<<<<<<< HEAD\n${yaml}=======\n${yaml}>>>>>>> main\n`,
    "conflict-markers",
    1,
    'conflict of version control: "<<<<<<< HEAD"',
  ],
  [
    "conflict markers in JSON",
    '{\n<<<<<<< HEAD\n"a": 1\n=======\n"a": 2\n>>>>>>> x\n}',
    "conflict-markers",
    2,
    "<<<<<<< HEAD",
  ],
  ["several YAML documents", `${yaml}---\n${yaml}`, "several-documents", 6, "holds 2 YAML documents, separated by ---"],
  [
    "several of which one fits",
    `---\na: 1\n---\n${yaml}...\n`,
    "several-documents",
    3,
    "that of OpenAPI begins on line 3",
  ],
  ["a colon in a text of YAML", "info:\n  title: a: b\n", "invalid-syntax", 2, 'a text that holds ": " needs quotes'],
  ["a tab in YAML", "info:\n\ttitle: a\n", "invalid-syntax", 2, "tab characters must not be used in indentation"],
  ["JSON in a text", JSON.stringify(api), "not-openapi", 1, "it was encoded twice"],
  ["JSON in a list", `[${api}]`, "not-openapi", 1, "stands in a list"],
  ["JSON under a key", `{"data": ${api}}`, "not-openapi", 1, 'stands under the key "data"'],
  ["JSON behind a guard", `)]}'\n${api}`, "not-openapi", 1, "remove its first line"],
  ["JSON in a call", `callback(${api});`, "not-openapi", 1, "JSONP"],
  ["HTML entities", "{&quot;openapi&quot;: 1}", "not-openapi", 1, "HTML entities"],
  ["base64", Buffer.from(api).toString("base64"), "not-openapi", 1, "base64: decode it first"],
  [
    "an answer with its headers",
    `HTTP/1.1 200 OK\ncontent-type: application/json\n\n${api}`,
    "not-openapi",
    1,
    "curl without -i",
  ],
  ["a message of curl", "curl: (6) Could not resolve host: x", "not-openapi", 1, "the error message of a command"],
  [
    "a pointer of Git LFS",
    "version https://git-lfs.github.com/spec/v1\noid sha256:a\n",
    "not-openapi",
    1,
    "git lfs pull",
  ],
  ["a patch", "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n", "not-openapi", 1, "This is a patch"],
  ["nothing", "", "not-openapi", "-", "The document is empty"],
  ["only comments", "# a\n# b\n", "not-openapi", "-", "The document is empty"],
  [
    "a key in another case",
    "OpenAPI: 3.0.0\npaths: {}\n",
    "not-openapi",
    1,
    'the key "OpenAPI", which should be "openapi"',
  ],
  ["a misspelt key", "openpai: 3.0.0\npaths: {}\n", "not-openapi", 1, 'the key "openpai", which should be "openapi"'],
  ["no version", "info: {title: t}\npaths: {}\n", "not-openapi", 1, "does not say which version it is"],
  [
    "a refusal",
    '{"message": "Not Found", "status": "404"}',
    "not-openapi",
    1,
    'an error that a server answered: "Not Found"',
  ],
];

const others: readonly Row[] = [
  [
    "a page to log in",
    '<!doctype html><title>Sign in</title><input type="password">',
    "web-page",
    1,
    'with the title "Sign in" to log in at',
  ],
  [
    "a page of Swagger UI",
    '<html><script>SwaggerUIBundle({url: "/v1/api.json"})</script>',
    "web-page",
    1,
    'it shows: "/v1/api.json"',
  ],
  [
    "a page of Redoc",
    '<html><redoc spec-url="a.yaml"></redoc>',
    "web-page",
    1,
    'Redoc, not the document that it shows: "a.yaml"',
  ],
  ["another page", "\n<html><title>Docs</title></html>", "web-page", 2, 'an HTML page with the title "Docs"'],
  ["WSDL", '<?xml version="1.0"?><!-- x --><wsdl:definitions name="x"/>', "not-openapi", 1, "a WSDL description"],
  ["WADL", "<application xmlns='x'/>", "not-openapi", 1, "a WADL description"],
  ["OData", '<edmx:Edmx Version="4.0"/>', "not-openapi", 1, "OData metadata"],
  ["XML", '<?xml version="1.0"?><root/>', "not-openapi", 1, "an XML document"],
  ["RAML", "#%RAML 1.0\ntitle: x\n", "not-openapi", 1, "This is RAML"],
  ["API Blueprint", "FORMAT: 1A\n# Pets\n", "not-openapi", 1, "This is API Blueprint"],
  ["GraphQL", "# pets\ntype Query {\n  pets: [Pet!]!\n}\n", "not-openapi", 1, "This is a GraphQL schema"],
  ["GraphQL with directives", "schema @link(x: 1) {\n query: Q\n}\n", "not-openapi", 1, "This is a GraphQL schema"],
  ["an introspection", '{"data": {"__schema": {}}}', "not-openapi", 1, "introspection of a GraphQL schema"],
  ["Protocol Buffers", 'syntax = "proto3";\nservice A {}\n', "not-openapi", 1, "Protocol Buffers"],
  ["TypeSpec", 'import "@typespec/http";\nusing Http;\n', "not-openapi", 1, "This is TypeSpec"],
  ["JavaScript", 'module.exports = { openapi: "3.0.0" };', "not-openapi", 1, "JavaScript"],
  ["TypeScript", 'export const api = { openapi: "3.0.0" } as const;', "not-openapi", 1, "TypeScript"],
  ["AsyncAPI", "asyncapi: 2.6.0\n", "not-openapi", 1, "an AsyncAPI document"],
  [
    "Arazzo",
    "arazzo: 1.0.0\nsourceDescriptions: [{url: a.yaml}]\n",
    "not-openapi",
    1,
    'give the OpenAPI documents that it names: "a.yaml"',
  ],
  ["an overlay", "overlay: 1.0.0\nactions: []\n", "not-openapi", 1, "this file with --overlay"],
  ["OpenRPC", '{"openrpc": "1.2.6"}', "not-openapi", 1, "an OpenRPC document"],
  [
    "Google discovery",
    '{"kind": "discovery#restDescription", "discoveryVersion": "v1"}',
    "not-openapi",
    1,
    "Google API discovery",
  ],
  ["Postman", '{"info": {"schema": "https://schema.getpostman.com/x"}, "item": []}', "not-openapi", 1, "Postman"],
  ["Postman with an id", '{"info": {"_postman_id": "a"}, "item": []}', "not-openapi", 1, "Postman"],
  ["Insomnia", '{"_type": "export", "resources": []}', "not-openapi", 1, "Insomnia"],
  ["HAR", '{"log": {"entries": []}}', "not-openapi", 1, "recording of HTTP traffic"],
  ["Swagger 1.2", '{"swaggerVersion": "1.2"}', "not-openapi", 1, "Swagger 1.x"],
  ["a JSON Schema", '{"$schema": "https://json-schema.org/draft/2020-12/schema"}', "not-openapi", 1, "a JSON Schema"],
  ["a schema", "type: object\nproperties: {}\n", "not-openapi", 1, "a JSON Schema"],
  ["a part", "components: {}\n", "not-openapi", 1, "a part of an OpenAPI document"],
  ["an operation", "get: {responses: {}}\n", "not-openapi", 1, "a path or an operation"],
  ["a manifest", "apiVersion: v1\nkind: ConfigMap\n", "not-openapi", 1, "a Kubernetes manifest"],
  ["our configuration", "input: a.yaml\n", "not-openapi", 1, "give it with --config"],
  ["prose", "Hello, this is documentation.\n", "not-openapi", 1, 'a single text, not an object: "Hello, this'],
];

/** Text that begins like JSON is in a file that says so: elsewhere it may be YAML. */
async function faultOf(given: string | Uint8Array): Promise<Diagnostic | undefined> {
  const { at, remove } = folderOf({ "a.json": given });
  const stdin = (): Promise<Uint8Array> => Promise.resolve(Buffer.from(given));
  const isJson = typeof given === "string" && /^\s*[{[]/.test(given);
  try {
    return (await faultsOf(() => loadDocument(isJson ? at("a.json") : "-", { stdin })))[0];
  } finally {
    remove();
  }
}

describe.each([
  ["no text", packed],
  ["a damaged document", damaged],
  ["something else", others],
])("%s", (_kind, rows) => {
  test.each(rows)("%s", async (_name, given, code, line, words) => {
    const fault = await faultOf(given);
    expect({ code: fault?.code, line: fault?.line ?? "-" }).toEqual({ code, line });
    expect(fault?.message).toContain(words);
    expect(fault?.help).toBe(catalogue[code as keyof typeof catalogue].help);
  });
});

describe("what is only unusual is read", () => {
  test.each<[name: string, text: string]>([
    ["marks of a YAML document around it", `%YAML 1.2\n---\n${yaml}...\n`],
    ["an empty YAML document behind it", `${yaml}---\n# nothing\n`],
    ["YAML comments before JSON", `# by hand\n${api}`],
    ["texts like those of other kinds", `${yaml}x-a: |\n  type Query {\n  <<<<<<< HEAD\n  =======\n  >>>>>>> x\n`],
    ["a comment that speaks of other kinds", `# import x from y\n${yaml}`],
  ])("%s", async (_name, text) => {
    expect((await loadDocument("-", { stdin: () => Promise.resolve(Buffer.from(text)) })).diagnostics).toEqual([]);
  });

  test.each([
    "{".repeat(100),
    "<!--".repeat(20_000),
    "<title".repeat(20_000),
    "/**/".repeat(20_000),
    `url: "${'url: "'.repeat(10_000)}`,
    `namespace a b\n`.repeat(5_000),
    `f(\n{${")".repeat(50_000)}x`,
    "<<<<<<< \n".repeat(20_000),
    `{"a": "${"\\".repeat(50_001)}`,
    "---\na: 1\n".repeat(20_000),
  ])("text that patterns could run away in is told at once: %#", async (text) => {
    expect(await faultOf(text)).toMatchObject({ severity: "error" });
  });
});

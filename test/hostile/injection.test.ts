/** Every field of a document with every hostile shape: no shape leaves its field, whatever file it ends up in. */
import { describe, expect, test } from "vitest";
import { CompileError, type FileSet, generate } from "../../src/index.ts";
import type { JsonObject } from "../../src/base/json.ts";
import { document2 } from "./document-2.ts";
import { document3, type Text } from "./document-3.ts";
import { faultsOf, listedTools, markerStart } from "./emitted.ts";
import { shapes } from "./payloads.ts";

const documents = [
  { version: "3.1", build: document3, fewestFields: 150, arriving: 50, tools: 12 },
  { version: "2.0", build: document2, fewestFields: 45, arriving: 20, tools: 3 },
] as const;

function marker(field: string): string {
  return markerStart + field.replace(/[^A-Za-z0-9]+/g, "_");
}

function fieldsOf(build: (text: Text) => JsonObject): readonly string[] {
  const fields = new Set<string>();
  build((field) => {
    fields.add(field);
    return field;
  });
  return [...fields];
}

async function filesOf(document: JsonObject): Promise<FileSet> {
  return (await generate({ inputs: ["-"], stdin: async () => Buffer.from(JSON.stringify(document)) })).files;
}

describe.each(documents)("a document of version $version", ({ build, fewestFields, arriving, tools }) => {
  const fields = fieldsOf(build);

  test("has a text in every kind of field", () => {
    expect(fields.length).toBeGreaterThanOrEqual(fewestFields);
    expect(new Set(fields.map(marker)).size).toBe(fields.length);
  });

  test.each(shapes)("with the shape: $name", async ({ text }) => {
    const files = await filesOf(build((field) => text(marker(field))));
    expect(faultsOf(files)).toEqual([]);
    // The shapes have to reach the data, or the test would prove nothing.
    const data = files.filter(({ path }) => path.endsWith(".json")).map((file) => file.text);
    const arrived = fields.filter((field) => data.some((file) => file.includes(marker(field))));
    expect(arrived.length).toBeGreaterThanOrEqual(arriving);
    expect(listedTools(files).length).toBeGreaterThanOrEqual(tools);
  });
});

test.each(shapes)("long lists of the README with the shape: $name", async ({ text }) => {
  const operations = Array.from({ length: 120 }, (_, index): [string, JsonObject] => [
    `/p${index}/${text(marker("path"))}`,
    { get: { summary: text(marker("summary")), tags: [text(marker(`tag ${index % 3}`))], responses: {} } },
  ]);
  const info = { title: text(marker("title")), version: "1" };
  const files = await filesOf({ openapi: "3.1.0", info, paths: Object.fromEntries<JsonObject>(operations) });
  expect(files.find(({ path }) => path === "src/generated/README.md")?.text).toContain("<summary>");
  expect(faultsOf(files)).toEqual([]);
});

test.each(shapes)("a version with the shape: $name", async ({ text }) => {
  for (const key of ["openapi", "swagger"]) {
    for (const version of [
      text(marker("version")),
      `3.1.0${text(marker("version"))}`,
      `2.0 ${text(marker("version"))}`,
    ]) {
      const document: JsonObject = {
        [key]: version,
        info: { title: "t", version: "1" },
        paths: { "/a": { get: { responses: {} } } },
      };
      try {
        expect(faultsOf(await filesOf(document))).toEqual([]);
      } catch (fault) {
        if (!(fault instanceof CompileError)) throw fault;
      }
    }
  }
});

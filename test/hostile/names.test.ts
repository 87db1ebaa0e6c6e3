/** Hostile names for operations, tags, schemas, schemes, parameters and files: none escapes, none collides. */
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { load } from "js-yaml";
import { describe, expect, test } from "vitest";
import { type FileSet, generate, writeProject } from "../../src/index.ts";
import { type JsonObject, own } from "../../src/base/json.ts";
import { buildServer } from "../../src/mcp/build.ts";
import { visible } from "../../src/base/visible.ts";
import { faultsOf, listedTools } from "./emitted.ts";
import { hostileNames } from "./names.ts";

const ok: JsonObject = { "200": { description: "ok" } };
const head: JsonObject = { openapi: "3.1.0", info: { title: "Names", version: "1" } };

/** The document with every hostile name in one kind of place, one operation for each. */
const places: readonly (readonly [place: string, document: JsonObject])[] = [
  ["operationId", withPaths((name) => ({ operationId: name, responses: ok }))],
  ["tag", withPaths((name) => ({ tags: [name], responses: ok }))],
  ["path", { ...head, paths: fromNames((name, index) => [`/${index}/${name}`, { get: { responses: ok } }]) }],
  [
    "path parameter",
    {
      ...head,
      paths: fromNames((name, index) => {
        const parameters = [{ name, in: "path", required: true, schema: { type: "string" } }];
        return [`/${index}/{${name}}`, { get: { parameters, responses: ok } }];
      }),
    },
  ],
  [
    "query parameter",
    withPaths((name) => ({ parameters: [{ name, in: "query", schema: { type: "string" } }], responses: ok })),
  ],
  [
    "query parameters of one operation",
    {
      ...head,
      paths: {
        "/all": {
          get: { parameters: hostileNames.map((name) => ({ name, in: "query", schema: {} })), responses: ok },
        },
      },
    },
  ],
  [
    "property",
    {
      ...head,
      paths: {
        "/all": {
          post: {
            requestBody: {
              content: {
                "application/json": {
                  schema: { type: "object", required: hostileNames, properties: fromNames((name) => [name, {}]) },
                },
              },
            },
            responses: ok,
          },
        },
      },
    },
  ],
  [
    "schema",
    {
      ...withPaths((name) => ({
        requestBody: {
          content: { "application/json": { schema: { $ref: `#/components/schemas/${referenceTo(name)}` } } },
        },
        responses: ok,
      })),
      components: { schemas: fromNames((name) => [name, { type: "object", properties: { a: { type: "string" } } }]) },
    },
  ],
  [
    "security scheme",
    {
      ...withPaths((name) => ({ security: [{ [name]: [] }], responses: ok })),
      components: { securitySchemes: fromNames((name) => [name, { type: "apiKey", in: "header", name: "X-Key" }]) },
    },
  ],
  [
    "server variable",
    {
      ...head,
      servers: hostileNames.map((name) => ({
        url: `https://api.example.com/{${name}}`,
        variables: { [name]: { default: "v" } },
      })),
      paths: { "/a": { get: { responses: ok } } },
    },
  ],
];

function fromNames(entry: (name: string, index: number) => readonly [string, JsonObject]): JsonObject {
  return Object.fromEntries(hostileNames.map(entry));
}

function withPaths(operation: (name: string) => JsonObject): JsonObject {
  return { ...head, paths: fromNames((name, index) => [`/p${index}`, { post: operation(name) }]) };
}

function referenceTo(name: string): string {
  return name
    .replaceAll("~", "~0")
    .replaceAll("/", "~1")
    .replace(/[%\s]|\p{Cs}/gu, (character) => (character === "%" ? "%25" : character));
}

async function filesOf(document: JsonObject): Promise<FileSet> {
  return (await generate({ inputs: ["-"], stdin: async () => Buffer.from(JSON.stringify(document)) })).files;
}

test("there are at least a hundred, each another", () => {
  expect(new Set(hostileNames).size).toBe(hostileNames.length);
  expect(hostileNames.length).toBeGreaterThanOrEqual(100);
});

describe("a hostile name of", () => {
  test.each(places)("a %s", async (_place, document) => {
    const files = await filesOf(document);
    expect(faultsOf(files)).toEqual([]);
    // Longer ones than a request line holds are left out, and told.
    const operations = Object.keys(document["paths"] as JsonObject).filter((path) => path.length <= 8_000).length;
    expect(listedTools(files)).toHaveLength(operations);
    const variables = files.find(({ path }) => path === ".env.example")?.text.match(/^#? ?[^#\s=]+(?==)/gm) ?? [];
    expect(variables.filter((name) => !/^#? ?[A-Z][A-Z0-9_]{0,130}$/.test(name))).toEqual([]);
  });

  test("a document's title", async () => {
    await inFolder(async (folder) => {
      const inputs = hostileNames.map((_name, index) => join(folder, `${index}`, "openapi.json"));
      for (const [index, path] of inputs.entries()) {
        const name = hostileNames[index] ?? "";
        mkdirSync(dirname(path));
        writeFileSync(path, JSON.stringify({ ...head, info: { title: name, version: name }, ...onePath(index) }));
      }
      const { files, model } = await generate({ inputs });
      expect(faultsOf(files)).toEqual([]);
      expect(new Set(model.project.apis).size).toBe(hostileNames.length);
    });
  });

  test("a document's file", async () => {
    await inFolder(async (folder) => {
      const possible = hostileNames.filter(
        (name) => !/[/\u0000]|^\.*$|\p{Cs}/u.test(name) && Buffer.byteLength(name) <= 240,
      );
      expect(possible.length).toBeGreaterThanOrEqual(80);
      const inputs = possible.map((name) => join(folder, `${name}.json`));
      for (const [index, path] of inputs.entries()) writeFileSync(path, JSON.stringify({ ...head, ...onePath(index) }));
      const { files } = await generate({ inputs, recordedInputs: possible.map((name) => `${name}.json`) });
      expect(faultsOf(files)).toEqual([]);
      const configuration = files.find(({ path }) => path === "openapi-to-mcp.yaml")?.text ?? "";
      expect(own(load(configuration), "input")).toEqual(possible.map((name) => `${name}.json`));
    });
  });

  test.each(hostileNames.map((name) => ({ name, shown: visible(name).slice(0, 40) })))(
    "a server: $shown",
    ({ name }) => {
      const { packageName, project } = buildServer([], { name });
      expect(packageName).toMatch(/^[a-z0-9][a-z0-9-]{0,70}$/);
      expect(project.name).toMatch(/^[a-z0-9][a-z0-9-]{0,70}$/);
    },
  );
});

function onePath(index: number): JsonObject {
  return { paths: { [`/${index}`]: { get: { responses: ok } } } };
}

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "names-")));
  try {
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test("a project of hostile names is written below its folder, and nothing beside it", async () => {
  await inFolder(async (outer) => {
    const files = await filesOf(places.find(([place]) => place === "tag")?.[1] ?? {});
    await writeProject(files, join(outer, "project"), { force: false });
    expect(readdirSync(outer)).toEqual(["project"]);
    const written = readdirSync(join(outer, "project"), { recursive: true, withFileTypes: true });
    expect(written.filter((entry) => entry.isSymbolicLink())).toEqual([]);
    expect(written.filter((entry) => entry.isFile())).toHaveLength(files.length);
  });
});

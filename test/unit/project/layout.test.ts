import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import yaml from "js-yaml";
import prettier from "prettier";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkPaths } from "../../../src/disk/paths.ts";
import { configurationLines } from "../../../src/config/record.ts";
import { generate } from "../../../src/generate.ts";
import type { ServerModel } from "../../../src/mcp/model.ts";
import { dependenciesOf } from "../../../src/project/dependencies.ts";
import { allFeatures, featuresOf } from "../../../src/project/features/features.ts";
import type { FileSet } from "../../../src/project/files.ts";
import { renderProject } from "../../../src/project/layout.ts";
import { partListPaths } from "../../../src/project/features/part-list.ts";
import { loadTemplates } from "../../../src/project/template-files.ts";
import { parseLock } from "../../../src/lock/parse.ts";

const document = {
  openapi: "3.1.0",
  info: { title: "Pet *store* <b>", version: "1.0.0", description: "FREETEXT" },
  servers: [{ url: "https://{region}.example.com/v1", variables: { region: { default: "eu", enum: ["eu", "us"] } } }],
  security: [{ key: [] }],
  tags: [{ name: "pets", description: "FREETEXT" }],
  paths: {
    "/pets": {
      get: {
        operationId: "listPets",
        tags: ["pets"],
        summary: "FREETEXT",
        parameters: [{ name: "limit", in: "query", description: "FREETEXT", schema: { type: "integer", default: 10 } }],
        responses: {
          "200": {
            description: "FREETEXT",
            content: {
              "application/json": {
                schema: { type: "array", items: { $ref: "#/components/schemas/Pet" } },
                example: [{ name: "FREETEXT" }],
              },
            },
          },
        },
      },
      post: {
        operationId: "createPet",
        description: "FREETEXT",
        requestBody: { content: { "application/json": { schema: { $ref: "#/components/schemas/Pet" } } } },
        responses: { "201": { description: "FREETEXT" } },
      },
    },
    "/pets/{petId}": {
      get: {
        operationId: "getPet",
        tags: ["pets"],
        parameters: [
          { name: "petId", in: "path", required: true, schema: { type: "string", enum: ["FREETEXT", "b"] } },
        ],
        responses: {
          "200": {
            description: "ok",
            content: { "application/json": { schema: { $ref: "#/components/schemas/Pet" } } },
          },
        },
      },
    },
  },
  components: {
    schemas: {
      Pet: {
        type: "object",
        description: "FREETEXT",
        required: ["name"],
        properties: {
          name: { type: "string", description: "FREETEXT", default: "FREETEXT" },
          parent: { $ref: "#/components/schemas/Pet" },
        },
      },
    },
    securitySchemes: { key: { type: "apiKey", in: "header", name: "X-FREETEXT", description: "FREETEXT" } },
  },
};

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "layout-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function modelOf(value: unknown): Promise<ServerModel> {
  const path = join(folder, "petstore.json");
  writeFileSync(path, JSON.stringify(value));
  return (await generate({ inputs: [path] })).model;
}

const options = {
  input: ["../petstore.json"],
  configuration: configurationLines({ input: ["../petstore.json"] }),
  generatorVersion: "1.2.3",
};
const render = async (value: unknown): Promise<FileSet> => renderProject(await modelOf(value), options);
const textOf = (files: FileSet, path: string): string =>
  files.find((file) => file.path === path)?.text ?? `(no ${path})`;

/** Whatever is executed, or read by a tool that does something. */
const isActive = (path: string): boolean =>
  (/\.(?:ts|yaml)$/.test(path) && !path.endsWith(".d.ts")) ||
  /(?:Dockerfile|ignore|package\.json|tsconfig\.json|\.env\.example)$/.test(path) ||
  path.startsWith("clients/");

describe("the project", () => {
  let files: FileSet = [];
  let model: ServerModel;
  beforeAll(async () => {
    model = await modelOf(document);
    files = await renderProject(model, options);
  });

  test("has every file, sorted, by names that are safe everywhere", () => {
    const paths = files.map((file) => file.path);
    expect(paths).toEqual([...paths].sort());
    expect(checkPaths(paths)).toEqual([]);
    const outsideRuntime = paths.filter((path) => !path.startsWith("src/runtime/"));
    expect(outsideRuntime).toEqual(
      expect.arrayContaining(
        ".dockerignore .env.example .gitignore Dockerfile README.md clients/goose.yaml openapi-to-mcp.lock.json openapi-to-mcp.yaml package.json src/access.ts src/auth.ts src/custom.ts src/main.ts src/rate-limit.ts src/generated/apis.json src/generated/types.d.ts test/server.test.ts tsconfig.json".split(
          " ",
        ),
      ),
    );
    for (const name of [
      "api.json",
      "calls/pets.json",
      "examples.json",
      "prompts.json",
      "resources.json",
      "schemas.json",
      "tools/pets.json",
      "types.d.ts",
    ])
      expect(outsideRuntime).toContain(
        `src/generated/petstore/${name}`.replace("petstore", model.apis[0]?.data.name ?? ""),
      );
  });

  test("belongs to generator and user by folder", () => {
    for (const file of files)
      expect([file.path, file.owner]).toEqual([
        file.path,
        /^src\/(?:generated|runtime)\/|^openapi-to-mcp\.lock\.json$/.test(file.path) ? "generator" : "user",
      ]);
  });

  test("is as Prettier leaves it, but for what is copied", async () => {
    for (const file of files) {
      const parsers = { json: "json", md: "markdown", yaml: "yaml", ts: "typescript" };
      // Prettier leaves a file of npm's as npm writes it.
      const parser =
        file.path === "package-lock.json"
          ? "json-stringify"
          : parsers[file.path.split(".").pop() as keyof typeof parsers];
      if (parser !== undefined && !file.path.startsWith("src/runtime/") && !file.path.startsWith("test/"))
        expect(await prettier.format(file.text, { parser }), file.path).toBe(file.text);
    }
  });

  test("copies the runtime byte for byte", async () => {
    for (const template of loadTemplates(featuresOf(model)))
      if (!template.rendered && !partListPaths.includes(template.path))
        expect(textOf(files, template.path), template.path).toBe(template.text);
  });

  test("holds the model as data", () => {
    const [api] = model.apis;
    const read = (name: string): unknown => JSON.parse(textOf(files, `src/generated/${api?.data.name ?? ""}/${name}`));
    expect(JSON.parse(textOf(files, "src/generated/apis.json"))).toEqual(model.project);
    expect(read("api.json")).toEqual(JSON.parse(JSON.stringify(api?.data)));
    expect(read("tools/pets.json")).toEqual(
      JSON.parse(JSON.stringify(api?.groups.find((group) => group.file === "pets")?.tools.map((tool) => tool.listing))),
    );
    expect(Object.keys(read("calls/pets.json") as object)).toEqual(["list_pets", "get_pet"]);
    expect(Object.keys(read("schemas.json") as object)).toEqual([...(api?.schemas.keys() ?? [])]);
  });

  test("locks its tools and the files of the generator", () => {
    const lock = parseLock(textOf(files, "openapi-to-mcp.lock.json"));
    expect(lock?.generator).toBe("1.2.3");
    expect(lock?.tools.map((tool) => [tool.name, tool.operationId, tool.pointer])).toContainEqual([
      "list_pets",
      "listPets",
      "/paths/~1pets/get",
    ]);
    const listing = model.apis[0]?.groups[0]?.tools[0]?.listing;
    expect(JSON.stringify(listing)).toHaveLength(308);
    expect(lock?.tools[0]?.tokens).toBe(70);
    expect(lock?.files.map((file) => file.path)).toEqual(
      files
        .filter((file) => file.owner === "generator" && file.path !== "openapi-to-mcp.lock.json")
        .map((file) => file.path),
    );
    for (const file of lock?.files ?? [])
      expect(file.sha256).toBe(createHash("sha256").update(textOf(files, file.path)).digest("hex"));
    expect(lock?.userFiles).toEqual(files.filter((file) => file.owner === "user").map((file) => file.path));
  });

  test("names the input in its configuration, whatever its name", async () => {
    const input = ["../petstore.json", 'a: "b"\n#{{x}}', "https://example.com/o.yaml?x=1&y='2'"];
    const settings = {
      input: [...input, { document: "a'b", name: '"', overlays: [] }],
      output: ".",
      select: { include: ["tag:'a'", { method: "GET" }], "read-only": true },
      timeout: 3,
    };
    const configuration = configurationLines(settings);
    const text = textOf(await renderProject(model, { ...options, configuration }), "openapi-to-mcp.yaml");
    expect(yaml.load(text)).toEqual(settings);
    expect(await prettier.format(text, { parser: "yaml" })).toBe(text);
  });

  test("asks for the versions that this repository tests with", async () => {
    const { readFileSync } = await import("node:fs");
    const own = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8")) as {
      dependencies: Record<string, string>;
      devDependencies: Record<string, string>;
    };
    for (const { name, version } of dependenciesOf(allFeatures))
      expect([name, own.devDependencies[name] ?? own.dependencies[name]]).toEqual([name, version]);
    const { scripts } = JSON.parse(textOf(files, "package.json")) as { scripts: object };
    expect(Object.keys(scripts)).toEqual([
      "build",
      "start",
      "start:http",
      "mock",
      "generate",
      "prepack",
      "sbom",
      "test",
      "conformance",
    ]);
  });

  test("tells clients of the server by names of variables only", () => {
    const code = JSON.parse(textOf(files, "clients/claude-code.mcp.json")) as {
      mcpServers: Record<string, { env: object }>;
    };
    expect(Object.values(code.mcpServers)[0]?.env).toEqual({ PET_STORE_KEY: "${PET_STORE_KEY:-}" });
    expect(yaml.load(textOf(files, "clients/goose.yaml"))).toMatchObject({
      extensions: { [model.project.name]: { env_keys: ["PET_STORE_KEY"] } },
    });
    expect(textOf(files, "clients/codex.toml")).toContain('\nenv_vars = ["PET_STORE_KEY"]\n');
    expect(textOf(files, ".env.example")).toContain("\nPET_STORE_BASE_URL=\n");
  });

  test("has a file for each client, to start the server and to reach it by URL", () => {
    const started = ["claude-code.mcp.json", "claude-desktop.json", "codex.toml", "cursor.mcp.json", "gemini-cli.json"];
    const clients = [...started, "goose.yaml", "vscode.mcp.json"];
    const reached = clients.filter((name) => name !== "claude-desktop.json");
    expect(files.map(({ path }) => path).filter((path) => path.startsWith("clients/"))).toEqual([
      ...started.map((name) => `clients/${name}`),
      "clients/goose.yaml",
      ...reached.map((name) => `clients/http/${name}`),
      "clients/vscode.mcp.json",
    ]);
    for (const name of clients) {
      // The README says to put the project's folder in place of it: a name behind that would be there twice.
      expect(textOf(files, `clients/${name}`), name).toContain("/ABSOLUTE/PATH/TO/THIS/FOLDER/dist/main.js");
      if (name.endsWith(".json")) expect(JSON.parse(textOf(files, `clients/${name}`)), name).toBeTypeOf("object");
    }
    for (const name of reached) {
      expect(textOf(files, `clients/http/${name}`), name).toContain("http://127.0.0.1:3000/mcp");
      expect(textOf(files, `clients/http/${name}`), name).toMatch(/MCP_AUTH_TOKEN/);
    }
    expect(textOf(files, "README.md")).toContain("path of this folder in place of `/ABSOLUTE/PATH/TO/THIS/FOLDER`");
  });

  test.each([
    ["no server", [], true],
    ["a path only", [{ url: "/v2" }], true],
    ["a blank to fill in", [{ url: "https://<your-host>/v1" }], true],
    ["a whole URL", [{ url: "https://pets.example.com" }], false],
    ["parts with defaults", [{ url: "https://{r}.example.com", variables: { r: { default: "eu" } } }], false],
  ])("clients hand the base URL on where the document has %s: %o", async (_name, servers, needed) => {
    const files = await render({ ...document, servers });
    for (const path of ["clients/claude-desktop.json", "clients/codex.toml", "clients/goose.yaml"])
      expect(textOf(files, path).includes("PET_STORE_BASE_URL"), path).toBe(needed);
  });

  test("can be published, reviewed and tested as it is", () => {
    expect(JSON.parse(textOf(files, "package.json"))).toMatchObject({
      license: "UNLICENSED",
      scripts: { generate: "openapi-to-mcp", prepack: "npm run build" },
    });
    expect(textOf(files, ".gitattributes")).toContain("src/generated/** text eol=lf linguist-generated");
    expect(yaml.load(textOf(files, ".github/workflows/test.yml"))).toMatchObject({
      permissions: { contents: "read" },
      jobs: { test: { steps: [{}, {}, { run: "npm install --ignore-scripts" }, { run: "npm test" }] } },
    });
  });

  test("tells the reader what there is", () => {
    expect(textOf(files, "README.md")).toContain("# Pet \\*store\\*");
    expect(textOf(files, "README.md")).toContain("(src/generated/README.md)");
    const readme = textOf(files, "src/generated/README.md");
    expect(readme).toContain("# What Pet \\*store\\*");
    expect(readme).toMatch(/\| `list_pets` +\| FREETEXT +\| `GET \/pets` +\|/);
    expect(readme).toMatch(/\| `PET_STORE_KEY` +\| API key in the header `X-FREETEXT` +\| `key` +\| 3 tools +\|/);
    expect(readme).toMatch(/\| `PET_STORE_BASE_URL` +\| `https:\/\/{region}\.example\.com\/v1` +\|/);
    expect(readme).toMatch(/`MCP_PORT`/);
  });
});

test("free text of the document is in no file that does something", async () => {
  const before = await render(document);
  for (const text of [
    "${evil()}`'\"*/ evil() /*",
    "\n- evil: true\n# x",
    "{{evil}} </script> \u2028 evil",
    "$(evil) `evil` ; evil",
  ]) {
    const changed = JSON.parse(
      JSON.stringify(document).replaceAll(/(?<!X-)FREETEXT/g, JSON.stringify(text).slice(1, -1)),
    ) as unknown;
    const after = await render(changed);
    for (const file of after) if (isActive(file.path)) expect(file.text, file.path).toBe(textOf(before, file.path));
    expect(after.map((file) => file.path)).toEqual(before.map((file) => file.path));
    for (const file of after)
      if (file.path.endsWith(".d.ts")) await prettier.format(file.text, { parser: "typescript" });
  }
});

test("the same model gives the same bytes", async () => {
  expect(await render(document)).toEqual(await render(document));
});

test("access tokens bring their runtime and their credentials file", async () => {
  const oauth = {
    ...document,
    components: {
      ...document.components,
      securitySchemes: {
        key: { type: "openIdConnect", openIdConnectUrl: "https://id.example.com/.well-known/openid-configuration" },
      },
    },
  };
  const [without, withTokens] = [await render(document), await render(oauth)];
  const paths = (files: FileSet): string[] => files.map((file) => file.path);
  expect(paths(without)).not.toContain("src/runtime/oauth.ts");
  expect(textOf(without, "package.json")).not.toContain("oauth4webapi");
  expect(paths(withTokens)).toContain("src/runtime/oauth.ts");
  expect(textOf(withTokens, "package.json")).toContain("oauth4webapi");
  expect(textOf(withTokens, "src/auth.ts")).not.toBe(textOf(without, "src/auth.ts"));
});

test("a long list of tools unfolds by tag, and no formatter would change it", async () => {
  const paths = Object.fromEntries(
    Array.from({ length: 120 }, (_item, index) => [
      `/things/{a}/x${index}`,
      {
        get: {
          operationId: `get_thing_${index}`,
          summary: `A *thing* | ${index} <b>`,
          tags: [index % 2 === 0 ? "even & <i>" : "odd"],
          parameters: [{ name: "a", in: "path", required: true, schema: { type: "string" } }],
          responses: { "200": { description: "ok", content: { "application/json": { schema: { type: "object" } } } } },
        },
      },
    ]),
  );
  const readme = textOf(await render({ ...document, paths }), "src/generated/README.md");
  expect(readme).toContain("<summary>even &amp; (60)</summary>\n\n- `get_thing_0` A \\*thing\\* \\|");
  expect(readme).not.toContain("<!--");
  expect(await prettier.format(readme, { parser: "markdown" })).toBe(readme);
});

test("a key named __proto__ stays data in every file", async () => {
  const hostile = JSON.parse(JSON.stringify(document).replace('"parent":', '"__proto__":')) as unknown;
  const files = await render(hostile);
  expect(textOf(files, files.find((file) => file.path.endsWith("schemas.json"))?.path ?? "")).toContain(
    '"__proto__": {',
  );
  expect(Object.hasOwn(Object.prototype, "$ref")).toBe(false);
});

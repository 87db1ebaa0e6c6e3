/** What a server gets because of its documents, what because its owner says so, and what it keeps. */
import { readFileSync } from "node:fs";
import { load } from "js-yaml";
import { describe, expect, it } from "vitest";
import { CompileError } from "../../../src/base/diagnostics.ts";
import { generate } from "../../../src/generate.ts";
import type { FileSet } from "../../../src/project/files.ts";
import { featureOf } from "../../../src/project/features/features.ts";
import { type FeatureName, featureNames, type FeatureWish } from "../../../src/project/features/names.ts";
import { parseLock } from "../../../src/lock/parse.ts";
import { apiSettingsTable, settingsTable } from "../../../templates/always/src/runtime/settings/settings.ts";
import { base } from "../../golden/sample.ts";

const plain = `
openapi: 3.2.0
info: { title: Plain, version: "1" }
servers: [{ url: https://api.example.com }]
paths:
  /things: { post: { operationId: addThing, responses: { "204": { description: done } } } }
`;

async function filesOf(document: string, features: readonly FeatureWish[] = [], former?: FileSet): Promise<FileSet> {
  const lock = parseLock(textOf(former ?? [], "openapi-to-mcp.lock.json"));
  const stdin = async (): Promise<Uint8Array> => new TextEncoder().encode(JSON.stringify(load(document)));
  return (await generate({ inputs: ["-"], stdin, features, ...(lock === undefined ? {} : { lock }) })).files;
}

const textOf = (files: FileSet, path: string): string => files.find((file) => file.path === path)?.text ?? "";
const partsOf = (files: FileSet): readonly FeatureName[] =>
  [...new Set(files.flatMap(({ path }) => featureOf(path) ?? []))].sort();
const packagesOf = (files: FileSet): readonly string[] =>
  Object.keys((JSON.parse(textOf(files, "package.json")) as { dependencies: object }).dependencies);

const sending = (mediaType: string): string => `
openapi: 3.2.0
info: { title: Plain, version: "1" }
servers: [{ url: https://api.example.com }]
paths:
  /things:
    post:
      operationId: addThing
      requestBody:
        content: { ${JSON.stringify(mediaType)}: { schema: { type: object, xml: { name: thing }, properties: { name: { type: string } } } } }
      responses: { "204": { description: done } }
`;

const withOauth = `${plain}
components:
  securitySchemes:
    login: { type: oauth2, flows: { clientCredentials: { tokenUrl: https://api.example.com/token, scopes: {} } } }
security: [{ login: [] }]
`;

describe("the tools that find others", () => {
  const large = (count: number): string => `
openapi: 3.2.0
info: { title: Large, version: "1" }
servers: [{ url: https://api.example.com }]
paths:
${Array.from({ length: count }, (_, index) => `  /things${index}: { get: { operationId: things${index}, responses: { "204": { description: done } } } }`).join("\n")}
`;
  const isPlanned = (files: FileSet): boolean => files.some(({ path }) => path === "src/generated/plan.json");

  it("come with an API that grows beyond what clients list", async () => {
    const small = await filesOf(large(40));
    expect(isPlanned(small)).toBe(false);
    const grown = await filesOf(large(41), [], small);
    expect(isPlanned(grown)).toBe(true);
    expect(isPlanned(await filesOf(large(42), [], grown))).toBe(true);
  });

  it("do not come by themselves to a project that listed more than that before", async () => {
    const stdin = async (): Promise<Uint8Array> => new TextEncoder().encode(JSON.stringify(load(large(41))));
    const { files } = await generate({ inputs: ["-"], stdin, list: { mode: "all" } });
    expect(isPlanned(await filesOf(large(43), [], files))).toBe(false);
  });
});

describe("an optional part", () => {
  it("is there where the document needs it, with its files and packages, and not elsewhere", async () => {
    const [without, needed] = [await filesOf(plain), await filesOf(withOauth)];
    expect(partsOf(without)).toEqual(["mock", "prompts"]);
    expect(packagesOf(without)).not.toContain("oauth4webapi");
    expect(partsOf(needed)).toEqual(["mock", "oauth", "prompts"]);
    expect(packagesOf(needed)).toContain("oauth4webapi");
  });

  it.each<[FeatureName, string]>([
    ["xml", "application/xml"],
    ["xml", "application/atom+xml"],
    ["multipart", "multipart/form-data"],
    ["multipart", "multipart/mixed"],
  ])("%s is there where a body is sent as %s, and listed, and not elsewhere", async (part, mediaType) => {
    const [without, needed] = [await filesOf(sending("application/json")), await filesOf(sending(mediaType))];
    expect(partsOf(without)).toEqual(["mock", "prompts"]);
    expect(partsOf(needed)).toEqual(["mock", part, "prompts"].sort());
    const line = `  ${part}: () => import("../runtime/request/${part}.js"),\n`;
    expect(textOf(needed, "src/generated/parts.ts")).toContain(line);
    expect(textOf(without, "src/generated/parts.ts")).not.toContain(part);
  });

  it("is there where its owner asks for it", async () => {
    const asked = await filesOf(plain, ["oauth"]);
    expect(partsOf(asked)).toContain("oauth");
    expect(packagesOf(asked)).toContain("oauth4webapi");
    expect(textOf(asked, "src/auth.ts")).toContain("oauthTokens");
    expect(textOf(asked, "openapi-to-mcp.yaml")).toContain('features:\n  - "oauth"\n');
  });

  it("is left out where its owner does not want it, with what only it is for", async () => {
    const files = await filesOf(plain, ["no-mock", "no-prompts"]);
    expect(partsOf(files)).toEqual([]);
    expect(textOf(files, "src/generated/parts.ts")).toContain("const parts: Parts = {};\n");
    expect(textOf(files, "src/generated/index.ts")).toContain("const ofHost: Parts = {};\n");
    expect(files.map(({ path }) => path).filter((path) => /mock|^test\/|examples\.json/.test(path))).toEqual([]);
    expect(textOf(files, "README.md")).not.toContain("mock");
    const { scripts } = JSON.parse(textOf(files, "package.json")) as { scripts: object };
    expect(scripts).toMatchObject({ test: "npm run build" });
    expect(scripts).not.toHaveProperty("mock");
  });

  it("brings its settings to the pages, and its packages: redis", async () => {
    const [without, asked] = [await filesOf(plain), await filesOf(plain, ["redis"])];
    expect(packagesOf(without)).toEqual(["@cfworker/json-schema", "@modelcontextprotocol/server", "undici"]);
    expect(packagesOf(asked)).toContain("@redis/client");
    for (const page of [".env.example", "src/generated/README.md"]) {
      expect(textOf(without, page)).not.toContain("REDIS_URL");
      expect(textOf(asked, page)).toContain("REDIS_URL");
    }
    expect(textOf(without, "README.md")).toContain("`features: [redis]`");
  });

  it("brings its settings to the pages: files and resources", async () => {
    const [without, asked] = [await filesOf(plain), await filesOf(plain, ["files", "resources"])];
    for (const name of ["MCP_FILE_ROOT", "MCP_FILE_HOSTS", "MCP_RESOURCE_LINKS"]) {
      expect(textOf(without, ".env.example")).not.toContain(name);
      expect(textOf(asked, ".env.example")).toContain(name);
    }
  });

  it("of which an owner's file may make use stays in a project, until its owner says otherwise", async () => {
    const before = await filesOf(withOauth);
    expect(partsOf(await filesOf(plain, [], before))).toContain("oauth");
    expect(partsOf(await filesOf(plain, ["no-oauth"], before))).not.toContain("oauth");
  });

  it("is what a project of before had, whose owner may count on it: redis, and what src/custom.ts may add", async () => {
    const before = await filesOf(plain, ["redis", "resources"]);
    expect(partsOf(await filesOf(plain, [], before))).toEqual(["mock", "prompts", "redis", "resources"]);
    const without = await filesOf(plain, ["no-redis", "no-resources", "no-prompts"], before);
    expect(partsOf(without)).toEqual(["mock"]);
  });

  it("is what every project had before parts were optional, wherever its files lay: redis, resources, prompts", async () => {
    const older = parseLock(textOf(await filesOf(plain), "openapi-to-mcp.lock.json"));
    if (older === undefined) throw new Error("no lock");
    const isOfThen = (path: string): boolean => !/parts\.ts$|-methods\.ts$|node\/redis\.ts$/.test(path);
    const lock = { ...older, files: older.files.filter(({ path }) => isOfThen(path)) };
    const files = await filesOf(
      plain,
      [],
      [{ path: "openapi-to-mcp.lock.json", text: JSON.stringify(lock), owner: "generator" }],
    );
    expect(partsOf(files)).toEqual(["mock", "prompts", "redis", "resources"]);
  });

  it("that the document needs cannot be left out", async () => {
    const error: unknown = await filesOf(withOauth, ["no-oauth"]).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(CompileError);
    expect((error as CompileError).diagnostics).toMatchObject([
      { code: "needed-feature", pointer: "/features", message: '"no-oauth": the server cannot be made without oauth' },
    ]);
  });
});

describe("a petstore whose owner asks for nothing", () => {
  const petstore = (features: readonly FeatureWish[] = []): Promise<FileSet> =>
    filesOf(readFileSync(base.document, "utf8"), features);
  /** What its document needs, or has; all others are for those who ask. */
  const own = ["files", "mock", "multipart", "oauth", "pages", "prompts", "resources", "xml"];
  const others = featureNames.filter((name) => !own.includes(name));

  it("has no file, package or setting of a part that it does not need", async () => {
    const [without, withAll] = [await petstore(), await petstore(others)];
    expect(partsOf(without)).toEqual(own);
    expect(packagesOf(without)).toEqual([
      "@cfworker/json-schema",
      "@modelcontextprotocol/server",
      "oauth4webapi",
      "undici",
    ]);
    const settings = [...settingsTable, ...apiSettingsTable].flatMap((row) =>
      "part" in row && others.some((name) => name === row.part)
        ? "suffix" in row
          ? `PET_STORE${row.suffix}`
          : row.name
        : [],
    );
    const said = (files: FileSet): readonly string[] => {
      const pages = files.filter(({ path }) => path === ".env.example" || path === "src/generated/README.md");
      const words = new Set(pages.flatMap(({ text }) => text.split(/\W+/)));
      return settings.filter((name) => words.has(name));
    };
    expect(said(without)).toEqual([]);
    // Where they are asked for they are there: the test looks where they would be.
    expect(said(withAll).length).toBeGreaterThan(50);
    expect(partsOf(withAll)).toEqual(featureNames);
    const before = packagesOf(without);
    expect(packagesOf(withAll).filter((name) => !before.includes(name))).toEqual([
      "@jmespath-community/jmespath",
      "@opentelemetry/api",
      "@redis/client",
      "http-cache-semantics",
      "jose",
      "json-p3",
    ]);
  });
});

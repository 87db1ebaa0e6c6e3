/** `openapi-to-mcp inspect` and `--why`, through the real command. */
import { mkdtempSync, readFileSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ExplainedTool } from "../../src/explain.ts";
import type { Inspected } from "../../src/inspect.ts";
import { command } from "./command.ts";

const petstore = "samples/petstore/openapi.yaml";
let folder = "";
let count = 0;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "openapi-to-mcp-inspect-"))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(text: string): string {
  const path = join(folder, `document-${++count}.yaml`);
  writeFileSync(path, text);
  return path;
}

const inspection = async (...line: readonly string[]): Promise<Inspected & { ok: boolean }> =>
  JSON.parse((await command("inspect", ...line, "--json")).out) as Inspected & { ok: boolean };
const trace = async (...line: readonly string[]): Promise<ExplainedTool> =>
  JSON.parse((await command("inspect", ...line, "--json")).out) as ExplainedTool;

describe("inspect", () => {
  it("shows what a server offers, what it costs, loses, and whom it talks to", async () => {
    const { code, out, err } = await command("inspect", petstore);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain("pet-store (Pet Store 1.2.0): 12 tools, 2 resources, 3 resource templates, 3 prompts\n");
    expect(out).toMatch(/^ {2}delete_pet {3}destroys, repeatable +\d+ +DELETE \/pets\/\{petId\}$/m);
    expect(out).toMatch(/^ {2}get_pet +pet-store:\/\/pets\/\{petId\}$/m);
    expect(out).toMatch(/^ {2}plan_task +goal, tag\?$/m);
    expect(out).toMatch(/^ +2,\d{3} +\d,\d{3} +12 {2}in all, an estimate$/m);
    expect(out).toContain("\n  1 in 1 tool: not written out further than some levels\n");
    expect(out).toContain(
      "  https://petstore.example.com\n    arguments of calls of 12 tools; PET_STORE_BASE_URL names another host\n",
    );
    expect(out).toContain('    oauth2 credential "shop" with calls of 1 tool\n');
    expect((await command("inspect", petstore, "--verbose")).out).toContain(
      "  create_pet\n    /properties/parents/items/properties/parents/items/properties/parents/items: PetInput is not written out further\n",
    );
  });

  it("has a shape that scripts rely on", async () => {
    const found = await inspection(petstore);
    expect(Object.keys(found)).toEqual(
      "ok server source tools aliases resources prompts skipped cost losses egress plan targets diagnostics".split(" "),
    );
    expect(found.tools[0]).toMatchObject({
      name: "list_pets",
      title: "List pets",
      api: "pet_store",
      tag: "pets",
      request: "GET /pets",
      pointer: "/paths/~1pets/get",
      operationId: "listPets",
      hints: { readOnlyHint: true },
      losses: 0,
    });
    expect(found.losses.kinds).toEqual([
      { kind: "depth", count: 1, tools: 1 },
      { kind: "format", count: 1, tools: 1 },
    ]);
    expect(found.cost.tokens).toBe(found.tools.reduce((sum, { tokens }) => sum + tokens, 0));
    expect(found.cost.tags.map(({ tag, tools }) => [tag, tools])).toEqual([
      ["pets", 8],
      ["orders", 3],
      ["", 1],
    ]);
    expect(found.egress[0]?.receives.map(({ kind }) => kind)).toEqual(["calls", "credential", "credential", "token"]);
  });

  it("names operations that became no tool", async () => {
    const input = file(
      "openapi: 3.0.0\ninfo: { title: A, version: '1' }\npaths:\n  /a: { get: 7 }\n  /b: { get: { responses: {} } }\n",
    );
    const { out, err } = await command("inspect", input);
    expect(out).toContain("Operations without a tool\n  GET /a: The operation is no object\n");
    expect(err).toMatch(/\[invalid-operation\]\n {2}at .*:4 #\/paths\/~1a\/get/);
    const why = await command("inspect", input, "--why", "GET /a");
    expect(why).toMatchObject({ code: 1, out: "" });
    expect(why.err).toContain("GET /a has no tool: The operation is no object [unknown-tool]\n");
    const work = join(folder, `p${++count}`);
    await command(petstore, "-o", work, "-q");
    writeFileSync(
      join(work, "openapi-to-mcp.yaml"),
      `${readFileSync(join(work, "openapi-to-mcp.yaml"), "utf8")}tools:\n  deletePet: { enabled: false }\n`,
    );
    expect((await inspection(work)).skipped).toEqual([
      {
        request: "DELETE /pets/{petId}",
        pointer: "/paths/~1pets~1{petId}/delete",
        reason: expect.stringMatching(/disabled by .*openapi-to-mcp\.yaml line \d+$/) as string,
      },
    ]);
  });

  it("says what to do about many tools", async () => {
    const paths = Array.from(
      { length: 130 },
      (_, index) =>
        `  /a${index}: { ${index % 2 === 0 ? "get" : "post"}: { tags: ["${index < 30 ? "few'; reboot" : "many"}"], responses: {} } }\n`,
    );
    const { out } = await command(
      "inspect",
      file(`openapi: 3.0.0\ninfo: { title: A, version: '1' }\npaths:\n${paths.join("")}`),
      "--list",
      "all",
    );
    expect(out).toContain(
      "130 tools are more than many clients take (128 at most, some 40 to 80): select those that are needed.",
    );
    expect(out).toContain(
      "--include tag:NAME leaves the tools of a tag, and can be given several times; 1 of 2 tags are small enough.",
    );
    expect(out).toMatch(/--read-only leaves 65 tools, about [\d,]+ tokens\./);
  });

  it("inspects a project by its configuration, and by its files where the documents are out of reach", async () => {
    const document = file(readFileSync(petstore, "utf8"));
    const project = join(folder, `project-${++count}`);
    await command(document, "-o", project, "-n", "animals", "-q");
    const whole = await inspection(project);
    expect(whole).toMatchObject({ ok: true, source: "documents", server: { name: "animals" } });
    unlinkSync(document);
    const files = await inspection(project);
    expect(files).toMatchObject({ ok: true, source: "files", diagnostics: [{ code: "missing-input" }] });
    for (const part of ["server", "aliases", "resources", "prompts", "cost", "egress"] as const)
      expect(files[part]).toEqual(whole[part]);
    expect(files.tools.map(({ losses: _, ...tool }) => tool)).toEqual(
      whole.tools.map(({ losses: _, ...tool }) => tool),
    );
    const { code, err } = await command("inspect", project, "--why", "list_pets");
    expect(code).toBe(1);
    expect(err).toContain("[missing-input]");
  });

  it("brings nothing but visible characters to the terminal", async () => {
    const input = file(
      'openapi: 3.1.0\ninfo: { title: "\\e[2J", version: "\\u202E1" }\nservers: [{ url: "https://a.example/\\u202E" }]\ntags: [{ name: "\\e]0;x\\a" }]\npaths:\n  "/\\e[31m/{\\u202Eid}":\n    get:\n      tags: ["\\e]0;x\\a"]\n      security: [{ "\\e[1m": [] }]\n      summary: "\\u202Etitle"\n      parameters: [{ name: "\\u202Eid", in: path, required: true, schema: { type: string, contentMediaType: x, not: {} } }]\n      responses: {}\ncomponents: { securitySchemes: { "\\e[1m": { type: apiKey, in: header, name: "k" } } }\n',
    );
    const name = (await inspection(input)).tools[0]?.name ?? "";
    for (const line of [
      [input, "--verbose"],
      [input, "--why", name],
      [input, "--why", "\u001b[2J"],
    ]) {
      const { out, err } = await command("inspect", ...line);
      expect(out + err).not.toBe("");
      expect(out + err).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    }
  });

  it.each<[string, readonly string[], number, RegExp]>([
    ["nothing", [], 2, /Give an OpenAPI document/],
    ["a file that is not there", ["nowhere.yaml"], 1, /\[missing-input\]/],
    ["two projects", ["samples", "src"], 2, /Give the folder of one project/],
    [
      "a tool that is none",
      [petstore, "--why", "lst_pets"],
      1,
      /There is no tool "lst_pets"; did you mean "list_pets"\? \[unknown-tool\]/,
    ],
  ])("refuses %s", async (_, line, code, want) => {
    const found = await command("inspect", ...line);
    expect(found.code).toBe(code);
    expect(found.err).toMatch(want);
  });
});

describe("inspect --why", () => {
  it("traces every part of a tool", async () => {
    const { out } = await command("inspect", petstore, "--why", "create_pet");
    expect(out).toMatch(
      /^create_pet: POST \/pets \(createPet\), about \d+ tokens\n {2}at samples\/petstore\/openapi\.yaml:46 #\/paths\/~1pets\/post\n/,
    );
    expect(out).toContain("  name        create_pet: made of the words of the operationId\n");
    expect(out).toContain("  hints       writes: POST adds\n");
    expect(out).toContain(
      '  X-Request-ID: header parameter "X-Request-ID", style simple\n    at samples/petstore/openapi.yaml:218 #/components/parameters/RequestId\n',
    );
    expect(out).toContain(
      '  name (required): field "name" of the body, as application/json or application/xml\n    at samples/petstore/openapi.yaml:232 #/components/schemas/Pet/properties/name\n',
    );
    expect(out).toContain(
      "PetInput is not written out further\n    at samples/petstore/openapi.yaml:235 #/components/schemas/Pet/properties/parents",
    );
  });

  it.each(["createPet", "POST /pets"])("finds a tool by %s, too", async (name) =>
    expect((await trace(petstore, "--why", name)).tool).toBe("create_pet"),
  );

  it("goes through older versions and further files", async () => {
    const swagger = await trace("test/cli/bookshop.json", "--why", "books_list");
    expect(swagger.arguments.find(({ name }) => name === "page")).toMatchObject({
      goes: 'query parameter "page", style form, exploded',
      place: { pointer: "/parameters/Page", line: 15 },
    });
    const { tools } = await inspection("samples/cases/documents/several-files/openapi.yaml");
    const files = await Promise.all(
      tools.map(({ name }) => trace("samples/cases/documents/several-files/openapi.yaml", "--why", name)),
    );
    expect(files.flatMap((tool) => tool.arguments.map(({ place }) => place.file))).toContain(
      "samples/cases/documents/several-files/paths/books.yaml",
    );
  });

  it("names the line of the configuration that decided", async () => {
    const project = join(folder, `project-${++count}`);
    await command(petstore, "-o", project, "-q");
    const settings = join(project, "openapi-to-mcp.yaml");
    const before = readFileSync(settings, "utf8");
    writeFileSync(
      settings,
      `${before}tools:\n  listPets:\n    name: all_pets\n    title: All of them\n    hints: { read-only: false }\n    resource: false\n    tags: [mine]\n    arguments:\n      limit: { fixed: 7 }\n      status: { name: state }\n`,
    );
    const tool = await trace(project, "--why", "all_pets");
    const line = before.split("\n").length + 1;
    const told = tool.reasons.filter(({ text }) => text.includes("openapi-to-mcp.yaml"));
    expect(told.map(({ about }) => about)).toEqual(
      expect.arrayContaining(["name", "title", "hints", "tags", "arguments", "resource"]),
    );
    for (const { text } of told) expect(text).toMatch(/openapi-to-mcp\.yaml line \d+/);
    expect(told.find(({ about }) => about === "name")?.text).toContain(`line ${line}`);
    expect(tool.arguments.find(({ name }) => name === "limit")).toMatchObject({ listed: false, supplied: "fixed" });
    expect(tool.arguments.find(({ name }) => name === "state")).toMatchObject({
      listed: true,
      goes: 'query parameter "status", style form, exploded',
    });
  });

  it("says what the README shows", async () => {
    const readme = readFileSync("README.md", "utf8");
    const shown = /^\$ openapi-to-mcp inspect petstore\.yaml --why list_pets\n([\s\S]*?)\n```/m.exec(readme)?.[1] ?? "";
    const { out } = await command("inspect", petstore, "--why", "list_pets");
    const lines = out.replaceAll(petstore, "petstore.yaml").split("\n");
    expect(shown.split("\n").length).toBeGreaterThan(5);
    for (const line of shown.split("\n")) expect(lines).toContain(line);
  });
});

/** A second run: what the owner wrote stays, and what no longer fits is told, by us and by the compiler. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { run } from "../../src/cli/run.ts";
import { compile, repository } from "../golden/sample.ts";

let folder = "";
let project = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "regenerate-"));
  project = join(folder, "server");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const read = (path: string): string => readFileSync(join(project, path), "utf8");
const write = (path: string, text: string): void => writeFileSync(join(project, path), text);

interface Operation {
  readonly id: string;
  readonly path: string;
}
function writeDocument(...operations: readonly Operation[]): void {
  const paths = Object.fromEntries(
    operations.map(({ id, path }) => [path, { get: { operationId: id, responses: { 200: { description: "" } } } }]),
  );
  writeFileSync(
    join(folder, "zoo.json"),
    JSON.stringify({
      openapi: "3.1.0",
      info: { title: "Zoo", version: "1" },
      servers: [{ url: "https://zoo.test" }],
      paths,
    }),
  );
}
const listPets = { id: "listPets", path: "/pets" };
const getPet = { id: "getPet", path: "/pet" };
const feed = { id: "feedAll", path: "/feed" };

async function command(...line: string[]) {
  let err = "";
  const code = await run([join(folder, "zoo.json"), "-o", project, ...line], {
    stdout: { write: () => undefined },
    stderr: { write: (text: string) => (err += text), isTTY: false },
    stdin: Readable.from([]),
    env: {},
    cwd: () => folder,
  });
  return { code, err };
}

function compiled(): string {
  mkdirSync(join(folder, "x"), { recursive: true });
  try {
    symlinkSync(join(repository, "node_modules"), join(project, "node_modules"));
  } catch {
    // It is there from before.
  }
  return compile(project, ".");
}

describe("hooks", () => {
  const hooks = (code: string): string =>
    read("src/custom.ts")
      .replace("hooks: {},", code)
      .replace("import { defineCustom }", "import { defineCustom, type Hooks }");

  it.each([
    ["in the call", `hooks: { list_pets: { before: (args) => args }, "get_pet": { after: (result) => result } },`, ""],
    [
      "apart, with their type",
      "hooks,",
      `const hooks: Hooks<Tools> = { list_pets: { before: (args) => args }, get_pet: { after: (result) => result } };\n`,
    ],
    [
      "apart, checked by satisfies",
      "hooks: { ...base },",
      `const base = { list_pets: { before: (args) => args }, get_pet: {} } satisfies Hooks<Tools>;\n`,
    ],
  ])("whose tools were renamed or removed are told, and do not compile: %s", async (_name, code, before) => {
    writeDocument(listPets, getPet, feed);
    expect((await command("-q")).code).toBe(0);
    const custom = hooks(code).replace(
      "export const custom",
      `${before}void (0 as unknown as Hooks<Tools>);\nexport const custom`,
    );
    write("src/custom.ts", custom);
    expect(compiled()).toBe("");

    writeDocument({ ...listPets, path: "/v2/animals" }, feed);
    write("openapi-to-mcp.yaml", `${read("openapi-to-mcp.yaml")}tools:\n  listPets: { name: browse_pets }\n`);
    const { code: exit, err } = await command();
    expect(exit).toBe(0);
    expect(err).toContain('The hook "list_pets" has lost its tool: list_pets is called "browse_pets" now');
    expect(err).toMatch(
      /The hook "get_pet" has no tool: get_pet was removed.*\[lost-hook\]\n {2}at src\/custom\.ts:\d+/,
    );
    expect(err).toContain("The tool list_pets is called browse_pets now; the old name stays callable until ");
    expect(read("src/custom.ts")).toBe(custom);
    const faults = compiled();
    expect(faults).toMatch(/src\/custom\.ts\(\d+,\d+\): error TS\d+: .*'list_pets'/);
    expect(faults.split("\n").filter((line) => line !== "" && !/^(?:src\/custom\.ts|\s)/.test(line))).toEqual([]);
    expect((await command("--strict")).code).toBe(1);
  });

  it("stay with their tools when operations are moved and renamed", async () => {
    writeDocument(listPets, getPet, feed);
    await command("-q");
    write("src/custom.ts", hooks("hooks: { list_pets: {}, get_pet: {}, feed_all: {} },"));
    writeDocument({ ...listPets, path: "/v2/pets" }, { ...getPet, id: "readAnimal" }, feed);
    const { code, err } = await command("--strict");
    expect(err).not.toContain("lost-hook");
    expect(code).toBe(0);
    expect(compiled().replace(/^.*Hooks.*is declared but.*\n/m, "")).toBe("");
  });
});

describe("a tool of the owner's", () => {
  it("that is called like a generated one is told", async () => {
    writeDocument(listPets);
    await command("-q");
    const text = read("src/custom.ts").replace(
      "tools: [],",
      'tools: [{ name: "list_pets", description: "", inputSchema: { type: "object" }, run: () => ({ content: [] }) }],',
    );
    write("src/custom.ts", text);
    expect((await command()).err).toMatch(/Your tool "list_pets" is called like a generated one.*\[taken-name\]/);
  });
});

describe("package.json", () => {
  beforeEach(async () => {
    writeDocument(listPets);
    await command("-q");
    const text = read("package.json")
      .replace(/ {4}"@cfworker\/json-schema": .*\n/, "")
      .replaceAll("\n  ", "\n    ");
    expect(text).not.toContain("@cfworker");
    write("package.json", text);
  });

  it("is left as it is, and the line that it lacks is shown", async () => {
    const before = read("package.json");
    const { code, err } = await command();
    expect(code).toBe(0);
    expect(err).toMatch(
      /"dependencies" lacks "@cfworker\/json-schema": "\d+\.\d+\.\d+" \[missing-package\]\n {2}at package\.json:\d+/,
    );
    expect(read("package.json")).toBe(before);
  });

  it("is given the line on request, and nothing else of it changes", async () => {
    const before = read("package.json").split("\n");
    const dry = await command("--update-package", "--dry-run");
    expect(dry.err).toContain("1 changed");
    expect(read("package.json").split("\n")).toEqual(before);
    const { code, err } = await command("--update-package");
    expect(code).toBe(0);
    expect(err).not.toContain("missing-package");
    const after = read("package.json").split("\n");
    expect(after.filter((line) => !before.includes(line))).toHaveLength(1);
    expect(after.find((line) => !before.includes(line))).toMatch(/^ {6,8}"@cfworker\/json-schema": "[\d.]+",?$/);
    expect((await command("--update-package")).err).toContain("0 changed");
  });
});

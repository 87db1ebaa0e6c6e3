/** A small API in a folder of its own, whose project is generated again and again. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, expect } from "vitest";
import { run } from "../../src/cli/run.ts";
import { compile, repository } from "../golden/sample.ts";

interface Operation {
  readonly id: string;
  readonly path: string;
}

export const listPets: Operation = { id: "listPets", path: "/pets" };
export const getPet: Operation = { id: "getPet", path: "/pet" };
export const feed: Operation = { id: "feedAll", path: "/feed" };

/** What a test does with the API and its project. */
export interface Zoo {
  read(path: string): string;
  write(path: string, text: string): void;
  writeDocument(...operations: readonly Operation[]): void;
  command(...line: readonly string[]): Promise<{ readonly code: number; readonly err: string }>;
  /** What the compiler says of the project. */
  compiled(): string;
}

/** A new one for each test of the file. */
export function zoo(): Zoo {
  let folder = "";
  let project = "";

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "regenerate-"));
    project = join(folder, "server");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  return {
    read: (path) => readFileSync(join(project, path), "utf8"),
    write: (path, text) => writeFileSync(join(project, path), text),
    writeDocument(...operations) {
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
    },
    async command(...line) {
      let err = "";
      const code = await run([join(folder, "zoo.json"), "-o", project, ...line], {
        stdout: { write: () => undefined },
        stderr: { write: (text: string) => (err += text), isTTY: false },
        stdin: Readable.from([]),
        env: {},
        cwd: () => folder,
      });
      return { code, err };
    },
    compiled() {
      mkdirSync(join(folder, "x"), { recursive: true });
      try {
        symlinkSync(join(repository, "node_modules"), join(project, "node_modules"));
      } catch {
        // It is there from before.
      }
      return compile(project, ".");
    },
  };
}

/** The owner's code, with these hooks. */
export function withHooks({ read }: Zoo, code: string): string {
  return read("src/custom.ts")
    .replace("hooks: {},", code)
    .replace("import { defineCustom }", "import { defineCustom, type Hooks }");
}

/** Hooks whose tools are renamed or removed are told, and do not compile. */
export async function checkLostHooks(zoo: Zoo, code: string, before: string): Promise<void> {
  const { read, write, writeDocument, command, compiled } = zoo;
  writeDocument(listPets, getPet, feed);
  expect((await command("-q")).code).toBe(0);
  const custom = withHooks(zoo, code).replace(
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
  expect(err).toMatch(/The hook "get_pet" has no tool: get_pet was removed.*\[lost-hook\]\n {2}at src\/custom\.ts:\d+/);
  expect(err).toContain("The tool list_pets is called browse_pets now; the old name stays callable until ");
  expect(read("src/custom.ts")).toBe(custom);
  const faults = compiled();
  expect(faults).toMatch(/src\/custom\.ts\(\d+,\d+\): error TS\d+: .*'list_pets'/);
  expect(faults.split("\n").filter((line) => line !== "" && !/^(?:src\/custom\.ts|\s)/.test(line))).toEqual([]);
  expect((await command("--strict")).code).toBe(1);
}

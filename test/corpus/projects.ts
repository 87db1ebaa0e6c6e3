/**
 * A folder full of emitted projects that share what is the same in all of them: the packages of this repository, and
 * the runtime and the compiled server of their shape (which optional parts they have).
 */
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { FileSet } from "../../src/index.ts";
import { featureOf } from "../../src/project/features/features.ts";

const repository = new URL("../../", import.meta.url).pathname;
const compiler = join(repository, "node_modules/typescript/bin/tsc");

/** The optional parts of a server, by name: the only difference between two programs. */
export type Shape = string;

export interface WrittenProject {
  /** File of the corpus that it was made of. */
  readonly document: string;
  readonly folder: string;
  readonly shape: Shape;
}

/** A file that a machine runs or obeys, in contrast to data, types and prose. */
export function isExecutable(path: string): boolean {
  return !path.endsWith(".md") && !path.endsWith(".d.ts") && !path.endsWith(".json") && path !== "openapi-to-mcp.yaml";
}

export class Projects {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), "corpus-")));
  readonly #written: WrittenProject[] = [];
  /** The first project of each shape, which holds every file, and its executables by path. */
  readonly #first = new Map<Shape, { readonly folder: string; readonly executables: ReadonlyMap<string, string> }>();

  constructor() {
    symlinkSync(join(repository, "node_modules"), join(this.folder, "node_modules"));
    writeFileSync(join(this.folder, "package.json"), '{ "type": "module" }\n');
  }

  get written(): readonly WrittenProject[] {
    return this.#written;
  }

  /**
   * Writes a project: whole if it is the first of its shape, else what differs from that, with a link to the rest.
   * Returns the executable files that are not the same as the first one's.
   */
  write(document: string, files: FileSet): readonly string[] {
    const shape: Shape = [...new Set(files.flatMap(({ path }) => featureOf(path) ?? []))].sort().join(" ");
    const folder = join(this.folder, document.replace(/[^A-Za-z0-9]+/g, "-"));
    this.#written.push({ document, folder, shape });
    const first = this.#first.get(shape);
    if (first === undefined) {
      const executables = files.filter(({ path }) => isExecutable(path)).map(({ path, text }) => [path, text] as const);
      this.#first.set(shape, { folder, executables: new Map(executables) });
      writeAll(folder, files);
      return [];
    }
    writeAll(
      folder,
      files.filter(({ path }) => !path.startsWith("src/runtime/")),
    );
    symlinkSync(join(first.folder, "src", "runtime"), join(folder, "src", "runtime"));
    return differences(first.executables, files);
  }

  /** The compiler's complaints about every declaration file of every project, in one program. */
  checkTypes(): Promise<string> {
    return this.#compile("types", {
      compilerOptions: { ...strictest, skipLibCheck: false, types: [] },
      include: ["*/src/generated/**/*.d.ts"],
    });
  }

  /** The same for the sources that use these types, with the packages that they import. */
  checkSources(): Promise<string> {
    return this.#compile("sources", {
      compilerOptions: { ...strictest, skipLibCheck: true, types: ["node"] },
      include: ["*/src/*.ts", "*/src/generated/*.ts"],
    });
  }

  /** Compiles one project of each shape as its owner would, and hands the result to the others. */
  async build(): Promise<string> {
    const complaints = await Promise.all(
      [...this.#first.values()].map(({ folder }) => run(["-p", join(folder, "tsconfig.json")])),
    );
    for (const { folder, shape } of this.#written) {
      const from = this.#first.get(shape)?.folder;
      if (from !== undefined && from !== folder) cpSync(join(from, "dist"), join(folder, "dist"), { recursive: true });
    }
    return complaints.join("");
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #compile(name: string, configuration: object): Promise<string> {
    const file = join(this.folder, `tsconfig.${name}.json`);
    writeFileSync(file, JSON.stringify({ ...configuration, exclude: ["node_modules"] }));
    return run(["-p", file]);
  }
}

const strictest = {
  target: "ES2022",
  lib: ["ES2023"],
  module: "NodeNext",
  moduleResolution: "NodeNext",
  strict: true,
  noUncheckedIndexedAccess: true,
  noEmit: true,
};

function writeAll(folder: string, files: FileSet): void {
  for (const { path, text } of files) {
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text, { flag: "wx" });
  }
}

function differences(expected: ReadonlyMap<string, string>, files: FileSet): readonly string[] {
  const given = new Map(files.filter(({ path }) => isExecutable(path)).map(({ path, text }) => [path, text]));
  const differing = [...given].filter(([path, text]) => expected.get(path) !== text).map(([path]) => path);
  const missing = [...expected.keys()].filter((path) => !given.has(path));
  // These name the server and its variables, by names of the allocator.
  return [...differing, ...missing].filter((path) => path !== ".env.example" && !path.startsWith("clients/"));
}

/** What the compiler says; empty where it finds nothing. */
async function run(args: readonly string[]): Promise<string> {
  try {
    await promisify(execFile)(process.execPath, [compiler, ...args], { maxBuffer: 64 * 1024 * 1024 });
    return "";
  } catch (fault) {
    const { stdout, message } = fault as { readonly stdout?: string; readonly message: string };
    return stdout === undefined || stdout === "" ? message : stdout;
  }
}

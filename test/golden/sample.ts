/** The samples: where they lie, what they compile to, and how to build one as its owner would. */
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { completeCuration } from "../../src/config/curation.ts";
import { configurationName, loadConfiguration } from "../../src/config/read.ts";
import { generate } from "../../src/generate.ts";
import type { GenerateOptions } from "../../src/config/options.ts";
import type { FileSet } from "../../src/project/files.ts";

export const repository = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");

export interface Sample {
  readonly name: string;
  readonly folder: string;
  /** Path of the document. */
  readonly document: string;
  /** Path of its configuration file, where it has one. */
  readonly configuration: string | undefined;
}

/** Every folder of `samples/` that holds a document. */
export const samples: readonly Sample[] = readdirSync(join(repository, "samples")).flatMap((name) => {
  const folder = join(repository, "samples", name);
  const file = ["openapi.yaml", "swagger.json"].find((candidate) => existsSync(join(folder, candidate)));
  const configuration = join(folder, configurationName);
  return file === undefined
    ? []
    : [
        {
          name,
          folder,
          document: join(folder, file),
          configuration: existsSync(configuration) ? configuration : undefined,
        },
      ];
});

export function sampleOf(name: string): Sample {
  const found = samples.find((sample) => sample.name === name);
  if (found === undefined) throw new Error(`There is no sample ${name}`);
  return found;
}

/** What a sample compiles to, as `samples/update.mjs` asks for it. */
export async function filesOf(sample: Sample, options: Partial<GenerateOptions> = {}): Promise<FileSet> {
  return (await generate({ inputs: [sample.document], ...(await configured(sample)), ...options })).files;
}

/** A project whose configuration lies above it says only where; any other names its document. */
async function configured({ folder, document, configuration }: Sample): Promise<Partial<GenerateOptions>> {
  if (configuration === undefined) return { recordedInputs: [`../${relative(folder, document)}`] };
  const { curation, templates } = await loadConfiguration(configuration);
  return {
    curation: completeCuration(curation),
    recorded: { extends: `../${configurationName}` },
    ...(templates === undefined ? {} : { templates }),
  };
}

export interface BuiltProject {
  readonly folder: string;
  /** The compiled entry. */
  readonly main: string;
  remove(): void;
}

/**
 * Writes a project and compiles it with its own settings, its dependencies being those of this repository.
 *
 * @throws Error with the compiler's words
 */
export function buildProject(files: FileSet): BuiltProject {
  const folder = writeTree(files);
  const output = compile(folder, ".");
  if (output !== "") throw new Error(output);
  return { folder, main: join(folder, "dist/main.js"), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Writes a project into a new folder, beside a link to the dependencies of this repository. */
export function writeTree(files: FileSet): string {
  const folder = mkdtempSync(join(tmpdir(), "openapi-to-mcp-"));
  for (const { path, text } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  symlinkSync(join(repository, "node_modules"), join(folder, "node_modules"));
  return folder;
}

/** What the compiler says; empty when all is well. */
export function compile(folder: string, project: string): string {
  const tsc = join(repository, "node_modules/typescript/bin/tsc");
  const { stdout, status } = spawnSync(process.execPath, [tsc, "-p", project], { cwd: folder, encoding: "utf8" });
  return status === 0 ? "" : stdout;
}

/** The files below a folder by their path, `/` between segments, sorted. */
export function readTree(folder: string): ReadonlyMap<string, string> {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll("\\", "/"));
  return new Map(paths.sort().map((path) => [path, readFileSync(join(folder, path), "utf8")]));
}

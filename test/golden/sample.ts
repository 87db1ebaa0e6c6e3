/** The samples: where they lie, what they compile to, and how to build one as its owner would. */
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
import { basename, dirname, join, relative } from "node:path";
import { load } from "js-yaml";
import { defined } from "../../src/base/defined.ts";
import type { JsonObject } from "../../src/base/json.ts";
import { completeCuration } from "../../src/config/curation.ts";
import { configurationName, loadConfiguration } from "../../src/config/read.ts";
import { writable } from "../../src/document/mutable.ts";
import { applyOverlays, loadOverlay } from "../../src/document/overlay.ts";
import { generate } from "../../src/generate.ts";
import type { GenerateOptions } from "../../src/config/options.ts";
import type { FileSet } from "../../src/project/files.ts";
import { transpile } from "../compile/compiler.ts";

export { compile } from "../compile/compiler.ts";

export const repository = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");

/** The petstore, whose golden tree is whole, or a case: a small difference from it. */
export interface Sample {
  /** `petstore`, or the path of a case below `samples/cases`, such as `bodies/form`. */
  readonly name: string;
  readonly folder: string;
  /** Path of the document. */
  readonly document: string;
  /** Path of the overlay that makes the case of the base document; absent where it has none, or its configuration names it. */
  readonly overlay?: string;
  /** Path of its configuration file, where it has one. */
  readonly configuration?: string;
}

const baseFolder = join(repository, "samples/petstore");
const casesFolder = join(repository, "samples/cases");

/** The sample that the others are compared with. */
export const base: Sample = { name: "petstore", folder: baseFolder, document: join(baseFolder, "openapi.yaml") };

/** Every folder of `samples/cases/<subject>/`, by name. */
export const cases: readonly Sample[] = foldersIn(casesFolder)
  .flatMap((subject) => foldersIn(join(casesFolder, subject)).map((name) => `${subject}/${name}`))
  .map((name) => {
    const folder = join(casesFolder, name);
    const present = (file: string): string | undefined =>
      existsSync(join(folder, file)) ? join(folder, file) : undefined;
    return {
      name,
      folder,
      document: present("openapi.yaml") ?? present("swagger.json") ?? base.document,
      overlay: present(configurationName) === undefined ? present("overlay.yaml") : undefined,
      configuration: present(configurationName),
    };
  });

export const samples: readonly Sample[] = [base, ...cases];

/** The cases that add tools to the petstore and change nothing else: one server can have them all. */
export const additions: readonly Sample[] = cases.filter((sample) => sample.overlay !== undefined && hasCalls(sample));

/** Whether a sample says what its tools' calls become: a case that brings no tool does not. */
export function hasCalls({ folder }: Sample): boolean {
  return existsSync(join(folder, "calls.json"));
}

function foldersIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

export function sampleOf(name: string): Sample {
  const found = samples.find((sample) => sample.name === name);
  if (found === undefined) throw new Error(`There is no sample ${name}`);
  return found;
}

/** What a case shows, in a sentence: the title of its overlay, the head of its configuration, or what its document says. */
export function sentenceOf({ overlay, configuration, document }: Sample): string {
  if (configuration !== undefined) return /^# (.*)/.exec(readFileSync(configuration, "utf8"))?.[1] ?? "";
  const { info } = load(readFileSync(overlay ?? document, "utf8")) as { info: { title: string; description?: string } };
  return overlay === undefined ? (info.description ?? "") : info.title;
}

/** What a sample compiles to. */
export async function filesOf(sample: Sample, options: Partial<GenerateOptions> = {}): Promise<FileSet> {
  return (await generate({ ...(await optionsOf(sample)), ...options })).files;
}

/** The petstore with all that the cases add. */
export function everything(): { readonly overlays: readonly string[]; readonly list: { readonly mode: "all" } } {
  return { overlays: additions.flatMap(({ overlay }) => overlay ?? []), list: { mode: "all" } };
}

/** A project whose configuration lies above it says only where; any other names its document. */
async function optionsOf({ document, overlay, configuration }: Sample): Promise<GenerateOptions> {
  if (configuration === undefined) {
    const recorded = { input: [`../${basename(document)}`] };
    return { inputs: [document], recorded, ...defined({ overlays: overlay === undefined ? undefined : [overlay] }) };
  }
  const { inputs, curation, templates, overlays, features, toolsets, workflows } =
    await loadConfiguration(configuration);
  return {
    inputs: inputs ?? [document],
    curation: completeCuration(curation),
    recorded: { extends: `../${configurationName}` },
    ...defined({ templates, overlays, features, toolsets, workflows }),
  };
}

/** The document of a sample as its overlay, and `more` of them, leave it. */
export async function documentOf(sample: Sample, more: readonly string[] = []): Promise<JsonObject> {
  const document = load(readFileSync(sample.document, "utf8")) as JsonObject;
  const overlays = [...(sample.overlay === undefined ? [] : [sample.overlay]), ...more];
  applyOverlays(writable(document), await Promise.all(overlays.map((path) => loadOverlay(path))));
  return document;
}

export interface BuiltProject {
  readonly folder: string;
  /** The compiled entry. */
  readonly main: string;
  remove(): void;
}

/**
 * Writes a project and makes it run, its dependencies being those of this repository. Its types are another matter:
 * `test/compile` reads every sample with the compiler, and its own settings.
 */
export function buildProject(files: FileSet): BuiltProject {
  const folder = writeTree(files);
  transpile(folder);
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

/** The files below a folder by their path, `/` between segments, sorted. */
export function readTree(folder: string): ReadonlyMap<string, string> {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll("\\", "/"));
  return new Map(paths.sort().map((path) => [path, readFileSync(join(folder, path), "utf8")]));
}

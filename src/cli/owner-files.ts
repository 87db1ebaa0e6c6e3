/** The owner's files of a project that is generated again: what they miss, and the one that may be changed on request. */
import type { Diagnostic } from "../base/diagnostics.ts";
import { readLock, readOwnFile } from "../disk/folder.ts";
import type { Generated } from "../generate.ts";
import type { JsonObject } from "../base/json.ts";
import { checkHooks, customPath } from "../owner/hooks.ts";
import { packageDiagnostics, packageNeeds, packagePath, updatePackage } from "../owner/package-json.ts";
import type { FileSet } from "../project/files.ts";

/** What is to be written, and what is to be told. */
export interface OwnerFiles {
  readonly files: FileSet;
  /** Paths of files of the owner's that are written although they exist: they asked for it. */
  readonly updated: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Looks into the owner's files before a project is written.
 *
 * @param update whether `package.json` is to be given what it lacks
 * @param rewritten paths of files that are written anew anyway
 */
export async function lookAtOwnerFiles(
  generated: Generated,
  folder: string,
  update: boolean,
  rewritten: readonly string[] = [],
): Promise<OwnerFiles> {
  const custom = await customDiagnostics(generated, folder);
  const { files } = generated;
  const own = rewritten.includes(packagePath) ? undefined : await readOwnFile(folder, packagePath);
  const emitted = files.find(({ path }) => path === packagePath);
  if (own === undefined || emitted === undefined) return { files, updated: rewritten, diagnostics: custom };
  const wanted = JSON.parse(emitted.text) as JsonObject;
  const needs = packageNeeds(own, wanted);
  if (!update || needs === undefined || needs.length === 0)
    return { files, updated: rewritten, diagnostics: [...custom, ...packageDiagnostics(own, wanted)] };
  const text = await updatePackage(own, needs);
  return {
    files: files.map((file) => (file === emitted ? { ...file, text } : file)),
    updated: [...rewritten, packagePath],
    diagnostics: custom,
  };
}

/** Files of a project that name every variable of its APIs, whatever templates it is made with. */
const filesWithVariables = ["src/generated/README.md", ".env.example"];

/** Variables of a server that the project knows as it is on the disk: its owner was told of them before. */
export async function knownVariables(folder: string, { model }: Generated): Promise<ReadonlySet<string>> {
  const paths = [...filesWithVariables, ...model.project.apis.map((api) => `src/generated/${api}/api.json`)];
  const texts = await Promise.all(paths.map((path) => readOwnFile(folder, path)));
  return new Set(texts.flatMap((text) => text?.match(/\b[A-Z][A-Z0-9_]+\b/g) ?? []));
}

/** Hooks of the owner whose tool is gone, and tools of theirs that are called like generated ones. */
async function customDiagnostics(generated: Generated, folder: string): Promise<readonly Diagnostic[]> {
  const custom = await readOwnFile(folder, customPath);
  if (custom === undefined) return [];
  const tools = generated.model.apis.flatMap(({ groups }) => groups.flatMap((group) => group.tools));
  return checkHooks(custom, {
    tools: tools.map((tool) => tool.listing.name),
    aliases: generated.model.project.aliases,
    former: (await readLock(folder))?.tools.map(({ name }) => name),
  });
}

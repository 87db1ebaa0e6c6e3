/**
 * What lies in `expected/` of a sample. Of the petstore, the whole project but for its runtime, which is as it lies in
 * `templates/`; of a case, what differs from the petstore: the files that only the case has, and `changes.diff` for all
 * else.
 */
import { extname, join } from "node:path";
import { format } from "prettier";
import type { FileSet } from "../../src/project/files.ts";
import { unifiedDifference } from "../../src/project/unified-difference.ts";
import { base, filesOf, type Sample } from "./sample.ts";

export const lockPath = "openapi-to-mcp.lock.json";
export const isRuntime = (path: string): boolean => path.startsWith("src/runtime/");

/** Texts by path below `expected/`. */
export type Tree = ReadonlyMap<string, string>;

export async function goldenTree(sample: Sample, files: FileSet): Promise<Tree> {
  if (sample === base) return wholeTree(files);
  baseFiles ??= filesOf(base);
  return differenceFrom(await baseFiles, files);
}

/** Made once for all cases. */
let baseFiles: Promise<FileSet> | undefined;

/** The lock without the hashes of the runtime: else each change there would change the golden tree. */
async function wholeTree(files: FileSet): Promise<Tree> {
  const shown = files
    .filter(({ path }) => !isRuntime(path))
    .map(async ({ path, text }) => {
      if (path !== lockPath) return [path, text] as const;
      const lock = JSON.parse(text) as { readonly files: readonly { readonly path: string }[] };
      return [path, await json({ ...lock, files: lock.files.filter((file) => !isRuntime(file.path)) })] as const;
    });
  return new Map(await Promise.all(shown));
}

/** Lines in a row that are shown of those that only the petstore has. */
const mostGone = 4;

/** Where less is left of a file than this share, it is another one, and shown whole. */
const leastLeft = 0.3;

async function differenceFrom(former: FileSet, files: FileSet): Promise<Tree> {
  const before = textsOf(former);
  const after = textsOf(files);
  const tree = new Map<string, string>();
  const changes: string[] = [];
  for (const path of [...new Set([...before.keys(), ...after.keys()])].sort()) {
    const [old, text] = [before.get(path), after.get(path)];
    if (text === undefined) changes.push(`Only in the petstore: ${path}`);
    else if (old === undefined && isRuntime(path)) changes.push(`Only here: ${path}`);
    else if (old === undefined) tree.set(path, text);
    else if (old !== text && !isRuntime(path)) {
      const [one, other] = [await readable(path, old), await readable(path, text)];
      if (one === other) continue;
      if (shareLeft(one, other) < leastLeft) tree.set(path, text);
      else changes.push(`--- ${path}`, ...shortened(unifiedDifference(one, other, 1, Infinity)));
    }
  }
  return changes.length === 0 ? tree : new Map([...tree, ["changes.diff", `${changes.join("\n")}\n`]]);
}

function textsOf(files: FileSet): Tree {
  return new Map(files.map(({ path, text }) => [path, text]));
}

/** Without the numbers of lines, which change with what is above; of many lines that are gone only the first. */
function shortened(lines: readonly string[]): readonly string[] {
  const isGone = (line: string | undefined): boolean => line?.startsWith("-") === true;
  return lines.flatMap((line, index) => {
    if (line.startsWith("@@")) return ["@@"];
    if (!isGone(line) || !isGone(lines[index - 1])) {
      const next = lines.findIndex((later, at) => at > index && !isGone(later));
      const gone = isGone(line) ? (next === -1 ? lines.length : next) - index : 0;
      return gone > mostGone ? [line, `-… and ${gone - 1} more lines`] : lines.slice(index, index + Math.max(1, gone));
    }
    return [];
  });
}

/** The share of a text's lines that another one has, too. */
function shareLeft(one: string, other: string): number {
  const lines = one.split("\n");
  const present = new Set(other.split("\n"));
  return lines.filter((line) => present.has(line)).length / lines.length;
}

/**
 * A text as it is compared: hashes left out, which say no more than the files they are of; tables without the padding
 * that one long cell gives to all rows; long texts a sentence a line.
 */
async function readable(path: string, text: string): Promise<string> {
  if (path === lockPath) {
    const { files: _, written: __, ...lock } = JSON.parse(text) as Record<string, unknown>;
    return json(lock);
  }
  if (extname(path) === ".md")
    return text.replace(/^\|.*\|$/gm, (row) => row.replace(/ +/g, " ").replace(/-{3,}/g, "---"));
  return text.replace(/^.{160,}$/gm, (line) => line.replace(/\. (?=[A-Z])/g, ".\n    "));
}

function json(value: object): Promise<string> {
  return format(JSON.stringify(value, null, 2), { parser: "json" });
}

/** Path of a file of the golden tree. */
export function expectedPath({ folder }: Sample, path: string): string {
  return join(folder, "expected", path);
}

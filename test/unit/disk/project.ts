/** Small projects on a real disk, for the tests of this folder. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { EmittedFile, FileSet } from "../../../src/project/files.ts";
import { printJson } from "../../../src/project/json.ts";
import { buildLock } from "../../../src/lock/build.ts";
import { lockPath } from "../../../src/lock/lock.ts";

const noModel = {
  project: { name: "x", title: "x", version: "1", instructions: "", apis: [] },
  packageName: "x",
  toolsets: [],
  workflows: [],
  plan: {
    mode: "all" as const,
    folded: false,
    strict: false,
    listed: [],
    cost: { tools: 0, tokens: 0, bytes: 0 },
    whole: { tools: 0, tokens: 0, bytes: 0 },
  },
  apis: [],
};

/** A project: paths below `src/generated` and `src/runtime` are the generator's, the rest the user's. */
export function projectOf(texts: Readonly<Record<string, string>>): FileSet {
  const files = Object.entries(texts).map(([path, text]): EmittedFile => ({
    path,
    text,
    owner: /^src\/(?:generated|runtime)\//.test(path) ? "generator" : "user",
  }));
  const lock: EmittedFile = { path: lockPath, text: printJson(buildLock(noModel, files, "1.0.0")), owner: "generator" };
  return [...files, lock].sort((a, b) => (a.path < b.path ? -1 : 1));
}

export const former = projectOf({
  "package.json": "{}\n",
  "src/main.ts": "main\n",
  "src/generated/pets/api.json": "1\n",
  "src/generated/pets/tools/old.json": "old\n",
  "src/generated/gone/api.json": "gone\n",
  "src/runtime/serve.ts": "serve\n",
});

export const next = projectOf({
  "package.json": "{ }\n",
  "src/main.ts": "main of a new version\n",
  "src/auth.ts": "auth\n",
  "src/generated/pets/api.json": "2\n",
  "src/generated/pets/tools/new.json": "new\n",
  "src/generated/shops/deep/api.json": "shops\n",
  "src/runtime/serve.ts": "serve\n",
});

/** What the user has in the folder besides. */
export const usersOwn = new Map([
  ["src/main.ts", "the user's main\n"],
  ["src/generated/pets/tools/notes.txt", "notes\n"],
  ["README.md", "the user's\n"],
]);

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), "project-"));
}

export function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

export function put(folder: string, texts: Iterable<readonly [string, string]>): void {
  for (const [path, text] of texts) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

export function textsOf(files: FileSet): readonly (readonly [string, string])[] {
  return files.map((file) => [file.path, file.text]);
}

/** All files below a folder with their texts, and empty folders with a slash at their end. */
export function contents(folder: string, below = ""): Map<string, string> {
  const found = new Map<string, string>();
  const entries = readdirSync(join(folder, below), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  if (entries.length === 0 && below !== "") found.set(`${below}/`, "");
  for (const entry of entries) {
    const path = below === "" ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) for (const [inner, text] of contents(folder, path)) found.set(inner, text);
    else found.set(path, entry.isSymbolicLink() ? "(link)" : readFileSync(join(folder, path), "utf8"));
  }
  return found;
}

/** What the folder of `former` with the user's own files holds after `next` was written. */
export function regenerated(): Map<string, string> {
  const result = new Map([...textsOf(next), ...usersOwn, ["package.json", "{}\n"] as const]);
  return new Map([...result].sort(([a], [b]) => (a < b ? -1 : 1)));
}

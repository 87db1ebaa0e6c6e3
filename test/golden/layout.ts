/** How emitted files are laid out. */
import { extname } from "node:path";
import { format } from "prettier";
import { expect } from "vitest";
import type { FileSet } from "../../src/project/files.ts";
import { isRuntime } from "./golden-tree.ts";

const parsers = new Map([
  [".ts", "typescript"],
  [".json", "json"],
  [".md", "markdown"],
  [".yaml", "yaml"],
]);

/** Files are as Prettier with default options leaves them; those of the runtime are looked at where they come from. */
export async function checkLayout(files: FileSet): Promise<void> {
  for (const { path, text } of files) {
    // Prettier leaves a file of npm's as npm writes it.
    const parser = path === "package-lock.json" ? "json-stringify" : parsers.get(extname(path));
    if (parser !== undefined && !isRuntime(path)) expect(await format(text, { parser }), path).toBe(text);
  }
}

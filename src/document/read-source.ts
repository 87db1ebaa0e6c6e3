import type { Diagnostic } from "../base/diagnostics.ts";
import type { Json } from "../base/json.ts";
import { type Input, type ReadOptions, readInput } from "./input.ts";
import { parseDocument } from "./parse.ts";
import { type SourceFile, textFile } from "./source-file.ts";

/** What the user named, read as JSON or YAML. */
export interface Source extends Omit<Input, "bytes"> {
  /** Its value is `null` where the text is empty. */
  readonly file: SourceFile;
  /** `undefined` where the text is empty. */
  readonly value: Json | undefined;
  /** What was found while reading: keys that stand twice. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads a document, an overlay or a configuration with the guards of all of them: size, depth, aliases.
 *
 * @param input path, http(s) URL, or `-` for standard input
 * @throws {CompileError} where it cannot be read
 */
export async function readSource(input: string, options: ReadOptions): Promise<Source> {
  const { bytes, url, stem } = await readInput(input, options);
  const parsed = parseDocument(bytes, input);
  const { value, diagnostics } = parsed;
  return { file: textFile(input, url, parsed, value ?? null), value, url, stem, diagnostics };
}

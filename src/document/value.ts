import type { Diagnostic } from "../base/diagnostics.ts";
import { pointerTo, pointerTokens, type Json } from "../base/json.ts";
import type { ReadOptions } from "./input.ts";
import { readSource } from "./read-source.ts";

/** A file of JSON or YAML that is no OpenAPI document, with the places of its values. */
export interface LocatedValue {
  /** As the user named it. */
  readonly file: string;
  /** `undefined` where the text is empty. */
  readonly value: Json | undefined;
  /** What was found while reading: keys that stand twice. */
  readonly diagnostics: readonly Diagnostic[];
  /** The deepest part of a pointer that the text has, and its line, one-based. */
  readonly locate: (pointer: string) => { readonly pointer: string; readonly line: number };
}

/**
 * Reads JSON or YAML with the guards of a document: size, depth, aliases.
 *
 * @param input path, http(s) URL, or `-` for standard input
 * @throws {CompileError} where it cannot be read
 */
export async function loadValue(input: string, options: ReadOptions = {}): Promise<LocatedValue> {
  const { file, value, diagnostics } = await readSource(input, options);
  return {
    file: input,
    value,
    diagnostics,
    locate: (pointer) => {
      const tokens = pointerTokens(pointer);
      const place = file.place(tokens);
      return { pointer: pointerTo("", ...tokens.slice(0, place?.found ?? 0)), line: place?.line ?? 1 };
    },
  };
}

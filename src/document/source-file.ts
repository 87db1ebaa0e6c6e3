import { defined } from "../base/defined.ts";
import { diagnosticAt, type Diagnostic, type DiagnosticCode } from "../base/diagnostics.ts";
import { pointerTokens, type Json } from "../base/json.ts";
import { textOf } from "./encoding.ts";
import { jsonPositions } from "./json-positions.ts";
import type { ParsedText } from "./parse.ts";
import type { Place, Positions } from "./positions.ts";
import { yamlPositions } from "./yaml-positions.ts";

/** A file of the document: the one that the user named, or one that a `$ref` leads to. */
export interface SourceFile {
  /** As messages show it: the path or URL that the user gave, or the further file's beside it. */
  readonly name: string;
  /** Absolute URL, against which relative references resolve; absent for standard input and for values. */
  readonly url: string | undefined;
  readonly value: Json;
  /** Where a pointer leads in the text; `undefined` where there is no text. */
  readonly place: (tokens: readonly string[]) => Place | undefined;
}

/** A file from its text. Its positions are found when the first is asked for. */
export function textFile(name: string, url: string | undefined, parsed: ParsedText, value: Json): SourceFile {
  let positions: Positions | undefined;
  const place = (tokens: readonly string[]): Place => {
    positions ??= positionsIn(textOf(parsed.bytes), parsed.syntax);
    return positions.place(tokens);
  };
  return { name, url, value, place };
}

function positionsIn(text: string, syntax: ParsedText["syntax"]): Positions {
  return syntax === "json" ? jsonPositions(text) : yamlPositions(text);
}

/** A file that is only a value, as tests have them. */
export function valueFile(name: string, value: Json): SourceFile {
  return { name, url: undefined, value, place: () => undefined };
}

/** A diagnostic at a pointer into a file, with its line. */
export function located(file: SourceFile, pointer: string, code: DiagnosticCode, message: string): Diagnostic {
  const place = file.place(pointerTokens(pointer));
  return diagnosticAt(code, file.name, message, { pointer, ...defined({ line: place?.line }) });
}

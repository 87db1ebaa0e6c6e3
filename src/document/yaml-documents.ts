/** Files that hold several YAML documents (YAML 1.2 §9). */
import type { YAMLException } from "js-yaml";
import { CompileError, diagnosticAt } from "../base/diagnostics.ts";

/** Whether a fault is that there are several. */
export function isOfSeveral(error: YAMLException): boolean {
  return error.reason === "expected a single document in the stream, but found more";
}

/**
 * The text without the marks of documents where only one of them holds anything, its lines as they were.
 *
 * @throws {CompileError} `several-documents`
 */
export function onlyDocument(text: string, file: string): string {
  const lines = text.split("\n");
  const parts: { readonly line: number; isFilled: boolean; names: string | undefined }[] = [
    { line: 1, isFilled: false, names: undefined },
  ];
  for (const [index, line] of lines.entries()) {
    const mark = /^(?:---|\.\.\.)(?:\s+(.*))?$/.exec(line.trimEnd());
    if (mark !== null) {
      lines[index] = mark[1] ?? "";
      parts.push({ line: index + 1, isFilled: false, names: undefined });
    }
    const part = parts.at(-1);
    const content = lines[index] ?? "";
    if (part === undefined || /^\s*(?:#|%|$)/.test(content)) continue;
    part.isFilled = true;
    part.names ??= /^["']?(?:openapi|swagger)["']?\s*:/.test(content) ? content.trim() : undefined;
  }
  const filledParts = parts.filter(({ isFilled }) => isFilled);
  const [, second] = filledParts;
  if (second === undefined) return lines.join("\n");
  const fitting = filledParts.filter(({ names }) => names !== undefined);
  const only = fitting.length === 1 ? `; that of OpenAPI begins on line ${fitting[0]?.line}` : "";
  throw new CompileError([
    diagnosticAt(
      "several-documents",
      file,
      `The file holds ${filledParts.length} YAML documents, separated by ---${only}`,
      {
        line: second.line,
      },
    ),
  ]);
}

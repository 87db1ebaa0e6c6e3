/** Faults of syntax in words: the likely cause where a symptom alone would mislead. */
import type { YAMLException } from "js-yaml";
import { diagnosticAt, type Diagnostic } from "../base/diagnostics.ts";
import { visible } from "../base/visible.ts";
import type { JsonFault } from "./json-text.ts";
import { lineAt } from "./lines.ts";
import { isTemplate } from "./other-text.ts";

/** The first fault of JSON text. */
export function jsonFault(text: string, file: string, fault: JsonFault | undefined): Diagnostic {
  if (fault === undefined) return diagnosticAt("invalid-syntax", file, "The document is not valid JSON");
  const place = { line: lineAt(text, fault.offset) };
  if (fault.within !== undefined) {
    const { start, reason } = fault.within;
    const quoted = text.slice(start + 1, start + 40).split(/[\r\n]/, 1)[0] ?? "";
    return diagnosticAt("invalid-syntax", file, `The text that begins with "${visible(quoted)}" ${reason}`, place);
  }
  const rest = /^(?:[\w.+-]+|[^]?)/.exec(text.slice(fault.offset, fault.offset + 40))?.[0] ?? "";
  const found =
    rest === ""
      ? "the end of the document"
      : rest === "\n" || rest === "\r"
        ? "the end of the line"
        : `"${visible(rest)}"`;
  return diagnosticAt(
    "invalid-syntax",
    file,
    `Expected ${fault.expected}, found ${found}${likelyCause(rest, ` ${text}`.slice(fault.offset, fault.offset + 40))}`,
    place,
  );
}

/**
 * What leads to a fault more often than anything else.
 *
 * @param around the text from one character before the fault
 */
function likelyCause(found: string, around: string): string {
  const rest = around.slice(1);
  if (found === "") return ": it seems to be cut off";
  if (/^(?:\/\/|\/\*|#)/.test(rest)) return ": JSON has no comments";
  if (/^[\u2018-\u201e]/.test(rest)) return ": these are typographic quotes";
  if (isTemplate(around.slice(0, 3))) return ": this is a template, which has to be filled in first";
  if (/^(?:NaN|Infinity|undefined|None|True|False)$/.test(found)) return ", which JSON does not have";
  return "";
}

/** A fault that js-yaml found. */
export function yamlFault(error: YAMLException, file: string): Diagnostic {
  const reason = typeof error.reason === "string" ? error.reason : "The YAML cannot be read";
  // js-yaml leaves the mark out where the fault is the whole stream's.
  const mark = error.mark as { readonly line: number; readonly buffer: string } | undefined;
  // js-yaml counts a line behind the last where the text ends too early.
  const lines = mark === undefined ? [] : mark.buffer.trimEnd().split(/\r?\n/);
  const index = mark === undefined ? 0 : Math.min(mark.line, lines.length - 1);
  const place = mark === undefined ? {} : { line: index + 1 };
  if (/^nesting exceeded|^merge keys exceeded|^abnormal merge/.test(reason))
    return diagnosticAt("unsafe-document", file, `Unsafe YAML: ${visible(reason)}`, place);
  const found = lines[index]?.trim() ?? "";
  return diagnosticAt(
    "invalid-syntax",
    file,
    `Invalid YAML: ${visible(yamlCause(reason, found))}${found === "" ? "" : `, found "${visible(found)}"`}`,
    place,
  );
}

/** js-yaml's reason, or what most likely led to it. */
function yamlCause(reason: string, line: string): string {
  if (isTemplate(line)) return "this is a template, which has to be filled in first";
  if (
    /^(?:- +)?[^\s"'#&*{[|>]\S*: +[^"'{[|>&*#].*:(?: |$)/.test(line) &&
    /bad indentation|multiline key|mapping values/.test(reason)
  )
    return 'a text that holds ": " needs quotes';
  if (reason.startsWith("end of the stream or a document separator is expected"))
    return "this line belongs to nothing above it; check its indentation and the line before it";
  return reason;
}

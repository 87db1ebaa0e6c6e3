/** What is decided about one tool, whoever decides it: the configuration file, and below it the document's `x-mcp`. */
import { defined } from "../../base/defined.ts";
import { type Diagnostic, type DiagnosticCode, diagnosticAt } from "../../base/diagnostics.ts";
import type { AnswerCuration, ArgumentCuration, Place, ToolCuration } from "./curation.ts";

/** Receives what is wrong with the owner's entries. */
export type Tell = (diagnostic: Diagnostic) => void;

/** Something decided, with who decided it. */
export interface Decided<Value> {
  readonly value: Value;
  /** `openapi-to-mcp.yaml line 12`, or `x-mcp`. */
  readonly by: string;
  /** Where it stands in the configuration; absent for `x-mcp`. */
  readonly place?: Place;
}

/** All that is decided about a tool. What is absent stays as the document says. */
export interface Decision {
  readonly enabled?: Decided<boolean>;
  readonly listed?: Decided<boolean>;
  readonly name?: Decided<string>;
  readonly title?: Decided<string>;
  readonly description?: Decided<string>;
  readonly hints: readonly Decided<NonNullable<ToolCuration["hints"]>>[];
  readonly arguments: ReadonlyMap<string, ArgumentCuration>;
  readonly tags?: Decided<readonly string[]>;
  readonly resource?: Decided<string | false>;
  readonly limits?: Decided<NonNullable<ToolCuration["limits"]>>;
  /** Seconds. */
  readonly timeout?: Decided<number>;
  readonly idempotencyKey?: Decided<string>;
  readonly scopes?: Decided<readonly string[]>;
  readonly pagination?: Decided<NonNullable<ToolCuration["pagination"]>>;
  readonly answer?: Decided<AnswerCuration>;
}

type Entry = Omit<ToolCuration, "operation" | "api" | "selector" | "place" | "arguments"> &
  Partial<Pick<ToolCuration, "arguments">>;

const keys = [
  "enabled",
  "listed",
  "name",
  "title",
  "description",
  "tags",
  "resource",
  "limits",
  "timeout",
  "idempotencyKey",
  "scopes",
  "pagination",
  "answer",
] as const;

/** An entry as a decision. */
export function decisionOf(entry: Entry, by: string, place?: Place): Decision {
  const decided = <Value>(value: Value): Decided<Value> => ({ value, by, ...defined({ place }) });
  const decisions = keys.flatMap((key) => (entry[key] === undefined ? [] : [[key, decided(entry[key])] as const]));
  return {
    ...Object.fromEntries(decisions),
    hints: entry.hints === undefined ? [] : [decided(entry.hints)],
    arguments: entry.arguments ?? new Map(),
  };
}

/** Both, where the second one decides what both speak of. */
export function over(below: Decision | undefined, above: Decision): Decision {
  if (below === undefined) return above;
  return { ...below, ...above, hints: [...below.hints, ...above.hints] };
}

/** `openapi-to-mcp.yaml line 12`. */
export function byPlace({ file, line }: Place): string {
  return line === undefined ? file : `${file} line ${line}`;
}

/** A diagnostic at a place of the configuration. */
export function diagnosticOf(code: DiagnosticCode, place: Place, message: string): Diagnostic {
  return diagnosticAt(code, place.file, message, place);
}

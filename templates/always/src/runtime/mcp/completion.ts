/** Completions of what a client types (MCP 2026-07-28, `completion/complete`). */

export interface Completion {
  /** At most 100 (MCP 2026-07-28, `CompleteResult`). */
  readonly values: readonly string[];
  /** Absent where it is not known. */
  readonly total?: number;
  readonly hasMore: boolean;
}

export const maximumValues = 100;

export const noCompletion: Completion = {
  values: [],
  total: 0,
  hasMore: false,
};

/** Those of `values` that begin with what was typed, without regard to case. */
export function completionOf(
  values: readonly string[],
  typed: string,
): Completion {
  const start = typed.toLowerCase();
  const fitting = [...new Set(values)].filter((value) =>
    value.toLowerCase().startsWith(start),
  );
  return {
    values: fitting.slice(0, maximumValues),
    total: fitting.length,
    hasMore: fitting.length > maximumValues,
  };
}

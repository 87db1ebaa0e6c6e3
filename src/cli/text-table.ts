import { visible } from "../visible.ts";

/** How a column is aligned. */
export interface Column {
  readonly title: string;
  readonly align?: "right";
}

/**
 * A table for a terminal, two spaces before each line and between columns. Cells are made visible, so that a document's
 * text brings no control characters. The last column is not padded.
 */
export function textTable(columns: readonly Column[], rows: readonly (readonly string[])[]): readonly string[] {
  const cells = rows.map((row) => row.map(visible));
  const widths = columns.map(({ title }, index) =>
    Math.max(title.length, ...cells.map((row) => row[index]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string =>
    `  ${row
      .map((cell, index) =>
        columns[index]?.align === "right"
          ? cell.padStart(widths[index] ?? 0)
          : index === row.length - 1
            ? cell
            : cell.padEnd(widths[index] ?? 0),
      )
      .join("  ")}`.trimEnd();
  return [line(columns.map(({ title }) => title)), ...cells.map(line)];
}

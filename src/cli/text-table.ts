import stringWidth from "string-width";
import { visible } from "../base/visible.ts";
import { wrappedCell } from "./wrap.ts";

/** How a column is shown. */
export interface Column {
  readonly title: string;
  readonly align?: "right";
  /** Colours a cell; it takes no room. */
  readonly paint?: (cell: string) => string;
}

/** Least room for the last column beside the others. */
const leastRoom = 30;

/**
 * A table for a terminal, two spaces before each line and between columns. Cells are made visible, so that a document's
 * text brings no control characters. The last column is not padded; where it does not fit it goes on in further lines,
 * and where there is no room for that, the first column gets a line of its own.
 *
 * @param width columns of the terminal, `Infinity` where there is none
 */
export function textTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
): readonly string[] {
  const titles = columns.map(({ title }) => title);
  return laidOut(columns, [titles, ...rows.map((row) => row.map(visible))], width, 2).flat();
}

/** The lines of each row; the first row is that of the titles. */
function laidOut(
  columns: readonly Column[],
  cells: readonly (readonly string[])[],
  width: number,
  indent: number,
): readonly (readonly string[])[] {
  const widths = columns.map((_, index) => Math.max(...cells.map((row) => stringWidth(row[index] ?? ""))));
  const before = widths.slice(0, -1).reduce((sum, each) => sum + each + 2, indent);
  const room = width - before;
  const last = widths.at(-1) ?? 0;
  const [first] = columns;
  if (first !== undefined && columns.length > 1 && last > room && room < leastRoom) {
    const rest = laidOut(
      columns.slice(1),
      cells.map((row) => row.slice(1)),
      width,
      indent + 4,
    );
    return cells.map((row, index) => [
      " ".repeat(indent) + painted(first, row[0] ?? "", index),
      ...(rest[index] ?? []).filter((line) => line.trim() !== ""),
    ]);
  }
  return cells.map((row, index) => {
    const padded = columns.slice(0, -1).map((column, at) => {
      const cell = row[at] ?? "";
      const space = " ".repeat((widths[at] ?? 0) - stringWidth(cell));
      const shown = painted(column, cell, index);
      return column.align === "right" ? space + shown : shown + space;
    });
    const column = columns.at(-1);
    const [head = "", ...more] = wrappedCell(row.at(-1) ?? "", Math.max(room, leastRoom));
    const space = column?.align === "right" ? " ".repeat(last - stringWidth(head)) : "";
    const line = [...padded, space + painted(column, head, index)].join("  ");
    return [`${" ".repeat(indent)}${line}`.trimEnd(), ...more.map((part) => " ".repeat(before) + part)];
  });
}

function painted(column: Column | undefined, cell: string, row: number): string {
  return row === 0 || column?.paint === undefined ? cell : column.paint(cell);
}

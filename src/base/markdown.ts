/** Text of a document in Markdown: as text that means nothing else, or as code. */
import { visibleText } from "./visible.ts";

/** Plain text inside an HTML element, on one line. */
export function htmlText(text: string): string {
  return visibleText(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").trim();
}

/** Plain text inside a line, not at its start: no mark-up, no HTML, no image, no line break. */
export function markdownText(text: string): string {
  return htmlText(text).replace(/[\\`*_[\]|~$]/g, "\\$&");
}

/** A code span (CommonMark §6.1) with the shortest fence that is no run of backticks in it. Also fit for a cell of a table. */
export function markdownCode(text: string): string {
  const content = visibleText(text).replaceAll("|", "\\|").trim();
  const runs = new Set([...content.matchAll(/`+/g)].map((run) => run[0]));
  let fence = "`";
  while (runs.has(fence)) fence += "`";
  const space = content === "" || content.startsWith("`") || content.endsWith("`") ? " " : "";
  return `${fence}${space}${content}${space}${fence}`;
}

/**
 * A table of GitHub Flavored Markdown; the cells are Markdown already. Its columns are aligned by the number of
 * characters, which is how a formatter aligns ASCII.
 */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((cell, column) => Math.max(3, cell.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

/**
 * Whether Markdown inside a line, or a table, surely stays as it is where a formatter lays it out: words and simple
 * code spans in ASCII, without anything that could be mark-up, an escape or a template language.
 */
export function isPlainMarkdown(markdown: string): boolean {
  const words = markdown.replace(/`(?!\s)(?:[!-[\]^_a-z}~]|\{(?![{%])| (?! ))+(?<! )`/g, "");
  return /^[A-Za-z0-9 .,:;'"!?()/|+=%\n-]*$/.test(words) && !/(?<! ) {2,}(?![ |])/.test(words);
}

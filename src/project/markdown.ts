/** Text of a document in Markdown: as text that means nothing else, or as code. */
import { visibleText } from "./comment.ts";

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

/** A table of GitHub Flavored Markdown; the cells are Markdown already. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

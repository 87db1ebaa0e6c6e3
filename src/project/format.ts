/** Lays out the files that were rendered from templates. The formatter is loaded when the first one needs it. */

const parsers = new Map([
  ["md", "markdown"],
  ["yaml", "yaml"],
  ["json", "json"],
  ["ts", "typescript"],
]);

/** The text as Prettier with default options leaves it; unchanged where no parser belongs to the file's ending. */
export async function formatFile(path: string, text: string): Promise<string> {
  const parser = parsers.get(path.slice(path.lastIndexOf(".") + 1));
  if (parser === undefined) return text;
  const { format } = await import("prettier");
  return format(text, { parser });
}

/** Lays out the files that were rendered from templates. The formatter is loaded when the first one needs it. */
import type { Plugin } from "prettier";

/** Parsers by the ending of a file. Only the part of Prettier that a parser needs is loaded: the whole takes longer. */
const parsers: ReadonlyMap<string, { readonly parser: string; readonly plugins: () => Promise<readonly Plugin[]> }> =
  new Map([
    ["md", { parser: "markdown", plugins: async () => [await import("prettier/plugins/markdown")] }],
    ["yaml", { parser: "yaml", plugins: async () => [await import("prettier/plugins/yaml")] }],
    [
      "ts",
      {
        parser: "typescript",
        plugins: async () => [
          await import("prettier/plugins/typescript"),
          (await import("prettier/plugins/estree")) as Plugin,
        ],
      },
    ],
  ]);

/** The text as Prettier with default options leaves it; unchanged where no parser belongs to the file's ending. */
export async function formatFile(path: string, text: string): Promise<string> {
  const language = parsers.get(path.slice(path.lastIndexOf(".") + 1));
  if (language === undefined) return text;
  const { format } = await import("prettier/standalone");
  return format(text, { parser: language.parser, plugins: [...(await language.plugins())] });
}

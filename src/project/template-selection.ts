/** Templates by what a user calls them. */
import { nearestName } from "../base/suggest.ts";
import type { TemplateFile } from "./template-files.ts";

export interface TemplateSelection {
  /** In the order of their paths. */
  readonly templates: readonly TemplateFile[];
  /** Patterns that fit no template, each with the nearest name if there is one. */
  readonly unknown: readonly { readonly pattern: string; readonly nearest: string | undefined }[];
}

/**
 * The templates that patterns fit; all of them without a pattern. A pattern is the path of a template
 * (`once/README.md.hbs`), its path in the project (`README.md`), a folder of either, or a glob over either: `*` stands
 * for a part of a name, `**` for any number of folders.
 */
export function selectTemplates(templates: readonly TemplateFile[], patterns: readonly string[]): TemplateSelection {
  const tests = patterns.map((pattern) => ({ pattern, test: expressionOf(pattern) }));
  const fits = (file: TemplateFile, test: RegExp): boolean => test.test(file.source) || test.test(file.path);
  const names = new Set(templates.flatMap(({ source, path }) => [path, source]));
  return {
    templates: templates.filter((file) => tests.length === 0 || tests.some(({ test }) => fits(file, test))),
    unknown: tests
      .filter(({ test }) => !templates.some((file) => fits(file, test)))
      .map(({ pattern }) => ({ pattern, nearest: nearestName(pattern, names) })),
  };
}

function expressionOf(pattern: string): RegExp {
  const plain = pattern.replace(/^\.\//, "").replace(/\/+$/, "");
  const parts = plain.split(/(\*+\/?|\?)/).map((part, index) => {
    if (index % 2 === 0) return part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
    if (part === "?") return "[^/]";
    if (!part.startsWith("**")) return part.endsWith("/") ? "[^/]*/" : "[^/]*";
    return part.endsWith("/") ? "(?:.*/)?" : ".*";
  });
  return new RegExp(`^${parts.join("")}(?:/.*)?$`);
}

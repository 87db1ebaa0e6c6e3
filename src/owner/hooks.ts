/** What the owner wrote: hooks by tool name in `src/custom.ts`, held against the tools that there are now. */
import { type Diagnostic, diagnosticAt } from "../diagnostics.ts";
import { visible } from "../visible.ts";

/** Where hooks are, relative to the project. */
export const customPath = "src/custom.ts";

/** A hook that the owner wrote. */
export interface Hook {
  readonly tool: string;
  /** One-based. */
  readonly line: number;
}

/**
 * The hooks of a `custom.ts`: the keys of the `hooks` object that is given to `defineCustom`. Keys that are computed
 * cannot be told and are left out. The TypeScript compiler is loaded only if the text may have any.
 */
export async function findHooks(text: string): Promise<readonly Hook[]> {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, "");
  if (!/\bhooks\b/.test(code) || /\bhooks\s*:\s*\{\s*\}/.test(code)) return [];
  const { Node, Project, ts } = await import("ts-morph");
  const project = new Project({ useInMemoryFileSystem: true, skipLoadingLibFiles: true });
  const source = project.createSourceFile(customPath, text);
  return source.getDescendantsOfKind(ts.SyntaxKind.CallExpression).flatMap((call) => {
    const argument = call.getArguments()[0];
    if (call.getExpression().getText() !== "defineCustom" || !Node.isObjectLiteralExpression(argument)) return [];
    const hooks = argument.getProperty("hooks");
    const value = Node.isPropertyAssignment(hooks) ? hooks.getInitializer() : undefined;
    if (!Node.isObjectLiteralExpression(value)) return [];
    return value.getProperties().flatMap((property) => {
      if (!Node.isPropertyAssignment(property) && !Node.isShorthandPropertyAssignment(property)) return [];
      const name = property.getNameNode();
      if (Node.isComputedPropertyName(name)) return [];
      const tool = Node.isStringLiteral(name) ? name.getLiteralValue() : name.getText();
      return [{ tool, line: property.getStartLineNumber() }];
    });
  });
}

/** A warning for each hook whose tool is gone, naming the tool that it may be called now. */
export async function checkHooks(text: string, tools: readonly string[]): Promise<readonly Diagnostic[]> {
  const known = new Set(tools);
  const lost = (await findHooks(text)).filter(({ tool }) => !known.has(tool));
  return lost.map(({ tool, line }) => {
    const successor = likelySuccessor(tool, tools);
    const hint = successor === undefined ? "" : `; it may be "${successor}" now`;
    return diagnosticAt("lost-hook", customPath, `The hook "${visible(tool)}" has no tool any more${hint}`, { line });
  });
}

/** The tool that shares most words with a name, if that is at least half of them. */
function likelySuccessor(name: string, tools: readonly string[]): string | undefined {
  const wanted = new Set(name.split("_"));
  const score = (tool: string): number => {
    const words = tool.split("_");
    return words.filter((word) => wanted.has(word)).length / Math.max(words.length, wanted.size);
  };
  const best = tools.reduce<string | undefined>(
    (found, tool) => (found === undefined || score(tool) > score(found) ? tool : found),
    undefined,
  );
  return best !== undefined && score(best) >= 0.5 ? best : undefined;
}

/** What the sources import, read from their syntax. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { ts } from "ts-morph";
import { repository } from "../golden/sample.ts";

export interface Source {
  /** From the root of the repository, `/` between segments. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
  readonly tree: ts.SourceFile;
}

export interface Import {
  /** Path of a file of the repository, or the name of a package or of a module of Node.js. */
  readonly target: string;
  readonly typeOnly: boolean;
  /** `import()`: loaded when it is needed. */
  readonly lazy: boolean;
}

/** The TypeScript files below a folder of the repository. */
export function sourcesBelow(folder: string): readonly Source[] {
  return readdirSync(join(repository, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => relative(repository, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .sort()
    .map(readSource);
}

function readSource(path: string): Source {
  const text = readFileSync(join(repository, path), "utf8");
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const imports: Import[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      const bindings = node.importClause?.namedBindings;
      const allTypes =
        bindings !== undefined &&
        ts.isNamedImports(bindings) &&
        bindings.elements.every((element) => element.isTypeOnly);
      const typeOnly = node.importClause?.isTypeOnly === true || (allTypes && node.importClause?.name === undefined);
      imports.push({ target: targetOf(path, node.moduleSpecifier.text), typeOnly, lazy: false });
    } else if (
      ts.isExportDeclaration(node) &&
      node.moduleSpecifier !== undefined &&
      ts.isStringLiteral(node.moduleSpecifier)
    ) {
      imports.push({ target: targetOf(path, node.moduleSpecifier.text), typeOnly: node.isTypeOnly, lazy: false });
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [argument] = node.arguments;
      const target = argument !== undefined && ts.isStringLiteral(argument) ? targetOf(path, argument.text) : "?";
      imports.push({ target, typeOnly: false, lazy: true });
    } else if (
      ts.isImportTypeNode(node) &&
      ts.isLiteralTypeNode(node.argument) &&
      ts.isStringLiteral(node.argument.literal)
    ) {
      imports.push({ target: targetOf(path, node.argument.literal.text), typeOnly: true, lazy: false });
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return { path, text, imports, tree };
}

function targetOf(from: string, specifier: string): string {
  if (!specifier.startsWith(".")) return specifier;
  const path = relative(repository, join(repository, dirname(from), specifier)).replaceAll("\\", "/");
  return path.replace(/(?<!\.d)\.js$/, ".ts");
}

/** Name of the package, or `node:` module, that an import names; `undefined` for files of the repository. */
export function packageOf(target: string): string | undefined {
  if (/^(?:src|templates|test)\//.test(target)) return undefined;
  return target.startsWith("@") ? target.split("/").slice(0, 2).join("/") : target.split("/")[0];
}

/**
 * What a hostile document may do to the emitted files: nothing but be data. TypeScript is parsed, never run; every
 * place where text of a document stands is compared with what that kind of file may hold.
 */
import { load } from "js-yaml";
import { parsers } from "prettier/plugins/markdown";
import { ts } from "ts-morph";
import type { FileSet } from "../../src/index.ts";
import { type ListedTool, profileBreaches } from "../corpus/portable-profile.ts";

/** Start of every marker: no allocator of names makes this of anything. */
export const markerStart = "pWN_";

export interface Fault {
  readonly path: string;
  readonly what: string;
}

/** Everything that is wrong with the files of a project, whatever document it was made of. */
export function faultsOf(files: FileSet): readonly Fault[] {
  const lower = new Set<string>();
  const breaches = profileBreaches(listedTools(files)).map(({ tool, pointer, rule }) => ({
    path: `${tool}${pointer}`,
    what: rule,
  }));
  const faults = files.flatMap(({ path, text }) => {
    const faults: string[] = [];
    if (!isAllocated(path)) faults.push("its name is none of the allocator's");
    if (lower.has(path.toLowerCase())) faults.push("another path differs by case only");
    lower.add(path.toLowerCase());
    if (hidden.test(text)) faults.push("it holds a NUL or a lone surrogate");
    faults.push(...faultsByKind(path, text));
    return faults.map((what) => ({ path, what }));
  });
  return [...faults, ...breaches];
}

/** What `tools/list` of the server answers. */
export function listedTools(files: FileSet): readonly ListedTool[] {
  return files
    .filter(({ path }) => /^src\/generated\/[^/]+\/tools\//.test(path))
    .flatMap(({ text }) => JSON.parse(text) as readonly ListedTool[]);
}

/** NUL, and halves of a surrogate pair: no text file may hold them. */
const hidden = /[\u0000\p{Cs}]/u;

/** Folders and files of the templates, and names of `[a-z0-9_]` where the document decides. */
function isAllocated(path: string): boolean {
  const segment = /^(?!(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$))(?!\.\.?$)[A-Za-z0-9_.-]{1,80}$/i;
  if (!path.split("/").every((part) => segment.test(part))) return false;
  if (path.startsWith("src/generated/") && path.split("/").length > 3)
    return /^src\/generated\/[a-z0-9_]{1,48}\/(?:(?:calls|tools)\/[a-z0-9_]{1,48}\.json|[a-z]+\.json|types\.d\.ts)$/.test(
      path,
    );
  return true;
}

function faultsByKind(path: string, text: string): readonly string[] {
  if (path.endsWith(".d.ts")) return declarationFaults(text);
  if (path.endsWith(".md")) return markdownFaults(text);
  if (path.startsWith("src/generated/") && path.endsWith(".json")) return jsonFaults(text);
  if (path === "openapi-to-mcp.lock.json") return jsonFaults(text);
  const foreign = text.includes(markerStart) ? ["it holds text of the document"] : [];
  if (path.endsWith(".ts")) return [...foreign, ...sourceFaults(text)];
  if (path.endsWith(".json")) return [...foreign, ...jsonFaults(text)];
  if (/\.ya?ml$/.test(path)) return [...foreign, ...yamlFaults(text)];
  return foreign;
}

/** Files that are the same in every project are parsed once. */
const parsed = new Map<string, readonly string[]>();

function sourceFaults(text: string): readonly string[] {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const faults = syntaxFaults(parse("source.ts", text));
  parsed.set(text, faults);
  return faults;
}

function parse(name: string, text: string): ts.SourceFile {
  return ts.createSourceFile(name, text, ts.ScriptTarget.ES2022, true);
}

/** The parser keeps its diagnostics on the tree, though its types do not say so. */
function syntaxFaults(source: ts.SourceFile): readonly string[] {
  const { parseDiagnostics } = source as ts.SourceFile & { readonly parseDiagnostics?: readonly ts.Diagnostic[] };
  if (parseDiagnostics === undefined) throw new Error("This version of TypeScript keeps its diagnostics elsewhere");
  return parseDiagnostics.map((diagnostic) => ts.flattenDiagnosticMessageText(diagnostic.messageText, " "));
}

/** What a file of types consists of: nothing in it can be evaluated. */
const declarationKinds = new Set([
  ts.SyntaxKind.SourceFile,
  ts.SyntaxKind.EndOfFileToken,
  ts.SyntaxKind.ImportDeclaration,
  ts.SyntaxKind.ImportClause,
  ts.SyntaxKind.NamedImports,
  ts.SyntaxKind.ImportSpecifier,
  ts.SyntaxKind.InterfaceDeclaration,
  ts.SyntaxKind.TypeAliasDeclaration,
  ts.SyntaxKind.HeritageClause,
  ts.SyntaxKind.ExpressionWithTypeArguments,
  ts.SyntaxKind.ExportKeyword,
  ts.SyntaxKind.Identifier,
  ts.SyntaxKind.PropertySignature,
  ts.SyntaxKind.IndexSignature,
  ts.SyntaxKind.Parameter,
  ts.SyntaxKind.QuestionToken,
  ts.SyntaxKind.TypeReference,
  ts.SyntaxKind.TypeLiteral,
  ts.SyntaxKind.ArrayType,
  ts.SyntaxKind.UnionType,
  ts.SyntaxKind.IntersectionType,
  ts.SyntaxKind.ParenthesizedType,
  ts.SyntaxKind.LiteralType,
  ts.SyntaxKind.StringLiteral,
  ts.SyntaxKind.NumericLiteral,
  ts.SyntaxKind.PrefixUnaryExpression,
  ts.SyntaxKind.NullKeyword,
  ts.SyntaxKind.TrueKeyword,
  ts.SyntaxKind.FalseKeyword,
  ts.SyntaxKind.StringKeyword,
  ts.SyntaxKind.NumberKeyword,
  ts.SyntaxKind.BooleanKeyword,
  ts.SyntaxKind.UnknownKeyword,
  ts.SyntaxKind.NeverKeyword,
]);

/** Comment tags that mean something to a tool; all others come from a text that was not encoded. */
const ownTags = new Set(["deprecated"]);

function declarationFaults(text: string): readonly string[] {
  const source = parse("types.d.ts", text);
  const faults = [...syntaxFaults(source)];
  const visit = (node: ts.Node): void => {
    if (!declarationKinds.has(node.kind)) faults.push(`a ${ts.SyntaxKind[node.kind]} in a file of types`);
    // The key of a property may be an argument's name, which is made of letters of the document.
    const isKey = !ts.isSourceFile(node) && ts.isPropertySignature(node.parent) && node.parent.name === node;
    if (ts.isIdentifier(node) && node.text.includes(markerStart) && !isKey) faults.push(`the identifier ${node.text}`);
    for (const tag of ts.getJSDocTags(node))
      if (!ownTags.has(tag.tagName.text)) faults.push(`the comment tag @${tag.tagName.text}`);
    ts.forEachChild(node, visit);
  };
  visit(source);
  for (const comment of commentsOf(source)) {
    if (!comment.startsWith("/**")) faults.push(`the comment ${comment.slice(0, 80)}`);
    const directive = /(?<!\\)@ts-\w|\beslint-\w|sourceMappingURL|(?<!\\)@license/.exec(comment);
    if (directive !== null) faults.push(`the directive ${directive[0]}`);
  }
  return [...new Set(faults)];
}

function commentsOf(source: ts.SourceFile): readonly string[] {
  const text = source.text;
  const ranges = new Map<number, string>();
  const visit = (node: ts.Node): void => {
    for (const range of ts.getLeadingCommentRanges(text, node.pos) ?? [])
      ranges.set(range.pos, text.slice(range.pos, range.end));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return [...ranges.values()];
}

function jsonFaults(text: string): readonly string[] {
  try {
    JSON.parse(text);
    return [];
  } catch (fault) {
    return [`it is no JSON: ${String(fault)}`];
  }
}

function yamlFaults(text: string): readonly string[] {
  try {
    load(text);
    return [];
  } catch (fault) {
    return [`it is no YAML: ${String(fault)}`];
  }
}

interface MarkdownNode {
  readonly type: string;
  readonly value?: unknown;
  readonly url?: unknown;
  readonly children?: readonly MarkdownNode[];
}

/** Elements that unfold the long lists: written by us, around text. */
const ownElements = /<\/?(?:details|summary)>/g;

/** Prose holds no HTML, image, link or command of the document. */
function markdownFaults(text: string): readonly string[] {
  const faults: string[] = [];
  const visit = (node: MarkdownNode): void => {
    const value = typeof node.value === "string" ? node.value : "";
    if (node.type === "html" && /<(?!!-- (?:tools|resources) -->)/.test(value.replace(ownElements, "")))
      faults.push(`the HTML ${value.slice(0, 80)}`);
    if (/^(?:image|imageReference|definition|linkReference|footnote|importExport|jsx)/.test(node.type))
      faults.push(`a node of the kind ${node.type}`);
    if (node.type === "code" && value.includes(markerStart)) faults.push(`a code block with ${value.slice(0, 80)}`);
    if (node.type === "link" && String(node.url).includes(markerStart)) faults.push(`a link to ${String(node.url)}`);
    node.children?.forEach(visit);
  };
  visit(parseMarkdown(text));
  return faults;
}

/** The parser's types ask for all of Prettier's options; it reads none of them. */
function parseMarkdown(text: string): MarkdownNode {
  const parse = parsers.markdown.parse as unknown as (text: string) => MarkdownNode;
  return parse(text);
}

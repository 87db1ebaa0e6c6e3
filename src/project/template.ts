/**
 * Renders the `.hbs` templates, ours and the user's. Handlebars reads them; what they say is worked out here, so that a
 * text gets in only through a helper for its place, whatever is missing is told with its line, and no code is made.
 *
 * What a template may hold: `{{helper value}}`, `{{number}}`, `#if`, `#unless`, `#each`, `#with`, `else`, comments,
 * paths with `this`, `../`, `@index`, `@key`, `@first`, `@last` and `@root`, block parameters, and `(is one other)`.
 */
import { createRequire } from "node:module";
import type Handlebars from "handlebars";
import { nearestName } from "../base/suggest.ts";
import { visible } from "../base/visible.ts";
import { Encoded } from "./encoded.ts";
import { encodings, kindOf, textHelpers } from "./encodings.ts";
import { type Scope, lookUp, type Lookup, scopeOf } from "./template-scope.ts";

/** The part of Handlebars that reads templates: the whole takes four times as long to load. */
const { parse: parseTemplate } = createRequire(import.meta.url)(
  "handlebars/dist/cjs/handlebars/compiler/base.js",
) as Pick<typeof Handlebars, "parse">;

/** What a template became. `exact` is false where a formatter might lay it out in another way. */
export interface RenderedTemplate {
  readonly text: string;
  readonly exact: boolean;
}

/** What is wrong with a template, and where. */
export class TemplateError extends Error {
  /** One-based. */
  readonly line: number;
  /** One-based. */
  readonly column: number;

  constructor(message: string, line: number, column: number) {
    super(message);
    this.name = "TemplateError";
    this.line = line;
    this.column = column;
  }
}

/** The most that a template may become, in characters. */
const longestText = 32 * 1024 * 1024;

/**
 * What a template makes of a context. Our own templates lie as the formatter leaves them: whether the text does depends
 * on what was put in.
 *
 * @throws TemplateError where the template is no Handlebars, names what the context does not have, or writes a text
 *   without a helper
 */
export function renderTemplate(template: string, context: object): RenderedTemplate {
  const renderer = new Renderer();
  renderer.program(parse(template), scopeOf(context));
  return { text: renderer.parts.join(""), exact: renderer.exact };
}

function parse(template: string): hbs.AST.Program {
  try {
    return parseTemplate(template);
  } catch (error) {
    const { message, lineNumber, column } = error as Error & { readonly lineNumber?: number; readonly column?: number };
    if (lineNumber !== undefined)
      throw new TemplateError(message.replace(/ - \d+:\d+$/, ""), lineNumber, (column ?? 0) + 1);
    const line = Number(/on line (\d+)/.exec(message)?.[1] ?? 1);
    const lost = message.includes("got 'EOF'");
    throw new TemplateError(
      lost ? "A block or a tag is not closed before the template ends" : "This is no Handlebars",
      line,
      1,
    );
  }
}

const blocks = ["if", "unless", "each", "with"] as const;

class Renderer {
  readonly parts: string[] = [];
  exact = true;
  #length = 0;

  program(program: hbs.AST.Program, scope: Scope): void {
    for (const statement of program.body) this.#statement(statement, scope);
  }

  #statement(statement: hbs.AST.Statement, scope: Scope): void {
    if (isContent(statement)) this.#write(statement.value, statement);
    else if (isMustache(statement)) this.#mustache(statement, scope);
    else if (isBlock(statement)) this.#block(statement, scope);
    else if (statement.type !== "CommentStatement")
      throw fault(statement, `${statement.type.replace(/Statement$/, "")}s are not part of these templates`);
  }

  #write(text: string, node: hbs.AST.Node): void {
    this.#length += text.length;
    if (this.#length > longestText) throw fault(node, "The template becomes longer than 32 MiB");
    this.parts.push(text);
  }

  #mustache(statement: hbs.AST.MustacheStatement, scope: Scope): void {
    const { path, params } = statement;
    if (statement.hash !== undefined) throw fault(statement, "Helpers take values, not named ones");
    const helper = isPath(path) ? helperName(path) : undefined;
    if (params.length > 0 || (helper !== undefined && encodings.has(helper) && !has(scope, helper))) {
      const encoding = encodings.get(helper ?? "");
      if (encoding === undefined) throw unknownHelper(path, [...encodings.keys()]);
      const [value, ...more] = params;
      if (value === undefined || more.length > 0) throw fault(statement, `The helper "${helper}" takes one value`);
      this.#encoded(helper ?? "", valueOf(value, scope), value);
      return;
    }
    const value = valueOf(path, scope);
    if (typeof value !== "number" && typeof value !== "boolean") throw bare(path, value);
    this.#write(String(value), statement);
  }

  #encoded(helper: string, value: unknown, node: hbs.AST.Expression): void {
    const encoding = encodings.get(helper);
    try {
      const text = encoding?.encode(value) ?? "";
      this.exact &&= encoding?.isExact(text) === true;
      this.#write(text, node);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      throw fault(node, `The helper "${helper}" needs ${visible(error.message)}`);
    }
  }

  #block(block: hbs.AST.BlockStatement, scope: Scope): void {
    const kind = blocks.find((name) => name === block.path.original);
    if (kind === undefined)
      throw unknownHelper(
        block.path,
        blocks.map((name) => `#${name}`),
        "#",
      );
    const [condition, ...more] = block.params;
    if (condition === undefined || more.length > 0 || block.hash !== undefined)
      throw fault(block, `"#${kind}" takes one value`);
    const value = optionalValueOf(condition, scope);
    switch (kind) {
      case "if":
      case "unless":
        return this.#either(block, isTrue(value) === (kind === "if"), scope);
      case "with":
        if (!isTrue(value)) return this.#either(block, false, scope);
        return this.program(block.program, scope.inner(value, new Map(), block.program.blockParams));
      case "each":
        return this.#each(block, entriesOf(value, condition), scope);
      default:
        kind satisfies never;
    }
  }

  #either(block: hbs.AST.BlockStatement, first: boolean, scope: Scope): void {
    const program: hbs.AST.Program | undefined = first ? block.program : block.inverse;
    if (program !== undefined) this.program(program, scope);
  }

  #each(block: hbs.AST.BlockStatement, entries: readonly (readonly [string | number, unknown])[], scope: Scope): void {
    if (entries.length === 0) return this.#either(block, false, scope);
    for (const [index, [key, value]] of entries.entries()) {
      const data = new Map<string, unknown>([
        ["index", index],
        ["key", key],
        ["first", index === 0],
        ["last", index === entries.length - 1],
      ]);
      this.program(block.program, scope.inner(value, data, block.program.blockParams));
    }
  }
}

function entriesOf(value: unknown, node: hbs.AST.Expression): readonly (readonly [string | number, unknown])[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.map((item: unknown, index) => [index, item]);
  if (value instanceof Map) return [...(value as ReadonlyMap<string, unknown>)];
  if (typeof value === "object" && !(value instanceof Encoded)) return Object.entries(value);
  throw fault(node, `"#each" needs a list or an object, not ${kindOf(value)}`);
}

/** As Handlebars has it: nothing, false, zero, an empty text and an empty list are not true. */
function isTrue(value: unknown): boolean {
  if (value instanceof Encoded) return value.text !== "";
  if (value instanceof Map) return value.size > 0;
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}

function valueOf(expression: hbs.AST.Expression, scope: Scope): unknown {
  const found = lookUpIn(expression, scope);
  if (found.kind === "missing") throw missing(expression, found);
  return found.value;
}

/** The value, or nothing where an object of the model, which may leave a property out, does not have it. */
function optionalValueOf(expression: hbs.AST.Expression, scope: Scope): unknown {
  const found = lookUpIn(expression, scope);
  if (found.kind === "found") return found.value;
  if (found.optional) return undefined;
  throw missing(expression, found);
}

function lookUpIn(expression: hbs.AST.Expression, scope: Scope): Lookup {
  if (isPath(expression)) return lookUp(expression, scope);
  if (isSubExpression(expression)) {
    const [one, other, ...more] = expression.params;
    if (expression.path.original !== "is" || one === undefined || other === undefined || more.length > 0)
      throw fault(expression, `Inside another helper only "(is one other)" may stand`);
    return { kind: "found", value: optionalValueOf(one, scope) === optionalValueOf(other, scope) };
  }
  return { kind: "found", value: literalOf(expression) };
}

function literalOf(node: hbs.AST.Expression): unknown {
  const literal = node as hbs.AST.Expression & { readonly value?: unknown };
  return node.type === "NullLiteral" ? null : literal.value;
}

function missing(
  node: hbs.AST.Expression,
  { name, parent, names }: Extract<Lookup, { kind: "missing" }>,
): TemplateError {
  const near = nearestName(name, names);
  const what = parent === "" ? `There is no "${visible(name)}"` : `"${visible(parent)}" has no "${visible(name)}"`;
  const shown = names.slice(0, 30).map(visible).join(", ");
  const hint = near === undefined ? "" : `; did you mean "${visible(near)}"?`;
  const list = names.length === 0 ? "" : ` There is: ${shown}${names.length > 30 ? ", …" : ""}`;
  return fault(node, `${what}${hint === "" && list !== "" ? "." : hint}${list}`);
}

function bare(path: hbs.AST.Expression, value: unknown): TemplateError {
  const written = isPath(path) ? path.original : "this";
  if (typeof value === "string") {
    const ways = textHelpers.map((helper) => `{{${helper} ${written}}}`).join(", ");
    return fault(path, `A text needs a helper for its place: ${ways}`);
  }
  if (value instanceof Encoded)
    return fault(path, `Write {{${value.kind === "markdown" ? "markdown" : "own"} ${written}}}`);
  return fault(path, `"${visible(written)}" is ${kindOf(value)}, which cannot be written`);
}

function unknownHelper(path: hbs.AST.Node, names: readonly string[], mark = ""): TemplateError {
  const name = `${mark}${isPath(path) ? path.original : "?"}`;
  const near = nearestName(name, names);
  const hint = near === undefined ? "." : `; did you mean "${near}"?`;
  return fault(path, `There is no helper "${visible(name)}"${hint} There is: ${names.join(", ")}`);
}

function fault(node: hbs.AST.Node, message: string): TemplateError {
  return new TemplateError(message, node.loc.start.line, node.loc.start.column + 1);
}

function helperName(path: hbs.AST.PathExpression): string | undefined {
  return path.parts.length === 1 && path.depth === 0 && !path.data ? path.parts[0] : undefined;
}

function has(scope: Scope, name: string): boolean {
  return lookUp({ parts: [name], depth: 0, data: false, original: name }, scope).kind === "found";
}

function isContent(node: hbs.AST.Node): node is hbs.AST.ContentStatement {
  return node.type === "ContentStatement";
}

function isMustache(node: hbs.AST.Node): node is hbs.AST.MustacheStatement {
  return node.type === "MustacheStatement";
}

function isBlock(node: hbs.AST.Node): node is hbs.AST.BlockStatement {
  return node.type === "BlockStatement";
}

function isPath(node: hbs.AST.Node): node is hbs.AST.PathExpression {
  return node.type === "PathExpression";
}

function isSubExpression(
  node: hbs.AST.Node,
): node is hbs.AST.SubExpression & { readonly path: hbs.AST.PathExpression } {
  return node.type === "SubExpression";
}

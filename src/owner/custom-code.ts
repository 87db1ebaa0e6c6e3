/** What the owner's `src/custom.ts` says, as far as its text tells: hooks by tool name, and tools of their own. */
import type { Expression, ObjectLiteralExpression, SourceFile } from "ts-morph";

/** Where the owner's hooks and tools are, relative to the project. */
export const customPath = "src/custom.ts";

/** A name in the owner's code. */
export interface NamedPlace {
  readonly name: string;
  /** One-based. */
  readonly line: number;
}

export interface CustomCode {
  readonly hooks: readonly NamedPlace[];
  /** Tools that the owner adds. */
  readonly tools: readonly NamedPlace[];
}

type TsMorph = typeof import("ts-morph");

const nothing: CustomCode = { hooks: [], tools: [] };
/** How far a name is followed from constant to constant. */
const maximumSteps = 10;

/**
 * Reads a `custom.ts`: what is given to `defineCustom`, or is exported as `custom`, in any of the ways in which objects
 * are written within one file. Names that are computed, or come from another file, cannot be told and are left out.
 * The TypeScript compiler is loaded only if there may be any.
 */
export async function readCustomCode(text: string): Promise<CustomCode> {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(?<=^|\s)\/\/.*$/gm, "");
  const isEmpty = (key: string, open: string, close: string): boolean => {
    const all = code.match(new RegExp(`\\b${key}\\b`, "g"))?.length ?? 0;
    return all === 0 || (all === 1 && new RegExp(`\\b${key}\\s*:\\s*\\${open}\\s*\\${close}`).test(code));
  };
  if (isEmpty("hooks", "{", "}") && isEmpty("tools", "[", "]")) return nothing;
  const tsMorph = await import("ts-morph");
  const project = new tsMorph.Project({ useInMemoryFileSystem: true, skipLoadingLibFiles: true });
  const reader = new Reader(project.createSourceFile(customPath, text), tsMorph);
  const roots = reader.roots();
  return {
    hooks: roots.flatMap((root) => reader.members(root, "hooks").flatMap((hooks) => reader.keys(hooks))),
    tools: roots.flatMap((root) => reader.members(root, "tools").flatMap((tools) => reader.names(tools))),
  };
}

class Reader {
  readonly #source: SourceFile;
  readonly #ts: TsMorph;

  constructor(source: SourceFile, ts: TsMorph) {
    this.#source = source;
    this.#ts = ts;
  }

  /** What the server is given as the owner's additions. */
  roots(): readonly Expression[] {
    const { Node, SyntaxKind } = this.#ts;
    const calls = this.#source
      .getDescendantsOfKind(SyntaxKind.CallExpression)
      .filter((call) => call.getExpression().getText() === "defineCustom")
      .flatMap((call) => call.getArguments().slice(0, 1).filter(Node.isExpression));
    const exported = this.#source.getVariableDeclaration("custom")?.getInitializer();
    const isCall = exported !== undefined && Node.isCallExpression(this.#bare(exported));
    return exported === undefined || isCall ? calls : [...calls, exported];
  }

  /** Values of a property of an object: its own, and those of what is spread into it. */
  members(value: Expression, key: string, steps = 0): readonly Expression[] {
    const { Node } = this.#ts;
    return this.#objects(value, steps).flatMap((object) =>
      object.getProperties().flatMap((property): readonly Expression[] => {
        if (Node.isSpreadAssignment(property)) return this.members(property.getExpression(), key, steps + 1);
        if (Node.isShorthandPropertyAssignment(property))
          return property.getName() === key ? [property.getNameNode()] : [];
        if (!Node.isPropertyAssignment(property) || this.#nameOf(property.getNameNode()) !== key) return [];
        const initializer = property.getInitializer();
        return initializer === undefined ? [] : [initializer];
      }),
    );
  }

  /** Keys of an object, those of what is spread into it included. */
  keys(value: Expression, steps = 0): readonly NamedPlace[] {
    const { Node } = this.#ts;
    return this.#objects(value, steps).flatMap((object) =>
      object.getProperties().flatMap((property): readonly NamedPlace[] => {
        if (Node.isSpreadAssignment(property)) return this.keys(property.getExpression(), steps + 1);
        const name = this.#nameOf(property.getNameNode());
        return name === undefined ? [] : [{ name, line: property.getStartLineNumber() }];
      }),
    );
  }

  /** The property `name` of each object of a list. */
  names(value: Expression, steps = 0): readonly NamedPlace[] {
    const { Node } = this.#ts;
    const list = this.#bare(value, steps);
    if (list === undefined || !Node.isArrayLiteralExpression(list) || steps > maximumSteps) return [];
    return list.getElements().flatMap((element): readonly NamedPlace[] => {
      if (Node.isSpreadElement(element)) return this.names(element.getExpression(), steps + 1);
      return this.members(element, "name", steps + 1).flatMap((found) => {
        const name = this.#textOf(found);
        return name === undefined ? [] : [{ name, line: found.getStartLineNumber() }];
      });
    });
  }

  /** The object literals that an expression may be: one, or the two of a choice. */
  #objects(value: Expression, steps: number): readonly ObjectLiteralExpression[] {
    const { Node } = this.#ts;
    const bare = this.#bare(value, steps);
    if (bare === undefined || steps > maximumSteps) return [];
    if (Node.isObjectLiteralExpression(bare)) return [bare];
    if (Node.isConditionalExpression(bare))
      return [bare.getWhenTrue(), bare.getWhenFalse()].flatMap((choice) => this.#objects(choice, steps + 1));
    if (Node.isBinaryExpression(bare))
      return [bare.getLeft(), bare.getRight()].flatMap((side) => this.#objects(side, steps + 1));
    if (Node.isCallExpression(bare) && /^Object\.(?:freeze|assign)$/.test(bare.getExpression().getText()))
      return bare
        .getArguments()
        .filter(Node.isExpression)
        .flatMap((argument) => this.#objects(argument, steps + 1));
    return [];
  }

  /** An expression without assertions and brackets, constants followed. */
  #bare(value: Expression, steps = 0): Expression | undefined {
    const { Node } = this.#ts;
    if (steps > maximumSteps) return undefined;
    if (
      Node.isParenthesizedExpression(value) ||
      Node.isAsExpression(value) ||
      Node.isSatisfiesExpression(value) ||
      Node.isTypeAssertion(value) ||
      Node.isNonNullExpression(value)
    )
      return this.#bare(value.getExpression(), steps + 1);
    if (!Node.isIdentifier(value)) return value;
    const initializer = this.#source.getVariableDeclaration(value.getText())?.getInitializer();
    return initializer === undefined ? value : this.#bare(initializer, steps + 1);
  }

  /** What a key says, where that can be told. */
  #nameOf(node: import("ts-morph").Node): string | undefined {
    const { Node } = this.#ts;
    if (Node.isComputedPropertyName(node)) return this.#textOf(node.getExpression());
    if (Node.isStringLiteral(node) || Node.isNoSubstitutionTemplateLiteral(node)) return node.getLiteralValue();
    return node.getText();
  }

  #textOf(value: Expression): string | undefined {
    const { Node } = this.#ts;
    const bare = this.#bare(value);
    return Node.isStringLiteral(bare) || Node.isNoSubstitutionTemplateLiteral(bare)
      ? bare.getLiteralValue()
      : undefined;
  }
}

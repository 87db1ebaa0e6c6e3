/** Simple conditions (Arazzo 1.0.1 §4.6.12): comparisons of expressions and literals, with `&&`, `||`, `!` and brackets. */
import { parseExpression } from "./expression.js";

export type Comparison = "==" | "!=" | "<" | "<=" | ">" | ">=";

export type Condition =
  | {
      readonly kind: "literal";
      readonly value: null | boolean | number | string;
    }
  | { readonly kind: "expression"; readonly text: string }
  | { readonly kind: "not"; readonly of: Condition }
  | {
      readonly kind: "and" | "or";
      readonly left: Condition;
      readonly right: Condition;
    }
  | {
      readonly kind: "compare";
      readonly operator: Comparison;
      readonly left: Condition;
      readonly right: Condition;
    };

/** Brackets and negations within each other. */
const deepest = 50;

/** Why a text is no condition, in words that follow it. */
export class ConditionFault extends Error {}

/** @throws ConditionFault */
export function parseCondition(text: string): Condition {
  const tokens = tokensOf(text);
  let at = 0;
  const take = (...wanted: readonly string[]): string | undefined => {
    const token = tokens[at];
    if (token === undefined || !wanted.includes(token)) return undefined;
    at += 1;
    return token;
  };
  const either = (depth: number): Condition => {
    let left = both(depth);
    while (take("||") !== undefined)
      left = { kind: "or", left, right: both(depth) };
    return left;
  };
  const both = (depth: number): Condition => {
    let left = compared(depth);
    while (take("&&") !== undefined)
      left = { kind: "and", left, right: compared(depth) };
    return left;
  };
  const compared = (depth: number): Condition => {
    const left = operand(depth);
    const operator = take("==", "!=", "<=", ">=", "<", ">");
    if (operator === undefined) return left;
    return {
      kind: "compare",
      operator: operator as Comparison,
      left,
      right: operand(depth),
    };
  };
  const operand = (depth: number): Condition => {
    if (depth > deepest) throw new ConditionFault("is nested too deeply");
    if (take("!") !== undefined) return { kind: "not", of: operand(depth + 1) };
    if (take("(") !== undefined) {
      const inner = either(depth + 1);
      if (take(")") === undefined) throw new ConditionFault("lacks a )");
      return inner;
    }
    const token = tokens[at];
    at += 1;
    return valueOf(token);
  };
  const condition = either(0);
  if (at < tokens.length)
    throw new ConditionFault(`has ${tokens[at]} where it could end`);
  return condition;
}

function tokensOf(text: string): readonly string[] {
  const token =
    /\s*(?:(&&|\|\||==|!=|<=|>=|[<>!()])|('(?:[^']|'')*')|([^\s=!<>&|()']+))/y;
  const tokens: string[] = [];
  while (token.lastIndex < text.length) {
    const rest = text.slice(token.lastIndex);
    if (rest.trim() === "") break;
    const found = token.exec(text);
    if (found === null)
      throw new ConditionFault(`cannot be read from "${rest.slice(0, 20)}" on`);
    tokens.push(found[1] ?? found[2] ?? found[3] ?? "");
  }
  return tokens;
}

function valueOf(token: string | undefined): Condition {
  if (token === undefined) throw new ConditionFault("ends too early");
  if (token.startsWith("$")) {
    if (parseExpression(token) === undefined)
      throw new ConditionFault(
        `has ${token}, which is no expression of a step`,
      );
    return { kind: "expression", text: token };
  }
  if (token.startsWith("'"))
    return {
      kind: "literal",
      value: token.slice(1, -1).replaceAll("''", "'"),
    };
  if (token === "true" || token === "false")
    return { kind: "literal", value: token === "true" };
  if (token === "null") return { kind: "literal", value: null };
  if (/^-?\d+(?:\.\d+)?$/.test(token))
    return { kind: "literal", value: Number(token) };
  throw new ConditionFault(
    `has ${token}: texts stand in '…', expressions begin with $`,
  );
}

/** The expressions that a condition asks. */
export function expressionsIn(condition: Condition): readonly string[] {
  switch (condition.kind) {
    case "literal":
      return [];
    case "expression":
      return [condition.text];
    case "not":
      return expressionsIn(condition.of);
    case "and":
    case "or":
    case "compare":
      return [
        ...expressionsIn(condition.left),
        ...expressionsIn(condition.right),
      ];
    default:
      return condition satisfies never;
  }
}

/** What expressions and conditions of a workflow come to, while it runs. */
import {
  isJsonArray,
  isJsonObject,
  ownValue,
  valueAt,
} from "../data/json-place.js";
import type { JsonObject, JsonValue } from "../data/model.js";
import type { WorkflowCriterion } from "../data/project.js";
import { patternOf } from "../pattern/pattern.js";
import {
  type Comparison,
  type Condition,
  parseCondition,
} from "./condition.js";
import {
  embedded,
  isExpression,
  isSelector,
  keysOf,
  parseExpression,
} from "./expression.js";
import type { JsonPath } from "../tools/tool-parts.js";
import { foundBy, selected, withLiterals } from "./selection.js";

/** What a step has called, and what came back. */
export interface StepExchange {
  readonly url?: string;
  readonly method: string;
  readonly statusCode: number | undefined;
  /** By place and name, as the document spells it, what was sent. */
  readonly sent: ReadonlyMap<string, JsonValue>;
  readonly requestBody: JsonValue | undefined;
  readonly headers: Headers;
  readonly body: JsonValue | undefined;
}

export interface Known {
  readonly inputs: JsonObject;
  /** By step, what it gave. */
  readonly outputs: ReadonlyMap<string, JsonObject>;
  /** Absent before the first call of a step. */
  readonly exchange?: StepExchange;
  /** What the workflow gave that the step has run; absent for a step that calls an operation. */
  readonly given?: JsonObject;
  /** By workflowId, those that were run before. */
  readonly workflows?: ReadonlyMap<string, Finished>;
  /** Absent where no workflow of the server asks by JSONPath. */
  readonly jsonPath?: JsonPath;
}

/** A workflow that came to its end. */
export interface Finished {
  readonly inputs: JsonObject;
  readonly outputs: JsonObject;
}

/** Steps that a regular expression may take; a character takes about one. */
const mostPatternSteps = 5_000_000;

/** What an expression names; `undefined` where that is not there. */
export function evaluate(text: string, known: Known): JsonValue | undefined {
  const expression = parseExpression(text);
  const { exchange } = known;
  switch (expression?.kind) {
    case undefined:
      return undefined;
    case "url":
    case "method":
    case "statusCode":
      return exchange?.[expression.kind];
    case "field":
      return expression.of === "response"
        ? (exchange?.headers.get(expression.name) ?? undefined)
        : exchange?.sent.get(`${expression.in} ${expression.name}`);
    case "body":
      return valueAt(
        expression.of === "request" ? exchange?.requestBody : exchange?.body,
        expression.pointer,
      );
    case "inputs":
      return named(known.inputs, expression);
    case "outputs":
      return named(known.outputs.get(expression.step), expression);
    case "given":
      return named(known.given, expression);
    case "workflow":
      return named(
        known.workflows?.get(expression.workflow)?.[expression.of],
        expression,
      );
    default:
      return expression satisfies never;
  }
}

/** A member by its name, which may hold dots, else by the steps between them. */
function named(
  object: JsonObject | undefined,
  { name, pointer }: { readonly name: string; readonly pointer: string },
): JsonValue | undefined {
  const whole = ownValue(object, name);
  const found =
    whole ??
    keysOf(name).reduce<JsonValue | undefined>(
      (value, key) =>
        isJsonArray(value) ? value[Number(key)] : ownValue(value, key),
      object,
    );
  return valueAt(found, pointer);
}

/** A value with what its expressions come to; members and items that come to nothing are left out. */
export function filled(value: JsonValue, known: Known): JsonValue | undefined {
  if (typeof value === "string") return filledText(value, known);
  if (isJsonArray(value))
    return value.flatMap((item) => filled(item, known) ?? []);
  if (!isJsonObject(value)) return value;
  if (isSelector(value))
    return selected(value, evaluate(value.context, known), known.jsonPath);
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, member]): [string, JsonValue][] => {
      const given = filled(member, known);
      return given === undefined ? [] : [[key, given]];
    }),
  );
}

function filledText(text: string, known: Known): JsonValue | undefined {
  if (isExpression(text)) return evaluate(text, known);
  const parts = embedded(text);
  const [only] = parts;
  // Expressions keep the type of what they name (§4.7).
  if (parts.length === 1 && typeof only === "object")
    return evaluate(only.expression, known);
  return parts
    .map((part) =>
      typeof part === "string"
        ? part
        : textOf(evaluate(part.expression, known)),
    )
    .join("");
}

function textOf(value: JsonValue | undefined): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Whether a criterion holds. @throws StepsSpent */
export function holds(criterion: WorkflowCriterion, known: Known): boolean {
  if ("pattern" in criterion) {
    const value = evaluate(criterion.context, known) ?? null;
    const pattern = patternOf(filledPattern(criterion.pattern, known));
    return (
      value !== null &&
      pattern?.test(textOf(value), { left: mostPatternSteps }) === true
    );
  }
  if ("query" in criterion) {
    const value = evaluate(criterion.context, known) ?? null;
    const query = withLiterals(criterion.query, (text) =>
      evaluate(text, known),
    );
    return value !== null && isFound(query, value, known);
  }
  return isTrue(valueOf(parseCondition(criterion.condition), known));
}

/** A pattern with what its expressions come to (Arazzo 1.1.0 §5.6.11, "Runtime Expressions in Conditions"). */
function filledPattern(pattern: string, known: Known): string {
  return embedded(pattern)
    .map((part) =>
      typeof part === "string"
        ? part
        : textOf(evaluate(part.expression, known)),
    )
    .join("");
}

/** A query that is none, or that costs too much, finds nothing (Arazzo 1.1.0, "Evaluation Errors"). */
function isFound(
  query: string | undefined,
  value: JsonValue,
  { jsonPath }: Known,
): boolean {
  if (query === undefined || jsonPath === undefined) return false;
  return foundBy(jsonPath, query, value).length > 0;
}

function valueOf(condition: Condition, known: Known): JsonValue | undefined {
  switch (condition.kind) {
    case "literal":
      return condition.value;
    case "expression":
      return evaluate(condition.text, known);
    case "not":
      return !isTrue(valueOf(condition.of, known));
    case "and":
      return (
        isTrue(valueOf(condition.left, known)) &&
        isTrue(valueOf(condition.right, known))
      );
    case "or":
      return (
        isTrue(valueOf(condition.left, known)) ||
        isTrue(valueOf(condition.right, known))
      );
    case "compare":
      return compare(
        condition.operator,
        valueOf(condition.left, known),
        valueOf(condition.right, known),
      );
    default:
      return condition satisfies never;
  }
}

function isTrue(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null && value !== false;
}

/** Texts without regard to case, numbers also where they are texts (§4.6.12.2). What is not there equals `null`. */
function compare(
  operator: Comparison,
  one: JsonValue | undefined,
  other: JsonValue | undefined,
): boolean {
  const [left, right] = comparable(one ?? null, other ?? null);
  switch (operator) {
    case "==":
      return left === right;
    case "!=":
      return left !== right;
    default:
      break;
  }
  const ordered =
    (typeof left === "number" && typeof right === "number") ||
    (typeof left === "string" && typeof right === "string");
  if (!ordered) return false;
  switch (operator) {
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    case ">":
      return left > right;
    case ">=":
      return left >= right;
    default:
      return operator satisfies never;
  }
}

type Scalar = null | boolean | number | string;

function comparable(
  one: JsonValue,
  other: JsonValue,
): readonly [Scalar, Scalar] {
  const number = (value: JsonValue, beside: JsonValue): JsonValue =>
    typeof beside === "number" &&
    typeof value === "string" &&
    value.trim() !== ""
      ? Number.isNaN(Number(value))
        ? value
        : Number(value)
      : value;
  const scalar = (value: JsonValue): Scalar =>
    typeof value === "string"
      ? value.toLowerCase()
      : isJsonArray(value) || isJsonObject(value)
        ? JSON.stringify(value)
        : value;
  return [scalar(number(one, other)), scalar(number(other, one))];
}

/**
 * Keys of the Paths Object that say more than a template of the standard (§4.8.8.2): expressions of RFC 6570 with an
 * operator or a modifier, notations of web frameworks, a query and a fragment. Each is brought into one shape: a path with
 * `{name}` only, and a query of what is fixed.
 */
import type { SchemaNode } from "../base/schema/node.ts";
import type { Parameter } from "./model.ts";

export interface PathTemplate {
  /** Such as `/pets/{petId}?kind=dog`: a fragment only makes the key unique, and is left out. */
  readonly template: string;
  /** As the template needs them. */
  readonly parameters: readonly Parameter[];
}

/** One variable of an expression. */
interface Variable {
  readonly name: string;
  readonly explode: boolean;
  /** Characters that are sent at most (RFC 6570 §2.4.1): the value is asked for so short. */
  readonly prefix?: number;
}

interface Expression {
  /** RFC 6570 §2.2; the empty text is simple expansion. */
  readonly operator: string;
  readonly variables: readonly Variable[];
}

/** What operators make of a parameter in a path (RFC 6570 §3.2.3 to §3.2.7). */
const changes: Readonly<Record<string, Partial<Parameter>>> = {
  "": {},
  "+": { allowReserved: true, allowSlashes: true },
  ".": { style: "label" },
  ";": { style: "matrix" },
  "/": { style: "segments" },
};

/** Text between expressions, and expressions. */
type Piece = { readonly text: string } | { readonly expression: string };

/**
 * @param declared parameters of the path and the operation
 * @param undeclared makes a parameter of a name in an expression that has none, and reports it
 */
export function readPathTemplate(
  key: string,
  declared: readonly Parameter[],
  undeclared: (name: string, place: "path" | "query") => Parameter,
): PathTemplate {
  const parameters = new Map(declared.map((parameter) => [keyOf(parameter.in, parameter.name), parameter]));
  if (isStandard(key, parameters)) return { template: key, parameters: declared };
  const { path, query } = divide(key);
  const known = (place: Parameter["in"], name: string): Parameter | undefined => parameters.get(keyOf(place, name));

  // One argument cannot be short here and whole there: then what is asked for is called like the expression, and reported.
  const isOnce = (name: string): boolean =>
    path.filter((piece) => "expression" in piece && variableNames(piece.expression).includes(name)).length === 1;

  const expand = (expression: string): string => {
    if (known("path", expression) !== undefined) return `{${expression}}`;
    const read = readExpression(expression, (name) => known("path", name) ?? known("query", name), isOnce);
    if (read === undefined) return `{${expression}}`;
    const { operator, variables } = read;
    if (operator === "#") {
      for (const { name } of variables) parameters.delete(keyOf("path", name));
      return "";
    }
    if (operator === "?" || operator === "&") {
      for (const { name, explode, prefix } of variables) {
        if (!moveToQuery(parameters, name, name, explode))
          parameters.set(keyOf("query", name), undeclared(name, "query"));
        const moved = known("query", name);
        if (moved !== undefined && prefix !== undefined)
          parameters.set(keyOf("query", name), { ...moved, schema: withMostCharacters(moved.schema, prefix) });
      }
      return "";
    }
    for (const { name, explode, prefix } of variables) {
      const parameter = known("path", name) ?? undeclared(name, "path");
      parameters.set(keyOf("path", name), {
        ...parameter,
        ...(prefix === undefined ? {} : { schema: withMostCharacters(parameter.schema, prefix) }),
        ...changes[operator],
        explode: parameter.explode || explode,
      });
    }
    const before = operator === "/" ? "/" : "";
    const between = operator === "" || operator === "+" ? "," : "";
    return variables.map(({ name }) => `${before}{${name}}`).join(between);
  };

  const template = path.map((piece) => ("text" in piece ? piece.text : expand(piece.expression))).join("");
  const fixed = query
    .map((piece) => ("text" in piece ? piece.text : keptInQuery(piece.expression, parameters, expand)))
    .join("")
    .split("&")
    .filter((pair) => pair !== "" && isFixed(pair, parameters))
    .join("&");
  return { template: fixed === "" ? template : `${template}?${fixed}`, parameters: [...parameters.values()] };
}

/** Whether a key is a template of the standard, with a parameter for each name: nearly all are. */
function isStandard(key: string, parameters: ReadonlyMap<string, Parameter>): boolean {
  if (/[?#]|\{\}/.test(key)) return false;
  for (const [, name = ""] of key.matchAll(/\{([^{}]+)\}/g)) if (!parameters.has(keyOf("path", name))) return false;
  return true;
}

/** `{?a}` and `{&a}` are expanded; what else a query has is looked at pair by pair. */
function keptInQuery(
  expression: string,
  parameters: ReadonlyMap<string, Parameter>,
  expand: (expression: string) => string,
): string {
  return /^[?&]/.test(expression) && !parameters.has(keyOf("path", expression))
    ? expand(expression)
    : `{${expression}}`;
}

/**
 * Whether a pair of a key's query stays there. One that a query parameter stands for as well is sent once: `a={b}` and
 * `a=` are filled by it, and `a=b` needs none.
 */
function isFixed(pair: string, parameters: Map<string, Parameter>): boolean {
  const [rawName = "", ...rest] = pair.split("=");
  const name = decoded(rawName);
  const value = rest.length === 0 ? undefined : rest.join("=");
  const filled = /^\{([^{}]+)\}$/.exec(value ?? rawName)?.[1];
  if (filled !== undefined) {
    if (parameters.has(keyOf("path", filled))) {
      parameters.delete(keyOf("query", name));
      return true;
    }
    const target = value === undefined ? filled : name;
    // Undeclared ones stay a part of the template, and are reported as such.
    return !parameters.has(keyOf("query", target)) && !moveToQuery(parameters, filled, target);
  }
  const parameter = parameters.get(keyOf("query", name));
  if (parameter === undefined) return true;
  if (value === "" || (value === undefined && !(parameter.required && valuesOf(parameter.schema) === 1))) return false;
  parameters.delete(keyOf("query", name));
  return true;
}

/** Makes a declared parameter one of the query. False where none is declared. */
function moveToQuery(parameters: Map<string, Parameter>, name: string, target: string, explode?: boolean): boolean {
  const inQuery = parameters.get(keyOf("query", name));
  const inPath = inQuery === undefined ? parameters.get(keyOf("path", name)) : undefined;
  const parameter = inQuery ?? inPath;
  if (parameter === undefined) return false;
  parameters.delete(keyOf(parameter.in, name));
  parameters.set(
    keyOf("query", target),
    inPath === undefined
      ? { ...parameter, name: target }
      : { ...parameter, name: target, in: "query", style: "form", explode: explode ?? true },
  );
  return true;
}

/** How many values a schema leaves; `undefined` where that is not said. */
function valuesOf(schema: SchemaNode): number | undefined {
  return (schema.enum ?? schema.values)?.length;
}

/** Path and query of a key. A question mark or hash inside braces is an operator. */
function divide(key: string): { readonly path: readonly Piece[]; readonly query: readonly Piece[] } {
  const path: Piece[] = [];
  const query: Piece[] = [];
  let into = path;
  for (const [text, expression] of key.matchAll(/\{([^{}]*)\}|[^{]+|\{/g)) {
    if (expression !== undefined) {
      into.push({ expression });
      continue;
    }
    const [kept = "", ...fragment] = text.split("#");
    const mark: number = into === query ? -1 : kept.indexOf("?");
    if (mark < 0) into.push({ text: kept });
    else {
      path.push({ text: kept.slice(0, mark) });
      query.push({ text: kept.slice(mark + 1) });
      into = query;
    }
    if (fragment.length > 0) break;
  }
  return { path, query };
}

/**
 * An expression by the grammar of RFC 6570 §2, or in a framework's notation: `{*rest}` and `{rest+}` take the rest of the
 * path, `{id:[0-9]+}` and `{id:int}` say what a value looks like. `undefined` for a name, and for names that are not
 * declared where the text could be one.
 */
function readExpression(
  text: string,
  declared: (name: string) => Parameter | undefined,
  isOnce: (name: string) => boolean,
): Expression | undefined {
  const named = /^([^:]+):(?!\d+$)/.exec(text)?.[1];
  if (named !== undefined && declared(named) !== undefined)
    return { operator: "", variables: [{ name: named, explode: false }] };
  const rest = /^\*{1,2}([^*,]+)$/.exec(text)?.[1] ?? /^([^+,]+)\+$/.exec(text)?.[1];
  if (rest !== undefined) return { operator: "+", variables: [{ name: rest, explode: false }] };
  const [, operator = "", list = ""] = /^([+#./;?&]?)(.+)$/s.exec(text) ?? [];
  const variables = list.split(",").map((part): Variable => {
    const explode = part.endsWith("*");
    const [, short = "", count] = /^(.+):([1-9]\d{0,3})$/.exec(part) ?? [];
    if (declared(short) !== undefined && isOnce(short)) return { name: short, explode, prefix: Number(count) };
    return { name: explode ? part.slice(0, -1) : part, explode };
  });
  if (variables.some(({ name }) => name === "" || /[{}*/?#]/.test(name))) return undefined;
  const isDeclared = variables.every(({ name }) => declared(name) !== undefined);
  if (operator !== "" || variables.some(({ explode, prefix }) => explode || prefix !== undefined))
    return { operator, variables };
  return variables.length > 1 && isDeclared ? { operator, variables } : undefined;
}

function variableNames(expression: string): readonly string[] {
  return expression
    .replace(/^[+#./;?&]/, "")
    .split(",")
    .map((part) => part.replace(/\*$|:\d+$/, ""));
}

function withMostCharacters(schema: Parameter["schema"], most: number): Parameter["schema"] {
  return schema.schemas.of({ allOf: [schema.json, { maxLength: most }] });
}

function keyOf(place: string, name: string): string {
  return `${place} ${name}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

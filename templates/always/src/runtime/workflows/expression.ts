/** Runtime expressions (Arazzo 1.0.1 §4.7): what a text names of inputs, steps and the call that was just made. */

export type Expression =
  | { readonly kind: "url" | "method" | "statusCode" }
  | {
      readonly kind: "field";
      readonly of: "request" | "response";
      readonly in: "header" | "query" | "path";
      readonly name: string;
    }
  | {
      readonly kind: "body";
      readonly of: "request" | "response";
      readonly pointer: string;
    }
  | { readonly kind: "inputs"; readonly name: string; readonly pointer: string }
  | {
      readonly kind: "outputs";
      readonly step: string;
      readonly name: string;
      readonly pointer: string;
    }
  /** What the workflow gave that a step has run. */
  | { readonly kind: "given"; readonly name: string; readonly pointer: string }
  | {
      readonly kind: "workflow";
      readonly workflow: string;
      readonly of: "inputs" | "outputs";
      readonly name: string;
      readonly pointer: string;
    };

/** What a text begins with that is meant as an expression. */
const beginning =
  /^\$(?:url|method|statusCode|request|response|inputs|outputs|steps|workflows|sourceDescriptions|components|self|message)\b/;

/** Whether a text is meant as an expression, though it may be a faulty one: `$5` is a price. */
export function isExpression(text: string): boolean {
  return beginning.test(text);
}

/** An expression; `undefined` for a text that is none, or one that has no meaning in a step. */
export function parseExpression(text: string): Expression | undefined {
  if (text === "$url" || text === "$method" || text === "$statusCode")
    return { kind: text.slice(1) as "url" | "method" | "statusCode" };
  const field = /^\$(request|response)\.(header|query|path)\.(.+)$/s.exec(text);
  if (field !== null) {
    const [, of, place, name = ""] = field;
    if (of === "response" && place !== "header") return undefined;
    return {
      kind: "field",
      of: of as "request" | "response",
      in: place as "header" | "query" | "path",
      name,
    };
  }
  const body =
    /^\$(request|response)\.(?:body|payload)((?:\.[\w-]+|\[\d+\])*)(?:#((?:\/[^#]*)?))?$/s.exec(
      text,
    );
  if (body !== null) {
    const [, of, path = "", pointer = ""] = body;
    return {
      kind: "body",
      of: of as "request" | "response",
      pointer: pointerOf(path) + pointer,
    };
  }
  const named =
    /^\$(?:(inputs|outputs)|steps\.([\w-]+)\.outputs|workflows\.([\w-]+)\.(inputs|outputs))\.([^#]+)(?:#((?:\/[^#]*)?))?$/s.exec(
      text,
    );
  if (named === null) return undefined;
  const [, own, step, workflow, of, name = "", pointer = ""] = named;
  if (step !== undefined) return { kind: "outputs", step, name, pointer };
  if (workflow !== undefined)
    return {
      kind: "workflow",
      workflow,
      of: of as "inputs" | "outputs",
      name,
      pointer,
    };
  return { kind: own === "outputs" ? "given" : "inputs", name, pointer };
}

/** The keys that a name leads by: `list[0].id` is `list`, `0` and `id`. */
export function keysOf(name: string): readonly string[] {
  return name.replace(/\[(\d+)\]/g, ".$1").split(".");
}

function pointerOf(path: string): string {
  return keysOf(path).join("/");
}

/** A text in parts: what stands there, and the expressions that stand in `{$…}` between. */
export function embedded(
  text: string,
): readonly (string | { readonly expression: string })[] {
  return text
    .split(/(\{\$[^{}]*\})/)
    .filter((part) => part !== "")
    .map((part) =>
      part.startsWith("{$") ? { expression: part.slice(1, -1) } : part,
    );
}

/** A value within another one, by JSONPath (Arazzo 1.1.0, Selector Object). */
export interface Selector {
  readonly context: string;
  readonly selector: string;
  readonly type: "jsonpath";
}

/** Whether a value stands for what it selects. */
export function isSelector(value: unknown): value is Selector {
  if (typeof value !== "object" || value === null) return false;
  const { context, selector, type, ...more } = value as Partial<Selector>;
  return (
    type === "jsonpath" &&
    typeof selector === "string" &&
    typeof context === "string" &&
    isExpression(context) &&
    Object.keys(more).length === 0
  );
}

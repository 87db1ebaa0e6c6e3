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
  const body = /^\$(request|response)\.body(?:#((?:\/[^#]*)?))?$/s.exec(text);
  if (body !== null)
    return {
      kind: "body",
      of: body[1] as "request" | "response",
      pointer: body[2] ?? "",
    };
  const named =
    /^\$(?:inputs|steps\.([\w-]+)\.outputs)\.([^#]+)(?:#((?:\/[^#]*)?))?$/s.exec(
      text,
    );
  if (named === null) return undefined;
  const [, step, name = "", pointer = ""] = named;
  return step === undefined
    ? { kind: "inputs", name, pointer }
    : { kind: "outputs", step, name, pointer };
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

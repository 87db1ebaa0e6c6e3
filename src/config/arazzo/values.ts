/** Criteria, selectors and values of a workflow: what asks for something. */
import { defined } from "../../base/defined.ts";
import { type Json, isArray, isObject, own, ownString, pointerTo } from "../../base/json.ts";
import { visible } from "../../base/visible.ts";
import type { CriterionWish, NamedValue } from "../../mcp/curation/workflow.ts";
import type { At, Located } from "./located.ts";

/** Arazzo 1.0.1 §4.6.11 */
export function criteriaOf(document: Located, at: At): readonly CriterionWish[] {
  return document.items(at).map((item) => {
    const context = ownString(item.value, "context");
    const type = typeOf(
      document,
      item,
      "type",
      ["simple", "regex", "jsonpath"],
      "write a simple condition, a regex or JSONPath",
    );
    if (type !== undefined && type !== "simple" && context === undefined)
      document.fault(item.pointer, `A criterion of the type ${type} needs a context, such as $response.body`);
    return {
      condition: document.text(item, "condition"),
      ...defined({ context }),
      type: type === "regex" || type === "jsonpath" ? type : "simple",
      place: document.place(item.pointer),
    };
  });
}

/** The versions of JSONPath and the like that are what we read; another one may mean something else. */
const versions: Readonly<Record<string, string>> = { jsonpath: "rfc9535", jsonpointer: "rfc6901" };

/** How an expression is written: a word, or an Expression Type Object (1.0.1 §4.6.12), where that is one we read. */
function typeOf(
  document: Located,
  item: At,
  key: string,
  known: readonly string[],
  instead: string,
): string | undefined {
  const said = own(item.value, key);
  const type = isObject(said) ? ownString(said, "type") : said;
  const version = isObject(said) ? ownString(said, "version") : undefined;
  if (type === undefined) return undefined;
  if (typeof type === "string" && known.includes(type)) {
    if (version === undefined || version === versions[type]) return type;
    document.fault(item.pointer, `${type} is read as ${versions[type] ?? "it is"}, not as ${visible(version)}`);
    return type;
  }
  document.fault(item.pointer, `The type ${visible(JSON.stringify(type))} is not evaluated: ${instead}`);
  return undefined;
}

/** A value with its selectors (1.1.0) as they are evaluated; that of a JSON pointer is an expression. */
export function valueOf(document: Located, { value = null, pointer }: At): Json {
  if (isArray(value))
    return value.map((item, index) => valueOf(document, { value: item, pointer: pointerTo(pointer, index) }));
  if (!isObject(value)) return value;
  const context = ownString(value, "context");
  if (context?.startsWith("$") === true && own(value, "selector") !== undefined && own(value, "type") !== undefined)
    return selectorOf(document, { value, pointer }, context);
  return Object.fromEntries(
    Object.keys(value).map((key) => [
      key,
      valueOf(document, { value: own(value, key) ?? null, pointer: pointerTo(pointer, key) }),
    ]),
  );
}

function selectorOf(document: Located, at: At, context: string): Json {
  const selector = document.text(at, "selector");
  const type = typeOf(document, at, "type", ["jsonpath", "jsonpointer"], "select by JSONPath or JSON pointer");
  if (type !== "jsonpointer") return { context, selector, type: "jsonpath" };
  if (selector !== "" && !selector.startsWith("/"))
    document.fault(at.pointer, `"${visible(selector)}" is no JSON pointer`);
  return `${context}${context.includes("#") ? "" : "#"}${selector}`;
}

/** Whether the target of a replacement is a JSONPath query, or a JSON pointer (1.1.0, Payload Replacement Object). */
export function isQueryTarget(document: Located, item: At): boolean {
  return (
    typeOf(
      document,
      item,
      "targetSelectorType",
      ["jsonpath", "jsonpointer"],
      "name the place by JSON pointer or JSONPath",
    ) === "jsonpath"
  );
}

/** By name, expressions and selectors. */
export function outputsOf(document: Located, at: At): readonly NamedValue[] {
  const { value, pointer } = at;
  if (value === undefined) return [];
  if (!isObject(value)) {
    document.fault(pointer, "Outputs are an object of expressions by name");
    return [];
  }
  return Object.keys(value).map((name) => {
    const where = pointerTo(pointer, name);
    if (!/^[A-Za-z0-9._-]+$/.test(name))
      document.fault(where, `"${visible(name)}" is no name of an output: it takes A-Z, a-z, 0-9, ., _ and -`);
    const given = valueOf(document, { value: own(value, name) ?? null, pointer: where });
    if (typeof given !== "string" && !isObject(given))
      document.fault(where, `The output "${name}" needs an expression`);
    return { name, value: given, place: document.place(where) };
  });
}

/** Whether a value that the owner wrote fits an argument's schema. */
import { type Json, type JsonObject, isArray, isObject, own, ownString, put } from "../../base/json.ts";
import type { SchemaNode } from "../../base/schema/node.ts";
import type { Schema } from "../../base/schema/types.ts";

/** What is wrong with a value in one sentence; `undefined` where it fits. */
export type ValueCheck = (schema: SchemaNode, value: Json) => string | undefined;

/** A check that finds nothing wrong, for where there is nothing to check. */
export const noCheck: ValueCheck = () => undefined;

/**
 * Loads the validator. Patterns are not asked: they are the document's, and one may backtrack for longer than anyone
 * waits; the server asks them within a limit.
 */
export async function loadValueCheck(): Promise<ValueCheck> {
  const { validate } = await import("@cfworker/json-schema");
  return (schema, value) => {
    const needed = new Map<string, Json>();
    const root = withoutPatterns(schema.json, schema.schemas.definitions, needed);
    if (!isObject(root)) return root === false ? "no value is allowed here" : undefined;
    const whole: JsonObject = { ...root, $defs: Object.fromEntries(needed) };
    try {
      const fault = validate(value, whole as Parameters<typeof validate>[1], "2020-12").errors.at(-1);
      return fault === undefined ? undefined : sentenceOf(fault);
    } catch {
      // A reference to itself, or a keyword with a value of another kind: nothing can be said of any value.
      return undefined;
    }
  };
}

function sentenceOf({
  instanceLocation,
  error,
}: {
  readonly instanceLocation: string;
  readonly error: string;
}): string {
  const place = instanceLocation.replace(/^#\/?/, "");
  return `${place === "" ? "" : `at /${place}, `}${error.replace(/\.$/, "")}`;
}

/** A copy of a schema without patterns; what it refers to is collected. */
function withoutPatterns(schema: Json, definitions: ReadonlyMap<string, Schema>, needed: Map<string, Json>): Json {
  if (isArray(schema)) return schema.map((item) => withoutPatterns(item, definitions, needed));
  if (!isObject(schema)) return schema;
  const reference = ownString(schema, "$ref");
  const name = reference?.startsWith("#/$defs/") === true ? reference.slice("#/$defs/".length) : undefined;
  const target = name === undefined || needed.has(name) ? undefined : definitions.get(name);
  if (name !== undefined && target !== undefined) {
    needed.set(name, true);
    needed.set(name, withoutPatterns(target as Json, definitions, needed));
  }
  const copy: Record<string, Json> = {};
  for (const key of Object.keys(schema)) {
    const value = own(schema, key) ?? null;
    if (key === "pattern" && typeof value === "string") continue;
    if (key === "patternProperties" || key === "$id" || key === "$anchor") continue;
    put(
      copy,
      key,
      key === "enum" || key === "const" || key === "default" ? value : withoutPatterns(value, definitions, needed),
    );
  }
  return copy;
}

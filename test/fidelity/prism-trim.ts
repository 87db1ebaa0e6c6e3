/**
 * A document with what Prism needs to judge requests and nothing else, for those that it cannot load whole: answers
 * that refer to each other without end, or a reference that leads nowhere.
 */
import {
  type Json,
  type JsonObject,
  fromEntries,
  isArray,
  isObject,
  own,
  ownString,
  valueAt,
} from "../../src/base/json.ts";

export function withoutAnswers(root: JsonObject): JsonObject {
  const paths = own(root, "paths");
  const bare = isObject(paths) ? map(paths, (item) => (isObject(item) ? map(item, withoutResponses) : item)) : {};
  const kept = map(root, (value, key) =>
    key === "paths" ? bare : key === "components" ? withoutResponses(value) : value,
  );
  const used = new Set<string>();
  const reach = (value: Json): void => {
    if (isArray(value)) return value.forEach(reach);
    if (!isObject(value)) return;
    const reference = ownString(value, "$ref");
    if (reference?.startsWith("#/") === true && !used.has(reference)) {
      used.add(reference);
      reach(valueAt(kept, decodeURIComponent(reference.slice(1))) ?? null);
    }
    Object.values(value).forEach(reach);
  };
  reach(bare);
  const prune = (schemas: Json, prefix: string): Json =>
    isObject(schemas)
      ? fromEntries(
          Object.entries(schemas).filter(([name]) =>
            [...used].some((reference) => `${reference}/`.startsWith(`${prefix}${escape(name)}/`)),
          ),
        )
      : schemas;
  const pruned = map(kept, (value, key) => {
    if (key === "definitions") return prune(value, "#/definitions/");
    if (key !== "components" || !isObject(value)) return value;
    return map(value, (part, name) => (name === "schemas" ? prune(part, "#/components/schemas/") : part));
  });
  return withoutDangling(pruned, pruned) as JsonObject;
}

function escape(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}

function map(object: JsonObject, change: (value: Json, key: string) => Json): JsonObject {
  return fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]));
}

function withoutResponses(value: Json): Json {
  if (!isObject(value) || own(value, "responses") === undefined) return value;
  return map(value, (part, key) => (key === "responses" ? { "200": { description: "" } } : part));
}

/** A reference that leads nowhere says nothing of a value. */
function withoutDangling(value: Json, root: JsonObject): Json {
  if (isArray(value)) return value.map((item) => withoutDangling(item, root));
  if (!isObject(value)) return value;
  const reference = ownString(value, "$ref");
  if (reference?.startsWith("#") === true && valueAt(root, decodeURIComponent(reference.slice(1))) === undefined)
    return {};
  return map(value, (member) => withoutDangling(member, root));
}

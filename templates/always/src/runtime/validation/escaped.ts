/** Values and names with hidden characters: lists show them escaped, calls may give them so, the API gets them as they are. */
import { isJsonArray, isJsonObject, ownValue } from "../data/json-place.js";
import type {
  JsonObject,
  JsonSchema,
  JsonValue,
  SchemaData,
} from "../data/model.js";
import { escapedText } from "../text/visible.js";

/**
 * Puts what a schema says in place of its escaped form.
 *
 * @returns a function for the arguments of calls; it looks through the schema when it first meets an escape
 */
export function unescaper(
  input: JsonSchema,
  definitions: SchemaData,
): (args: JsonObject) => JsonObject {
  let known: ReadonlyMap<string, string> | undefined;
  return (args) => {
    if (!holdsEscape(args)) return args;
    known ??= escapedTexts(input, definitions);
    const mended = known.size === 0 ? args : unescaped(args, known);
    return isJsonObject(mended) ? mended : args;
  };
}

function holdsEscape(value: JsonValue): boolean {
  if (typeof value === "string") return value.includes("\\u");
  if (isJsonArray(value)) return value.some(holdsEscape);
  return (
    isJsonObject(value) &&
    Object.entries(value).some(
      ([name, item]) => name.includes("\\u") || holdsEscape(item),
    )
  );
}

/** Every text and name of a schema, and of those that it refers to, that is escaped where it is listed. */
function escapedTexts(
  input: JsonSchema,
  definitions: SchemaData,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const note = (text: string): void => {
    const escaped = escapedText(text);
    if (escaped !== text) found.set(escaped, text);
  };
  const open: JsonValue[] = [input];
  const referred = new Set<string>();
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value === "string") note(value);
    else if (isJsonArray(value)) open.push(...value);
    else if (isJsonObject(value)) {
      for (const [name, item] of Object.entries(value)) {
        note(name);
        open.push(item);
      }
      const reference = String(ownValue(value, "$ref") ?? "");
      const target = ownValue(definitions, reference.replace("#/$defs/", ""));
      if (target === undefined || referred.has(reference)) continue;
      referred.add(reference);
      open.push(target);
    }
  }
  return found;
}

function unescaped(
  value: JsonValue,
  known: ReadonlyMap<string, string>,
): JsonValue {
  if (typeof value === "string") return known.get(value) ?? value;
  if (isJsonArray(value)) return value.map((item) => unescaped(item, known));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      known.get(name) ?? name,
      unescaped(item, known),
    ]),
  );
}

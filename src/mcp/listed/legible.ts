/** Listed schemas without characters that nobody sees. */
import { type Json, type JsonObject, fromEntries, isArray, isObject, own } from "../../base/json.ts";

/**
 * A copy of a schema with all its texts and names written by `write`; the schema itself where nothing changes.
 *
 * @param write `escapedText` for what a caller gives: the server reads the escapes. `withoutHidden` for what it gets:
 * answers are shown without these characters.
 */
export function legible(schema: JsonObject, write: (text: string) => string): JsonObject {
  const written = legibleValue(schema, write);
  return isObject(written) ? written : schema;
}

function legibleValue(value: Json, write: (text: string) => string): Json {
  if (typeof value === "string") return write(value);
  if (isArray(value)) {
    const items = value.map((item) => legibleValue(item, write));
    return items.every((item, index) => item === value[index]) ? value : items;
  }
  if (!isObject(value)) return value;
  const names = Object.keys(value);
  const parts = names.map((name) => legibleValue(own(value, name) ?? null, write));
  const isSame = names.every((name, index) => write(name) === name && parts[index] === own(value, name));
  return isSame ? value : fromEntries(names.map((name, index) => [write(name), parts[index] ?? null]));
}

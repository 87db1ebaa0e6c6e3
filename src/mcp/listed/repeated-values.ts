/** Long lists of values that stand in a tool more than once. */
import { type Json, type JsonObject, fromEntries, isArray, isObject, own, ownString } from "../../base/json.ts";
import { quoted } from "../text/describe.ts";
import { withNotes } from "../text/sentence.ts";

/** Characters of JSON from which on a list of values is worth a sentence in its place. */
const long = 400;

/**
 * The schemas of a tool's arguments with each long list of values written once: where it stands again, a sentence names
 * the place. The server checks the values there as well.
 */
export function withValuesOnce(listed: readonly (readonly [string, JsonObject])[]): [string, JsonObject][] {
  const places = new Map<string, string>();
  const once = (schema: Json, place: string): Json => {
    if (isArray(schema)) return schema.map((item) => once(item, place));
    if (!isObject(schema)) return schema;
    const values = own(schema, "enum");
    const text = isArray(values) ? JSON.stringify(values) : "";
    const known = text.length < long ? undefined : places.get(text);
    if (text.length >= long && known === undefined) places.set(text, place);
    const written = fromEntries(
      Object.entries(schema)
        .filter(([key]) => known === undefined || (key !== "enum" && key !== "description"))
        .map(([key, value]) => [key, within(key, value, place)]),
    );
    if (known === undefined) return written;
    const note = `Takes the values that ${quoted(known)} lists.`;
    return { description: withNotes(ownString(schema, "description"), [note]), ...written };
  };
  const within = (key: string, value: Json, place: string): Json => {
    if (key === "properties" && isObject(value))
      return fromEntries(Object.entries(value).map(([name, item]) => [name, once(item, `${place}.${name}`)]));
    return ["items", "additionalProperties", "anyOf"].includes(key) ? once(value, place) : value;
  };
  return listed.map(([name, schema]) => [name, once(schema, name) as JsonObject]);
}

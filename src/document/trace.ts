/** Where a field of a schema stands in a document, through references and parts of a schema. */
import { type Json, isArray, isObject, own, ownString, pointerTo, valueAt } from "../base/json.ts";

/** References and parts that are followed one after another. */
const longestWay = 50;

/**
 * JSON pointer of a property of a schema, looked for in the schema itself, then in what it refers to and in what it is
 * composed of. The pointer of the schema where the property is nowhere.
 *
 * @param root of a document whose references are local
 */
export function traceField(root: Json, schema: string, name: string): string {
  const waiting = [schema];
  const seen = new Set<string>();
  for (let pointer = waiting.shift(); pointer !== undefined && seen.size < longestWay; pointer = waiting.shift()) {
    if (seen.has(pointer)) continue;
    seen.add(pointer);
    const value = valueAt(root, pointer);
    const property = own(own(value, "properties"), name);
    if (property !== undefined) return pointerTo(pointer, "properties", name);
    const reference = ownString(value, "$ref");
    if (reference?.startsWith("#/") === true) waiting.push(fromFragment(reference));
    for (const keyword of ["allOf", "oneOf", "anyOf"]) {
      const parts = isObject(value) ? own(value, keyword) : undefined;
      if (isArray(parts)) waiting.push(...parts.map((_, index) => pointerTo(pointer, keyword, index)));
    }
  }
  return schema;
}

/** A JSON pointer as a URI fragment has it (RFC 6901 §6). */
function fromFragment(reference: string): string {
  try {
    return decodeURIComponent(reference.slice(1));
  } catch {
    return reference.slice(1);
  }
}

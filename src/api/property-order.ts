/** The order of properties, which counts where a value is written field by field: forms, parts (RFC 7578 §5.2) and XML. */
import { type Json, type JsonObject, isArray, isObject, own, ownString, valueAt } from "../json.ts";
import { decodeFragment } from "./reader.ts";

/** Schemas that are looked at for one order. */
const mostSchemas = 1_000;

/** Names of the properties of a schema, of what it refers to and is composed of, as the document's text has them. */
export function propertyOrder(root: JsonObject, schema: Json | undefined): readonly string[] {
  const names = new Set<string>();
  const seen = new Set<JsonObject>();
  const visit = (part: Json | undefined): void => {
    if (!isObject(part) || seen.has(part) || seen.size >= mostSchemas) return;
    seen.add(part);
    for (const key of Object.keys(part)) {
      const value = own(part, key);
      if (key === "properties" && isObject(value)) for (const name of Object.keys(value)) names.add(name);
      else if ((key === "allOf" || key === "anyOf" || key === "oneOf") && isArray(value)) value.forEach(visit);
      else if (key === "$ref") {
        const reference = ownString(part, key);
        if (reference?.startsWith("#/") === true) visit(valueAt(root, decodeFragment(reference.slice(1))));
      }
    }
  };
  visit(schema);
  return [...names];
}

/** The order of properties, which counts where a value is written field by field: forms, parts (RFC 7578 §5.2) and XML. */
import { type Json, type JsonObject, isArray, isObject, own, ownString } from "../base/json.ts";
import { targetOf } from "./reference.ts";

/** Schemas that are looked at for one order. */
const mostSchemas = 1_000;

/** Names of the properties of a schema, of what it refers to and is composed of, as the document's text has them. */
export function propertyOrder(root: JsonObject, schema: Json | undefined): readonly string[] {
  return [...new Set(propertiesOf(root, schema).flatMap((properties) => Object.keys(properties)))];
}

/** The schema of a property, or of the items of one that is a list. */
export function fieldSchema(root: JsonObject, schema: Json | undefined, name: string): Json | undefined {
  const property = propertiesOf(root, schema)
    .map((properties) => own(properties, name))
    .find((value) => value !== undefined);
  return own(property, "items") ?? property;
}

function propertiesOf(root: JsonObject, schema: Json | undefined): readonly JsonObject[] {
  const found: JsonObject[] = [];
  const seen = new Set<JsonObject>();
  const visit = (part: Json | undefined): void => {
    if (!isObject(part) || seen.has(part) || seen.size >= mostSchemas) return;
    seen.add(part);
    for (const key of Object.keys(part)) {
      const value = own(part, key);
      if (key === "properties" && isObject(value)) found.push(value);
      else if ((key === "allOf" || key === "anyOf" || key === "oneOf") && isArray(value)) value.forEach(visit);
      else if (key === "$ref") {
        const reference = ownString(part, key);
        if (reference?.startsWith("#/") === true) visit(targetOf(root, reference).value);
      }
    }
  };
  visit(schema);
  return found;
}

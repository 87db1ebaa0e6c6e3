/** Texts of schemas that reach a model, looked at where the document has them. */
import { type Report } from "../base/diagnostics.ts";
import { type Json, type JsonObject, isArray, isObject, own, pointerTo } from "../base/json.ts";
import { textFault } from "../base/steering.ts";

/** Keywords whose values, or the texts within them, are listed. */
const keywords = ["description", "format", "contentEncoding", "pattern", "enum", "const", "default", "examples"];

/**
 * Reports texts of a schema, without those below it, that speak to a model or have characters that nobody sees.
 *
 * @param pointer of the schema
 */
export function reportTexts(schema: JsonObject, pointer: string, report: Report): void {
  for (const keyword of keywords) {
    const value = own(schema, keyword);
    const fault = value === undefined ? undefined : faultWithin(value);
    if (fault !== undefined)
      report({ code: "suspicious-text", pointer: pointerTo(pointer, keyword), message: `"${keyword}" ${fault}` });
  }
  const properties = own(schema, "properties");
  const names = isObject(properties) ? Object.keys(properties) : [];
  for (const name of names) {
    const fault = textFault(name);
    if (fault !== undefined)
      report({
        code: "suspicious-text",
        pointer: pointerTo(pointer, "properties", name),
        message: `The name of a property ${fault}`,
      });
  }
}

/** The first fault of a text, or of those within a value. */
function faultWithin(value: Json): string | undefined {
  if (typeof value === "string") return textFault(value);
  if (typeof value !== "object" || value === null) return undefined;
  const parts = isArray(value) ? value : Object.entries(value).flat();
  for (const part of parts) {
    const fault = faultWithin(part);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

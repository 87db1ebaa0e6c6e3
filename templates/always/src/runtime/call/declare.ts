import { isJsonObject } from "../data/json-place.js";
import type { JsonObject, JsonValue } from "../data/model.js";
import type { CallResult } from "../response/result.js";
import { meetsSchema } from "../validation/validate.js";
import type { Step } from "./call.js";

/** Gives a result the shape of the tool's output schema, whoever made it: API, hook or own tool. Ends no call. */
export function declare(): Step {
  const fitting = new WeakMap<JsonObject, (value: unknown) => boolean>();
  return async (call, next) => {
    const result = await next(call);
    const { outputSchema } = call.row.listing;
    if (outputSchema === undefined || result.isError) return result;
    const fits = fitting.get(outputSchema) ?? meetsSchema(outputSchema);
    fitting.set(outputSchema, fits);
    return inDeclaredShape(result, outputSchema, fits);
  };
}

// Results of tools that declare an output schema. Clients throw a whole result away when its structured content is
// missing or does not fit, so it has to be there and has to fit. The text always carries the data.

/**
 * The result with structured content that fits: its own; its own below `result`, where the schema asks for an object
 * and there is a list or a single value; or an empty object, with a note. Where even that does not fit, the result is
 * marked as an error, which clients take without structured content.
 */
export function inDeclaredShape(
  result: CallResult,
  outputSchema: JsonObject,
  fits: (value: JsonValue) => boolean,
): CallResult {
  const { structuredContent: content, ...rest } = result;
  if (content !== undefined) {
    const wrapped =
      outputSchema["type"] === "object" && !isJsonObject(content)
        ? { result: content }
        : content;
    if (fits(wrapped)) return { ...rest, structuredContent: wrapped };
  }
  const note = {
    type: "text" as const,
    text:
      content === undefined
        ? "Note: this answer has no structured content."
        : "Note: this answer does not have the shape that the API's document promises; the text above is what came.",
  };
  const noted: CallResult = { ...rest, content: [...rest.content, note] };
  return fits({})
    ? { ...noted, structuredContent: {} }
    : { ...noted, isError: true };
}

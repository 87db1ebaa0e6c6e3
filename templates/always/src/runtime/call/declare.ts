import type { JsonObject } from "../data/model.js";
import { meetsSchema } from "../validation/validate.js";
import type { Step } from "./call.js";
import { inDeclaredShape } from "./declared-shape.js";

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

import type { JsonObject } from "../../base/json.ts";
import type { JsonSchema } from "../model.ts";

/**
 * What was found out about schemas, which do not change any more: where many refer to each other, the same ones are
 * asked about again and again. What belongs to a schema is given up with it.
 */
export class Remembered<Found> {
  readonly #found = new WeakMap<ReadonlyMap<string, JsonSchema>, WeakMap<JsonObject, Found>>();

  /** @param find what is not known yet of the schema, with the definitions that it refers to */
  of(schema: JsonObject, definitions: ReadonlyMap<string, JsonSchema>, find: () => Found): Found {
    let known = this.#found.get(definitions);
    if (known === undefined) this.#found.set(definitions, (known = new WeakMap()));
    let found = known.get(schema);
    if (found === undefined) known.set(schema, (found = find()));
    return found;
  }
}

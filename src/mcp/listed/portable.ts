/**
 * The portable profile: a schema that every client loads. No references, no `const`, no exclusive bounds, no
 * `patternProperties`, no lists of types, no unknown formats; unions only below the root. What it cannot say is
 * recorded, and the server still checks it with the whole schema.
 */
import type { JsonObject } from "../../base/json.ts";
import type { SchemaNode } from "../../base/schema/node.ts";
import type { Loss } from "../model.ts";
import { PortableWriter, OverBudget } from "./portable-writer.ts";
import * as limits from "./portable-limits.ts";
import { isSetByServer } from "./schema-facts.ts";

/** Depths that are tried, from generous to bare, until a schema fits its budget. */
const depths = [12, 8, 6, 5, 4, 3, 2, 1] as const;
/** Characters of JSON that the schema of one argument may take. */
const defaultBudget = 6_000;
/** Characters that the description of an argument may take. */
const defaultLongest = 400;

export interface Portable {
  readonly schema: JsonObject;
  readonly losses: readonly Loss[];
}

/** Makes portable forms for the tools of one API. What is asked for again, as by a second operation, is made once. */
export class PortableProfile {
  readonly #budget: number;
  readonly #portables = new Map<string, Portable>();
  readonly #large = new WeakSet<SchemaNode>();
  #left = limits.mostVisitedOfAll;

  /** @param budget characters of JSON that the schema of one argument may take */
  constructor(budget: number = defaultBudget) {
    this.#budget = budget;
  }

  /**
   * The portable form of a schema. Nested objects are written out as deep as the budget allows; what lies deeper, or
   * within itself, ends in an object that is described by name. Losses are relative to the schema.
   *
   * @param longest description of the schema itself, in characters
   */
  write(schema: SchemaNode, longest: number = defaultLongest): Portable {
    if (!schema.isNested) return this.#make(schema, longest);
    const key = `${longest} ${JSON.stringify(schema.json)}`;
    const known = this.#portables.get(key);
    if (known !== undefined) return known;
    const made = this.#make(schema, longest);
    this.#portables.set(key, made);
    return made;
  }

  #make(schema: SchemaNode, longest: number): Portable {
    for (const depth of depths) {
      if (depth > 1 && (this.#left <= 0 || isSetByServer(schema))) continue;
      const budget = depth === 1 ? Number.POSITIVE_INFINITY : this.#budget;
      const mostVisited = Math.max(limits.leastVisited, Math.min(limits.mostVisited, this.#left));
      const writer = new PortableWriter({ depth, budget, longest, large: this.#large, mostVisited });
      try {
        return { schema: writer.write(schema, "", 0, []), losses: writer.losses };
      } catch (error) {
        if (!(error instanceof OverBudget)) throw error;
      } finally {
        this.#left -= writer.visited;
      }
    }
    return { schema: { type: "object" }, losses: [{ kind: "size", pointer: "", text: "too large to be listed" }] };
  }
}

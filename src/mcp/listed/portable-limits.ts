/** How far one walk through a schema goes. */
import type { SchemaNode } from "../../base/schema/node.ts";

export interface Reach {
  /** Levels that are written out. */
  readonly depth: number;
  /** Characters of JSON that it may take. */
  readonly budget: number;
  /** Of the description of the schema itself, in characters. */
  readonly longest: number;
  /** Schemas that are known to take too much for the last level. */
  readonly large: WeakSet<SchemaNode>;
  /** Places that may be looked at. */
  readonly mostVisited: number;
}

/** Levels of what is required that are written below the last level that is written out. */
export const deepestRequired = 6;
/** What may lie below the last level that is written out: levels, characters of JSON, and those of all such places. */
export const smallLevels = 4;
export const smallBudget = 250;
export const allSmall = 4_000;
/** References and alternatives that lead into each other, before they count as a circle. */
export const deepestNesting = 60;
/** Places of one schema that are looked at: alternatives that lead to the same ones double with each level. */
export const mostVisited = 20_000;
/**
 * Places of the schemas of a whole API that are looked at before the rest is listed bare: large APIs take 50,000, and
 * where many schemas refer to each other each of them leads to all others.
 */
export const mostVisitedOfAll = 2_000_000;
/** Places of one schema that are looked at in any case. */
export const leastVisited = 200;

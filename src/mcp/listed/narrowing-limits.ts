/** How far one walk through a schema goes. */

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

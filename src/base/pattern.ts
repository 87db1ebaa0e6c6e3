/** Patterns of documents, as the runtime asks them, and what asking may cost: in proportion to the document. */
import { type Pattern, patternOf, type Steps, StepsSpent } from "../../templates/always/src/runtime/pattern/pattern.ts";
import type { Json } from "./json.ts";

export { patternOf, type Steps, StepsSpent };

const stepsOfCharacter = 500;

/** Steps in proportion to what the document writes: a pattern and the values that it is asked of. */
export function stepsFor(pattern: string, values: readonly Json[]): Steps {
  const texts = values.filter((value) => typeof value === "string");
  return { left: stepsOfCharacter * texts.reduce((sum, text) => sum + text.length + 1, pattern.length) };
}

/** Whether a text fits; one that there are no steps left for does. */
export function fitting(pattern: Pattern, steps: Steps): (text: string) => boolean {
  return (text) => {
    try {
      return pattern.test(text, steps);
    } catch (fault) {
      if (fault instanceof StepsSpent) return true;
      throw fault;
    }
  };
}

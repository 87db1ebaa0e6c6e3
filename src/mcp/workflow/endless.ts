/** Workflows that could never come to their end. */
import type { WorkflowStep } from "../../../templates/always/src/runtime/data/project.ts";
import { visible } from "../../base/visible.ts";
import type { Place } from "../curation/curation.ts";
import type { WorkflowWish } from "../curation/workflow.ts";
import type { TellAt } from "./expressions.ts";

/** A step from which no way leads to the end goes round for good, whatever the answers are. */
export function refuseEndless({ steps: wishes }: WorkflowWish, steps: readonly WorkflowStep[], tellAt: TellAt): void {
  const end = steps.length;
  const waysFrom = ({ onSuccess }: WorkflowStep, index: number): readonly number[] => {
    const certain = onSuccess.findIndex(({ criteria }) => criteria.length === 0);
    const possible = certain < 0 ? onSuccess : onSuccess.slice(0, certain + 1);
    const targets = possible.map((action) =>
      action.type === "goto" && "step" in action ? steps.findIndex(({ id }) => id === action.step) : end,
    );
    return certain < 0 ? [...targets, index + 1] : targets;
  };
  const ends = new Set([end]);
  for (let grown = true; grown;) {
    grown = false;
    for (const [index, step] of steps.entries()) {
      if (ends.has(index) || !waysFrom(step, index).some((target) => ends.has(target))) continue;
      ends.add(index);
      grown = true;
    }
  }
  const endless: { readonly id: string; readonly place: Place } | undefined = wishes.find(
    (_, index) => !ends.has(index),
  );
  if (endless !== undefined)
    tellAt(endless.place, `From the step "${visible(endless.id)}" no way leads to the end: give its goto a criterion`);
}

import { type Feature, ifAsked } from "./feature.ts";
import { callsOf } from "./plans.ts";

/** What results hold of answers: fields that a call chooses, and what the owner keeps and drops. */
export const shape: Feature = {
  name: "shape",
  files: ["src/runtime/shape/"],
  dependencies: [],
  neededBy: (model) => callsOf(model).some(({ shape: plan }) => plan !== undefined),
  wantedBy: ifAsked,
  stays: false,
};

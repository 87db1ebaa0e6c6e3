import { type Feature, ifAsked } from "./feature.ts";

/** What results hold of answers: fields that a call chooses, and what the owner keeps and drops. */
export const shape: Feature = {
  name: "shape",
  files: ["src/runtime/shape/"],
  dependencies: [],
  neededBy: ({ apis }) =>
    apis.some(({ groups }) => groups.some(({ tools }) => tools.some(({ call }) => call.shape !== undefined))),
  wantedBy: ifAsked,
  stays: false,
};

import { type Feature, ifAsked } from "./feature.ts";

/** Work that goes on after an answer: waited for, and handles for what takes longer. */
export const jobs: Feature = {
  name: "jobs",
  files: ["src/runtime/jobs/"],
  dependencies: [],
  neededBy: (model) => model.jobs !== undefined,
  wantedBy: ifAsked,
  stays: false,
};

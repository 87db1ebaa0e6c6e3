import { type Feature, ifAsked } from "./feature.ts";

/** Tools that call several operations, as an Arazzo document says. */
export const workflows: Feature = {
  name: "workflows",
  files: ["src/runtime/workflows/"],
  dependencies: [],
  neededBy: (model) => model.workflows.length > 0,
  wantedBy: ifAsked,
  stays: false,
};

import { type Feature, ifAsked } from "./feature.ts";

/** Parts of the server that are served by themselves. */
export const toolsets: Feature = {
  name: "toolsets",
  files: ["src/runtime/toolsets/"],
  dependencies: [],
  neededBy: (model) => model.toolsets.length > 0,
  wantedBy: ifAsked,
  stays: false,
};

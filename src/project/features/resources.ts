import { type Feature, ifAsked } from "./feature.ts";

/** Resources: GET operations by URI, those of `src/custom.ts`, links from lists to items, and the rest of large answers. */
export const resources: Feature = {
  name: "resources",
  files: ["src/runtime/resources/resource-methods.ts", "src/runtime/resources/"],
  dependencies: [],
  neededBy: ({ apis }) => apis.some((api) => api.resources.length > 0),
  wantedBy: ifAsked,
  stays: true,
  wasInAll: true,
};

import { type Feature, ifAsked } from "./feature.ts";

/** What callers may do, by rules of the owner's. */
export const policy: Feature = {
  name: "policy",
  files: ["src/runtime/policy/"],
  dependencies: [],
  neededBy: (model) => model.policy !== undefined,
  wantedBy: ifAsked,
  stays: false,
};

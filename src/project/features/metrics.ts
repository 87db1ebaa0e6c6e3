import { type Feature, ifAsked } from "./feature.ts";

/** How many calls there are, how they end and how long they take, at `/metrics`. */
export const metrics: Feature = {
  name: "metrics",
  files: ["src/runtime/metrics/", "src/runtime/node/metrics-part.ts"],
  dependencies: [],
  neededBy: () => false,
  wantedBy: ifAsked,
  stays: false,
};

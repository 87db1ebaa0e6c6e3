import { type Feature, ifAsked } from "./feature.ts";

/** Manifests for Kubernetes: several instances, their Redis, who reaches them, and a sidecar. */
export const kubernetes: Feature = {
  name: "kubernetes",
  files: ["kubernetes/"],
  dependencies: [],
  brings: ["redis"],
  neededBy: () => false,
  wantedBy: ifAsked,
  stays: true,
};

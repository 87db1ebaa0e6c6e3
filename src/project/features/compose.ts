import { type Feature, ifAsked } from "./feature.ts";

/** `compose.yaml`: the image with the Redis that its instances share. */
export const compose: Feature = {
  name: "compose",
  files: ["compose.yaml"],
  dependencies: [],
  brings: ["redis"],
  neededBy: () => false,
  wantedBy: ifAsked,
  stays: true,
};

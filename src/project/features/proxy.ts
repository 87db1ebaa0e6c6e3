import { type Feature, ifAsked } from "./feature.ts";

/** A proxy that says who calls over HTTP. */
export const proxy: Feature = {
  name: "proxy",
  files: ["src/runtime/proxy/"],
  dependencies: [],
  neededBy: () => false,
  wantedBy: ifAsked,
  stays: true,
};

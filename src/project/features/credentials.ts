import { type Feature, ifAsked } from "./feature.ts";

/** Credentials of the APIs that differ by caller. */
export const credentials: Feature = {
  name: "credentials",
  files: ["src/runtime/credentials/"],
  dependencies: [],
  restsOn: ["oauth"],
  neededBy: () => false,
  wantedBy: ifAsked,
  stays: true,
};

import { type Feature, ifAsked } from "./feature.ts";

/** Lists in the form of OpenAI's strict mode, for servers that are made for it. */
export const strict: Feature = {
  name: "strict",
  files: ["src/runtime/strict/"],
  dependencies: [],
  neededBy: ({ plan }) => plan.strict,
  wantedBy: ifAsked,
  stays: false,
};

import { type Feature, ifAsked } from "./feature.ts";

/** Prompts: those that every API has, those of the configuration, and those of `src/custom.ts`. */
export const prompts: Feature = {
  name: "prompts",
  files: ["src/runtime/prompts/prompt-methods.ts"],
  dependencies: [],
  neededBy: ({ apis }) => apis.some((api) => api.prompts.length > 0),
  wantedBy: ifAsked,
  stays: true,
  wasInAll: true,
};

import { type Feature, ifAsked } from "./feature.ts";

/** Tools that find and call operations which are not listed. */
export const discovery: Feature = {
  name: "discovery",
  files: ["src/runtime/finding/"],
  dependencies: [],
  neededBy: ({ plan, toolsets }) => [plan, ...toolsets].some(({ mode }) => mode !== "all"),
  wantedBy: ifAsked,
  stays: false,
};

import { type Feature, ifAsked } from "./feature.ts";

/** Tools that find and call operations which are not listed, and tell whole what is listed in part. */
export const discovery: Feature = {
  name: "discovery",
  files: ["src/runtime/finding/"],
  dependencies: [],
  neededBy: ({ plan, toolsets }) => [plan, ...toolsets].some(({ mode, folded }) => mode !== "all" || folded),
  wantedBy: ifAsked,
  stays: false,
};

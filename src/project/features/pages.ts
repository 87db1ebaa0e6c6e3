import { type Feature, ifAsked } from "./feature.ts";
import { callsOf } from "./plans.ts";

/** Lists that come page by page: what the next page is asked for by, and all pages in one call. */
export const pages: Feature = {
  name: "pages",
  files: ["src/runtime/pages/"],
  dependencies: [],
  neededBy: (model) => callsOf(model).some(({ pages: plan }) => plan !== undefined),
  wantedBy: ifAsked,
  stays: false,
};

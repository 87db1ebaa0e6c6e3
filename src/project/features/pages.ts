import { type Feature, ifAsked } from "./feature.ts";

/** Lists that come page by page: what the next page is asked for by, and all pages in one call. */
export const pages: Feature = {
  name: "pages",
  files: ["src/runtime/pages/"],
  dependencies: [],
  neededBy: ({ apis }) =>
    apis.some(({ groups }) => groups.some(({ tools }) => tools.some(({ call }) => call.pages !== undefined))),
  wantedBy: ifAsked,
  stays: false,
};

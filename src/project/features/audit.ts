import { type Feature, ifAsked } from "./feature.ts";

/** Lines that say who called what, and what became of it. */
export const audit: Feature = {
  name: "audit",
  files: [
    "src/runtime/audit/",
    "src/runtime/node/audit-part.ts",
    "src/runtime/node/audit-check.ts",
    "src/runtime/node/verify-audit.ts",
  ],
  dependencies: [],
  neededBy: () => false,
  wantedBy: ifAsked,
  stays: false,
};

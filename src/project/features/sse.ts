import { type Feature, ifAsked } from "./feature.ts";

/** Clients of MCP 2024-11-05: a stream of events per client, and sessions. */
export const sse: Feature = {
  name: "sse",
  files: ["src/runtime/sse/"],
  dependencies: [],
  neededBy: () => false,
  wantedBy: ifAsked,
  stays: false,
};

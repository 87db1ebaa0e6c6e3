import { type Feature, ifAsked } from "./feature.ts";

/** A Worker, as Cloudflare runs it: one file, on the web standard alone. */
export const worker: Feature = {
  name: "worker",
  files: ["src/runtime/worker/", "src/worker.ts", "src/generated/data.d.ts", "worker/", "wrangler.jsonc"],
  dependencies: [],
  neededBy: () => false,
  wantedBy: ifAsked,
  stays: true,
};

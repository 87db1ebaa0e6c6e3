import { dependency } from "../dependency.ts";
import { type Feature, ifAsked } from "./feature.ts";

/** Answers of the API that are kept as long as it says that they hold. */
export const cache: Feature = {
  name: "cache",
  files: ["src/runtime/cache/"],
  dependencies: [
    dependency("http-cache-semantics", "4.3.0", "what HTTP says of kept answers (RFC 9111)"),
    { ...dependency("@types/http-cache-semantics", "4.2.0", "types of http-cache-semantics"), development: true },
  ],
  neededBy: () => false,
  wantedBy: ifAsked,
  stays: false,
};

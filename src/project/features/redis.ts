import { dependency } from "../dependency.ts";
import { type Feature, ifAsked } from "./feature.ts";

/** Redis, where several instances share what they count and keep. */
export const redis: Feature = {
  name: "redis",
  files: ["src/runtime/node/redis.ts", "src/runtime/node/hearing.ts"],
  dependencies: [
    dependency("@redis/client", "5.12.1", "what several instances share; loaded only when REDIS_URL is set"),
  ],
  neededBy: () => false,
  wantedBy: ifAsked,
  stays: true,
  wasInAll: true,
};

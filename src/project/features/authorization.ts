import { dependency } from "../dependency.ts";
import { type Feature, ifAsked } from "./feature.ts";
import { speakingOAuth } from "./oauth.ts";

/** Access tokens of an authorization server, by which it says who calls over HTTP. */
export const authorization: Feature = {
  name: "authorization",
  files: ["src/runtime/authorization/"],
  dependencies: [dependency("jose", "6.2.17", "signatures of access tokens that callers send"), speakingOAuth],
  neededBy: () => false,
  wantedBy: ifAsked,
  stays: true,
};

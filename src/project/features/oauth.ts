import { dependency } from "../dependency.ts";
import { type Feature, ifAsked } from "./feature.ts";

/** Asks for tokens, and about them. */
export const speakingOAuth = dependency("oauth4webapi", "3.8.8", "access tokens by OAuth 2 and OpenID Connect");

/** Access tokens by OAuth 2 and OpenID Connect. `src/auth.ts` asks for them. */
export const oauth: Feature = {
  name: "oauth",
  files: [
    "src/runtime/oauth.ts",
    ...["kept-tokens", "shared-token", "token-grant", "token-question"].map(
      (name) => `src/runtime/upstream/${name}.ts`,
    ),
  ],
  dependencies: [speakingOAuth],
  neededBy: ({ apis }) =>
    apis.some(({ data }) =>
      Object.values(data.securitySchemes).some(({ type }) => type === "oauth2" || type === "openIdConnect"),
    ),
  wantedBy: ifAsked,
  stays: true,
};

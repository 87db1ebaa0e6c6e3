import { dependency } from "../dependency.ts";
import { type Feature, ifAsked } from "./feature.ts";
import { callsOf } from "./plans.ts";

/** JMESPath, where the owner says by it what results hold of answers. */
export const jmespath: Feature = {
  name: "jmespath",
  files: ["src/runtime/jmespath/"],
  dependencies: [
    dependency(
      "@jmespath-community/jmespath",
      "1.3.0",
      "expressions of `answer.jmespath`; loaded when one is first used",
    ),
  ],
  neededBy: (model) => callsOf(model).some(({ shape }) => shape?.jmespath !== undefined),
  wantedBy: ifAsked,
  stays: false,
};

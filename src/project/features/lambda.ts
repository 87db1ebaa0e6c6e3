import { type Feature, ifAsked } from "./feature.ts";

/** A function of AWS Lambda, behind a function URL or an HTTP API. */
export const lambda: Feature = {
  name: "lambda",
  files: ["src/runtime/lambda/", "src/runtime/node/lambda.ts", "src/lambda.ts", "template.yaml"],
  dependencies: [],
  neededBy: () => false,
  wantedBy: ifAsked,
  stays: true,
};

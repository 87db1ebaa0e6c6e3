import { type Feature, ifAsked } from "./feature.ts";
import { bodiesOf } from "./plans.ts";

/** Bodies of XML. Answers of XML are text. */
export const xml: Feature = {
  name: "xml",
  files: ["src/runtime/request/xml.ts"],
  dependencies: [],
  neededBy: (model) => bodiesOf(model).some(({ encoding }) => encoding === "xml"),
  wantedBy: ifAsked,
  stays: false,
};

import { type Feature, ifAsked } from "./feature.ts";
import { bodiesOf } from "./plans.ts";

/** Bodies of several parts: `multipart/form-data` and its kin. */
export const multipart: Feature = {
  name: "multipart",
  files: ["src/runtime/request/multipart.ts"],
  dependencies: [],
  neededBy: (model) => bodiesOf(model).some(({ encoding }) => encoding === "multipart"),
  wantedBy: ifAsked,
  stays: false,
};

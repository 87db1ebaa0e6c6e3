import { featureWishes } from "../project/features/names.ts";
import type { Shape } from "./shape.ts";

/** `features` of the configuration file. */
export const featuresShape: Shape = {
  kind: "list",
  of: { kind: "choice", of: featureWishes, what: `one of ${featureWishes.join(", ")}` },
};

/** The optional parts of the runtime, as a server that needs them all lists them. */
import type { Parts } from "../../templates/always/src/runtime/data/parts.ts";

export const everyPart: Parts = {
  multipart: () => import("../../templates/always/src/runtime/request/multipart-body.ts"),
  xml: () => import("../../templates/always/src/runtime/request/xml-body.ts"),
};

/** The optional parts of the runtime that this server has, on whatever host: those that its documents need. */
import type { Parts } from "../runtime/data/parts.js";

export const parts: Parts = {
  files: () => import("../runtime/request/files.js"),
  multipart: () => import("../runtime/request/multipart.js"),
  pages: () => import("../runtime/pages/pages.js"),
  prompts: () => import("../runtime/prompts/prompt-methods.js"),
  resources: () => import("../runtime/resources/resource-part.js"),
  xml: () => import("../runtime/request/xml.js"),
};

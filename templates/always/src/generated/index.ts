/** The data of this server, read from the JSON files beside this one, and the optional parts that it has. */
import type { Parts } from "../runtime/data/parts.js";
import { readProject } from "../runtime/node/project-data.js";

const parts: Parts = {
  discovery: () => import("../runtime/finding/discovery.js"),
  files: () => import("../runtime/node/file-part.js"),
  multipart: () => import("../runtime/request/multipart-body.js"),
  prompts: () => import("../runtime/prompts/prompt-methods.js"),
  redis: () => import("../runtime/node/redis.js"),
  resources: () => import("../runtime/resources/resource-methods.js"),
  xml: () => import("../runtime/request/xml-body.js"),
};

export const project = readProject(import.meta.url, parts);

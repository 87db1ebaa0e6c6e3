/** The data of this server, read from the JSON files beside this one, and the optional parts that it has. */
import type { Parts } from "../runtime/data/parts.js";
import { readProject } from "../runtime/node/project-data.js";
import { parts } from "./parts.js";

/** What this host, which has folders and sockets, adds to them. */
const ofHost: Parts = {
  audit: () => import("../runtime/node/audit-part.js"),
  files: () => import("../runtime/node/files.js"),
  metrics: () => import("../runtime/node/metrics-part.js"),
  redis: () => import("../runtime/node/redis.js"),
};

export const project = readProject(import.meta.url, { ...parts, ...ofHost });

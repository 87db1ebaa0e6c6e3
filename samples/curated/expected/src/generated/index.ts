/** The data of this server, read from the JSON files beside this one, and the optional parts that it has. */
import type { Parts } from "../runtime/data/parts.js";
import { readProject } from "../runtime/node/project-data.js";

const parts: Parts = {};

export const project = readProject(import.meta.url, parts);

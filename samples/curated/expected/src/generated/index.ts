/** The data of this server, read from the JSON files beside this one. */
import { readProject } from "../runtime/node/project-data.js";

export const project = readProject(import.meta.url);

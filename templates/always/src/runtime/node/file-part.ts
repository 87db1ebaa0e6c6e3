/** The part that reads file arguments, on a host that has folders. */
import type { FilePart } from "../request/file-part.js";
import * as files from "../request/files.js";
import { readFileBelow } from "./files.js";

export const filesFrom: FilePart["filesFrom"] = (sources) =>
  files.filesFrom({ ...sources, readFileBelow });

export const listedFiles = files.listedFiles;

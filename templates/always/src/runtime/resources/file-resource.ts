/** Files that are resources of this server: their bytes, as whoever reads the resource gets them. */
import { fromBase64, utf8 } from "../data/bytes.js";
import { defined } from "../data/defined.js";
import { ArgumentError, CallError } from "../errors.js";
import type { FileCaller } from "../request/file-part.js";
import { readResource } from "./resource-read.js";
import type { ResourceTable } from "./resources.js";
import {
  lastSegment,
  type ReadFileResource,
} from "../request/file-argument.js";
import { partKey } from "../response/part.js";

/** A function that reads a file by the URI of a resource, as `reader` may. */
export function resourceFiles(
  resources: ResourceTable,
  reader: FileCaller,
): ReadFileResource {
  return async (uri) => {
    const found = resources.find(uri);
    if (found === undefined) return undefined;
    const reading = readResource(uri, found, {
      ...reader,
      async call(tool, args) {
        const result = await reader.call(tool, args);
        if (result._meta?.[partKey] === undefined) return result;
        throw new ArgumentError("it is too large for a file");
      },
    });
    const read = await reading.catch((fault: unknown) => {
      if (fault instanceof CallError) throw unreadable(uri, fault.message);
      throw fault;
    });
    if (read.kind === "gone") throw unreadable(uri, "it is no longer kept");
    if (read.kind === "failure") {
      const [block] = read.result.content;
      throw unreadable(uri, block?.type === "text" ? block.text : "");
    }
    const [content, more] = read.contents;
    if (found.resource.kind === "answer" && more !== undefined)
      throw unreadable(uri, "it is too large for a file");
    if (content === undefined)
      throw new ArgumentError(`The resource ${uri} is empty.`);
    return {
      bytes:
        "text" in content
          ? utf8(content.text)
          : (fromBase64(content.blob) ?? new Uint8Array()),
      filename: lastSegment(new URL(uri)),
      ...defined({ mediaType: content.mimeType }),
    };
  };
}

function unreadable(uri: string, why: string): ArgumentError {
  return new ArgumentError(`The resource ${uri} cannot be read: ${why}`);
}

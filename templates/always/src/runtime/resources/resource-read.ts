/** Reading what a URI leads to: by the tool of an operation, or by the owner's code. */
import { toBase64 } from "../data/bytes.js";
import type { FileCaller } from "../request/file-part.js";
import { freshKey } from "../call/call.js";
import { ownValue } from "../data/json-place.js";
import { defined } from "../data/defined.js";
import type { JsonObject } from "../data/model.js";
import {
  type FoundResource,
  resourceArguments,
  type ResourceContent,
  resourceContents,
} from "./resources.js";
import type { CallResult } from "../response/result.js";
import { scrubBytes, scrubText } from "../secret.js";

export interface Fresh {
  readonly ms: number;
  /** Whether for every caller. */
  readonly isForAll: boolean;
}

export interface ReadContents {
  readonly kind: "contents";
  readonly contents: readonly ResourceContent[];
  /** How long they hold, where the API says so and the server keeps answers. */
  readonly fresh?: Fresh;
}

export type ResourceRead =
  | ReadContents
  /** The tool's result is an error. */
  | { readonly kind: "failure"; readonly result: CallResult }
  /** An answer that is not, or no longer, kept. */
  | { readonly kind: "gone" };

/** Throws what the owner's code throws. */
export async function readResource(
  uri: string,
  { resource, values }: FoundResource,
  reader: FileCaller,
): Promise<ResourceRead> {
  if (resource.kind === "answer") {
    const contents = await resource.answers.read(values, reader.caller.id);
    return contents === undefined
      ? { kind: "gone" }
      : { kind: "contents", contents };
  }
  if (resource.kind === "operation") {
    const { tool, mimeType } = resource.listing;
    const args = resourceArguments(resource.listing, values);
    const result = await reader.call(tool, args);
    return result.isError === true
      ? { kind: "failure", result }
      : {
          kind: "contents",
          contents: resourceContents(uri, mimeType, result),
          ...defined({ fresh: freshOf(result) }),
        };
  }
  const { listing } = resource;
  const variables = Object.fromEntries(
    [...values].map(([name, texts]) => [name, texts.join(",")]),
  );
  const content = await listing.read(variables, {
    caller: reader.caller,
    signal: reader.signal,
    call: (tool, args) => reader.call(tool, args as JsonObject),
  });
  const { mimeType } = listing;
  const part = {
    uri,
    ...defined({ mimeType }),
  };
  return {
    kind: "contents",
    contents: [
      typeof content === "string"
        ? { ...part, text: scrubText(content) }
        : {
            ...part,
            blob: toBase64(scrubBytes(content)),
          },
    ],
  };
}

function freshOf({ _meta }: CallResult): Fresh | undefined {
  const ms = ownValue(_meta?.[freshKey], "ms");
  return typeof ms === "number"
    ? { ms, isForAll: ownValue(_meta?.[freshKey], "isForAll") === true }
    : undefined;
}

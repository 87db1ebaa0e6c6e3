import type { Operation } from "../api/model.ts";
import type { Reason, ToolListing } from "./model.ts";
import { words } from "./names/words.ts";

/** Safe methods (RFC 9110 §9.2.1; QUERY by its own draft). */
const safeMethods = new Set(["GET", "HEAD", "OPTIONS", "TRACE", "QUERY"]);
/** Methods whose repetition changes nothing more (RFC 9110 §9.2.2). */
export const idempotentMethods: ReadonlySet<string> = new Set([...safeMethods, "PUT", "DELETE"]);

/** What a POST does that only asks. */
const readingVerbs = new Set(
  "search query find lookup list count preview validate estimate calculate simulate".split(" "),
);
/** What an operation does that takes something away, whatever its method. */
const destroyingVerbs = new Set(
  "delete remove destroy purge drop erase wipe cancel revoke terminate kill archive void reset clear truncate uninstall unpublish deactivate disable expire".split(
    " ",
  ),
);

/** The hints of a tool (MCP, `ToolAnnotations`), inferred from method and verb, each with its reason. */
export function inferHints(
  operation: Operation,
  nameWords: readonly string[],
): { readonly annotations: ToolListing["annotations"]; readonly reasons: readonly Reason[] } {
  const { method } = operation;
  const verb = verbOf(operation, nameWords);
  const destroys = verb !== undefined && destroyingVerbs.has(verb);
  const asks = method === "POST" && verb !== undefined && readingVerbs.has(verb);
  const readOnly = (safeMethods.has(method) && !destroys) || asks;
  const destructive = !readOnly && (destroys || method === "DELETE" || method === "PUT" || method === "PATCH");
  const idempotent = idempotentMethods.has(method) || asks;
  const because = destroys || asks ? `${method} with the verb "${verb}"` : method;
  return {
    annotations: {
      readOnlyHint: readOnly,
      destructiveHint: destructive,
      idempotentHint: idempotent,
      openWorldHint: true,
    },
    reasons: [
      {
        about: "hints",
        text: `${because} ${readOnly ? "only reads" : destructive ? "can change or remove what exists" : "adds"}${idempotent && !readOnly ? ", and repeating it changes nothing more" : ""}`,
      },
    ],
  };
}

/**
 * The verb of an operation, where it is one known here. A verb of destruction wins: better one warning too many. But
 * many of these words are nouns as well (`archive`, `list`), so how far to look depends on what a mistake would cost.
 */
function verbOf({ method, path }: Operation, nameWords: readonly string[]): string | undefined {
  const segment = path.split("/").at(-1) ?? "";
  const action = segment.includes(":")
    ? segment.slice(segment.lastIndexOf(":") + 1)
    : segment.includes("{")
      ? ""
      : segment;
  const last = words(action);
  const alone = last.length === 1 ? last[0] : undefined;
  const destroys = (word: string | undefined): boolean => word !== undefined && destroyingVerbs.has(word);
  const reads = (word: string | undefined): boolean => word !== undefined && readingVerbs.has(word);
  if (safeMethods.has(method)) return [nameWords[0], segment.includes(":") ? alone : undefined].find(destroys);
  return [nameWords[0], last[0], nameWords[1], nameWords.at(-1)].find(destroys) ?? [nameWords[0], alone].find(reads);
}

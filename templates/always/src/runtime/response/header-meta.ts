/** What `_meta` tells of an answer: its status, and the header fields that say what to do next. */
import type { JsonObject } from "../data/model.js";
import { visibleLine } from "../text/visible.js";

/** `ratelimit-*` and `x-ratelimit-*` are told as well. */
const useful: ReadonlySet<string> = new Set([
  "location",
  "operation-location",
  "content-location",
  "link",
  "etag",
  "last-modified",
  "retry-after",
  "content-range",
  "accept-ranges",
  "content-disposition",
  "deprecation",
  "sunset",
  "x-total-count",
  "x-total",
  "x-total-pages",
  "x-page",
  "x-per-page",
  "x-next-page",
  "x-next-cursor",
  "x-request-id",
]);

export interface AnswerMeta extends JsonObject {
  readonly "openapi-to-mcp/status": number;
}

/** Keys of `_meta`: the status, and useful header fields by lower-case name if there are any. */
export function answerMeta(status: number, headers: Headers): AnswerMeta {
  const fields = usefulHeaders(headers);
  return {
    "openapi-to-mcp/status": status,
    ...(fields.length === 0
      ? {}
      : { "openapi-to-mcp/headers": Object.fromEntries(fields) }),
  };
}

export function usefulHeaders(headers: Headers): [string, string][] {
  return [...headers]
    .filter(
      ([name]) => useful.has(name) || /^(?:x-)?rate-?limit(?:-|$)/.test(name),
    )
    .map(([name, value]) => [name, visibleLine(value, 2_000)]);
}

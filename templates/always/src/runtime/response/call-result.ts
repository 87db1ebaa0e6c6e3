/** The result of a tool call, and how much of an answer goes into it. */
import type { JsonObject, JsonValue } from "../data/model.js";
import { visibleLine } from "../text/visible.js";
import type { ContentBlock } from "./content-block.js";
import type { TextList } from "./text.js";

export interface CallResult {
  readonly content: readonly ContentBlock[];
  /** Value of a JSON answer, whatever its root. Absent on errors, for other media types, and for one too large. */
  readonly structuredContent?: JsonValue;
  readonly isError?: true;
  /** `openapi-to-mcp/status`, and `openapi-to-mcp/headers` with the useful ones. */
  readonly _meta?: JsonObject;
}

export interface ResultLimits {
  /** Bytes of text before it is cut; `defaultLimits` has 100 KiB. */
  readonly maxTextBytes: number;
  /** Estimated tokens of text before it is cut, above which only an item that is longer goes whole; absent: no limit. */
  readonly maxTokens?: number;
  /** Whether the rest of an answer can be read as a resource, too. */
  readonly isLinked?: boolean;
  /** Bytes of JSON, or of base64, that go into one result; `defaultLimits` has 2 MiB. */
  readonly maxStructuredBytes: number;
  /**
   * Whether the tool declares an output schema, so that clients take no result without structured content: it is given
   * whole where the text is cut in the middle of it.
   */
  readonly declared?: boolean;
  /** Keeps an answer whose rest does not fit, and gives its URI; absent: none is kept. */
  readonly keep?: KeepAnswer;
  /** Whether the text is a file: every line stays as it came, also one that reads like a word of this server. */
  readonly exact?: boolean;
}

/** An answer as it came, to be given in parts. Each is cleaned of secrets and hidden characters when it is given. */
export type WholeAnswer = {
  /** Arguments of the call that goes on behind it. */
  readonly next?: JsonObject;
  /** Why it has no end, as `cutWords` says it; absent: it has one. */
  readonly cut?: string;
} & (
  | {
      readonly kind: "text";
      /** UTF-8. */
      readonly bytes: Uint8Array;
      readonly mimeType: string;
      /** Between its items the text is cut. */
      readonly list?: TextList;
    }
  | {
      readonly kind: "bytes";
      readonly bytes: Uint8Array;
      readonly mimeType: string;
    }
);

/** `undefined` for an answer that cannot be kept. */
export type KeepAnswer = (answer: WholeAnswer) => KeptAnswer | undefined;

export interface KeptAnswer {
  /** The URI of the part that begins at an item, character or byte. */
  uriAt(at: number): string;
  /** Settles once every instance of this server can read it, or it is clear that only this one can. Never rejects. */
  readonly written: Promise<void>;
}

/** What is read of a body. */
export type Body = Pick<CallResult, "content" | "structuredContent"> & {
  /** Which part of the answer it is. */
  readonly part?: JsonObject;
};

/** In `_meta` of a result whose answer was cut: `time`, `connection` or `coding`, as `CutBy` says; else `size`. */
export const cutKey = "openapi-to-mcp/cut";

// What `_meta` tells of an answer: its status, and the header fields that say what to do next.

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

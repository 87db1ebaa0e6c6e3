/** An HTTP answer as the result of a tool call (§4.8.17). */
import type { HttpResponse } from "../http-message.js";
import {
  isJson,
  isSequence,
  isText,
  type MediaType,
  parseMediaType,
} from "../media-type.js";
import type { CallPlan, JsonObject, JsonValue } from "../model.js";
import { binaryBlocks } from "./binary.js";
import { type ContentBlock, textBlock } from "./content-block.js";
import { failureText, statusText } from "./failure.js";
import { answerMeta, usefulHeaders } from "./header-meta.js";
import { readJson } from "./json.js";
import { readEvents, readSequence } from "./sequence.js";
import {
  cutText,
  decodeText,
  looksLikeText,
  visibleLine,
  visibleText,
} from "./text.js";

export type { ContentBlock } from "./content-block.js";

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
  /** Bytes of JSON, or of base64, that go into one result; `defaultLimits` has 2 MiB. */
  readonly maxStructuredBytes: number;
}

export const defaultLimits: ResultLimits = {
  maxTextBytes: 100 * 1024,
  maxStructuredBytes: 2 * 1024 * 1024,
};

/** Never throws: an answer of any shape becomes a result. */
export function readResult(
  response: HttpResponse,
  plan: CallPlan,
  limits: ResultLimits,
): CallResult {
  const { status, headers } = response;
  const _meta = answerMeta(status, headers);
  const isRedirect = status >= 300 && status < 400 && status !== 304;
  if (status >= 400 || isRedirect || status < 200) {
    const { text } = cutText(failureText(response, plan), limits.maxTextBytes);
    return { content: [textBlock(text)], isError: true, _meta };
  }
  const body = readBody(response, plan, limits);
  const follow = followText(response);
  return {
    ...body,
    content:
      follow === undefined
        ? body.content
        : [...body.content, textBlock(follow)],
    _meta,
  };
}

type Body = Pick<CallResult, "content" | "structuredContent">;

function readBody(
  response: HttpResponse,
  plan: CallPlan,
  limits: ResultLimits,
): Body {
  const { body, truncated } = response;
  if (body.byteLength === 0)
    return { content: [textBlock(emptyText(response, plan))] };
  const mediaType = mediaTypeOf(response, plan);
  if (!isTextual(mediaType, body))
    return {
      content: binaryBlocks(
        { body, mediaType, headers: response.headers, truncated },
        limits.maxStructuredBytes,
      ),
    };
  const text = decodeText(body, mediaType);
  const essence = mediaType?.essence ?? "";
  if (isSequence(essence))
    return listBody(
      text,
      readSequence(text, truncated),
      response,
      plan,
      limits,
    );
  if (essence === "text/event-stream")
    return listBody(text, readEvents(text, truncated), response, plan, limits);
  // Answers with a wrong media type are common; only an object or array is sure to be meant as JSON.
  const json =
    isJson(essence) || /^\s*[[{]/.test(text) ? readJson(text) : undefined;
  if (json !== undefined)
    return structured(json.compact, json.value, response, plan, limits);
  const blocks = [shownText(text, response, plan, limits, false)];
  if (isJson(essence) && !truncated)
    blocks.push(
      textBlock(
        "Note: the API calls this JSON, but it cannot be read as JSON.",
      ),
    );
  return { content: blocks };
}

/** The declared media type where the answer names none. */
function mediaTypeOf(
  response: HttpResponse,
  plan: CallPlan,
): MediaType | undefined {
  const given = parseMediaType(response.headers.get("content-type") ?? "");
  if (given !== undefined) return given;
  const status = String(response.status);
  const declared =
    plan.responses.find((candidate) => candidate.status === status) ??
    plan.responses.find(
      (candidate) => candidate.status === `${status.charAt(0)}XX`,
    ) ??
    plan.responses.find((candidate) => candidate.status === "default");
  const [first, ...others] = declared?.contents ?? [];
  if (first === undefined || others.length > 0) return undefined;
  const mediaType = parseMediaType(first.mediaType);
  return mediaType === undefined || mediaType.essence.includes("*")
    ? undefined
    : mediaType;
}

/** `application/octet-stream` says nothing: what reads as JSON then is, and without a media type the bytes decide. */
function isTextual(
  mediaType: MediaType | undefined,
  body: Uint8Array,
): boolean {
  if (mediaType === undefined) return looksLikeText(body);
  if (isText(mediaType.essence)) return true;
  const isUnspecific = mediaType.essence === "application/octet-stream";
  const start = Buffer.from(body.subarray(0, 64)).toString("latin1");
  return (
    looksLikeText(body) &&
    (mediaType.parameters.has("charset") ||
      (isUnspecific && /^\s*[[{]/.test(start)))
  );
}

function listBody(
  text: string,
  values: readonly JsonValue[] | undefined,
  response: HttpResponse,
  plan: CallPlan,
  limits: ResultLimits,
): Body {
  if (values !== undefined)
    return structured(text, values, response, plan, limits);
  const note = "Note: not every line of this answer is JSON.";
  return {
    content: [shownText(text, response, plan, limits, false), textBlock(note)],
  };
}

/** Text and value of a JSON answer. The value is left out where it is too large. */
function structured(
  text: string,
  value: JsonValue,
  response: HttpResponse,
  plan: CallPlan,
  limits: ResultLimits,
): Body {
  const fits = Buffer.byteLength(text) <= limits.maxStructuredBytes;
  const content = [shownText(text, response, plan, limits, fits)];
  if (fits) return { content, structuredContent: value };
  content.push(
    textBlock(
      `Note: the answer is larger than the ${limits.maxStructuredBytes} bytes that fit into a result, so it is given only as text.`,
    ),
  );
  return { content };
}

function shownText(
  text: string,
  response: HttpResponse,
  plan: CallPlan,
  limits: ResultLimits,
  complete: boolean,
): ContentBlock & { type: "text" } {
  const shown = cutText(text, limits.maxTextBytes);
  const lines = [visibleText(shown.text)];
  if (shown.cut)
    lines.push(
      `[Cut: these are the first ${Buffer.byteLength(shown.text)} of ${shown.bytes} bytes.${complete ? " The structured content is complete." : ""} ${narrowing(plan)}]`,
    );
  if (response.truncated)
    lines.push(
      `[The answer is longer than this server reads: it stopped after ${response.body.byteLength} bytes. ${narrowing(plan)}]`,
    );
  return textBlock(lines.join("\n"));
}

/** Names that APIs have for paging, searching and choosing fields, without regard to case and signs. */
const narrowingNames: ReadonlySet<string> = new Set(
  `after before count cursor endingbefore fieldmask fields filter first include last limit max maxitems maxresults
  nextcursor nextpagetoken nexttoken offset page pagecursor pagelimit pagenumber pageoffset pagesize pagetoken perpage
  q query search select since size skip start startafter startat startingafter startindex top`.split(
    /\s+/,
  ),
);

/** How to get less, naming the arguments for it. */
function narrowing(plan: CallPlan): string {
  const names = plan.request.parameters
    .filter(
      (parameter) =>
        parameter.in === "query" &&
        narrowingNames.has(plainName(parameter.name)),
    )
    .map((parameter) => `"${parameter.argument}"`);
  return names.length === 0
    ? "Ask for something smaller if you need the rest."
    : `To get less at once, use ${listed(names)}.`;
}

/** `page[size]`, `page_size` and `pageSize` are one; `fields[pets]` is `fields`. */
function plainName(name: string): string {
  const letters = name.toLowerCase().replaceAll(/[^a-z]/g, "");
  return letters.startsWith("fields") ? "fields" : letters;
}

function listed(names: readonly string[]): string {
  const [last = "", ...others] = [...names].reverse();
  return others.length === 0
    ? last
    : `${others.reverse().join(", ")} or ${last}`;
}

/** `Done: 204 No Content.`; for HEAD with the header fields that were asked for. */
function emptyText(response: HttpResponse, plan: CallPlan): string {
  const done = `Done: ${statusText(response.status)}.`;
  if (plan.request.method !== "HEAD") return done;
  const sized = ["content-type", "content-length"].flatMap(
    (name): [string, string][] => {
      const value = response.headers.get(name);
      return value === null ? [] : [[name, visibleLine(value)]];
    },
  );
  return [
    done,
    ...[...sized, ...usefulHeaders(response.headers)].map(
      ([name, value]) => `${name}: ${value}`,
    ),
  ].join("\n");
}

/** Where to look next: for work that goes on (202), and for what was made (201). */
function followText(response: HttpResponse): string | undefined {
  const location =
    response.headers.get("operation-location") ??
    response.headers.get("location");
  if (location === null)
    return response.status === 202
      ? "The API accepted this and works on it; it may not be finished."
      : undefined;
  const place = visibleLine(location, 2_000);
  if (response.status === 202)
    return `The API accepted this and works on it. Its state is at ${place}`;
  return response.status === 201 ? `Created at ${place}` : undefined;
}

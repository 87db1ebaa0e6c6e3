/** An HTTP answer as the result of a tool call (§4.8.17). */
import { latin1, utf8Text } from "../data/bytes.js";
import { defined } from "../data/defined.js";
import type { HttpResponse } from "../upstream/http-message.js";
import {
  isJson,
  isSequence,
  isText,
  type MediaType,
  parseMediaType,
} from "../upstream/media-type.js";
import type { CallPlan } from "../data/model.js";
import { binaryBody } from "./binary.js";
import {
  type Body,
  type CallResult,
  type ResultLimits,
  answerMeta,
  cutKey,
  usefulHeaders,
} from "./call-result.js";
import { textBlock } from "./content-block.js";
import { failureText, statusText } from "./failure.js";
import { readJson } from "./json.js";
import { withoutSpaces } from "./own-words.js";
import { partKey } from "./part.js";
import {
  beginsWithLine,
  endsWithFailure,
  hasEndMark,
  readEvents,
  readLines,
  readSequence,
} from "./records.js";
import { scanJson } from "./json-list.js";
import { type Show, shown, shownPart } from "./shown.js";
import { scrub, scrubBytes } from "../secret.js";
import { mostQuotaWaitMs } from "../upstream/pacing.js";
import { usedUpQuota } from "../upstream/retry.js";
import {
  recordList,
  cutText,
  looksBinary,
  looksLikeText,
  textBytes,
  wholeCharacters,
  wholeRecords,
} from "./text.js";
import { roomFor } from "./tokens.js";
import { visibleLine } from "../text/visible.js";

export type { ContentBlock } from "./content-block.js";
export type {
  Body,
  CallResult,
  KeepAnswer,
  KeptAnswer,
  ResultLimits,
} from "./call-result.js";

export const defaultLimits: ResultLimits = {
  maxTextBytes: 100 * 1024,
  maxStructuredBytes: 2 * 1024 * 1024,
};

/** Never throws: an answer of any shape becomes a result. */
export function readResult(
  given: HttpResponse,
  plan: CallPlan,
  limits: ResultLimits,
): CallResult {
  const response = asItEnded(given, plan);
  const { status, headers, truncated, cutBy } = response;
  const _meta = answerMeta(status, headers);
  const isRedirect = status >= 300 && status < 400 && status !== 304;
  if (status >= 400 || isRedirect || status < 200) {
    const words = scrub(failureText(response, plan));
    const { text } = cutText(words, limits.maxTextBytes);
    return { content: [textBlock(text)], isError: true, _meta };
  }
  const { part, ...body } = readBody(response, plan, limits);
  const { essence = "" } = mediaTypeOf(response, plan) ?? {};
  const hasFailed = endsWithFailure(response, essence);
  const further = [
    hasFailed ? failedAtEnd : undefined,
    followText(response),
    quotaText(response),
  ];
  const { structuredContent } = body;
  return {
    content: [
      ...body.content,
      ...further.flatMap((text) => (text === undefined ? [] : textBlock(text))),
    ],
    ...(hasFailed ? { isError: true } : defined({ structuredContent })),
    _meta: {
      ..._meta,
      ...defined({ [partKey]: part }),
      ...(truncated ? { [cutKey]: cutBy ?? "size" } : {}),
    },
  };
}

/** What came before is above; a stream has no other place to say so, since its status was sent long ago. */
const failedAtEnd =
  "Note: the API ended this answer with an error: the last thing that it sent says which.";

/** A stream of events that said that it is over is whole, whatever became of its connection then. */
function asItEnded(response: HttpResponse, plan: CallPlan): HttpResponse {
  const { cutBy, ...rest } = response;
  if (cutBy === undefined || !hasEndMark(response.body)) return response;
  return mediaTypeOf(response, plan)?.essence === "text/event-stream"
    ? { ...rest, truncated: false }
    : response;
}

function readBody(
  response: HttpResponse,
  plan: CallPlan,
  limits: ResultLimits,
): Body {
  const { body, truncated } = response;
  if (body.byteLength === 0 && !truncated)
    return { content: [textBlock(emptyText(response, plan))] };
  const mediaType = mediaTypeOf(response, plan);
  const essence = mediaType?.essence ?? "";
  if (!isTextual(mediaType, body))
    return binaryBody(
      {
        body,
        mediaType: isText(essence) ? undefined : mediaType,
        headers: response.headers,
        truncated,
      },
      limits,
    );
  const came = truncated ? wholeCharacters(body) : body;
  const bytes = textBytes(came, mediaType);
  if (isJson(essence) && firstOf(bytes) === "" && !truncated)
    return { content: [textBlock(emptyText(response, plan))] };
  const show = { response, plan, limits, mimeType: essence || "text/plain" };
  return bytes.byteLength > roomFor(bytes, limits)
    ? longBody(bytes, essence, show)
    : wholeBody(bytes, essence, show);
}

/** Of JSON (RFC 8259 §2): a NUL is none. */
const whiteSpace = new Set([0x09, 0x0a, 0x0d, 0x20]);

/** The first character that is no white space, of those that JSON may begin with; empty where there is none. */
function firstOf(bytes: Uint8Array): string {
  const first = bytes.find((byte) => !whiteSpace.has(byte));
  return first === undefined ? "" : String.fromCharCode(first);
}

/** Whether a text is read as JSON: those with a wrong media type are common, but only if they look like JSON. */
function mayBeJson(bytes: Uint8Array, essence: string): boolean {
  return isJson(essence) || ["[", "{"].includes(firstOf(bytes));
}

/** A body that fits into a result. */
function wholeBody(bytes: Uint8Array, essence: string, show: Show): Body {
  const { truncated } = show.response;
  // Half a secret is not recognised, so none is cut before this.
  const text = utf8Text(scrubBytes(bytes, truncated));
  if (isSequence(essence)) {
    // Record separators (RFC 7464 §2.1) are framing, not text.
    const lines = text.replaceAll("\u001e", "");
    const values = readSequence(text, truncated);
    if (values === undefined)
      return noted(shown(lines, "plain", show), notOnEachLine);
    return shown(lines, "records", show, values);
  }
  if (essence === "text/event-stream")
    return shown(text, "events", show, readEvents(text, truncated));
  // What was cut short has no end, and so is no JSON.
  const isJsonText = mayBeJson(bytes, essence) && !truncated;
  const json = isJsonText ? readJson(text) : undefined;
  if (json !== undefined) return shown(json.compact, "json", show, json.value);
  const lines = !isJson(essence)
    ? undefined
    : text === ""
      ? []
      : readLines(text, truncated);
  if (lines !== undefined) return shown(text, "records", show, lines);
  const plain = shown(text, "plain", show);
  return isJson(essence) && !truncated ? noted(plain, notJson) : plain;
}

/** A body of which only a part fits into a result: nothing else of it is made a text or a value. */
function longBody(bytes: Uint8Array, essence: string, show: Show): Body {
  const { response, limits } = show;
  const plain = () =>
    shownPart(bytes, "plain", undefined, show) ?? { content: [] };
  if (isSequence(essence) || essence === "text/event-stream") {
    const form = isSequence(essence) ? "records" : "events";
    const came = response.truncated
      ? wholeRecords(bytes, form === "events")
      : bytes;
    const lines = came.includes(0x1e)
      ? came.filter((byte) => byte !== 0x1e)
      : came;
    const list = recordList(lines, form === "events");
    return shownPart(lines, form, list, show) ?? noted(plain(), notOnEachLine);
  }
  const json =
    mayBeJson(bytes, essence) && !response.truncated
      ? scanJson(bytes)
      : undefined;
  if (
    json !== undefined &&
    json.bytes.byteLength <= roomFor(json.bytes, limits)
  )
    return wholeBody(json.bytes, essence, show);
  const part =
    json !== undefined
      ? shownPart(json.bytes, "json", json.list, show)
      : isJson(essence) && beginsWithLine(bytes, limits.maxTextBytes)
        ? linesPart(bytes, show)
        : undefined;
  if (part !== undefined) return part;
  return isJson(essence) && !response.truncated
    ? noted(plain(), notJson)
    : plain();
}

/** The first JSON texts, one on each line, of what is called JSON. */
function linesPart(bytes: Uint8Array, show: Show): Body | undefined {
  const came = show.response.truncated ? wholeRecords(bytes, false) : bytes;
  return shownPart(came, "records", recordList(came, false), show);
}

const notJson = "Note: the API calls this JSON, but it cannot be read as JSON.";
const notOnEachLine = "Note: not every line of this answer is JSON.";

function noted(body: Body, note: string): Body {
  return { ...body, content: [...body.content, textBlock(note)] };
}

/** The declared media type where the answer names none. */
function mediaTypeOf(
  response: HttpResponse,
  plan: CallPlan,
): MediaType | undefined {
  const field = response.headers.get("content-type") ?? "";
  // A field that came twice is joined by a comma, which a media type has only within quotes.
  const given =
    parseMediaType(field) ?? parseMediaType(field.split(",", 1)[0] ?? "");
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
  const { essence, parameters } = mediaType;
  if (isText(essence)) return parameters.has("charset") || !looksBinary(body);
  // Parts are text if all of them are.
  if (essence.startsWith("multipart/")) return looksLikeText(body, body.length);
  const isUnspecific = essence === "application/octet-stream";
  const start = latin1(body.subarray(0, 64));
  return (
    looksLikeText(body) &&
    (parameters.has("charset") || (isUnspecific && /^\s*[[{]/.test(start)))
  );
}

/** `Done: 204 No Content.`; for HEAD with the header fields that were asked for. */
function emptyText(response: HttpResponse, plan: CallPlan): string {
  const done = `Done: ${statusText(response.status)}.`;
  if (response.status === 304) return `${done} ${unchangedText(plan)}`;
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
      ([name, value]) => `> ${name}: ${value}`,
    ),
  ].join("\n");
}

/** Header fields of a request that 304 answers (RFC 9110 §15.4.5). */
const conditions = ["if-none-match", "if-modified-since"];

function unchangedText({ request }: CallPlan): string {
  const isAsked = request.parameters.some(
    ({ in: place, name }) =>
      place === "header" && conditions.includes(name.toLowerCase()),
  );
  return isAsked
    ? "What the call named is still as it was: the API gives no content."
    : "The API gives no content, as if the caller had it already, though this call named nothing that it has. Call again; if that does not help, the API or a cache before it is at fault.";
}

/** That the next calls may be refused. A wait that the next call takes on itself is not worth a word. */
function quotaText({ headers }: HttpResponse): string | undefined {
  const quota = usedUpQuota(headers);
  if (quota === undefined || (quota.resetMs ?? Infinity) <= mostQuotaWaitMs)
    return undefined;
  const until =
    quota.resetMs === undefined
      ? "for now"
      : `for the next ${Math.ceil(quota.resetMs / 1_000)} s`;
  return `Note: the API says that its quota is used up: it may refuse further calls ${until}.`;
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
  const place = withoutSpaces(visibleLine(location, 2_000));
  if (response.status === 202)
    return `The API accepted this and works on it. Its state is at ${place}`;
  return response.status === 201 ? `Created at ${place}` : undefined;
}

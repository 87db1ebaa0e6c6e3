/** What the body of a failed answer says about the cause. */
import { isArray, isObject, ownMember } from "../request/json-shape.js";
import type { JsonObject, JsonValue } from "../model.js";
import { readJson } from "./json.js";
import { cutText } from "./text.js";
import { visibleLine, visibleText } from "../visible.js";

/** Bytes of a body that is shown as it is. */
const maxCauseBytes = 2048;
const maxDetails = 10;

/**
 * The cause in words: members that APIs use for it (RFC 9457 problem details, OAuth errors, the `error` objects of
 * many APIs) with the code and the details beside them; else the first 2 KiB of the text. HTML is stripped of its tags.
 */
export function causeOf(text: string, essence: string | undefined): string {
  const json = readJson(text);
  if (json !== undefined) {
    const lines = causeLines(json.value);
    return lines.length > 0 ? lines.join("\n") : shown(json.compact);
  }
  const isMarkup =
    essence === "text/html" || /^\s*<(?:!doctype html|html)/i.test(text);
  return shown(isMarkup ? withoutTags(text) : text);
}

const messageKeys = [
  "message",
  "error_description",
  "errorMessage",
  "error_message",
  "Message",
  "msg",
  "description",
  "reason",
  "userMessage",
  "faultstring",
];
const codeKeys = ["code", "error_code", "errorCode", "status_code", "type"];
const detailKeys = [
  "message",
  "messages",
  "errors",
  "details",
  "violations",
  "invalid-params",
  "invalid_params",
  "fieldErrors",
  "validation_errors",
  "issues",
  "causes",
  "detail",
];

function causeLines(value: JsonValue): readonly string[] {
  if (typeof value === "string") return [visibleLine(value)];
  if (isArray(value)) return detailLines(value);
  if (!isObject(value)) return [];
  const title = ownText(value, "title");
  const detail = ownText(value, "detail");
  if (title !== undefined || detail !== undefined) {
    const head = [title, detail]
      .filter((text) => text !== undefined && text !== "")
      .map((text) => visibleLine(text ?? ""));
    return [[...new Set(head)].join(": "), ...detailsOf(value)];
  }
  const error =
    ownMember(value, "error") ??
    ownMember(value, "Error") ??
    ownMember(value, "fault");
  if (isObject(error)) {
    const inner = causeLines(error);
    if (inner.length > 0) return inner;
  }
  const message = messageKeys
    .map((key) => ownText(value, key))
    .find((text) => text !== undefined && text !== "");
  const code =
    typeof error === "string"
      ? error
      : codeKeys
          .map((key) => ownText(value, key))
          .find((text) => text !== undefined && text !== "");
  const head = [message, code]
    .filter((text) => text !== undefined)
    .map((text) => visibleLine(text ?? ""));
  const line =
    head.length === 2 && head[0] !== head[1]
      ? `${head[0]} (${head[1]})`
      : head[0];
  const details = detailsOf(value);
  // A code without a word of explanation says less than the body itself.
  if (
    message === undefined &&
    typeof error !== "string" &&
    details.length === 0
  )
    return [];
  return [...(line === undefined ? [] : [line]), ...details];
}

function detailsOf(value: JsonObject): readonly string[] {
  return detailKeys.flatMap((key) => {
    const details = ownMember(value, key);
    if (isArray(details)) return detailLines(details);
    if (!isObject(details)) return [];
    return Object.entries(details)
      .slice(0, maxDetails)
      .map(([field, text]) => `- ${visibleLine(field, 100)}: ${plain(text)}`);
  });
}

function detailLines(details: readonly JsonValue[]): readonly string[] {
  const lines = details
    .slice(0, maxDetails)
    .map((detail) => `- ${detailText(detail)}`);
  const more = details.length - lines.length;
  return more > 0 ? [...lines, `- and ${more} more`] : lines;
}

/** Place and message of a detail, else all of it. */
function detailText(detail: JsonValue): string {
  if (!isObject(detail)) return plain(detail);
  const message = [
    "message",
    "detail",
    "title",
    "msg",
    "reason",
    "description",
    "error",
  ]
    .map((key) => ownText(detail, key))
    .find((text) => text !== undefined);
  if (message === undefined) return plain(detail);
  const place = [
    "field",
    "path",
    "pointer",
    "loc",
    "name",
    "property",
    "parameter",
    "location",
    "source",
  ]
    .map((key) => ownMember(detail, key))
    .find((value) => value !== undefined && value !== null);
  return place === undefined
    ? visibleLine(message)
    : `${placeText(place)}: ${visibleLine(message)}`;
}

function placeText(place: JsonValue): string {
  if (isArray(place))
    return visibleLine(
      place
        .map((part) => (typeof part === "string" ? part : JSON.stringify(part)))
        .join("."),
      200,
    );
  return plain(place);
}

function plain(value: JsonValue): string {
  return visibleLine(typeof value === "string" ? value : JSON.stringify(value));
}

function shown(text: string): string {
  const { text: start, cut } = cutText(visibleText(text).trim(), maxCauseBytes);
  return cut ? `${start}…` : start;
}

/** Words of an error page, without its scripts and styles. */
function withoutTags(html: string): string {
  return html
    .slice(0, 65_536)
    .replaceAll(/<(script|style)\b[^<>]*>[^]*?(?:<\/\1\s*>|$)/gi, " ")
    .replaceAll(/<!--[^]*?(?:-->|$)/g, " ")
    .replaceAll(/<[^<>]*>/g, " ")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&nbsp;", " ")
    .replaceAll("&amp;", "&")
    .replaceAll(/\s+/g, " ");
}

/** A member's text; numbers count as text, since codes are often numbers. */
function ownText(value: JsonObject, key: string): string | undefined {
  const member = ownMember(value, key);
  return typeof member === "number"
    ? String(member)
    : typeof member === "string"
      ? member
      : undefined;
}

/** What the body of a failed answer says about the cause. */
import { isArray, isObject, ownMember } from "../request/argument.js";
import type { JsonObject, JsonValue } from "../data/model.js";
import { readJson } from "./json.js";
import { cutText } from "./text.js";
import { visibleLine, visibleText } from "../text/visible.js";

/** Bytes of a body that is shown as it is. */
const maxCauseBytes = 2048;
/** Details that are shown, and characters of them; how many more there are is said. */
const maxDetails = 100;
const maxDetailCharacters = 8192;
/** Members that are shown beside message and details. */
const maxOthers = 10;

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
  if (isArray(value)) return detailLines(value.map(detailText));
  if (!isObject(value)) return [];
  const usedKeys = new Set<string>();
  const lines = wordsOf(value, usedKeys);
  return lines.length === 0 ? [] : [...lines, ...othersOf(value, usedKeys)];
}

/** Message and details of an object; adds to `usedKeys` the members that they are made of. */
function wordsOf(value: JsonObject, usedKeys: Set<string>): readonly string[] {
  const title = ownText(value, "title");
  const detail = ownText(value, "detail");
  if (title !== undefined || detail !== undefined) {
    usedKeys.add("title").add("detail");
    const head = [title, detail]
      .filter((text) => text !== undefined && text !== "")
      .map((text) => visibleLine(text ?? ""));
    return [[...new Set(head)].join(": "), ...detailsOf(value, usedKeys)];
  }
  const errorKey = ["error", "Error", "fault"].find(
    (key) => ownMember(value, key) !== undefined,
  );
  const error = errorKey && ownMember(value, errorKey);
  if (errorKey !== undefined && isObject(error)) {
    const inner = causeLines(error);
    if (inner.length > 0) {
      usedKeys.add(errorKey);
      return inner;
    }
  }
  const [messageKey, message] = firstText(value, messageKeys);
  const [codeKey, code] =
    typeof error === "string" ? [errorKey, error] : firstText(value, codeKeys);
  const head = [message, code]
    .filter((text) => text !== undefined)
    .map((text) => visibleLine(text ?? ""));
  const line =
    head.length === 2 && head[0] !== head[1]
      ? `${head[0]} (${head[1]})`
      : head[0];
  for (const key of [messageKey, codeKey]) if (key) usedKeys.add(key);
  const details = detailsOf(value, usedKeys);
  // A code without a word of explanation says less than the body itself.
  if (
    message === undefined &&
    typeof error !== "string" &&
    details.length === 0
  )
    return [];
  return [...(line === undefined ? [] : [line]), ...details];
}

function firstText(
  value: JsonObject,
  keys: readonly string[],
): readonly [key?: string, text?: string] {
  const key = keys.find((candidate) => ownText(value, candidate));
  return key === undefined ? [] : [key, ownText(value, key)];
}

function detailsOf(
  value: JsonObject,
  usedKeys: Set<string>,
): readonly string[] {
  return detailKeys.flatMap((key) => {
    const details = ownMember(value, key);
    if (!isArray(details) && !isObject(details)) return [];
    usedKeys.add(key);
    return detailLines(
      isArray(details)
        ? details.map(detailText)
        : Object.entries(details).map(
            ([field, text]) => `${visibleLine(field, 100)}: ${plain(text)}`,
          ),
    );
  });
}

function detailLines(details: readonly string[]): readonly string[] {
  const lines: string[] = [];
  let characters = 0;
  for (const detail of details.slice(0, maxDetails)) {
    characters += detail.length;
    if (characters > maxDetailCharacters) break;
    lines.push(`- ${detail}`);
  }
  const more = details.length - lines.length;
  return more > 0 ? [...lines, `- and ${more} more`] : lines;
}

/** What an object says besides, on one line. */
function othersOf(
  value: JsonObject,
  usedKeys: ReadonlySet<string>,
): readonly string[] {
  const others = membersBut(value, usedKeys);
  return others === "" ? [] : [`Also: ${others}`];
}

/** Other members of an object; the status is known, and what is empty says nothing. */
function membersBut(value: JsonObject, usedKeys: ReadonlySet<string>): string {
  const others = Object.entries(value).filter(
    ([key, member]) =>
      !usedKeys.has(key) &&
      !(statusKeys.has(key) && Number.isInteger(Number(member))) &&
      !["null", "false", '""', "[]", "{}", '"about:blank"'].includes(
        JSON.stringify(member),
      ),
  );
  const shown = others
    .slice(0, maxOthers)
    .map(
      ([key, member]) =>
        `${visibleLine(key, 100)}: ${visibleLine(plain(member), 200)}`,
    );
  const more = others.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${more} more fields`] : [])].join(
    "; ",
  );
}

const statusKeys: ReadonlySet<string> = new Set([
  "status",
  "statusCode",
  "status_code",
  "httpStatus",
  "http_status",
]);

const detailMessageKeys = [
  "message",
  "detail",
  "title",
  "msg",
  "reason",
  "description",
  "error",
];
const placeKeys = [
  "field",
  "path",
  "pointer",
  "loc",
  "name",
  "property",
  "parameter",
  "location",
  "source",
];

/** Place and message of a detail, and in brackets what it says besides; all of it where it has no message. */
function detailText(detail: JsonValue): string {
  if (!isObject(detail)) return plain(detail);
  const messageKey = detailMessageKeys.find(
    (key) => ownText(detail, key) !== undefined,
  );
  if (messageKey === undefined) return plain(detail);
  const placeKey = placeKeys.find(
    (key) => (ownMember(detail, key) ?? null) !== null,
  );
  const place = placeKey && ownMember(detail, placeKey);
  const message = visibleLine(ownText(detail, messageKey) ?? "");
  const others = membersBut(
    detail,
    new Set([messageKey, placeKey ?? messageKey]),
  );
  return [
    place === undefined ? "" : `${placeText(place)}: `,
    message,
    others === "" ? "" : ` (${others})`,
  ].join("");
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

/** Sequential media types (§4.8.14.3): answers that are streams of records, gathered to one list once they have ended. */
import type { JsonValue } from "../data/model.js";
import { isJsonObject } from "../data/json-place.js";
import type { CutBy, HttpResponse } from "../upstream/http-message.js";
import { isJson, isSequence, parseMediaType } from "../upstream/media-type.js";
import { readJson } from "./json.js";

/** `json`: lines of JSON that are called JSON, told apart from one text of several lines by the first. */
export type StreamForm = "events" | "records" | "json";

/** `undefined` for what is no stream. */
export function streamForm(contentType: string | null): StreamForm | undefined {
  const essence = parseMediaType(contentType ?? "")?.essence ?? "";
  if (essence === "text/event-stream") return "events";
  if (isSequence(essence)) return "records";
  return isJson(essence) ? "json" : undefined;
}

/**
 * The JSON texts of a sequence, one on each line (JSON Lines) or behind record separators (RFC 7464). `undefined`
 * where one of them is no JSON; the last of an answer that was cut short may be, and is no number, since more digits
 * may have followed (RFC 7464 §2.4).
 */
export function readSequence(
  text: string,
  truncated: boolean,
): readonly JsonValue[] | undefined {
  const records = text
    .split(text.includes("\u001e") ? "\u001e" : /\r?\n/)
    .filter((record) => record.trim() !== "");
  const values: JsonValue[] = [];
  for (const [index, record] of records.entries()) {
    const isCut =
      truncated && index === records.length - 1 && !text.endsWith("\n");
    const json = readJson(record);
    if (isCut && (json === undefined || typeof json.value === "number")) break;
    if (json === undefined) return undefined;
    values.push(json.value);
  }
  return values;
}

/**
 * Server-sent events (WHATWG HTML §9.2.6) as objects with `data`, `event`, `id` and `retry`. Data stays text, as the
 * specification wants it; comments and unknown fields are ignored, and so is what has neither data nor a name, and the
 * mark of an end (`isEndMark`). The last event counts also without the empty line that ends it, unless the answer was cut
 * short.
 */
export function readEvents(
  text: string,
  truncated: boolean,
): readonly JsonValue[] {
  const blocks = text.split(/(?:\r\n|\n|\r(?!\n)){2}/);
  return blocks.slice(0, truncated ? -1 : undefined).flatMap((block) => {
    const data: string[] = [];
    const event = new Map<string, JsonValue>();
    for (const line of block.split(/\r\n|\n|\r/)) {
      const [, name, value = ""] = /^([^:]*)(?:: ?(.*))?$/su.exec(line) ?? [];
      if (name === "data") data.push(value);
      else if (name === "event" || (name === "id" && !value.includes("\0")))
        event.set(name, value);
      else if (name === "retry" && /^\d+$/.test(value))
        event.set(name, Number(value));
    }
    if (data.length > 0) event.set("data", data.join("\n"));
    const isEvent = event.has("data") || event.has("event");
    return !isEvent || isEndMark(event.get("data"))
      ? []
      : [Object.fromEntries(event)];
  });
}

/** Whether the data of an event says that no further one comes, as that of many APIs of language models does. */
export function isEndMark(data: JsonValue | undefined): boolean {
  return data === "[DONE]";
}

/** Whether a stream of events said that it is over, so that it lacks nothing, whatever became of its connection. */
export function hasEndMark(body: Uint8Array): boolean {
  const end = new TextDecoder().decode(body.subarray(-64));
  return /(?:^|[\r\n])data: ?\[DONE\](?:\r\n|\n|\r)+$/.test(end);
}

/**
 * Whether what came of an answer before it was cut is given, and not an error in its place: whole records of a stream;
 * and where time was up, also a stream of which none came, and lines of plain text, as of a log that is followed.
 *
 * @param url that answered: `watch=true` in it asks for a stream that is called JSON
 */
export function isWorthGiving(
  body: Uint8Array,
  contentType: string | null,
  cutBy: CutBy,
  url: string,
): boolean {
  if (holdsRecords(body, contentType)) return true;
  if (cutBy !== "time") return false;
  const form = streamForm(contentType);
  if (form === "json") return body.byteLength === 0 && watching.test(url);
  const isPlain = parseMediaType(contentType ?? "")?.essence === "text/plain";
  return form !== undefined || (isPlain && body.includes(0x0a));
}

/** Parameters by which APIs are asked to go on telling of what changes. */
const watching = /[?&](?:watch|follow|stream)=(?:true|1)(?:[&#]|$)/i;

/** Bytes that are looked at to find the first record. */
export const mostOfFirst = 1024 * 1024;

/** Whether the start of a body holds whole records of a stream: then it says something also without its end. */
export function holdsRecords(
  body: Uint8Array,
  contentType: string | null,
): boolean {
  const start = body.subarray(0, mostOfFirst);
  const text = () => new TextDecoder().decode(start);
  switch (streamForm(contentType)) {
    case "events":
      return readEvents(text(), true).length > 0;
    case "records":
      return (readSequence(text(), true) ?? []).length > 0;
    case "json":
      return beginsWithLine(start, mostOfFirst);
    case undefined:
      return false;
  }
}

/** Whether the first line is a JSON text of its own, as where APIs watch things: most JSON of several lines has none there. */
export function beginsWithLine(bytes: Uint8Array, mostBytes: number): boolean {
  const end = bytes.subarray(0, mostBytes).indexOf(0x0a);
  const line = new TextDecoder().decode(bytes.subarray(0, Math.max(end, 0)));
  return end >= 0 && readJson(line) !== undefined;
}

/**
 * The values of a text that is called JSON and is one JSON text on each line; `undefined` where it is not.
 */
export function readLines(
  text: string,
  truncated: boolean,
): readonly JsonValue[] | undefined {
  const end = text.indexOf("\n");
  if (end < 0 || readJson(text.slice(0, end)) === undefined) return undefined;
  return readSequence(text, truncated);
}

/** Bytes at the end of a stream that its last record is looked for in. */
const mostOfLast = 64 * 1024;

/**
 * Whether the last record of a stream says that the API failed: an event whose name is or ends with `error`, or an object
 * that has an `error` and nothing but what belongs to it.
 */
export function endsWithFailure(
  { body, truncated }: Pick<HttpResponse, "body" | "truncated">,
  essence: string,
): boolean {
  const form = streamForm(essence);
  if (form === undefined) return false;
  const end = new TextDecoder().decode(body.subarray(-mostOfLast));
  // Of one line of JSON only the cut tells that it is a record, and not the answer.
  const isAnswer = () =>
    (!truncated && !end.trim().includes("\n")) ||
    !beginsWithLine(body, mostOfLast);
  if (form === "json" && isAnswer()) return false;
  if (form !== "events") return isFailure(readJson(lastRecord(end))?.value);
  const last = readEvents(end, truncated).at(-1);
  const { event, data } = isJsonObject(last) ? last : {};
  if (/(?:^|[._-])error$/i.test(String(event ?? ""))) return true;
  return (
    (event === undefined || event === "message") &&
    isFailure(readJson(String(data ?? ""))?.value)
  );
}

function lastRecord(text: string): string {
  const records = text.split(text.includes("\u001e") ? "\u001e" : "\n");
  return records.findLast((record) => record.trim() !== "") ?? "";
}

const aroundFailure =
  /^(?:error|error_?details?|errors|code|message|type|status|status_?code|detail|details|request_?id|trace_?id)$/i;

/** A record with more than that is data that has a field of this name. */
function isFailure(value: JsonValue | undefined): boolean {
  if (value === undefined || !isJsonObject(value)) return false;
  const { error, type, object } = value;
  // As watchers of Kubernetes are told that their watch is over.
  if (type === "ERROR" && isJsonObject(object)) return true;
  return (
    ((typeof error === "string" && error !== "") || isJsonObject(error)) &&
    Object.keys(value).every((name) => aroundFailure.test(name))
  );
}

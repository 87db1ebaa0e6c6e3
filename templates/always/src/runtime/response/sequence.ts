/** Sequential media types (§4.8.14.3), gathered to one array once the answer has ended. */
import { isJson, isSequence, parseMediaType } from "../upstream/media-type.js";
import type { JsonValue } from "../data/model.js";
import { readJson } from "./json.js";

/**
 * The JSON texts of a sequence, one on each line (JSON Lines) or behind record separators (RFC 7464). `undefined`
 * where one of them is no JSON; the last of an answer that was cut short may be.
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
    const json = readJson(record);
    if (json !== undefined) values.push(json.value);
    else if (!truncated || index < records.length - 1) return undefined;
  }
  return values;
}

/**
 * Server-sent events (WHATWG HTML §9.2.6) as objects with `data`, `event`, `id` and `retry`. Data stays text, as the
 * specification wants it; comments and unknown fields are ignored. The last event counts also without the empty line
 * that ends it, unless the answer was cut short.
 */
export function readEvents(
  text: string,
  truncated: boolean,
): readonly JsonValue[] {
  const blocks = text.split(/\r\n\r\n|\n\n|\r\r/);
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
    return event.size === 0 ? [] : [Object.fromEntries(event)];
  });
}

/** Bytes that are looked at to find the first record. */
export const mostOfFirst = 1024 * 1024;

/** Whether the start of a body holds whole records of a stream: then it says something also without its end. */
export function holdsRecords(
  body: Uint8Array,
  contentType: string | null,
): boolean {
  const essence = parseMediaType(contentType ?? "")?.essence ?? "";
  const start = body.subarray(0, mostOfFirst);
  const isStart = (read: (text: string) => boolean) =>
    read(new TextDecoder().decode(start));
  if (essence === "text/event-stream")
    return isStart((text) => readEvents(text, true).length > 0);
  if (isSequence(essence))
    return isStart((text) => (readSequence(text, true) ?? []).length > 0);
  return isJson(essence) && beginsWithLine(start, mostOfFirst);
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

/** Values as the bodies of answers, as their media types have them. */
import { isJsonArray, isJsonObject } from "../data/json-place.js";
import type { JsonValue } from "../data/model.js";
import { isJson, isSequence, parseMediaType } from "../upstream/media-type.js";

/** A list as the records of a stream, where it is one; a text as it is, unless it is JSON. */
export function mockBody(value: JsonValue, mediaType: string): string {
  const essence = parseMediaType(mediaType)?.essence ?? "";
  const records = isJsonArray(value) ? value : [value];
  if (essence === "text/event-stream")
    return typeof value === "string" && /^(?:data|event|id|:)/m.test(value)
      ? value
      : records.map(eventOf).join("");
  if (typeof value === "string" && !isJson(essence)) return value;
  if (!isSequence(essence)) return JSON.stringify(value);
  const separator = essence.endsWith("json-seq") ? "\u001e" : "";
  return records
    .map((record) => `${separator}${JSON.stringify(record)}\n`)
    .join("");
}

/** A server-sent event (WHATWG HTML §9.2.6): an object that has the fields of one, or the data of one. */
function eventOf(value: JsonValue): string {
  const isEvent = isJsonObject(value) && Object.hasOwn(value, "data");
  const { data, ...others } = isEvent ? value : { data: value };
  const fields = ["event", "id", "retry"].flatMap((name) => {
    const field = others[name];
    return typeof field === "string" || typeof field === "number"
      ? [`${name}: ${String(field).replaceAll(/[\r\n\0]/g, " ")}\n`]
      : [];
  });
  const text = typeof data === "string" ? data : JSON.stringify(data);
  const lines = text.split(/\r\n|\r|\n/).map((line) => `data: ${line}\n`);
  return `${[...fields, ...lines].join("")}\n`;
}

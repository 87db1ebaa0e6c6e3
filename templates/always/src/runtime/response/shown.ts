/** Text and value of an answer, as much as goes into a result; and where the rest is. */
import type { HttpResponse } from "../upstream/http-message.js";
import type { CallPlan, JsonObject, JsonValue } from "../data/model.js";
import { textBlock } from "./content-block.js";
import { listed, narrowingArguments } from "./narrowing.js";
import {
  countOf,
  type Part,
  type TextForm,
  textPart,
  type WholeAnswer,
  wholeText,
} from "./part.js";
import type { Body, ResultLimits } from "./call-result.js";
import { readJson } from "./json.js";
import { jsonWithoutBreaks, quotedWhereLikeOurs } from "./own-words.js";
import { readEvents, readSequence } from "./sequence.js";
import { scrubText } from "../secret.js";
import { withFirstItems } from "./text-list.js";
import { visibleText, visibleValue } from "../text/visible.js";

/** What showing an answer depends on. */
export interface Show {
  readonly response: HttpResponse;
  readonly plan: CallPlan;
  readonly limits: ResultLimits;
  readonly mimeType: string;
}

/** Who writes back what was read here would otherwise change it unawares. */
const hiddenNote = "Note: the answer is shown without its hidden characters.";

/** @param value of the text, where it has one */
export function shown(
  given: string,
  form: TextForm,
  show: Show,
  value?: JsonValue,
): Body {
  const { limits, response, plan } = show;
  const visible = visibleText(given);
  const isChanged = visible !== given;
  // What was hidden within a secret kept it from being recognised.
  const text = isChanged ? scrubText(visible) : given;
  const isCut = Buffer.byteLength(text) > limits.maxTextBytes;
  const whole = wholeText(
    text,
    isCut ? form : "plain",
    show.mimeType,
    limits.maxTextBytes,
  );
  const part = isCut ? textPart(whole, 0, limits.maxTextBytes) : undefined;
  const structured =
    value === undefined
      ? {}
      : part === undefined || (part.unit === "bytes" && limits.declared)
        ? structuredOf(
            // A text of JSON may also spell a hidden character as an escape, which its value does not.
            isChanged || given.includes("\\u") ? visibleValue(value) : value,
            given,
            form,
            show,
          )
        : structuredPart(part, form);
  const notes: string[] = [];
  let kept: JsonObject | undefined;
  if (part !== undefined) {
    const next = nextOf(whole, part, show);
    const { from, to, of, unit } = part;
    kept = { from, to, of, unit, ...(next === undefined ? {} : { next }) };
    notes.push(
      `[${[partText(part, whole), structured.told ?? [], howOn(plan, next)].flat().join(" ")}]`,
    );
  } else if (structured.told !== undefined && !structured.complete) {
    notes.push(
      `Note: ${structured.told.charAt(0).toLowerCase()}${structured.told.slice(1)}`,
    );
  }
  if (isChanged) notes.push(hiddenNote);
  if (response.truncated) notes.push(endNote(response, plan));
  const begin = part?.text ?? text;
  // Lines of JSON begin with what no line of ours does.
  const isJson = form === "json" || form === "records";
  const ofApi = isJson ? jsonWithoutBreaks : quotedWhereLikeOurs;
  const start = limits.exact ? begin : ofApi(begin);
  const isWhole = part === undefined || part.unit === "items";
  return {
    // A text that is still what its media type says stands alone.
    content:
      isWhole && !response.truncated
        ? [start, ...notes].map(textBlock)
        : [textBlock([start, ...notes].join("\n"))],
    ...(structured.value === undefined
      ? {}
      : { structuredContent: structured.value }),
    ...(kept === undefined && !response.truncated
      ? {}
      : {
          part: kept ?? {
            from: 1,
            to: response.body.byteLength,
            unit: "bytes",
          },
        }),
  };
}

/** Why the answer has no end. */
function endNote({ body, cutBy }: HttpResponse, plan: CallPlan): string {
  const bytes = `${body.byteLength} bytes`;
  switch (cutBy) {
    case "time":
      return `[Cut: the API was still sending when the time of this call was over. This is what came until then, ${bytes}; what follows is lost.]`;
    case "connection":
      return `[Cut: the connection broke while the API was sending. This is what came until then, ${bytes}; what follows is lost.]`;
    case undefined:
      return `[The answer is longer than this server reads: it stopped after ${bytes}. ${howOn(plan, undefined)}]`;
    default:
      return cutBy satisfies never;
  }
}

interface Structured {
  readonly value?: JsonValue;
  readonly complete?: boolean;
  /** What is said of it beside a text that is cut. */
  readonly told?: string;
}

/** The value of what the text gives: both are cut at the same place. */
function structuredPart({ text, unit }: Part, form: TextForm): Structured {
  const value = unit === "items" ? valueOf(text, form) : undefined;
  return value === undefined
    ? { told: "There is no structured content, which cannot be cut there." }
    : {
        value: visibleValue(value),
        told: "The structured content has the same items.",
      };
}

function valueOf(text: string, form: TextForm): JsonValue | undefined {
  switch (form) {
    case "json":
      return readJson(text)?.value;
    case "records":
      return readSequence(text, false);
    case "events":
      return readEvents(text, false);
    case "plain":
      return undefined;
    default:
      return form satisfies never;
  }
}

/** The value, or as many items of its list as fit. */
function structuredOf(
  value: JsonValue,
  text: string,
  form: TextForm,
  { limits: { maxStructuredBytes } }: Show,
): Structured {
  const bytes = bytesOf(value, text, maxStructuredBytes);
  if (bytes <= maxStructuredBytes)
    return {
      value,
      complete: true,
      told: "The structured content is complete.",
    };
  const { list } = wholeText(text, form, "", maxStructuredBytes);
  // A value may take more bytes than its text: 1e20 becomes 100000000000000000000.
  const room = Math.floor(
    maxStructuredBytes * Math.min(1, Buffer.byteLength(text) / bytes),
  );
  const count = list === undefined ? 0 : countOf(text, list, 0, room);
  const first =
    list === undefined || count === 0
      ? undefined
      : withFirstItems(value, list, count);
  return first === undefined ||
    bytesOf(first, "", maxStructuredBytes) > maxStructuredBytes
    ? {
        told: `The answer is larger than the ${maxStructuredBytes} bytes that fit into a result, so it is given only as text.`,
      }
    : {
        value: first,
        told: `The structured content has items 1 to ${count} of ${list?.ends.length ?? 0}.`,
      };
}

/** Bytes of a value as JSON; those of its text, where that is so short that it makes no difference. */
function bytesOf(value: JsonValue, text: string, limit: number): number {
  const bytes = Buffer.byteLength(text);
  return bytes * 5 <= limit && text !== ""
    ? bytes
    : Math.max(bytes, Buffer.byteLength(JSON.stringify(value)));
}

function partText(part: Part, whole: WholeAnswer & { kind: "text" }): string {
  const { from, to, of, unit, text } = part;
  if (unit === "bytes") return `Cut: these are the first ${to} of ${of} bytes.`;
  const name = whole.list?.property;
  const where =
    name === undefined ? "" : ` of ${JSON.stringify(name).slice(0, 100)}`;
  return `Part: items ${from} to ${to} of ${of}${where}, ${Buffer.byteLength(text)} of ${Buffer.byteLength(whole.text)} bytes.`;
}

/** The URI of the rest, where the tool has no arguments to get it by. */
function nextOf(
  whole: WholeAnswer,
  { next }: Part,
  { limits, plan, response }: Show,
): string | undefined {
  if (
    next === undefined ||
    response.truncated ||
    narrowingArguments(plan).length > 0
  )
    return undefined;
  return limits.keep?.(whole)?.uriAt(next);
}

/** How to get the rest, or less at once. */
function howOn(plan: CallPlan, next: string | undefined): string {
  const names = narrowingArguments(plan);
  if (names.length > 0) return `To get less at once, use ${listed(names)}.`;
  return next === undefined
    ? "Ask for something smaller if you need the rest."
    : `The rest can be read for some minutes, beginning at ${next}`;
}

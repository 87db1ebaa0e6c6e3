/** Text and value of an answer, as much as goes into a result; and where the rest is. */
import { utf8, utf8Length, utf8Text } from "../data/bytes.js";
import { defined } from "../data/defined.js";
import { isJsonArray } from "../data/json-place.js";
import { cutWords, type HttpResponse } from "../upstream/http-message.js";
import type { CallPlan, JsonObject, JsonValue } from "../data/model.js";
import { textBlock } from "./content-block.js";
import { enumerated, refiningArguments, roomFor } from "./tokens.js";
import {
  type Part,
  partArgument,
  type TextForm,
  textPart,
  wholeText,
} from "./part.js";
import type { Body, ResultLimits, WholeAnswer } from "./call-result.js";
import { readJson } from "./json.js";
import { readEvents, readSequence } from "./records.js";
import { scanJson } from "./json-list.js";
import { jsonWithoutBreaks, quotedWhereLikeOurs } from "./own-words.js";
import { scrubBytes, scrubText } from "../secret.js";
import { recordList, type TextList } from "./text.js";
import { visibleText, visibleValue } from "../text/visible.js";

/** What showing an answer depends on. */
export interface Show {
  readonly response: HttpResponse;
  readonly plan: CallPlan;
  readonly limits: ResultLimits;
  readonly mimeType: string;
}

/** What is not seen of a text. Who writes back what was read here would otherwise change it unawares. */
function unseenNote(
  isBlank: boolean,
  isChanged: boolean,
  isPart: boolean,
): readonly string[] {
  if (isBlank)
    return [
      `Note: ${isPart ? "this part" : "the answer"} is not empty, but holds nothing but ${isChanged ? "hidden characters" : "white space"}.`,
    ];
  return isChanged
    ? ["Note: the answer is shown without its hidden characters."]
    : [];
}

/**
 * All of a text.
 *
 * @param value of the text, where it has one
 */
export function shown(
  given: string,
  form: TextForm,
  show: Show,
  value?: JsonValue,
): Body {
  const visible = visibleText(given);
  const isChanged = visible !== given;
  const structured =
    value === undefined
      ? {}
      : structuredOf(
          // A text of JSON may also spell a hidden character as an escape, which its value does not.
          isChanged || given.includes("\\u") ? visibleValue(value) : value,
          utf8(given),
          form,
          show.limits,
        );
  const { told = "", complete } = structured;
  const note = `Note: ${told.charAt(0).toLowerCase()}${told.slice(1)}`;
  return bodyOf(form, show, {
    // What was hidden within a secret kept it from being recognised.
    text: isChanged ? scrubText(visible) : given,
    isChanged,
    isWhole: true,
    structured: structured.value,
    notes: told === "" || complete === true ? [] : [note],
  });
}

/**
 * The first part of a text that is too long; only the part is made a text and a value. `undefined` where the items of the
 * list that it shows are no values of that form.
 */
export function shownPart(
  bytes: Uint8Array,
  form: TextForm,
  list: TextList | undefined,
  show: Show,
): Body | undefined {
  const { limits, plan, mimeType } = show;
  // One item may be longer than what is wanted: none is cut that the owner's limit lets through.
  const whole = wholeText(bytes, list, mimeType, limits.maxTextBytes);
  const part = textPart(whole, 0, roomFor(bytes, limits));
  if (part === undefined) return undefined;
  const value = part.unit === "items" ? valueOf(part.text, form) : undefined;
  if (part.unit === "items" && value === undefined) return undefined;
  const structured =
    value === undefined
      ? uncutValue(bytes, form, limits)
      : {
          value: visibleValue(value),
          told: "The structured content has the same items.",
        };
  const next = nextOf(whole, part, form, show);
  const { from, to, of, unit } = part;
  return bodyOf(form, show, {
    ...part,
    isWhole: unit === "items",
    structured: structured.value,
    notes: [
      `[${[partText(part, whole), structured.told ?? [], howOn(plan, next, limits)].flat().join(" ")}]`,
    ],
    part: { from, to, of, unit, ...defined({ next }) },
  });
}

/** What is shown of a text. */
interface Start {
  readonly text: string;
  readonly isChanged: boolean;
  /** Whether it is still what its media type says. */
  readonly isWhole: boolean;
  readonly structured: JsonValue | undefined;
  readonly notes: readonly string[];
  readonly part?: JsonObject;
}

function bodyOf(
  form: TextForm,
  { limits, response, plan }: Show,
  { text, isChanged, isWhole, structured, notes: first, part }: Start,
): Body {
  const { truncated, body } = response;
  const isBlank = limits.exact !== true && text.trim() === "";
  const isEmpty = body.byteLength === 0;
  const count =
    form === "json" || part !== undefined || !isJsonArray(structured)
      ? undefined
      : `${structured.length} whole ${form}`;
  const notes = [
    ...first,
    ...(isEmpty ? [] : unseenNote(isBlank, isChanged, part !== undefined)),
    ...(truncated ? [endNote(response, plan, limits, count)] : []),
  ];
  // Lines of JSON begin with what no line of ours does.
  const isJson = form === "json" || form === "records";
  const ofApi = isJson ? jsonWithoutBreaks : quotedWhereLikeOurs;
  // A block without text is refused by some that results are handed to.
  const starts = isBlank || isEmpty ? [] : [limits.exact ? text : ofApi(text)];
  const end = { from: 1, to: body.byteLength, unit: "bytes" };
  return {
    // A text that is still what its media type says stands alone.
    content:
      isWhole && !truncated
        ? [...starts, ...notes].map(textBlock)
        : [textBlock([...starts, ...notes].join("\n"))],
    ...defined({ structuredContent: structured }),
    ...(part === undefined && !truncated ? {} : { part: part ?? end }),
  };
}

/**
 * Why the answer has no end.
 *
 * @param count of the records that came
 */
function endNote(
  { body, cutBy }: HttpResponse,
  plan: CallPlan,
  limits: ResultLimits,
  count: string | undefined,
): string {
  const bytes = `${body.byteLength} bytes`;
  if (cutBy === undefined)
    return `[The answer is longer than this server reads: it stopped after ${bytes}. ${howOn(plan, undefined, limits)}]`;
  const came = count === undefined ? bytes : `${count}, ${bytes}`;
  return body.byteLength === 0
    ? `[Cut: ${cutWords(cutBy)}. Nothing came until then.]`
    : `[Cut: ${cutWords(cutBy)}. This is what came until then, ${came}; what follows is lost.]`;
}

interface Structured {
  readonly value?: JsonValue;
  readonly complete?: boolean;
  /** What is said of it beside a text that is cut. */
  readonly told?: string;
}

/** The value of a text that is cut within an item: where the tool declares one. */
function uncutValue(
  bytes: Uint8Array,
  form: TextForm,
  limits: ResultLimits,
): Structured {
  if (form === "plain") return {};
  if (limits.declared !== true)
    return {
      told: "There is no structured content, which cannot be cut there.",
    };
  const maxStructuredBytes =
    limits.maxTokens === undefined
      ? limits.maxStructuredBytes
      : Math.min(limits.maxStructuredBytes, limits.maxTextBytes);
  if (bytes.byteLength > maxStructuredBytes)
    return firstItems(bytes, form, maxStructuredBytes, maxStructuredBytes);
  const text = utf8Text(scrubBytes(bytes));
  const value = valueOf(text, form);
  return value === undefined
    ? {}
    : structuredOf(visibleValue(value), bytes, form, limits);
}

/** The value of a text of that form, if it has one. */
export function valueOf(text: string, form: TextForm): JsonValue | undefined {
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
  bytes: Uint8Array,
  form: TextForm,
  { maxStructuredBytes }: ResultLimits,
): Structured {
  const size = sizeOf(value, bytes.byteLength, maxStructuredBytes);
  if (size <= maxStructuredBytes)
    return {
      value,
      complete: true,
      told: "The structured content is complete.",
    };
  // A value may take more bytes than its text: 1e20 becomes 100000000000000000000.
  const share = Math.min(1, bytes.byteLength / size);
  const room = Math.floor(maxStructuredBytes * share);
  return firstItems(bytes, form, maxStructuredBytes, room);
}

/** Bytes of a value as JSON; those of its text, where that is so short that it makes no difference. */
function sizeOf(value: JsonValue, bytes: number, limit: number): number {
  return bytes * 5 <= limit
    ? bytes
    : Math.max(bytes, utf8Length(JSON.stringify(value)));
}

/** The items of a list that fit, by the bytes of their text. */
function firstItems(
  bytes: Uint8Array,
  form: TextForm,
  limit: number,
  room: number,
): Structured {
  const whole = wholeText(bytes, listOf(bytes, form), "", limit);
  const part = whole.list === undefined ? undefined : textPart(whole, 0, room);
  const value =
    part === undefined || part.to === 0 ? undefined : valueOf(part.text, form);
  if (
    part === undefined ||
    value === undefined ||
    utf8Length(JSON.stringify(value)) > limit
  )
    return {
      told: `The answer is larger than the ${limit} bytes that fit into a result, so it is given only as text.`,
    };
  return {
    value: visibleValue(value),
    told: `The structured content has items 1 to ${part.to} of ${part.of}.`,
  };
}

function listOf(bytes: Uint8Array, form: TextForm): TextList | undefined {
  switch (form) {
    case "json":
      return scanJson(bytes)?.list;
    case "records":
    case "events":
      return recordList(bytes, form === "events");
    case "plain":
      return undefined;
    default:
      return form satisfies never;
  }
}

function partText(part: Part, whole: WholeAnswer & { kind: "text" }): string {
  const { from, to, of, unit, text } = part;
  if (unit === "bytes") return `Cut: these are the first ${to} of ${of} bytes.`;
  const name = whole.list?.property;
  const where =
    name === undefined
      ? ""
      : ` of ${JSON.stringify(name.length > 100 ? `${name.slice(0, 99)}…` : name)}`;
  return `Part: items ${from} to ${to} of ${of}${where}, ${utf8Length(text)} of ${whole.bytes.byteLength} bytes.`;
}

/** The URI of the rest. */
function nextOf(
  whole: WholeAnswer,
  { next }: Part,
  form: TextForm,
  { limits, response: { truncated, cutBy } }: Show,
): string | undefined {
  const isStream =
    cutBy !== undefined || form === "events" || form === "records";
  if (next === undefined || (truncated && !isStream)) return undefined;
  const cut = truncated ? cutWords(cutBy) : undefined;
  return limits.keep?.({ ...whole, ...defined({ cut }) })?.uriAt(next);
}

/** How to get the rest, or less at once. */
function howOn(
  plan: CallPlan,
  next: string | undefined,
  limits: ResultLimits,
): string {
  const names = refiningArguments(plan);
  const less =
    names.length > 0 ? [`To get less at once, use ${enumerated(names)}.`] : [];
  const rest =
    next !== undefined
      ? [`The rest can be read for some minutes${restText(next, limits)}`]
      : names.length === 0
        ? ["Ask for something smaller if you need the rest."]
        : [];
  return [...less, ...rest].join(" ");
}

/** Where the rest is: what every client can do, and what those can that read resources. */
export function restText(
  next: string,
  { isLinked }: Pick<ResultLimits, "isLinked">,
): string {
  const byTool = `by this tool with ${JSON.stringify({ [partArgument]: next })}`;
  return isLinked === true
    ? `, beginning at ${next} or ${byTool}`
    : `, ${byTool}`;
}

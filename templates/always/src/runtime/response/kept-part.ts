/** A part of an answer that was kept, as the result of a tool: for clients that read no resources. */
import { toBase64 } from "../data/bytes.js";
import { defined } from "../data/defined.js";
import type { JsonObject } from "../data/model.js";
import { scrubPart } from "../secret.js";
import { visibleValue } from "../text/visible.js";
import { isJson, isSequence } from "../upstream/media-type.js";
import type { CallResult, ResultLimits } from "./call-result.js";
import { type ContentBlock, textBlock } from "./content-block.js";
import type { FoundPart } from "./kept-answers.js";
import { jsonWithoutBreaks, quotedWhereLikeOurs } from "./own-words.js";
import { byteAt, partArgument, type TextForm, textPart } from "./part.js";
import { valueOf } from "./shown.js";
import { roomFor } from "./tokens.js";

export interface KeptPart {
  readonly result: CallResult;
  /** Arguments of the call that goes on; absent behind the last part of an answer that nothing follows. */
  readonly next?: JsonObject;
}

/** `undefined` behind the end. */
export function keptPart(
  found: FoundPart,
  limits: ResultLimits,
): KeptPart | undefined {
  return found.answer.kind === "text"
    ? textResult(found, found.answer, limits)
    : bytesResult(found, found.answer, limits);
}

function textResult(
  found: FoundPart,
  answer: FoundPart["answer"] & { readonly kind: "text" },
  limits: ResultLimits,
): KeptPart | undefined {
  const { at } = found;
  const room = roomFor(answer.bytes, limits, byteAt(answer, at));
  const part = textPart(answer, at, room);
  if (part === undefined) return undefined;
  const { from, to, of, unit, text, next } = part;
  const forms = unit === "items" ? formsOf(answer.mimeType) : [];
  const value = forms
    .map((form) => valueOf(text, form))
    .find((one) => one !== undefined);
  const shown =
    value === undefined ? quotedWhereLikeOurs(text) : jsonWithoutBreaks(text);
  return going(found, `${unit} ${from} to ${to} of ${of}`, next, {
    content: [textBlock(shown)],
    ...(value === undefined ? {} : { structuredContent: visibleValue(value) }),
  });
}

/** What the items of such a text may be. */
function formsOf(mimeType: string): readonly TextForm[] {
  if (mimeType === "text/event-stream") return ["events"];
  if (isSequence(mimeType)) return ["records"];
  return isJson(mimeType) ? ["json", "records"] : ["json"];
}

/** Pictures and sounds whole, where one result can hold them; of files as much as a text would have. */
function bytesResult(
  found: FoundPart,
  { bytes, mimeType }: FoundPart["answer"] & { readonly kind: "bytes" },
  { maxStructuredBytes, maxTextBytes }: ResultLimits,
): KeptPart | undefined {
  const { at } = found;
  if (at >= bytes.byteLength) return undefined;
  const [kind] = mimeType.split("/");
  const most = Math.floor((maxStructuredBytes * 3) / 4);
  const isWhole =
    at === 0 &&
    bytes.byteLength <= most &&
    (kind === "image" || kind === "audio");
  const size = isWhole ? most : Math.min(most, maxTextBytes);
  const end = Math.min(at + size, bytes.byteLength);
  const data = toBase64(scrubPart(bytes, at, end));
  const block: ContentBlock =
    isWhole && (kind === "image" || kind === "audio")
      ? { type: kind, data, mimeType }
      : {
          type: "resource",
          resource: { uri: found.uriAt(at), mimeType, blob: data },
        };
  return going(
    found,
    `bytes ${at + 1} to ${end} of ${bytes.byteLength}`,
    end < bytes.byteLength ? end : undefined,
    { content: [block] },
  );
}

function endWords({ cut }: FoundPart["answer"]): string {
  return cut === undefined
    ? "This is the end of the answer."
    : `This is the end of what came: ${cut}.`;
}

/** With a word on how to go on. */
function going(
  { answer, uriAt }: FoundPart,
  what: string,
  at: number | undefined,
  result: CallResult,
): KeptPart {
  const next = at === undefined ? answer.next : { [partArgument]: uriAt(at) };
  const word =
    at === undefined
      ? endWords(answer)
      : `To go on, call this tool with ${JSON.stringify(next)}`;
  const further =
    at === undefined && next !== undefined
      ? [
          `Note: there are more items. Arguments of the call that goes on: ${jsonWithoutBreaks(JSON.stringify(next))}`,
        ]
      : [];
  return {
    result: {
      ...result,
      content: [
        ...result.content,
        ...[`[Part: ${what}. ${word}]`, ...further].map(textBlock),
      ],
    },
    ...defined({ next }),
  };
}

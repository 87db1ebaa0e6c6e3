/**
 * What a text costs a model, by its bytes: an estimate. It stands for no tokeniser; of those that are known it says 0.9 to
 * 1.2 times as much for JSON, logs, code, prose and base64, and more for other alphabets.
 */
import type { CallPlan } from "../data/model.js";
import type { ResultLimits } from "./call-result.js";

/** Bytes of one token in a run of such characters. */
const perLetters = 6;
const perCapitals = 2.5;
const perDigits = 3;
const perSigns = 3;
const perOthers = 3.5;

const capital = 1;
const letter = 2;
const digit = 3;
const space = 4;
const other = 5;
const sign = 6;

function kindOf(byte: number): number {
  if (byte >= 0x80) return other;
  if (byte >= 0x61 && byte <= 0x7a) return letter;
  if (byte >= 0x41 && byte <= 0x5a) return capital;
  if (byte >= 0x30 && byte <= 0x39) return digit;
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d) ? space : sign;
}

/** Estimated tokens of a run of characters of one kind. */
function tokensOfRun(kind: number, length: number): number {
  switch (kind) {
    case capital:
      return Math.ceil(length / perCapitals);
    case letter:
      return Math.ceil(length / perLetters);
    case digit:
      return Math.ceil(length / perDigits);
    case other:
      return Math.ceil(length / perOthers);
    case space:
      // A single space belongs to the word behind it.
      return length > 1 ? 1 : 0;
    default:
      return Math.ceil(length / perSigns);
  }
}

/** Bytes from a place on that cost at most so many tokens; ends behind a run of characters of one kind. */
export function bytesWithin(
  bytes: Uint8Array,
  from: number,
  maxTokens: number,
): number {
  const { length } = bytes;
  let tokens = 0;
  let at = from;
  while (at < length) {
    const start = at;
    let kind = kindOf(bytes[at] ?? 0);
    at += 1;
    // A word may begin with a capital.
    if (kind === capital && kindOf(bytes[at] ?? 0) === letter) kind = letter;
    while (at < length && kindOf(bytes[at] ?? 0) === kind) at += 1;
    const cost = tokensOfRun(kind, at - start);
    if (tokens + cost > maxTokens)
      return start - from + withinRun(at - start, cost, maxTokens - tokens);
    tokens += cost;
  }
  return length - from;
}

/** Bytes of a long run that still fit. */
function withinRun(length: number, cost: number, left: number): number {
  return Math.floor((length * left) / cost);
}

/** Bytes of a text, from a place on, that its limits let through. */
export function roomFor(
  bytes: Uint8Array,
  { maxTextBytes, maxTokens }: Pick<ResultLimits, "maxTextBytes" | "maxTokens">,
  from = 0,
): number {
  // No byte is more than a token.
  if (maxTokens === undefined || bytes.byteLength - from <= maxTokens)
    return maxTextBytes;
  const most = bytes.subarray(0, from + maxTextBytes + 1);
  return Math.max(
    1,
    Math.min(maxTextBytes, bytesWithin(most, from, maxTokens)),
  );
}

// The arguments of a tool that ask for less.

/** Names that APIs have for paging, searching and choosing fields, without regard to case and signs. */
const refiningNames: ReadonlySet<string> = new Set(
  `after before count cursor endingbefore fieldmask fields filter first include last limit max maxitems maxresults
  nextcursor nextpagetoken nexttoken offset page pagecursor pagelimit pagenumber pageoffset pagesize pagetoken perpage
  q query search select since size skip start startafter startat startingafter startindex top`.split(
    /\s+/,
  ),
);

/** Arguments that page, search or choose fields: of the query, and of a body that is asked for by fields. */
export function refiningArguments({
  request,
  shape,
}: CallPlan): readonly string[] {
  const chosen =
    shape?.argument === undefined
      ? []
      : [
          `"${shape.argument}" (a list of the fields that each item shall have)`,
        ];
  const own = [
    ...request.parameters.filter((parameter) => parameter.in === "query"),
    ...(request.body?.fields ?? []),
  ]
    .filter(({ name }) => refiningNames.has(plainName(name)))
    .map(({ argument }) => `"${argument}"`);
  return [...own, ...chosen];
}

/** `page[size]`, `page_size` and `pageSize` are one; `fields[pets]` is `fields`. */
function plainName(name: string): string {
  const letters = name.toLowerCase().replaceAll(/[^a-z]/g, "");
  return letters.startsWith("fields") ? "fields" : letters;
}

/** `"a", "b" or "c"`. */
export function enumerated(names: readonly string[]): string {
  const [last = "", ...others] = [...names].reverse();
  return others.length === 0
    ? last
    : `${others.reverse().join(", ")} or ${last}`;
}

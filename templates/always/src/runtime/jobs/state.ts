/** What an answer says of work that goes on: by its HTTP status, and by the word that it has for it. */
import { utf8Text } from "../data/bytes.js";
import { defined } from "../data/defined.js";
import { valueAt } from "../data/json-place.js";
import type { JobStatus, JsonValue } from "../data/model-parts.js";
import { scrubText } from "../secret.js";
import { visibleLine } from "../text/visible.js";
import type { HttpResponse } from "../upstream/http-message.js";
import { isSameWord, stageOf } from "./words.js";

export interface JobState {
  /** `other`: neither still at work nor at an end that anybody knows, such as work that waits for a person. */
  readonly stage: "pending" | "succeeded" | "failed" | "cancelled" | "other";
  /** As the API calls it. */
  readonly word?: string;
  /** How far it is. */
  readonly progress?: string;
  /** What the API says of it. */
  readonly message?: string;
}

/** Longer answers are no state. */
const mostBytes = 1_048_576;
/** Where a status stands that no document describes: as Azure's and most other APIs have it. */
const usualPlaces = ["/status", "/state", "/properties/provisioningState"];

/** The JSON that an answer is; `undefined` for any other. */
export function bodyOf({
  body,
  truncated,
}: Pick<HttpResponse, "body" | "truncated">): JsonValue | undefined {
  if (truncated || body.byteLength === 0 || body.byteLength > mostBytes)
    return undefined;
  try {
    return JSON.parse(utf8Text(body)) as JsonValue;
  } catch {
    return undefined;
  }
}

/**
 * @param where what is known of the answer; absent: nothing
 * @returns `undefined` for an answer that says nothing of it, of which its HTTP status is all that is known
 */
export function toldState(
  body: JsonValue | undefined,
  where: JobStatus | undefined,
): JobState | undefined {
  const at =
    where?.at ?? usualPlaces.find((place) => isWord(valueAt(body, place)));
  const value = at === undefined ? undefined : valueAt(body, at);
  if (!isWord(value)) return undefined;
  const word = String(value);
  const stage = stageIn(word, where);
  // Of a word that nobody lists nobody knows that it is about work.
  if (stage === undefined && where === undefined) return undefined;
  return {
    stage: stage ?? "other",
    word: shown(word),
    ...defined({
      progress: where && progressIn(body, where),
      message: textAt(body, failedOf(stage, where)),
    }),
  };
}

function failedOf(
  stage: JobState["stage"] | undefined,
  where: JobStatus | undefined,
): readonly (string | undefined)[] {
  return stage === "failed" ? [where?.error, where?.message] : [where?.message];
}

function isWord(
  value: JsonValue | undefined,
): value is string | number | boolean {
  return ["string", "number", "boolean"].includes(typeof value);
}

/** By the words that the document lists; where it lists none, by the usual ones. */
function stageIn(
  word: string,
  where: JobStatus | undefined,
): JobState["stage"] | undefined {
  const listed = (
    ["pending", "succeeded", "failed", "cancelled"] as const
  ).filter((stage) => (where?.[stage].length ?? 0) > 0);
  if (where !== undefined && listed.length > 0)
    return listed.find((stage) =>
      where[stage].some((known) => isSameWord(known, word)),
    );
  const stage = stageOf(word);
  return stage === "waiting" ? "pending" : stage;
}

function progressIn(
  body: JsonValue | undefined,
  { percent, done, total }: JobStatus,
): string | undefined {
  const share = numberAt(body, percent);
  const count = numberAt(body, done);
  const whole = numberAt(body, total);
  const counted =
    count !== undefined && whole !== undefined && whole > 0
      ? `${count} of ${whole}`
      : undefined;
  // A share of one is no number of per cent.
  const isShare = share !== undefined && share > 0 && share < 1;
  const cents =
    share === undefined
      ? undefined
      : `${Math.round(isShare ? share * 100 : share)} %`;
  return (
    [cents, counted].filter((text) => text !== undefined).join(", ") ||
    undefined
  );
}

function numberAt(
  body: JsonValue | undefined,
  pointer: string | undefined,
): number | undefined {
  const value = pointer === undefined ? undefined : valueAt(body, pointer);
  const number = typeof value === "string" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) && value !== ""
    ? number
    : undefined;
}

/** The first of several places that says something. */
function textAt(
  body: JsonValue | undefined,
  pointers: readonly (string | undefined)[],
): string | undefined {
  for (const pointer of pointers) {
    const value = pointer === undefined ? undefined : valueAt(body, pointer);
    if (value === undefined || value === null || value === "") continue;
    const inside =
      typeof value === "object" ? valueAt(value, "/message") : undefined;
    const told = isWord(inside) ? inside : value;
    return shown(
      typeof told === "object" ? JSON.stringify(told) : String(told),
    );
  }
  return undefined;
}

function shown(text: string): string {
  return visibleLine(scrubText(text), 300);
}

/** A state in a few words: `in_progress, 40 %, 4 of 10`. */
export function stateText({ word, progress, message }: JobState): string {
  const parts = [
    word === undefined ? undefined : `"${word}"`,
    progress,
    message,
  ];
  return parts.filter((part) => part !== undefined).join(", ");
}

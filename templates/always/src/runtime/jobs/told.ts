/** What a model is told of work: that it goes on and how to ask again, that it has ended, or that nobody knows. */
import type { JobsData, JsonObject } from "../data/model.js";
import { textBlock } from "../response/content-block.js";
import type { CallResult } from "../response/result.js";
import { withoutQuotes, withoutSpaces } from "../response/own-words.js";
import { visibleLine } from "../text/visible.js";
import { ownValue } from "../data/json-place.js";
import type { Followed } from "./follow.js";
import type { Job } from "./job.js";
import type { Looked } from "./look.js";
import { type JobState, stateText } from "./state.js";

/** In `_meta` of a result: how the work stands that the call started, and the handle that it goes on by. */
const jobKey = "openapi-to-mcp/job";

/** What is needed to say how to go on. */
export interface GoingOn {
  readonly handle: string;
  readonly names: JobsData;
  readonly job: Job;
  /** Whether the handle survives this process. */
  readonly isShared: boolean;
}

/** The result of work that goes on, with how its client goes on. */
export function goingOn(
  result: CallResult,
  { state, looked, waitMs }: Followed,
  { handle, names, job, isShared }: GoingOn,
): CallResult {
  const standing = textOf(state);
  const lack =
    looked?.lack === undefined
      ? ""
      : ` Its state could not be read: ${firstLineOf(looked.result)}.`;
  const when =
    waitMs === undefined || waitMs < 1_000
      ? ""
      : ` The API asks to wait ${Math.ceil(waitMs / 1_000)} s before that.`;
  const ends =
    job.cancel === undefined || names.cancel === undefined
      ? ""
      : ` ${names.cancel.name} ends the work.`;
  const holds = isShared
    ? ""
    : " The handle holds as long as this server runs.";
  const text = `Note: the API still works on this${standing}.${lack} To learn what comes of it, call ${names.check.name} with this handle: ${handle}${when === "" ? " ." : ` .${when}`}${ends}${holds}`;
  return {
    ...result,
    content: [...result.content, textBlock(text)],
    _meta: { ...result._meta, [jobKey]: { handle, ...metaOf(state) } },
  };
}

/** The result of work that has ended. */
export function ended({ state, result }: Looked, title: string): CallResult {
  const meta = { ...result._meta, [jobKey]: metaOf(state) };
  if (state.stage === "failed" || state.stage === "cancelled") {
    const { structuredContent: _content, ...rest } = result;
    const how = state.stage === "failed" ? "failed" : "was cancelled";
    const note = `Note: the work ${how}${textOf(state)} (${withoutQuotes(visibleLine(title, 100))}).`;
    return {
      ...rest,
      content: [textBlock(note), ...rest.content],
      isError: true,
      _meta: meta,
    };
  }
  const place = locationOf(result);
  if (result.isError === true && place !== undefined) {
    const { isError: _error, ...rest } = result;
    return {
      ...rest,
      content: [
        textBlock(`Note: the work is done. What came of it is at ${place}`),
      ],
      _meta: meta,
    };
  }
  const note =
    state.stage === "other"
      ? `Note: the API works no longer on this${textOf(state)}; what that asks for, its document says.`
      : `Note: the work is done${textOf(state)}.`;
  return {
    ...result,
    content: [...result.content, textBlock(note)],
    _meta: meta,
  };
}

/** The result where the state cannot be had: it is gone, or the API does not give it. */
export function unknown({ result, lack }: Looked): CallResult {
  const why =
    lack === "gone"
      ? "the API no longer knows this work, or never did: it may have ended long ago"
      : "the API does not tell the state of this work";
  const { structuredContent: _content, ...rest } = result;
  return {
    ...rest,
    content: [textBlock(`Note: ${why}.`), ...rest.content],
    isError: true,
  };
}

/** With what the call was answered at first, where the last answer does not hold it. */
export function withFirst(last: CallResult, first: CallResult): CallResult {
  if (holds(last.structuredContent, first.structuredContent)) return last;
  const own = first.content.filter((block) => !isFollowing(block));
  return own.length === 0
    ? last
    : {
        ...last,
        content: [
          ...last.content,
          textBlock("Note: the call was answered at first with:"),
          ...own,
        ],
      };
}

/** What `readResult` says of an answer of 202. */
function isFollowing(block: CallResult["content"][number]): boolean {
  return (
    block.type === "text" &&
    /^(?:The API accepted this|Done: 20\d )/.test(block.text)
  );
}

/** Whether an object has all members of another one. */
function holds(
  last: CallResult["structuredContent"],
  first: CallResult["structuredContent"],
): boolean {
  if (first === undefined) return false;
  if (typeof first !== "object" || first === null) return true;
  return Object.keys(first).every((key) => ownValue(last, key) !== undefined);
}

function textOf(state: JobState): string {
  const text = stateText(state);
  return text === "" ? "" : ` (${text})`;
}

function metaOf({ stage, word }: JobState): JsonObject {
  return { state: stage, ...(word === undefined ? {} : { status: word }) };
}

function firstLineOf({ content }: CallResult): string {
  const text = content.find((block) => block.type === "text")?.text ?? "";
  return visibleLine(text.split("\n", 1)[0] ?? "", 200).replace(/\.$/, "");
}

function locationOf({ _meta }: CallResult): string | undefined {
  const place = ownValue(_meta?.["openapi-to-mcp/headers"], "location");
  return typeof place === "string"
    ? withoutSpaces(visibleLine(place, 2_000))
    : undefined;
}

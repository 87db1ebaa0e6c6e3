/** `jobs` of the configuration file: its form, and what it says. */
import { defined } from "../base/defined.ts";
import { type Json, isObject, own, ownBoolean, ownNumber, ownString, ownTexts, pointerTo } from "../base/json.ts";
import type { JobsWish, JobWish } from "../mcp/job/wish.ts";
import type { PlaceOf } from "./curation.ts";
import { boolean, number, type Shape, text, texts } from "./shape.ts";

const operation: Shape = { kind: "either", of: [{ kind: "boolean", only: false }, text] };

/** What of work that goes on after answers is not as it is recognised. */
export const jobsShape: Shape = {
  kind: "fields",
  fields: [
    { key: "wait", shape: number, description: "Seconds that a call waits at most; default: as long as it may take" },
    {
      key: "tools",
      shape: {
        kind: "names",
        of: {
          kind: "fields",
          fields: [
            { key: "follow", shape: boolean, default: true, description: "Whether its work is followed" },
            { key: "read", shape: text, description: "Operation that reads the state" },
            {
              key: "status",
              shape: { kind: "text", pattern: "^/", meaning: "a JSON pointer, such as /status" },
              description: "JSON pointer of the status in its answers",
            },
            { key: "pending", shape: texts, description: "Words of work that goes on" },
            { key: "succeeded", shape: texts, description: "Words of work that is done" },
            { key: "failed", shape: texts, description: "Words of work that failed" },
            { key: "cancelled", shape: texts, description: "Words of work that was ended" },
            { key: "cancel", shape: operation, description: "Operation that ends the work; false: none" },
            { key: "result", shape: operation, description: "Operation that gives what came of it; false: none" },
            { key: "wait", shape: number, description: "Seconds that a call waits at most" },
            {
              key: "end-with-call",
              shape: boolean,
              default: false,
              description: "Whether the work is ended where the client gives up the call that waits for it",
            },
          ],
        },
      },
      description: "By operationId, `METHOD /path` or name of the tool that starts the work",
    },
  ],
};

/** What a file says, whose form is checked already; `undefined` where it says nothing. */
export function jobsOf(value: Json | undefined, placeOf: PlaceOf): JobsWish | undefined {
  if (!isObject(value)) return undefined;
  const tools = own(value, "tools");
  return {
    ...defined({ wait: ownNumber(value, "wait") }),
    tools: isObject(tools)
      ? Object.keys(tools).map((key) => jobOf(key, own(tools, key), placeOf(pointerTo("/jobs/tools", key))))
      : [],
  };
}

function jobOf(key: string, said: Json | undefined, place: JobWish["place"]): JobWish {
  const named = (name: string): string | false | undefined =>
    own(said, name) === false ? false : ownString(said, name);
  return {
    operation: key,
    ...defined({
      follow: ownBoolean(said, "follow"),
      status: ownString(said, "status"),
      read: ownString(said, "read"),
      pending: ownTexts(said, "pending"),
      succeeded: ownTexts(said, "succeeded"),
      failed: ownTexts(said, "failed"),
      cancelled: ownTexts(said, "cancelled"),
      cancel: named("cancel"),
      result: named("result"),
      wait: ownNumber(said, "wait"),
    }),
    endWithCall: own(said, "end-with-call") === true,
    place,
  };
}

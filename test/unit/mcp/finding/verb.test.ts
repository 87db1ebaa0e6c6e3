/** A question that says what shall be done by the very verb of an operation's name. */
import { expect, it } from "vitest";
import type { JsonObject } from "../../../../src/base/json.ts";
import { findingIndexOf } from "../../../../src/mcp/finding/index-of.ts";
import { OperationSearch } from "../../../../templates/always/src/runtime/finding/search.ts";
import { serverOf } from "../../document.ts";

const responses = { 200: { description: "done" } };
const operation = (summary: string, description: string): JsonObject => ({ post: { summary, description, responses } });
const document: JsonObject = {
  paths: {
    "/rooms.delete": operation("Deletes a room", "The room is gone for good."),
    "/rooms.list": operation("Lists rooms", ""),
    "/entries.delete": operation("Deletes one", ""),
    "/entries.postMark": operation("Posts a mark of an entry of a room, at a time", ""),
    "/entries.getMarks": operation("The marks of an entry of a room, by its time", ""),
    "/entries.setMarks": operation("Marks", ""),
  },
};

const search = new OperationSearch(findingIndexOf(serverOf(document).model));

it.each<[string, string]>([
  ["Delete the entry of the room at that time", "POST /entries.delete"],
  ["Set the marks of an entry of a room by its time", "POST /entries.setMarks"],
  ["Get the marks of an entry of a room", "POST /entries.getMarks"],
])("%s: %s", (question, request) => expect(search.find(question, 1)[0]?.request).toBe(request));

/** What a segment of a path cannot be is said where the schema of its argument invites it. */
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import { at, toolOf } from "../document.ts";

function told(schema: JsonObject, path = "/a/{p}"): unknown {
  const tool = toolOf({ parameters: [{ name: "p", in: "path", required: true, schema }] }, { path });
  return at(tool.listing.inputSchema, "properties", "p", "description");
}

describe("a segment of dots", () => {
  it.each<[JsonObject, string?]>([
    [{ type: "string", pattern: "^[a-z.]+$" }],
    [{ type: "string", pattern: "^\\S+$" }],
    [{ type: "string", pattern: "[^/]" }],
    [{ type: "array", items: { type: "string", pattern: "^[\\w.-]{1,9}$" } }],
  ])("is told of %j", (schema, path) => {
    expect(told(schema, path)).toBe("Not “.” or “..”.");
  });

  it.each<[JsonObject]>([
    [{ type: "string", pattern: "^books/[^/]+$" }],
    [{ type: "string", pattern: "shelves/[a-z.]+/books/\\w+" }],
  ])("within is told of %j", (schema) => {
    expect(told(schema)).toBe("No part between slashes may be “.” or “..”.");
  });

  it.each<[JsonObject, string?]>([
    [{ type: "string" }],
    [{ type: "string", pattern: "^[a-z]+$" }],
    [{ type: "string", pattern: "^[a-z.]+$", minLength: 3 }],
    [{ type: "string", pattern: "^[a-z.]+$", enum: ["a", "b"] }],
    [{ type: "string", pattern: "^[a-z.]+$" }, "/a/{p}.json"],
    [{ type: "string", pattern: "^books/[a-z]+$" }],
    [{ type: "integer" }],
  ])("is not told of %j", (schema, path) => {
    expect(told(schema, path)).toBeUndefined();
  });
});

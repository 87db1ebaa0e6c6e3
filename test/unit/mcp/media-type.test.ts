/** What media types are written as, in which order they are preferred, and which an answer is asked for in. */
import { describe, expect, it } from "vitest";
import type { Content } from "../../../src/api/model.ts";
import {
  acceptable,
  encodingOf,
  essence,
  isJson,
  isSequential,
  preference,
} from "../../../src/mcp/input/media-type.ts";

const contents = (types: readonly string[]): readonly Content[] =>
  types.map((mediaType) => ({ mediaType }) as unknown as Content);

it.each([
  ["application/json", "json", false],
  ["Application/JSON; charset=utf-8", "json", false],
  ["text/json", "json", false],
  ["*/*", "json", false],
  ["application/*", "json", false],
  ["application/vnd.api+json", "json", false],
  ["application/x-www-form-urlencoded", "form", false],
  ["multipart/form-data; boundary=x", "multipart", false],
  ["multipart/mixed", "multipart", false],
  ["text/plain", "text", false],
  ["text/*", "text", false],
  ["text/event-stream", "text", true],
  ["application/xml", "text", false],
  ["application/soap+xml", "text", false],
  ["application/yaml", "text", false],
  ["application/x-yaml", "text", false],
  ["application/apply-patch+yaml", "text", false],
  ["application/toml", "text", false],
  ["application/graphql", "text", false],
  ["application/x-ndjson", "text", true],
  ["application/jsonl", "text", true],
  ["application/ndjson", "text", true],
  ["application/json-seq", "text", true],
  ["application/geo+json-seq", "text", true],
  ["application/x-jsonlines", "text", true],
  ["application/x-jsonl", "text", true],
  ["application/vnd.aws-event-stream", "binary", true],
  ["application/javascript", "text", false],
  ["application/sql", "text", false],
  ["application/csv", "text", false],
  ["application/jwt", "text", false],
  ["application/octet-stream", "binary", false],
  ["application/jsonp", "binary", false],
  ["application/xmlish", "binary", false],
  ["image/png", "binary", false],
  ["image/*", "binary", false],
  ["", "binary", false],
])("%s is written as %s (sequential: %s)", (type, encoding, sequential) => {
  expect(encodingOf(type)).toBe(encoding);
  expect(isJson(type)).toBe(encoding === "json");
  expect(isSequential(type)).toBe(sequential);
});

it.each([
  ["Text/HTML ; charset=utf-8", "text/html"],
  ["application/json", "application/json"],
  ["", ""],
])("the essence of %j is %j", (type, want) => expect(essence(type)).toBe(want));

describe("of several media types", () => {
  const best = [
    "application/json; charset=utf-8",
    "application/merge-patch+json",
    "application/vnd.pets+json",
    "multipart/form-data",
    "application/x-www-form-urlencoded",
    "application/json-patch+json",
    "text/plain",
    "application/xml",
    "image/png",
    "*/*",
  ];
  it("a model writes some better than others", () => {
    const ranked = [...contents(best)].reverse().sort((a, b) => preference(a) - preference(b));
    expect(ranked.map(({ mediaType }) => mediaType)).toEqual(best);
    expect(new Set(contents(best).map(preference)).size).toBe(best.length);
    // What fits everything is the worst, also where it may be JSON.
    expect(contents(["application/*", "*/*", "image/*"]).map(preference)).toEqual([9, 9, 9]);
  });

  it("an answer is asked for as JSON, as other text, then as whatever there is", () => {
    expect(
      acceptable(
        contents(["image/png", "text/plain", "a/b", "*/*", "text/csv", "application/vnd.x+json", "image/png"]),
      ),
    ).toEqual(["application/vnd.x+json", "text/csv", "text/plain", "a/b", "image/png"]);
    expect(acceptable(contents(["text/json", "application/json"]))).toEqual(["application/json", "text/json"]);
    expect(acceptable(contents(["text/*"]))).toEqual([]);
    expect(acceptable([])).toEqual([]);
    const many = Array.from({ length: 10 }, (_, index) => `image/x${index}`);
    expect(acceptable(contents(many))).toEqual(many.slice(0, 8));
  });
});

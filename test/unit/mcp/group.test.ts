import { expect, it } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import { serverOf } from "../document.ts";

const groups = (document: JsonObject) =>
  (serverOf(document).model.apis[0]?.data.groups ?? []).map(({ file, tag }) => [file, tag]);
const operation = (...tags: string[]): JsonObject => ({ responses: {}, ...(tags.length === 0 ? {} : { tags }) });

it("are the document's tags in its order, then others by name, then what has none", () => {
  const paths = {
    "/a": { get: operation("zoo"), post: operation("ape") },
    "/b": { get: operation("bee"), put: operation() },
  };
  expect(groups({ paths, tags: [{ name: "zoo" }, { name: "unused" }] })).toEqual([
    ["zoo", "zoo"],
    ["untagged", undefined],
    ["ape", "ape"],
    ["bee", "bee"],
  ]);
});

it("are the first segments of paths in a document without tags", () => {
  const paths = {
    "/api/v1/pets/{id}": { get: operation() },
    "/v2.0/Orders": { get: operation() },
    "/{id}": { get: operation() },
  };
  expect(groups({ paths })).toEqual([
    ["untagged", undefined],
    ["orders", "Orders"],
    ["pets", "pets"],
  ]);
});

it("are one where paths have too many first segments to be a table of contents", () => {
  const paths = Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`/p${index}`, { get: operation() }]));
  expect(groups({ paths })).toEqual([["untagged", undefined]]);
});

it("have file names that no system takes for something else", () => {
  const paths = {
    "/a": { get: operation("CON") },
    "/b": { get: operation("../../etc") },
    "/c": { get: operation("con") },
  };
  expect(groups({ paths }).map(([file]) => file)).toEqual(["etc", "con_2", "con_3"]);
});

it("are described by the first sentence of a tag, which an abbreviation does not end", () => {
  const tags = [{ name: "pets", description: "Animals at home (e.g. cats). Others are in the zoo." }];
  const { model } = serverOf({ paths: { "/a": { get: operation("pets") } }, tags });
  expect(model.apis[0]?.data.groups[0]?.description).toBe("Animals at home (e.g. cats).");
});

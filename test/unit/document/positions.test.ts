import { describe, expect, test } from "vitest";
import { pointerTokens, valueAt, isArray, isObject, pointerTo, type Json } from "../../../src/base/json.ts";
import { jsonPositions } from "../../../src/document/json-positions.ts";
import { yamlPositions } from "../../../src/document/yaml-positions.ts";

const json = `{
  "openapi": "3.1.0",
  "paths": {
    "/a/{b}~": { "get": { "tags": ["x",
      "y"] } },
    "/\\u0062": {
      "x": "}{][\\",",
      "after": -1.5e3
    }
  },
  "last": []
}`;

const yaml = `# A comment
---
openapi: 3.1.0
base: &base
  inherited: 1
paths:
  /a/{b}~:
    get:
      tags:
        - x
        -
          y: 1
      flow: {a: 1, b: [c,
        d], "e": f}
  ? complex
  : value
alias: *base
merged:
  <<: *base
  own:
    |
    text
empty:
after: 2
tagged: !!map
  inner: 1
anchored: &x {
  deep: 1
  }
`;

describe("lines of JSON", () => {
  const positions = jsonPositions(json);
  test.each([
    ["", 1, 0],
    ["/openapi", 2, 1],
    ["/paths", 3, 1],
    ["/paths/~1a~1{b}~0", 4, 2],
    ["/paths/~1a~1{b}~0/get/tags/0", 4, 5],
    ["/paths/~1a~1{b}~0/get/tags/1", 5, 5],
    ["/paths/~1b", 6, 2],
    ["/paths/~1b/x", 7, 3],
    ["/paths/~1b/after", 8, 3],
    ["/last", 11, 1],
    ["/last/0", 11, 1],
    ["/paths/~1b/missing/deeper", 6, 2],
    ["/openapi/x", 2, 1],
  ])("%s is in line %i", (pointer, line, found) => {
    expect(positions.place(pointerTokens(pointer))).toEqual({ line, found });
  });
});

describe("lines of YAML", () => {
  const positions = yamlPositions(yaml);
  test.each([
    ["", 3, 0],
    ["/openapi", 3, 1],
    ["/paths", 6, 1],
    ["/paths/~1a~1{b}~0", 7, 2],
    ["/paths/~1a~1{b}~0/get/tags", 9, 4],
    ["/paths/~1a~1{b}~0/get/tags/0", 10, 5],
    ["/paths/~1a~1{b}~0/get/tags/1/y", 12, 6],
    ["/paths/~1a~1{b}~0/get/flow/b", 13, 5],
    ["/paths/~1a~1{b}~0/get/flow/b/1", 14, 6],
    ["/paths/~1a~1{b}~0/get/flow/e", 14, 5],
    ["/paths/complex", 15, 2],
    ["/alias", 17, 1],
    ["/alias/inherited", 5, 2],
    ["/merged/inherited", 5, 2],
    ["/merged/own", 20, 2],
    ["/empty", 23, 1],
    ["/after", 24, 1],
    ["/tagged/inner", 26, 2],
    ["/anchored/deep", 28, 2],
    ["/after/none", 24, 1],
    ["/none", 3, 0],
  ])("%s is in line %i", (pointer, line, found) => {
    expect(positions.place(pointerTokens(pointer))).toEqual({ line, found });
  });
});

test("every place of printed JSON is found in its line", () => {
  const value: Json = { a: { "b/~": [1, { c: "x" }, []], "": { " ": null } }, __proto__x: [[[]]] };
  const text = JSON.stringify(value, null, 2);
  const positions = jsonPositions(text);
  const lines = text.split("\n");
  const visit = (part: Json, pointer: string): void => {
    const tokens = pointerTokens(pointer);
    const place = positions.place(tokens);
    expect(place.found).toBe(tokens.length);
    const last = tokens.at(-1);
    const parent = valueAt(value, pointer.slice(0, pointer.lastIndexOf("/")));
    if (last !== undefined && !isArray(parent)) expect(lines[place.line - 1]).toContain(JSON.stringify(last));
    if (isArray(part)) part.forEach((element, index) => visit(element, pointerTo(pointer, index)));
    else if (isObject(part)) for (const key of Object.keys(part)) visit(part[key] ?? null, pointerTo(pointer, key));
  };
  visit(value, "");
});

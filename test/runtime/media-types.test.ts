/** Media types as they are written, what a range covers, and which stand for JSON, records and text. */
import { describe, expect, it } from "vitest";
import {
  covers,
  isJson,
  isRange,
  isSequence,
  isText,
  parseMediaType,
} from "../../templates/always/src/runtime/upstream/media-type.ts";

describe("a media type", () => {
  it.each<[string, string, Record<string, string>]>([
    ["text/csv", "text/csv", {}],
    [" Text/CSV ", "text/csv", {}],
    ["text/csv;charset=UTF-8", "text/csv", { charset: "UTF-8" }],
    ["text/csv ; Charset = utf-8 ;a=b", "text/csv", { charset: "utf-8", a: "b" }],
    ['a/b; x="y z"', "a/b", { x: "y z" }],
    ['a/b; x="y\\"z\\\\"; w="" ;v=1', "a/b", { x: 'y"z\\', w: "", v: "1" }],
    ['a/b; x="a;y=b"; y=c', "a/b", { x: "a;y=b", y: "c" }],
    ["a/b; x=1; X=2", "a/b", { x: "1" }],
    ["a/b; x; y=2", "a/b", { y: "2" }],
    ["a/b;", "a/b", {}],
    ["a/b;=c", "a/b", {}],
    ["*/*;q=0.1", "*/*", { q: "0.1" }],
    ["!#$%&'*+.^_`|~0-9/Z", "!#$%&'*+.^_`|~0-9/z", {}],
  ])("%s has its parts", (text, essence, parameters) => {
    const found = parseMediaType(text);
    expect([found?.essence, Object.fromEntries(found?.parameters ?? [])]).toEqual([essence, parameters]);
  });

  it.each([
    "",
    "text",
    "text/",
    "/csv",
    "text/csv x",
    "x text/csv",
    "te xt/csv",
    "text /csv",
    "text/c@v",
    "a/b/c",
    "a/b,c/d",
  ])("is not %j", (text) => expect(parseMediaType(text)).toBeUndefined());
});

it.each([
  ["*/*", "a/b", true],
  ["a/*", "a/b", true],
  ["a/b", "a/b", true],
  ["a/*", "ab/c", false],
  ["a/*", "b/a/c", false],
  ["a/b", "a/c", false],
  ["a/b", "a/bc", false],
  ["*/b", "a/b", false],
  ["*", "a/b", false],
])("the range %s covers %s: %s", (range, essence, want) => expect(covers(range, essence)).toBe(want));

it.each([
  ["image/*", true],
  ["*/*", true],
  ["image/png", false],
])("%s is a range: %s", (essence, want) => expect(isRange(essence)).toBe(want));

describe("of types,", () => {
  const json = "application/json text/json application/problem+json a/b+json".split(" ");
  const sequences = `application/stream+json application/jsonl application/x-jsonl text/jsonl application/jsonlines
    application/json-lines application/x-ndjson application/ndjson text/x-ndjson application/json-seq application/geo+json-seq
    application/vnd.a-b.c+ndjson application/vnd.a+x-jsonl`.split(/\s+/);
  const texts = `text/plain text/x application/xml application/xml-dtd application/javascript application/ecmascript
    application/x-javascript application/yaml application/x-yaml application/toml application/graphql application/sql application/rtf
    application/x-www-form-urlencoded application/x-sh application/x-pem-file application/pem-certificate-chain application/jose
    application/jwt application/ld+yaml application/n-triples application/n-quads application/trig application/sparql-query image/svg+xml
    a/b+yaml a/b+text a/b+json-seq`.split(/\s+/);
  const none =
    `application/octet-stream image/png application/jsonx xapplication/json application/json+zip application/xjson
    textual/plain a/b+xmlx a/b+zip application/xmlx a/json multipart/form-data application/xndjsonx image/ndjson
    application/a+b+c+ndjsonx x/application/ndjson`.split(/\s+/);

  it.each(json)("%s is JSON and text", (essence) =>
    expect([isJson(essence), isSequence(essence), isText(essence)]).toEqual([true, false, true]),
  );
  it.each(sequences)("%s is a sequence and text", (essence) =>
    expect([isJson(essence), isSequence(essence), isText(essence)]).toEqual([false, true, true]),
  );
  it.each(texts)("%s is text", (essence) => expect([isJson(essence), isText(essence)]).toEqual([false, true]));
  it.each(none)("%s is none of them", (essence) =>
    expect([isJson(essence), isSequence(essence), isText(essence)]).toEqual([false, false, false]),
  );
});

/** An excuse holds for one complaint of Prism, and only where the judge's own check shows that Prism is wrong. */
import { describe, expect, it } from "vitest";
import type { Json } from "../../src/base/json.ts";
import type { DocumentOperation, DocumentParameter } from "./document.ts";
import { type Evidence, excuseOf } from "./prism-faults.ts";
import { type PrismComplaint, complaintsOf } from "./prism.ts";
import { overlap } from "./schema-check.ts";

const complaint = (place: string, keyword: string, message: string): PrismComplaint => ({
  place: place === "" ? [] : place.split("."),
  keyword,
  message,
});
const operation: DocumentOperation = { method: "POST", path: "/pets", parameters: [], body: undefined };
const assumed = { required: true, contents: new Map(), isTypeAssumed: true };
const parameter = (place: DocumentParameter["in"], name: string): DocumentParameter => ({
  name,
  in: place,
  style: "form",
  explode: true,
  allowEmptyValue: false,
  allowReserved: false,
  mediaType: undefined,
  required: true,
  schema: undefined,
  examples: [],
});
const given = (place: DocumentParameter["in"], name: string, value: Json): Evidence["given"][number] => ({
  parameter: parameter(place, name),
  value,
});
const deep = (value: Json | undefined, required: boolean): Evidence["given"][number] => ({
  parameter: { ...parameter("query", "filter"), style: "deepObject", required },
  value,
});
const request = (contentType: string, body = "{}"): Evidence["request"] => ({
  method: "POST",
  target: "/pets",
  headers: [["Content-Type", contentType]],
  body: Buffer.from(body),
});
const plain: Evidence = {
  operation,
  request: request("application/json"),
  given: [],
  parameters: new Map(),
  body: [],
  isReadOnly: () => false,
  complaints: [],
};
const wrongAt = (place: string, keyword = "type"): Evidence["body"] => [
  { place: place.split("."), keyword, message: "" },
];
const oneOf = complaint("body.pet", "oneOf", "Request body property pet must match exactly one schema in oneOf");
const below = complaint("body.pet.kind", "enum", "Request body property pet.kind must be equal to one of");
const readOnlyMissing = complaint("body.pet", "required", "Request body property pet must have required property 'id'");

interface Case {
  readonly says: string;
  readonly complaint: PrismComplaint;
  readonly excused: Partial<Evidence>;
  /** The same complaint, where nothing shows that Prism is wrong. */
  readonly counts: readonly Partial<Evidence>[];
}

const cases: readonly Case[] = [
  {
    says: "methods of 3.2",
    complaint: complaint("route", "NO_PATH_MATCHED_ERROR", "The route /pets hasn't been found"),
    excused: { operation: { ...operation, method: "QUERY" } },
    counts: [{}],
  },
  {
    says: "a fragment in a path",
    complaint: complaint("route", "NO_PATH_MATCHED_ERROR", "The route /pets hasn't been found"),
    excused: { operation: { ...operation, path: "/pets#add" } },
    counts: [{}],
  },
  {
    says: "Swagger 2.0 without consumes",
    complaint: complaint("", "415", "No supported content types, but request included a non-empty body"),
    excused: { operation: { ...operation, body: { required: true, contents: new Map(), isTypeAssumed: true } } },
    counts: [
      { operation: { ...operation, body: { required: true, contents: new Map(), isTypeAssumed: false } } },
      {
        operation: { ...operation, body: { required: true, contents: new Map(), isTypeAssumed: true } },
        body: wrongAt("name"),
      },
    ],
  },
  {
    says: "a fault of Prism's own",
    complaint: complaint("prism", "PRISM_FAULT", "Unterminated string in JSON at position 4"),
    excused: {},
    counts: [{ body: undefined, operation: { ...operation, body: assumed } }, { body: wrongAt("name") }],
  },
  {
    says: "an empty text of a required parameter",
    complaint: complaint("query", "required", "Request query must have required property 'name'"),
    excused: { given: [given("query", "Name", "")] },
    counts: [
      { given: [given("query", "name", "x")] },
      { given: [given("query", "other", "")] },
      { given: [given("header", "name", "")] },
    ],
  },
  {
    says: "a deep object that was not given",
    complaint: complaint("query.filter", "required", "Request query parameter filter must have required property 'id'"),
    excused: { given: [deep(undefined, false)] },
    counts: [{ given: [deep({ name: "x" }, false)] }, { given: [deep(undefined, true)] }],
  },
  {
    says: "numbers in the enum of a parameter",
    complaint: complaint("query.limit", "enum", "Request query parameter limit must be equal to one of: 1, 2"),
    excused: { given: [given("query", "limit", 1)] },
    counts: [
      { given: [given("query", "limit", 3)], parameters: new Map([["query limit", wrongAt("") ?? []]]) },
      { given: [] },
    ],
  },
  {
    says: "XML",
    complaint: complaint("body", "type", "Request body must be object"),
    excused: { request: request("application/xml", "<pet/>") },
    counts: [
      {},
      { request: request("application/xml", "<pet/>"), body: wrongAt("name") },
      { request: request("application/xml"), body: undefined },
    ],
  },
  {
    says: "a field of a form",
    complaint: complaint("body.owner", "type", "Request body property owner must be object"),
    excused: { request: request("multipart/form-data; boundary=b"), body: wrongAt("name") },
    counts: [
      { request: request("multipart/form-data; boundary=b"), body: wrongAt("owner.id") },
      { request: request("application/json") },
    ],
  },
  {
    says: "a oneOf whose alternatives overlap",
    complaint: oneOf,
    excused: { body: wrongAt("pet", overlap), complaints: [oneOf] },
    counts: [
      { complaints: [oneOf] },
      { body: wrongAt("pet", "required"), complaints: [oneOf] },
      { body: wrongAt("other", overlap), complaints: [oneOf] },
    ],
  },
  {
    says: "a oneOf of a parameter whose alternatives overlap",
    complaint: complaint("path.id", "oneOf", "Request path parameter id must match exactly one schema in oneOf"),
    excused: { given: [given("path", "id", "x")], parameters: new Map([["path id", wrongAt("", overlap) ?? []]]) },
    counts: [{ given: [given("path", "id", "x")], parameters: new Map([["path id", wrongAt("", "type") ?? []]]) }],
  },
  {
    says: "a read-only property that a composition requires",
    complaint: readOnlyMissing,
    excused: { isReadOnly: (place, name) => place[0] === "pet" && name === "id" },
    counts: [
      { isReadOnly: (_, name) => name === "name" },
      { isReadOnly: () => true, body: wrongAt("pet") },
      { isReadOnly: () => true, body: undefined },
    ],
  },
  {
    says: "the choice that fails for it",
    complaint: oneOf,
    excused: { isReadOnly: () => true, complaints: [readOnlyMissing, oneOf] },
    counts: [{ isReadOnly: () => true, complaints: [oneOf] }],
  },
  {
    says: "what is said within such a oneOf, and not beside it",
    complaint: below,
    excused: { body: wrongAt("pet", overlap), complaints: [oneOf, below] },
    counts: [{ body: wrongAt("pet", overlap), complaints: [below] }],
  },
];

describe("excuses", () => {
  it.each(cases)("$says", ({ complaint: said, excused, counts }) => {
    expect(excuseOf(said, { ...plain, ...excused })).toEqual(expect.any(String));
    for (const evidence of counts) expect(excuseOf(said, { ...plain, ...evidence })).toBeUndefined();
  });

  it("are none for what no rule names", () => {
    expect(excuseOf(complaint("body.name", "type", "must be string"), plain)).toBeUndefined();
    expect(excuseOf(complaint("security", "UNAUTHORIZED", "no credentials"), plain)).toBeUndefined();
  });
});

describe("what Prism says", () => {
  const violation = (name: string, severity = "Error"): Json => ({
    location: ["request", "body", name],
    severity,
    code: "type",
    message: `${name} must be string`,
  });
  const header = (text: string): readonly PrismComplaint[] =>
    complaintsOf(200, new Map([["sl-violations", text]]), Buffer.from(""));
  const problem = (type: string, more: object = {}): readonly PrismComplaint[] =>
    complaintsOf(
      422,
      new Map([["content-type", "application/problem+json"]]),
      Buffer.from(JSON.stringify({ type: `https://stoplight.io/prism/errors#${type}`, detail: "why", ...more })),
    );

  it("stands in a header", () => {
    expect(header(JSON.stringify([violation("a"), violation("b", "Warning")]))).toEqual([
      { place: ["body", "a"], keyword: "type", message: "a must be string" },
    ]);
  });

  it("stands in a problem", () => {
    expect(problem("NO_PATH_MATCHED_ERROR").map(({ place }) => place)).toEqual([["route"]]);
    expect(problem("UNAUTHORIZED").map(({ place }) => place)).toEqual([["security"]]);
    expect(problem("INVALID_CONTENT_TYPE").map(({ place }) => place)).toEqual([["body"]]);
    expect(
      problem("UNPROCESSABLE_ENTITY", {
        validation: [{ location: ["query"], severity: "Error", code: "required", message: "m" }],
      }),
    ).toEqual([{ place: ["query"], keyword: "required", message: "m" }]);
    expect(problem("SCHEMA_TOO_COMPLEX")).toEqual([]);
  });
});

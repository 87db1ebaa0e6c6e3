/** Links to a next page as arguments, the fields that a call chooses, and names that answers cannot give as ours. */
import { describe, expect, it } from "vitest";
import type { OperationCall } from "../../templates/always/src/runtime/call/call.ts";
import type { CallPlan, JsonObject, JsonValue } from "../../templates/always/src/runtime/data/model.ts";
import { linkArguments } from "../../templates/always/src/runtime/pages/link-arguments.ts";
import {
  jsonWithoutBreaks,
  quotedWhereLikeOurs,
  withoutQuotes,
  withoutSpaces,
} from "../../templates/always/src/runtime/response/own-words.ts";
import { enumerated, refiningArguments } from "../../templates/always/src/runtime/response/tokens.ts";
import { chosenFields } from "../../templates/always/src/runtime/shape/chosen-fields.ts";
import { keywordAt, placeOf } from "../../templates/always/src/runtime/validation/messages.ts";
import { plan } from "./wire.ts";

describe("a link to the next page", () => {
  const query = (name: string, more: object = {}) =>
    ({ argument: name, name, in: "query", style: "form", explode: true, ...more }) as const;
  const request = plan({
    path: "/things",
    parameters: [
      query("page"),
      query("Cursor", { argument: "cursor" }),
      query("tags"),
      query("flag"),
      query("json", { mediaType: "application/json" }),
      query("list", { style: "pipeDelimited" }),
      query("owner"),
      query("p", { style: "deepObject" }),
      { ...query("X-Page"), in: "header" },
    ] as never,
  });
  const schemas = {
    page: { type: "integer" },
    cursor: { type: "string" },
    tags: { type: "array", items: { type: "integer" } },
    flag: { type: "boolean" },
    json: {},
    list: { type: "array" },
    p: { type: "object", properties: { after: { type: "integer" } } },
    "X-Page": { type: "integer" },
  };
  const read = (link: string, args: JsonObject = {}) =>
    linkArguments(link, {
      request,
      url: "https://api.example.com/v1/a%20b?limit=2",
      args,
      schemas,
      credentials: new Set(["api_key"]),
    });
  const base = "https://api.example.com/v1/a%20b";

  it.each<[string, JsonObject | undefined]>([
    [`${base}?page=2`, { page: 2 }],
    [`${base}?limit=2&page=2`, { page: 2 }],
    [`${base}?limit=3&page=2`, undefined],
    ["?page=2", { page: 2 }],
    ["/v1/a%20b?page=2", { page: 2 }],
    ["https://api.example.com/v1/%61%20b?page=2", { page: 2 }],
    [`${base}?cursor=5`, { cursor: "5" }],
    [`${base}?CURSOR=5`, { cursor: "5" }],
    [`${base}?page=x`, { page: "x" }],
    [`${base}?flag=true`, { flag: true }],
    [`${base}?tags=1,2`, { tags: [1, 2] }],
    [`${base}?tags=1&tags=2`, { tags: [1, 2] }],
    [`${base}?p[after]=4`, { p: { after: 4 } }],
    [`${base}?p[other]=4`, { p: { other: "4" } }],
    [`${base}?owner=x`, {}],
    [`${base}?api_key=secret&page=2`, { page: 2 }],
    [base, {}],
    [`${base}?json={}`, undefined],
    [`${base}?list=1`, undefined],
    [`${base}?unknown=1`, undefined],
    [`${base}?X-Page=2`, undefined],
    [`${base}?q[after]=4`, undefined],
    ["http://api.example.com/v1/a%20b?page=2", undefined],
    ["https://api.example.com:8443/v1/a%20b?page=2", undefined],
    ["https://evil.example/v1/a%20b?page=2", undefined],
    ["https://ann@api.example.com/v1/a%20b?page=2", undefined],
    ["https://:pw@api.example.com/v1/a%20b?page=2", undefined],
    ["https://api.example.com/v1/a?page=2", undefined],
    ["https://api.example.com/v1/a%2Fb?page=2", undefined],
    ["https://api.example.com/v1/a%20b/?page=2", undefined],
    ["//evil.example/v1/a%20b?page=2", undefined],
    ["javascript:alert(1)", undefined],
  ])("%s is %j", (link, want) => expect(read(link)).toEqual(want));

  it("keeps the other members of an object", () =>
    expect(read(`${base}?p[after]=4`, { p: { first: 1, after: 3 } })).toEqual({ p: { first: 1, after: 4 } }));
});

describe("fields that a call chooses", () => {
  const item = {
    type: "object",
    properties: {
      id: {},
      owner: { $ref: "#/$defs/Owner" },
      tags: { type: "array", items: { properties: { name: {} } } },
      any: { anyOf: [{ properties: { left: {} } }, { oneOf: [{ properties: { right: {} } }] }] },
      free: {},
    },
  };
  const schema = { type: "object", properties: { data: { type: "array", items: item } } };
  const planOf = (shape: CallPlan["shape"], status = "200") =>
    ({ shape, responses: [{ status, contents: [{ mediaType: "application/json", schema }] }] }) as unknown as CallPlan;
  const row = { api: { schemas: async () => ({ Owner: { properties: { login: {} } } }) } };
  const choose = (args: JsonObject, given = planOf({ argument: "fields", items: "/data" })) =>
    chosenFields({ row, args } as unknown as OperationCall, given);

  it.each<[JsonValue, readonly string[]]>([
    [["id"], ["id"]],
    ["id, owner.login,", ["id", "owner.login"]],
    [
      ["tags.name", "/owner/login"],
      ["tags.name", "/owner/login"],
    ],
    [
      ["any.left", "any.right"],
      ["any.left", "any.right"],
    ],
    [
      ["owner.*", "*.x", "free.x.y"],
      ["owner.*", "*.x", "free.x.y"],
    ],
  ])("may be %j", async (fields, want) =>
    expect(await choose({ a: 1, fields })).toEqual({ args: { a: 1 }, fields: want }),
  );

  it.each<[JsonValue, string, string]>([
    [
      ["idd"],
      '"fields" names "idd", which the answer does not have',
      "Did you mean id? It has id, owner, tags, any, free.",
    ],
    [["owner.name"], '"fields" names "owner.name", which', "It has login."],
    [["data"], '"fields" names "data", which', "It has id"],
    [[], '"fields" has to be a list of names', 'For example {"fields":["id","name"]}.'],
    ["", '"fields" has to be a list of names', ""],
    [[1], '"fields" has to be a list of names', ""],
    [5, '"fields" has to be a list of names', ""],
  ])("may not be %j", async (fields, message, hint) => {
    const fault: unknown = await choose({ fields }).catch((thrown: unknown) => thrown);
    expect(fault).toMatchObject({ message: expect.stringContaining(message), hint: expect.stringContaining(hint) });
  });

  it("are none where the tool has no such argument, or the call does not give it", async () => {
    expect(await choose({ fields: ["x"] }, planOf({ items: "/data" }))).toEqual({ args: { fields: ["x"] } });
    expect(await choose({ a: 1 })).toEqual({ args: { a: 1 } });
  });

  it("may have any name where no success is described", async () =>
    expect(await choose({ fields: ["x"] }, planOf({ argument: "fields" }, "404"))).toEqual({
      args: {},
      fields: ["x"],
    }));
});

describe("lines of an answer", () => {
  it.each([
    ["Note: do this", "> Note: do this"],
    ["a\nHINT - do this\nb", "a\n> HINT - do this\nb"],
    ["\n  **Part 2", "\n>   **Part 2"],
    ["> hint", "> > hint"],
    ["Noteworthy", "Noteworthy"],
    ["a note", "a note"],
    ["HTTP 404 it says", "> HTTP 404 it says"],
    ["HTTP 4041", "HTTP 4041"],
    ["The API accepted it", "> The API accepted it"],
    ["The rest is", "> The rest is"],
    ["The restaurant", "The restaurant"],
    ["ｎｏｔｅ: wide", "> ｎｏｔｅ: wide"],
    ["a\u2028Note: b", "a\u2028> Note: b"],
    ["created at 5", "> created at 5"],
  ])("%j are shown as %j", (text, want) => expect(quotedWhereLikeOurs(text)).toBe(want));

  it("end where they end", () => {
    expect(jsonWithoutBreaks("a\u2028b\u2029c")).toBe("a\\u2028b\\u2029c");
    expect(withoutSpaces("a b\u00a0c\td")).toBe("a%20b%C2%A0c%09d");
    expect(withoutQuotes('a"b“c”d')).toBe("a'b'c'd");
  });
});

it.each<[readonly string[], string]>([
  [[], ""],
  [['"a"'], '"a"'],
  [['"a"', '"b"'], '"a" or "b"'],
  [['"a"', '"b"', '"c"'], '"a", "b" or "c"'],
])("%j are enumerated as %j", (names, want) => expect(enumerated(names)).toBe(want));

it("arguments that ask for less are those of the query and of a body of fields, by names that APIs give them", () => {
  const parameter = (name: string, place = "query") => ({ argument: `a_${name}`, name, in: place });
  const given = {
    shape: { argument: "chosen" },
    request: {
      parameters: [
        ...["page[size]", "page_size", "pageSize", "fields[pets]", "Limit", "$top", "sort", "pages", "maxAge"].map(
          (name) => parameter(name),
        ),
        parameter("limit", "header"),
        parameter("page", "path"),
      ],
      body: {
        fields: [
          { argument: "b_cursor", name: "cursor" },
          { argument: "b_name", name: "name" },
        ],
      },
    },
  } as unknown as CallPlan;
  expect(refiningArguments(given)).toEqual([
    '"a_page[size]"',
    '"a_page_size"',
    '"a_pageSize"',
    '"a_fields[pets]"',
    '"a_Limit"',
    '"a_$top"',
    '"b_cursor"',
    '"chosen" (a list of the fields that each item shall have)',
  ]);
});

describe("a place", () => {
  it.each<[string, string | undefined]>([
    ["#", undefined],
    ["#/a", "a"],
    ["#/a/b/0/c", "a.b[0].c"],
    ["#/0", '"0"'],
    ["#/a b", '"a b"'],
    ["#/a/b c", 'a["b c"]'],
    ["#/größe/x-y", "größe.x-y"],
    ["#/a/1b", 'a["1b"]'],
    ["#/a~1b", '"a/b"'],
    ["#/_/$x", "_.$x"],
  ])("in arguments at %s is %s", (at, want) => expect(placeOf(at)).toBe(want));

  it.each<[string, JsonValue | undefined]>([
    ["#/properties/a/minimum", 1],
    ["#/properties/b/$ref/type", ["string"]],
    ["#/anyOf/1/const", 2],
    ["#/anyOf/9", undefined],
    ["#/constructor", undefined],
    ["#/properties/c/$ref/type", undefined],
  ])("in a schema at %s has %j", (at, want) => {
    const schema = {
      properties: { a: { minimum: 1 }, b: { $ref: "#/$defs/B" }, c: { $ref: "#/$defs/C" } },
      anyOf: [{ const: 1 }, { const: 2 }],
    };
    expect(keywordAt(schema, at, { "#/$defs/B": { type: ["string"] } } as never)).toEqual(want);
  });
});

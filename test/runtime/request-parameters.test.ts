/** Each row: what OpenAPI 3.2 §4.8.12.5 (style examples), RFC 6570 §3.2 or Appendix C to E says of a value. */
import { describe, expect, it } from "vitest";
import type { JsonValue, ParameterPlan, ParameterStyle } from "../../templates/always/src/runtime/model.ts";
import { build, header, parameter, plan, target } from "./wire.ts";

const array = ["blue", "black", "brown"];
const object = { R: 100, G: 200, B: 150 };

type Row = readonly [style: ParameterStyle, explode: boolean, value: JsonValue, want: string];

const inPath: readonly Row[] = [
  ["simple", false, "blue", "/x/blue"],
  ["simple", true, "blue", "/x/blue"],
  ["simple", false, array, "/x/blue,black,brown"],
  ["simple", true, array, "/x/blue,black,brown"],
  ["simple", false, object, "/x/R,100,G,200,B,150"],
  ["simple", true, object, "/x/R=100,G=200,B=150"],
  ["simple", true, { a: "" }, "/x/a="],
  ["label", false, "blue", "/x/.blue"],
  ["label", true, "blue", "/x/.blue"],
  ["label", false, array, "/x/.blue,black,brown"],
  ["label", true, array, "/x/.blue.black.brown"],
  ["label", false, object, "/x/.R,100,G,200,B,150"],
  ["label", true, object, "/x/.R=100.G=200.B=150"],
  ["matrix", false, "blue", "/x/;color=blue"],
  ["matrix", true, "blue", "/x/;color=blue"],
  ["matrix", false, "", "/x/;color"],
  ["matrix", true, "", "/x/;color"],
  ["matrix", false, array, "/x/;color=blue,black,brown"],
  ["matrix", true, array, "/x/;color=blue;color=black;color=brown"],
  ["matrix", false, object, "/x/;color=R,100,G,200,B,150"],
  ["matrix", true, object, "/x/;R=100;G=200;B=150"],
  ["matrix", true, { a: "" }, "/x/;a"],
  ["simple", false, 1e21, "/x/1e%2B21"],
  ["simple", false, -0.5, "/x/-0.5"],
  ["simple", false, true, "/x/true"],
  ["simple", false, false, "/x/false"],
  ["simple", false, "12345678901234567890", "/x/12345678901234567890"],
  ["simple", false, "a/b?c#d", "/x/a%2Fb%3Fc%23d"],
  ["simple", false, "diṅnāga", "/x/di%E1%B9%85n%C4%81ga"],
  ["simple", false, "الخوارزميّ", "/x/%D8%A7%D9%84%D8%AE%D9%88%D8%A7%D8%B1%D8%B2%D9%85%D9%8A%D9%91"],
  ["simple", false, "a b", "/x/a%20b"],
  ["simple", false, "100%", "/x/100%25"],
  ["simple", false, "%41", "/x/%2541"],
  ["simple", false, "-._~", "/x/-._~"],
  ["simple", false, "!$&'()*+,;=:@", "/x/%21%24%26%27%28%29%2A%2B%2C%3B%3D%3A%40"],
  ["simple", false, ["a,b", "c"], "/x/a%2Cb,c"],
  ["simple", false, [null, "a", null], "/x/a"],
  ["simple", false, { a: null, b: 1 }, "/x/b,1"],
  ["simple", false, [{ a: 1 }], "/x/%7B%22a%22%3A1%7D"],
  ["simple", false, "😀", "/x/%F0%9F%98%80"],
  ["simple", false, "...", "/x/..."],
  ["simple", false, "v1..v2", "/x/v1..v2"],
];

const inQuery: readonly Row[] = [
  ["form", true, "blue", "/things?color=blue"],
  ["form", false, "blue", "/things?color=blue"],
  ["form", true, "", "/things?color="],
  ["form", false, "", "/things?color="],
  ["form", true, array, "/things?color=blue&color=black&color=brown"],
  ["form", false, array, "/things?color=blue,black,brown"],
  ["form", true, object, "/things?R=100&G=200&B=150"],
  ["form", false, object, "/things?color=R,100,G,200,B,150"],
  ["form", true, [], "/things"],
  ["form", false, [], "/things"],
  ["form", true, {}, "/things"],
  ["form", false, {}, "/things"],
  ["form", true, null, "/things"],
  ["form", true, [null], "/things"],
  ["form", false, [null, "a"], "/things?color=a"],
  ["form", true, { a: null, b: "" }, "/things?b="],
  ["form", true, [""], "/things?color="],
  ["form", false, ["", ""], "/things?color=,"],
  ["form", false, ["a,b", "c"], "/things?color=a%2Cb,c"],
  ["form", true, ["one thing", "another thing"], "/things?color=one%20thing&color=another%20thing"],
  ["form", true, "love!", "/things?color=love%21"],
  ["form", true, "x+y", "/things?color=x%2By"],
  ["form", true, "x/y", "/things?color=x%2Fy"],
  ["form", true, "x^y", "/things?color=x%5Ey"],
  ["form", true, "a&admin=true", "/things?color=a%26admin%3Dtrue"],
  ["form", true, "a#b", "/things?color=a%23b"],
  ["form", true, "a;b", "/things?color=a%3Bb"],
  ["form", true, "it's", "/things?color=it%27s"],
  ["form", true, "~", "/things?color=~"],
  ["form", true, "line\nbreak\0", "/things?color=line%0Abreak%00"],
  ["form", true, "2024-01-01T00:00:00+02:00", "/things?color=2024-01-01T00%3A00%3A00%2B02%3A00"],
  ["form", true, true, "/things?color=true"],
  ["form", true, 0, "/things?color=0"],
  ["form", true, -0, "/things?color=0"],
  ["form", true, 1e21, "/things?color=1e%2B21"],
  ["form", true, 1e-7, "/things?color=1e-7"],
  ["form", true, "9007199254740993", "/things?color=9007199254740993"],
  ["form", true, [{ a: 1 }, { a: 2 }], "/things?color=%7B%22a%22%3A1%7D&color=%7B%22a%22%3A2%7D"],
  ["form", true, { a: { b: 1 } }, "/things?a=%7B%22b%22%3A1%7D"],
  ["form", true, { "a&b": "c" }, "/things?a%26b=c"],
  ["form", false, { "a,b": "c" }, "/things?color=a%2Cb,c"],
  ["spaceDelimited", false, array, "/things?color=blue%20black%20brown"],
  ["spaceDelimited", false, object, "/things?color=R%20100%20G%20200%20B%20150"],
  ["spaceDelimited", true, array, "/things?color=blue&color=black&color=brown"],
  ["spaceDelimited", false, "blue", "/things?color=blue"],
  ["spaceDelimited", false, [], "/things"],
  ["pipeDelimited", false, array, "/things?color=blue%7Cblack%7Cbrown"],
  ["pipeDelimited", false, object, "/things?color=R%7C100%7CG%7C200%7CB%7C150"],
  ["pipeDelimited", true, array, "/things?color=blue&color=black&color=brown"],
  ["tabDelimited", false, array, "/things?color=blue%09black%09brown"],
  ["deepObject", true, object, "/things?color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150"],
  ["deepObject", false, object, "/things?color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150"],
  ["deepObject", true, { a: { b: 1 } }, "/things?color%5Ba%5D%5Bb%5D=1"],
  ["deepObject", true, { a: ["x", "y"] }, "/things?color%5Ba%5D%5B0%5D=x&color%5Ba%5D%5B1%5D=y"],
  [
    "deepObject",
    true,
    { a: [{ b: 1 }, { b: 2 }] },
    "/things?color%5Ba%5D%5B0%5D%5Bb%5D=1&color%5Ba%5D%5B1%5D%5Bb%5D=2",
  ],
  ["deepObject", true, ["x"], "/things?color%5B0%5D=x"],
  ["deepObject", true, 1700000000, "/things?color=1700000000"],
  ["deepObject", true, {}, "/things"],
  ["deepObject", true, { a: null, b: "" }, "/things?color%5Bb%5D="],
  ["deepObject", true, { "a]b": "x&y" }, "/things?color%5Ba%5Db%5D=x%26y"],
];

const inHeader: readonly Row[] = [
  ["simple", false, "blue", "blue"],
  ["simple", false, array, "blue,black,brown"],
  ["simple", true, array, "blue,black,brown"],
  ["simple", false, object, "R,100,G,200,B,150"],
  ["simple", true, object, "R=100,G=200,B=150"],
  ["simple", false, [12345678, 90099], "12345678,90099"],
  ["simple", false, 'W/"etag"', 'W/"etag"'],
  ["simple", false, "50% of a+b&c", "50% of a+b&c"],
  ["simple", false, "naïve", "naïve"],
  ["simple", false, "a\tb", "a\tb"],
  ["simple", false, true, "true"],
  ["simple", false, "", ""],
];

const inCookie: readonly Row[] = [
  ["form", true, "blue", "color=blue"],
  ["form", false, "blue", "color=blue"],
  ["form", true, "", "color="],
  ["form", true, "Hello, world!", "color=Hello%2C%20world%21"],
  ["form", true, "a;b=c", "color=a%3Bb%3Dc"],
  ["form", true, array, "color=blue; color=black; color=brown"],
  ["form", false, array, "color=blue,black,brown"],
  ["form", true, object, "R=100; G=200; B=150"],
  ["form", false, object, "color=R,100,G,200,B,150"],
  ["cookie", true, "blue", "color=blue"],
  ["cookie", true, "Hello%2C%20world!", "color=Hello%2C%20world!"],
  ["cookie", true, { greeting: "Hello%2C%20world!", code: 42 }, "greeting=Hello%2C%20world!; code=42"],
  ["cookie", true, array, "color=blue; color=black; color=brown"],
  ["cookie", true, object, "R=100; G=200; B=150"],
  ["cookie", true, "", "color="],
  ["cookie", true, '"quoted"', 'color="quoted"'],
];

const title = ([style, explode, value]: Row): string =>
  `${style}${explode ? " exploded" : ""} ${JSON.stringify(value)}`;

describe("path parameters", () => {
  it.each(inPath.map((row) => [title(row), row] as const))("%s", async (_title, [style, explode, value, want]) => {
    expect(await target(parameter("path", { style, explode }), value, "/x/{color}")).toBe(want);
  });
});

describe("query parameters", () => {
  it.each(inQuery.map((row) => [title(row), row] as const))("%s", async (_title, [style, explode, value, want]) => {
    expect(await target(parameter("query", { style, explode }), value)).toBe(want);
  });
});

describe("header parameters", () => {
  it.each(inHeader.map((row) => [title(row), row] as const))("%s", async (_title, [style, explode, value, want]) => {
    expect(await header(parameter("header", { name: "X-Color", style, explode }), value, "X-Color")).toBe(want);
  });
});

describe("cookie parameters", () => {
  it.each(inCookie.map((row) => [title(row), row] as const))("%s", async (_title, [style, explode, value, want]) => {
    expect(await header(parameter("cookie", { style, explode }), value, "Cookie")).toBe(want);
  });
});

describe("further fields of parameters", () => {
  const rows: readonly (readonly [title: string, parts: ParameterPlan, value: JsonValue, want: string])[] = [
    // Reserved expansion, RFC 6570 §3.2.3 with Appendix C: `[]#&=+` are encoded by whoever builds the query.
    ["reserved: slash and colon stay", parameter("query", { allowReserved: true }), "x/y:z?@", "/things?color=x/y:z?@"],
    [
      "reserved: formula of Appendix C",
      parameter("query", { allowReserved: true }),
      { a: "x+y", b: "x/y", c: "x^y" },
      "/things?a=x%2By&b=x/y&c=x%5Ey",
    ],
    ["reserved: a triple stays", parameter("query", { allowReserved: true }), "a%20b", "/things?color=a%20b"],
    [
      "reserved: a lone percent is encoded",
      parameter("query", { allowReserved: true }),
      "100%",
      "/things?color=100%25",
    ],
    [
      "reserved: no second parameter",
      parameter("query", { allowReserved: true }),
      "a&admin=true#x;y",
      "/things?color=a%26admin%3Dtrue%23x%3By",
    ],
    ["reserved: brackets", parameter("query", { allowReserved: true }), "a[0]", "/things?color=a%5B0%5D"],
    ["reserved: comma", parameter("query", { allowReserved: true, explode: false }), ["a", "b"], "/things?color=a,b"],
    [
      "reserved: the name is encoded all the same",
      parameter("query", { allowReserved: true, name: "a/b" }),
      "c/d",
      "/things?a%2Fb=c/d",
    ],
    // §4.8.12.2.1, deprecated
    ["empty allowed: text", parameter("query", { allowEmptyValue: true }), "", "/things?color"],
    ["empty allowed: array", parameter("query", { allowEmptyValue: true }), [], "/things?color"],
    ["empty allowed: a value", parameter("query", { allowEmptyValue: true }), "x", "/things?color=x"],
    ["empty allowed: null is absent", parameter("query", { allowEmptyValue: true }), null, "/things"],
    // Names, Appendix C "Illegal Variable Names as Parameter Names"
    ["name: emoji", parameter("query", { name: "❤️" }), "love!", "/things?%E2%9D%A4%EF%B8%8F=love%21"],
    ["name: brackets", parameter("query", { name: "filter[x]" }), "1", "/things?filter%5Bx%5D=1"],
    ["name: dollar", parameter("query", { name: "$filter" }), "1", "/things?%24filter=1"],
    // Media types, §4.8.12.2.3
    [
      "content: JSON in the query",
      parameter("query", { name: "coordinates", mediaType: "application/json" }),
      { lat: 40.6, long: -73.9 },
      "/things?coordinates=%7B%22lat%22%3A40.6%2C%22long%22%3A-73.9%7D",
    ],
    ["content: JSON text", parameter("query", { mediaType: "application/json" }), "a", "/things?color=%22a%22"],
    ["content: text", parameter("query", { mediaType: "text/plain" }), "a b", "/things?color=a%20b"],
    ["content: number as text", parameter("query", { mediaType: "text/plain" }), 1.5, "/things?color=1.5"],
    // §4.8.12.6, examples of querystring
    [
      "querystring: form",
      parameter("querystring", { mediaType: "application/x-www-form-urlencoded" }),
      { foo: "a + b", bar: true },
      "/things?foo=a+%2B+b&bar=true",
    ],
    [
      "querystring: form with lists and objects",
      parameter("querystring", { mediaType: "application/x-www-form-urlencoded" }),
      { a: ["x", "y"], b: { c: 1 }, d: null },
      "/things?a=x&a=y&b=%7B%22c%22%3A1%7D",
    ],
    [
      "querystring: JSON",
      parameter("querystring", { mediaType: "application/json" }),
      { numbers: [1, 2], flag: null },
      "/things?%7B%22numbers%22%3A%5B1%2C2%5D%2C%22flag%22%3Anull%7D",
    ],
    [
      "querystring: JSONPath",
      parameter("querystring", { mediaType: "application/jsonpath" }),
      "$.a.b[1:1]",
      "/things?%24.a.b%5B1%3A1%5D",
    ],
    [
      "querystring: text cannot add pairs",
      parameter("querystring", { mediaType: "text/plain" }),
      "a=1&b=2",
      "/things?a%3D1%26b%3D2",
    ],
  ];
  it.each(rows.map((row) => [row[0], row] as const))("%s", async (_title, [, plan, value, want]) => {
    expect(await target(plan, value)).toBe(want);
  });

  it("reserved in a path keeps what a segment may hold, and no slash", async () => {
    const reserved = parameter("path", { allowReserved: true });
    expect(await target(reserved, "a:b@c!d$e&f'g(h)*+,;=", "/x/{color}")).toBe("/x/a:b@c!d$e&f'g(h)*+,;=");
    expect(await target(reserved, "a/b?c#d[e]", "/x/{color}")).toBe("/x/a%2Fb%3Fc%23d%5Be%5D");
    expect(await target(reserved, "a%2Fb%", "/x/{color}")).toBe("/x/a%2Fb%25");
  });

  it("JSON in a header is ASCII, in a cookie percent-encoded, in a path percent-encoded", async () => {
    const mediaType = "application/json";
    expect(await header(parameter("header", { name: "X-A", mediaType }), { a: "é😀" }, "X-A")).toBe(
      '{"a":"\\u00e9\\ud83d\\ude00"}',
    );
    expect(await header(parameter("cookie", { mediaType }), { a: 1 }, "Cookie")).toBe("color=%7B%22a%22%3A1%7D");
    expect(await target(parameter("path", { mediaType }), { a: 1 }, "/x/{color}")).toBe("/x/%7B%22a%22%3A1%7D");
  });

  it("Accept lists media types with falling quality, and leaves out what is none", async () => {
    const request = await build(
      plan({ accept: ["application/json", "text/csv", "no type", "a/b\r\nX: y", "*/*"] }),
      {},
    );
    expect(request.headers).toEqual([["Accept", "application/json, text/csv;q=0.9, */*;q=0.8"]]);
  });

  it.each([[[]], [{}], [[null]], [null]] as const)("a header of %j is none (RFC 6570 §2.3)", async (value) => {
    expect(await header(parameter("header", { name: "X-A" }), value, "X-A")).toBeUndefined();
  });

  it("headers named Accept, Content-Type and Authorization are ignored (§4.8.12.2)", async () => {
    for (const name of ["Accept", "content-type", "Authorization"])
      expect(await header(parameter("header", { name }), "x", name)).toBeUndefined();
  });

  it("parameters keep the order of the plan, arguments without a plan leave nothing", async () => {
    const parameters = ["b", "a"].map((name) => parameter("query", { name, argument: name }));
    const request = await build(plan({ parameters }), { a: 1, b: 2, admin: true });
    expect(request.url).toBe("https://api.example.com/v1/things?b=2&a=1");
  });

  it("inherited properties are no arguments", async () => {
    const parameters = ["constructor", "__proto__", "toString"].map((name) =>
      parameter("query", { name, argument: name }),
    );
    expect((await build(plan({ parameters }), {})).url).toBe("https://api.example.com/v1/things");
    const args = JSON.parse('{"__proto__": "x"}') as Record<string, JsonValue>;
    expect((await build(plan({ parameters }), args)).url).toBe("https://api.example.com/v1/things?__proto__=x");
  });
});

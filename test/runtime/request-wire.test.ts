/** Requests as they arrive: sent over a loopback socket, compared byte by byte. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { HttpPlan, JsonObject } from "../../templates/always/src/runtime/model.ts";
import { build, parameter, plan, type Recorder, recorder } from "./wire.ts";

let server: Recorder;
beforeAll(async () => {
  server = await recorder();
});
afterAll(() => server.close());

const json = {
  required: true,
  argument: "body",
  contents: [{ mediaType: "application/json", encoding: "json" as const }],
};
const form = {
  required: true,
  argument: "body",
  contents: [{ mediaType: "application/x-www-form-urlencoded", encoding: "form" as const }],
};
const id = parameter("path", { name: "id", argument: "id" });
const array = ["blue", "black", "brown"];
const object = { R: 100, G: 200, B: 150 };

const rows: readonly (readonly [
  title: string,
  httpPlan: Partial<HttpPlan>,
  args: JsonObject,
  line: string,
  rest?: readonly string[],
])[] = [
  ["a path", { path: "/pets/{id}", parameters: [id] }, { id: "a/b c" }, "GET /v1/pets/a%2Fb%20c HTTP/1.1"],
  [
    "UTF-8 in a path",
    { path: "/pets/{id}", parameters: [id] },
    { id: "ü😀" },
    "GET /v1/pets/%C3%BC%F0%9F%98%80 HTTP/1.1",
  ],
  [
    "an action",
    { method: "POST", path: "/pets/{id}:feed", parameters: [id] },
    { id: 5 },
    "POST /v1/pets/5:feed HTTP/1.1",
  ],
  [
    "quotes around a key",
    { path: "/pets('{id}')", parameters: [id] },
    { id: "it's" },
    "GET /v1/pets('it%27s') HTTP/1.1",
  ],
  ["a fragment is not sent", { path: "/pets#cats" }, {}, "GET /v1/pets HTTP/1.1"],
  [
    "a fixed query",
    { path: "/pets?kind=cat", parameters: [parameter("query")] },
    { color: "x" },
    "GET /v1/pets?kind=cat&color=x HTTP/1.1",
  ],
  [
    "matrix",
    { path: "/pets/{color}", parameters: [parameter("path", { style: "matrix", explode: true })] },
    { color: array },
    "GET /v1/pets/;color=blue;color=black;color=brown HTTP/1.1",
  ],
  [
    "label",
    { path: "/pets/{color}", parameters: [parameter("path", { style: "label", explode: true })] },
    { color: object },
    "GET /v1/pets/.R=100.G=200.B=150 HTTP/1.1",
  ],
  [
    "form",
    { parameters: [parameter("query")] },
    { color: array },
    "GET /v1/things?color=blue&color=black&color=brown HTTP/1.1",
  ],
  [
    "form with commas",
    { parameters: [parameter("query", { explode: false })] },
    { color: array },
    "GET /v1/things?color=blue,black,brown HTTP/1.1",
  ],
  [
    "spaces",
    { parameters: [parameter("query", { style: "spaceDelimited", explode: false })] },
    { color: array },
    "GET /v1/things?color=blue%20black%20brown HTTP/1.1",
  ],
  [
    "pipes",
    { parameters: [parameter("query", { style: "pipeDelimited", explode: false })] },
    { color: array },
    "GET /v1/things?color=blue%7Cblack%7Cbrown HTTP/1.1",
  ],
  [
    "tabs",
    { parameters: [parameter("query", { style: "tabDelimited", explode: false })] },
    { color: array },
    "GET /v1/things?color=blue%09black%09brown HTTP/1.1",
  ],
  [
    "deep object",
    { parameters: [parameter("query", { style: "deepObject" })] },
    { color: object },
    "GET /v1/things?color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150 HTTP/1.1",
  ],
  [
    "reserved",
    { parameters: [parameter("query", { allowReserved: true })] },
    { color: "a/b:c?d@e,f!g*(h)$i'j" },
    "GET /v1/things?color=a/b:c?d@e,f!g*(h)$i%27j HTTP/1.1",
  ],
  [
    "bare name",
    { parameters: [parameter("query", { allowEmptyValue: true })] },
    { color: "" },
    "GET /v1/things?color HTTP/1.1",
  ],
  [
    "emoji name",
    { parameters: [parameter("query", { name: "❤️" })] },
    { color: "love!" },
    "GET /v1/things?%E2%9D%A4%EF%B8%8F=love%21 HTTP/1.1",
  ],
  [
    "JSON as a parameter",
    { parameters: [parameter("query", { mediaType: "application/json" })] },
    { color: { a: "'" } },
    "GET /v1/things?color=%7B%22a%22%3A%22%27%22%7D HTTP/1.1",
  ],
  [
    "whole query",
    { parameters: [parameter("querystring", { mediaType: "application/x-www-form-urlencoded" })] },
    { color: { foo: "a + b", bar: true } },
    "GET /v1/things?foo=a+%2B+b&bar=true HTTP/1.1",
  ],
  [
    "a method of 3.2",
    { method: "QUERY", body: json },
    { body: { a: 1 } },
    "QUERY /v1/things HTTP/1.1",
    ["Content-Type: application/json", "Content-Length: 7", "", '{"a":1}'],
  ],
  [
    "a header",
    { parameters: [parameter("header", { name: "X-Color" })] },
    { color: array },
    "GET /v1/things HTTP/1.1",
    ["X-Color: blue,black,brown"],
  ],
  [
    "a header of Latin-1",
    { parameters: [parameter("header", { name: "X-Color" })] },
    { color: "naïve" },
    "GET /v1/things HTTP/1.1",
    ["X-Color: na\u00efve"],
  ],
  [
    "cookies",
    { parameters: [parameter("cookie"), parameter("cookie", { argument: "b", name: "b" })] },
    { color: "a b", b: 1 },
    "GET /v1/things HTTP/1.1",
    ["Cookie: color=a%20b; b=1"],
  ],
  [
    "Accept",
    { accept: ["application/json", "text/csv"] },
    {},
    "GET /v1/things HTTP/1.1",
    ["Accept: application/json, text/csv;q=0.9"],
  ],
  [
    "a JSON body",
    { method: "POST", body: json },
    { body: { a: "ü" } },
    "POST /v1/things HTTP/1.1",
    ["Content-Type: application/json", "Content-Length: 10", "", '{"a":"\u00c3\u00bc"}'],
  ],
  [
    "a form",
    { method: "POST", body: form },
    { body: { a: "x y", b: ["1", "2"] } },
    "POST /v1/things HTTP/1.1",
    ["Content-Type: application/x-www-form-urlencoded", "Content-Length: 13", "", "a=x+y&b=1&b=2"],
  ],
  [
    "a body of GET",
    { method: "GET", body: json },
    { body: [] },
    "GET /v1/things HTTP/1.1",
    ["Content-Length: 2", "", "[]"],
  ],
  [
    "a body of DELETE",
    { method: "DELETE", body: json },
    { body: [] },
    "DELETE /v1/things HTTP/1.1",
    ["Content-Length: 2", "", "[]"],
  ],
];

describe("what arrives", () => {
  it.each(rows.map((row) => [row[0], row] as const))("%s", async (_title, [, parts, args, line, rest = []]) => {
    const raw = await server.send(await build(plan(parts), args, `${server.baseUrl}/v1`));
    const lines = raw.split("\r\n");
    expect(lines[0]).toBe(line);
    for (const expected of rest) expect(lines).toContain(expected);
  });

  it("a multipart body is received whole", async () => {
    const contents = [
      { mediaType: "multipart/form-data", encoding: "multipart" as const, fields: { f: { file: true as const } } },
    ];
    const httpPlan = plan({ method: "POST", body: { required: true, argument: "body", contents } });
    const raw = await server.send(await build(httpPlan, { body: { a: "ü", f: "text" } }, server.baseUrl));
    const boundary = /boundary=(\S+)/.exec(raw)?.[1] ?? "";
    expect(raw.split("\r\n\r\n").slice(1).join("\r\n\r\n").replaceAll(boundary, "B")).toBe(
      '--B\r\nContent-Disposition: form-data; name="a"\r\n\r\n\u00c3\u00bc\r\n' +
        '--B\r\nContent-Disposition: form-data; name="f"; filename="f"\r\nContent-Type: text/plain\r\n\r\ntext\r\n--B--\r\n',
    );
  });
});

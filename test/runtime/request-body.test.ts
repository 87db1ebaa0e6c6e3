/** Bodies by media type: §4.8.14, §4.8.15, RFC 8259, WHATWG URL §5 (forms). */
import { describe, expect, it } from "vitest";
import { buildRequest } from "../../templates/always/src/runtime/request/build.ts";
import type { HttpRequest } from "../../templates/always/src/runtime/http-message.ts";
import type { BodyContent, FieldEncoding, JsonObject, JsonValue } from "../../templates/always/src/runtime/model.ts";
import { base, bodyPlan, build, contentType, plan } from "./wire.ts";

const text = (request: HttpRequest): string | undefined =>
  request.body === undefined ? undefined : Buffer.from(request.body).toString("utf8");

async function send(
  content: BodyContent,
  body: JsonValue,
): Promise<readonly [type: string | undefined, body: string | undefined]> {
  const request = await build(bodyPlan(content), { body });
  return [contentType(request), text(request)];
}

describe("JSON", () => {
  const rows: readonly (readonly [mediaType: string, value: JsonValue, type: string, want: string])[] = [
    ["application/json", { a: 1, b: [true, null] }, "application/json", '{"a":1,"b":[true,null]}'],
    ["application/json", "x", "application/json", '"x"'],
    ["application/json", null, "application/json", "null"],
    ["application/json", [], "application/json", "[]"],
    ["application/json", { id: "9007199254740993" }, "application/json", '{"id":"9007199254740993"}'],
    ["application/json", 1e21, "application/json", "1e+21"],
    ["application/json", "é\u2028", "application/json", '"é\u2028"'],
    ["application/merge-patch+json", { a: null }, "application/merge-patch+json", '{"a":null}'],
    ["application/json; charset=utf-8", {}, "application/json; charset=utf-8", "{}"],
    ["*/*", {}, "application/json", "{}"],
    ["application/*", {}, "application/json", "{}"],
    ["application/x-ndjson", [{ a: 1 }, { a: 2 }], "application/x-ndjson", '{"a":1}\n{"a":2}\n'],
    ["application/jsonl", { a: 1 }, "application/jsonl", '{"a":1}'],
    ["application/json-seq", [1, 2], "application/json-seq", "\u001e1\n\u001e2\n"],
  ];
  it.each(rows)("%s of %j", async (mediaType, value, type, want) => {
    expect(await send({ mediaType, encoding: "json" }, value)).toEqual([type, want]);
  });

  it("keeps __proto__ as a field", async () => {
    const value = JSON.parse('{"__proto__":{"a":1}}') as JsonObject;
    expect((await send({ mediaType: "application/json", encoding: "json" }, value))[1]).toBe('{"__proto__":{"a":1}}');
  });

  it("collects fields beside the parameters, in the order of the plan, with their wire names", async () => {
    const fields = [
      { argument: "body_id", name: "id" },
      { argument: "name", name: "name" },
      { argument: "proto", name: "__proto__" },
    ];
    const body = { required: true, fields, contents: [{ mediaType: "application/json", encoding: "json" as const }] };
    const request = await build(plan({ method: "PUT", body }), { name: null, proto: 1, body_id: 7, id: 8 });
    expect(request.body).toBe('{"id":7,"name":null,"__proto__":1}');
  });

  it("an optional body without a field is none; a required one is an empty object", async () => {
    const body = {
      fields: [{ argument: "a", name: "a" }],
      contents: [{ mediaType: "application/json", encoding: "json" as const }],
    };
    const none = await build(plan({ method: "POST", body: { ...body, required: false } }), {});
    expect([none.body, contentType(none)]).toEqual([undefined, undefined]);
    expect((await build(plan({ method: "POST", body: { ...body, required: true } }), {})).body).toBe("{}");
    const whole = bodyPlan({ mediaType: "application/json", encoding: "json" });
    await expect(build(whole, {})).rejects.toThrow('Argument "body" is required: it is the body of the request.');
    expect(
      (await build({ ...whole, ...(whole.body && { body: { ...whole.body, required: false } }) }, {})).body,
    ).toBeUndefined();
  });

  it("the first media type is the default, an argument chooses another", async () => {
    const choosing = bodyPlan(
      { mediaType: "application/json", encoding: "json" },
      {
        mediaTypeArgument: "content_type",
        contents: [
          { mediaType: "application/json", encoding: "json" },
          { mediaType: "application/xml", encoding: "text" },
        ],
      },
    );
    expect(contentType(await build(choosing, { body: "<a/>" }))).toBe("application/json");
    const xml = await build(choosing, { body: "<a/>", content_type: "application/xml" });
    expect([contentType(xml), text(xml)]).toEqual(["application/xml", "<a/>"]);
    await expect(build(choosing, { body: "x", content_type: "text/csv" })).rejects.toThrow(
      'Argument "content_type" must be one of the media types application/json, application/xml.',
    );
  });

  it.each([
    ["infinity", JSON.parse("[1e400]") as JsonValue],
    ["a deep nest", JSON.parse("[".repeat(50_000) + "]".repeat(50_000)) as JsonValue],
  ])("refuses %s", async (_title, value) => {
    await expect(send({ mediaType: "application/json", encoding: "json" }, value)).rejects.toMatchObject({
      name: "ArgumentError",
    });
  });
});

describe("forms", () => {
  const rows: readonly (readonly [
    title: string,
    value: JsonObject,
    want: string,
    fields?: Record<string, FieldEncoding>,
  ])[] = [
    ["spaces are plus", { a: "x y", b: "x+y" }, "a=x+y&b=x%2By"],
    ["WHATWG set", { a: "*-._~!'()" }, "a=*-._%7E%21%27%28%29"],
    ["no second field", { a: "1&b=2" }, "a=1%26b%3D2"],
    ["single values", { a: 1, b: true, c: "", d: null }, "a=1&b=true&c="],
    ["arrays repeat", { a: ["x", "y", null] }, "a=x&a=y"],
    ["empty array", { a: [], b: 1 }, "b=1"],
    [
      "objects are JSON (§4.8.15.2.1)",
      { id: "f81d", address: { streetAddress: "123 Example Dr.", zip: "99999+1234" } },
      "id=f81d&address=%7B%22streetAddress%22%3A%22123+Example+Dr.%22%2C%22zip%22%3A%2299999%2B1234%22%7D",
    ],
    ["objects in arrays are JSON", { a: [{ b: 1 }] }, "a=%7B%22b%22%3A1%7D"],
    ["name", { "a b[c]": 1 }, "a+b%5Bc%5D=1"],
    ["unicode", { a: "ü" }, "a=%C3%BC"],
    ["JSON text by content type", { id: "x" }, "id=%22x%22", { id: { contentType: "application/json" } }],
    ["style form, not exploded", { a: ["x", "y z"] }, "a=x,y+z", { a: { explode: false } }],
    ["style form, exploded object", { a: { b: 1, c: 2 } }, "b=1&c=2", { a: { style: "form" } }],
    [
      "style deepObject",
      { a: { b: { c: 1 }, d: ["x"] } },
      "a%5Bb%5D%5Bc%5D=1&a%5Bd%5D%5B0%5D=x",
      { a: { style: "deepObject" } },
    ],
    ["style spaceDelimited", { a: ["x", "y"] }, "a=x+y", { a: { style: "spaceDelimited" } }],
    ["style pipeDelimited", { a: ["x", "y"] }, "a=x%7Cy", { a: { style: "pipeDelimited" } }],
    ["allowReserved", { a: "x/y&b=c+d e" }, "a=x/y%26b%3Dc%2Bd+e", { a: { allowReserved: true } }],
    [
      "style wins over content type",
      { a: ["x", "y"] },
      "a=x&a=y",
      { a: { style: "form", contentType: "application/json" } },
    ],
    ["text as a file is base64", { a: "hi?" }, "a=aGk%2F", { a: { file: true } }],
  ];
  it.each(rows.map((row) => [row[0], row] as const))("%s", async (_title, [, value, want, fields = {}]) => {
    const mediaType = "application/x-www-form-urlencoded";
    expect(await send({ mediaType, encoding: "form", fields }, value)).toEqual([mediaType, want]);
  });

  it("decodes to what was given, as URLSearchParams reads it", async () => {
    const value = { a: "x y+z&=%~*'()é😀\n", "k&=": "v" };
    const [, body] = await send({ mediaType: "application/x-www-form-urlencoded", encoding: "form" }, value);
    expect(Object.fromEntries(new URLSearchParams(body))).toEqual(value);
    expect(body).toBe(new URLSearchParams(value).toString());
  });
});

describe("text and bytes", () => {
  it.each([
    ["text/plain", "a\r\nü", "text/plain", "a\r\nü"],
    ["application/xml", "<a>ü</a>", "application/xml", "<a>ü</a>"],
    ["text/csv; charset=utf-8", "a,b", "text/csv; charset=utf-8", "a,b"],
    ["text/*", "x", "text/plain", "x"],
    ["text/plain", 5, "text/plain", "5"],
  ] as const)("%s: %j", async (mediaType, value, type, want) => {
    expect(await send({ mediaType, encoding: "text" }, value)).toEqual([type, want]);
  });

  it("writes the charset that it names", async () => {
    const request = await build(bodyPlan({ mediaType: "text/plain; charset=ISO-8859-1", encoding: "text" }), {
      body: "ü",
    });
    expect(request.body).toEqual(Buffer.from([0xfc]));
    await expect(send({ mediaType: "text/plain; charset=ISO-8859-1", encoding: "text" }, "€")).rejects.toThrow(
      "iso-8859-1 does not have",
    );
    await expect(send({ mediaType: "text/plain; charset=koi8-r", encoding: "text" }, "a")).rejects.toThrow("koi8-r");
    await expect(send({ mediaType: "application/xml", encoding: "text" }, { a: 1 })).rejects.toThrow("give it as text");
  });

  it.each([
    ["application/octet-stream", "application/octet-stream"],
    ["image/*", "image/png"],
    ["*/*", "image/png"],
    ["image/jpeg", "image/jpeg"],
  ])("bytes as %s", async (mediaType, want) => {
    const bytes = new Uint8Array([0, 255, 13, 10]);
    const request = await buildRequest(
      bodyPlan({ mediaType, encoding: "binary" }),
      { body: { path: "a.png" } },
      {
        baseUrl: base,
        readFile: () => Promise.resolve({ bytes, filename: "a.png", mediaType: "image/png" }),
      },
    );
    expect([contentType(request), request.body]).toEqual([want, bytes]);
  });

  it("a plain text stands for a file that holds it", async () => {
    expect(await send({ mediaType: "*/*", encoding: "binary" }, "hellö")).toEqual(["text/plain", "hellö"]);
  });
});

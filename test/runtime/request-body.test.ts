/** Bodies that no document leads to, and what must not be sent. What documents lead to are the cases in test/wire. */
import { describe, expect, it } from "vitest";
import { buildRequest } from "../../templates/always/src/runtime/request/build.ts";
import type { HttpRequest } from "../../templates/always/src/runtime/upstream/http-message.ts";
import type { BodyContent, JsonObject, JsonValue } from "../../templates/always/src/runtime/data/model.ts";
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
  it.each<[string, JsonObject, Record<string, object>, string]>([
    ["plain", { "a&b=c ": "x" }, {}, "a%26b%3Dc+=x"],
    ["by style", { "a&b=c ": "x" }, { "a&b=c ": { style: "form", explode: true } }, "a%26b%3Dc+=x"],
    ["of an exploded object", { o: { "k&=": "v&" } }, { o: { style: "form", explode: true } }, "k%26%3D=v%26"],
    ["of a deep object", { "o&": { "k&": "v" } }, { "o&": { style: "deepObject", explode: true } }, "o%26%5Bk%26%5D=v"],
    ["with reserved characters in its value", { "a&": "/?" }, { "a&": { allowReserved: true } }, "a%26=/?"],
    ["of several values", { "a&": ["1&", "2"] }, { "a&": { style: "form", explode: false } }, "a%26=1%26,2"],
    ["of values apart by spaces", { "a&": [1, 2] }, { "a&": { style: "spaceDelimited", explode: false } }, "a%26=1+2"],
  ])("the name of a field is encoded: %s", async (_what, value, fields, want) => {
    const mediaType = "application/x-www-form-urlencoded";
    expect((await send({ mediaType, encoding: "form", fields } as BodyContent, value))[1]).toBe(want);
  });

  it("text as a file is base64", async () => {
    const mediaType = "application/x-www-form-urlencoded";
    const fields = { a: { file: true as const } };
    expect(await send({ mediaType, encoding: "form", fields }, { a: "hi?" })).toEqual([mediaType, "a=aGk%2F"]);
  });
});

describe("text and bytes", () => {
  it.each([
    ["text/*", "x", "text/plain", "x"],
    ["text/plain", 5, "text/plain", "5"],
  ] as const)("%s: %j", async (mediaType, value, type, want) => {
    expect(await send({ mediaType, encoding: "text" }, value)).toEqual([type, want]);
  });

  it("fields are no text", async () => {
    await expect(send({ mediaType: "application/xml", encoding: "text" }, { a: 1 })).rejects.toThrow("give it as text");
    await expect(send({ mediaType: "application/xml", encoding: "xml" }, { a: 1 })).rejects.toThrow(
      "cannot be written as application/xml",
    );
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
